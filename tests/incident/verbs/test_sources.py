"""A source has an address, a scheme and at most two live secrets; each change of it is a line of the administration."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlmodel import select

from incident.adapters.authenticity import Scheme, check_secret
from incident.adapters.rule_documents import STANDARD
from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.intake import SourceSecret
from incident.queries.sources import Posting, posting_source
from incident.roles import Actor, Role
from incident.verbs.act import Act
from incident.verbs.sources import add_source, retire_secret, rotate_secret, set_enabled, set_rules
from tests.incident.cases import LawCase
from tests.incident.monitor import OPERATOR, rows

P = ParamSpec("P")
T = TypeVar("T")
SIGNED = ("standard_webhooks", "standard_webhooks")


def do(case: LawCase, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
    return by(case, OPERATOR, verb, *args, **named)


def by(case: LawCase, actor: Actor, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
    now = case.clock.now()
    return case.store.write(lambda session: verb(Act(session, case.keys, actor, now), *args, **named))


def posting(case: LawCase, slug: str) -> Posting | None:
    return case.look(lambda session: posting_source(session, case.keys, slug))


def secrets_of(case: LawCase, slug: str) -> tuple[str, ...]:
    found = posting(case, slug)
    assert found is not None
    return found.secrets


@pytest.mark.parametrize(
    ("adapter", "scheme"),
    [SIGNED, ("alertmanager", "bearer"), ("alertmanager", "basic")],
    ids=["signed", "bearer", "basic"],
)
def test_a_new_source_makes_a_secret_its_scheme_can_use_and_seals_it(case: LawCase, adapter: str, scheme: str) -> None:
    made = do(case, add_source, "monitor", adapter, scheme)
    check_secret(Scheme(scheme), made.secret)
    assert secrets_of(case, "monitor") == (made.secret,)
    (kept,) = case.look(lambda session: rows(session, SourceSecret))
    assert made.secret.encode() not in kept.sealed
    assert made.source.rules == STANDARD


def test_a_secret_of_ones_own_must_fit_the_scheme(case: LawCase) -> None:
    assert do(case, add_source, "own", "alertmanager", "bearer", secret="x" * 16).secret == "x" * 16
    for scheme, secret in (("bearer", "short"), ("basic", "no-colon-in-this-one"), ("bearer", "with a space in it ok")):
        with pytest.raises(Invalid, match="secret"):
            do(case, add_source, f"bad-{scheme}", "alertmanager", scheme, secret=secret)
    assert posting(case, "bad-bearer") is None


@pytest.mark.parametrize("slug", ["", "A", "with space", "-a", "a-", "ä", "a/b", "x" * 65])
def test_an_address_that_is_none_is_refused(case: LawCase, slug: str) -> None:
    with pytest.raises(Invalid, match="slug"):
        do(case, add_source, slug, *SIGNED)


@pytest.mark.parametrize(
    ("adapter", "scheme", "kind", "names"),
    [
        ("nagios", "bearer", "", "adapter"),
        ("alertmanager", "standard_webhooks", "", "scheme"),
        ("standard_webhooks", "bearer", "", "scheme"),
        ("alertmanager", "bearer", "public bucket", "default_kind"),
    ],
    ids=["adapter", "signed alertmanager", "bearer on signed", "kind"],
)
def test_what_cannot_work_is_refused_by_name(case: LawCase, adapter: str, scheme: str, kind: str, names: str) -> None:
    with pytest.raises(Invalid, match=names):
        do(case, add_source, "monitor", adapter, scheme, kind=kind)
    assert posting(case, "monitor") is None


def test_an_address_is_given_once(case: LawCase) -> None:
    first = do(case, add_source, "monitor", *SIGNED)
    with pytest.raises(Conflict, match="monitor already"):
        do(case, add_source, "monitor", "alertmanager", "bearer")
    assert secrets_of(case, "monitor") == (first.secret,)


def test_a_kind_of_its_own_opens_that_kind_and_no_other(case: LawCase) -> None:
    made = do(case, add_source, "monitor", *SIGNED, kind="ransomware")
    assert made.source.rules == {"default_kind": "ransomware", "join": "group", "alike_minutes": 10, "matches": []}


def test_a_rotation_has_two_live_secrets_and_then_the_newer_one(case: LawCase) -> None:
    old = do(case, add_source, "monitor", *SIGNED).secret
    with pytest.raises(Conflict, match="one live secret"):
        do(case, retire_secret, "monitor")
    case.move(1)
    new = do(case, rotate_secret, "monitor")
    assert secrets_of(case, "monitor") == (old, new)
    with pytest.raises(Conflict, match="two live secrets"):
        do(case, rotate_secret, "monitor")
    case.move(1)
    do(case, retire_secret, "monitor")
    assert secrets_of(case, "monitor") == (new,)
    ended = [row.retired_at for row in case.look(lambda session: rows(session, SourceSecret)) if row.retired_at]
    assert ended == [case.clock.now()]


def test_a_disabled_source_is_answered_like_none_and_can_post_again(case: LawCase) -> None:
    do(case, add_source, "monitor", *SIGNED)
    do(case, set_enabled, "monitor", enabled=False)
    assert posting(case, "monitor") is posting(case, "never-heard-of") is None
    do(case, set_enabled, "monitor", enabled=True)
    assert posting(case, "monitor") is not None


def test_rules_are_replaced_whole_or_not_at_all(case: LawCase) -> None:
    do(case, add_source, "monitor", *SIGNED)
    rules = {"default_kind": "ransomware", "join": "source"}
    assert do(case, set_rules, "monitor", rules).rules == rules
    with pytest.raises(Invalid, match=r"rules\.join"):
        do(case, set_rules, "monitor", {"join": "everything"})


def test_each_change_is_a_line_of_the_administration_without_the_secret(case: LawCase) -> None:
    do(case, add_source, "monitor", *SIGNED)
    do(case, rotate_secret, "monitor")
    do(case, retire_secret, "monitor")
    do(case, set_rules, "monitor", {})
    do(case, set_enabled, "monitor", enabled=False)
    query = select(EntryHeader.action).where(EntryHeader.subject == ADMINISTRATION).order_by(EntryHeader.seq)  # type: ignore[arg-type]
    assert case.look(lambda session: session.exec(query).all()) == [
        "source.added",
        "source.secret_added",
        "source.secret_retired",
        "source.rules",
        "source.enabled",
    ]


def test_only_administrators_change_sources_and_only_those_there_are(case: LawCase) -> None:
    do(case, add_source, "monitor", *SIGNED)
    verbs: tuple[Any, ...] = (rotate_secret, retire_secret)
    for verb in verbs:
        with pytest.raises(Forbidden):
            by(case, case.people[Role.COMMANDER], verb, "monitor")
        with pytest.raises(NotFound, match="no source nowhere"):
            do(case, verb, "nowhere")
    with pytest.raises(Forbidden):
        by(case, case.people[Role.COMMANDER], add_source, "mine", *SIGNED)
    with pytest.raises(Forbidden):
        by(case, case.people[Role.COMMANDER], set_rules, "monitor", {})
    with pytest.raises(NotFound):
        do(case, set_enabled, "nowhere", enabled=True)
