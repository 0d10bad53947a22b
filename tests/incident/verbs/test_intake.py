"""A delivery is kept before it is read: sealed, hashed, told apart; a person settles what cannot be read."""

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.intake import Intake, IntakeState, Refusal
from incident.roles import Role, system
from incident.verbs.intake import Received, quarantine, settle, view
from incident.verbs.refusals import count_refusals
from notifications.store import Store
from tests.incident.cases import LawCase
from tests.incident.monitor import Watch, alert, notification, rows

BODY = notification(alert("exports-eu-1"))
LOOKING = Role.RESPONDER


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def set_aside(watch: Watch, body: bytes = b"no JSON") -> Received:
    kept = watch.keep(body)
    watch.deliveries.read(kept.intake_id)
    return kept


def actions(watch: Watch, subject: str) -> list[str]:
    query = select(EntryHeader.action).where(EntryHeader.subject == subject).order_by(EntryHeader.seq)  # type: ignore[arg-type]
    return list(watch.case.look(lambda session: session.exec(query).all()))


def test_it_is_kept_with_its_hash_and_opens_byte_for_byte(watch: Watch) -> None:
    kept = watch.keep(BODY, headers={"content-type": "application/json", "user-agent": "Alertmanager/0.25.0"})
    row = watch.intake(kept.intake_id)
    assert (row.state, row.sha256, row.size) == (IntakeState.OPEN, hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert row.received_at == watch.case.clock.now()
    seen = watch.case.act(LOOKING, view, kept.intake_id)
    assert seen.body == BODY
    assert seen.headers["user-agent"] == "Alertmanager/0.25.0"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_of_it_can_be_found_in_the_database_file(watch: Watch, store: Store) -> None:
    watch.deliver(notification(alert("a-name-to-look-for")))
    set_aside(watch, b"another-text-to-look-for")
    store.close()
    place = Path(str(store.url.database))
    written = b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))
    assert b"public_bucket" in written  # what is not sealed can be found
    assert b"a-name-to-look-for" not in written
    assert b"another-text-to-look-for" not in written


@pytest.mark.parametrize(
    "name",
    ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "x-webhook-secret", "apikey"],
)
def test_secrets_in_headers_are_not_kept(watch: Watch, name: str) -> None:
    kept = watch.keep(BODY, headers={name: "hunter2hunter2", "webhook-signature": "v1,abc", "idempotency-key": "7"})
    seen = watch.case.act(LOOKING, view, kept.intake_id).headers
    assert seen == {name: "[14 characters, not kept]", "webhook-signature": "v1,abc", "idempotency-key": "7"}


def test_an_equal_key_is_a_counted_repeat(watch: Watch) -> None:
    first = watch.keep(BODY)
    assert [watch.keep(BODY) for _ in range(2)] == [Received(first.intake_id, repeat=True)] * 2
    row = watch.intake(first.intake_id)
    assert (row.repeats, row.last_repeat_at) == (2, watch.case.clock.now())


def test_other_bytes_under_a_key_already_used_are_kept_beside_it(watch: Watch) -> None:
    first, second = watch.keep(BODY, "delivery-1"), watch.keep(b"other", "delivery-1")
    assert not second.repeat
    assert second.intake_id != first.intake_id
    assert watch.keep(b"other", "delivery-1") == Received(second.intake_id, repeat=True)
    assert watch.keep(BODY, "delivery-1") == Received(first.intake_id, repeat=True)


def test_the_longest_delivery_id_is_kept_and_known_again(watch: Watch) -> None:
    longest = "x" * 256
    first = watch.keep(BODY, longest)
    assert watch.keep(BODY, longest) == Received(first.intake_id, repeat=True)
    assert not watch.keep(b"other", longest).repeat
    assert not watch.keep(BODY, longest[:-1] + "y").repeat


def test_two_sources_may_use_one_key(watch: Watch) -> None:
    other = Watch(watch.case, slug="another")
    assert not watch.keep(BODY, "delivery-1").repeat
    assert not other.keep(BODY, "delivery-1").repeat


def test_an_unreadable_one_is_set_aside_with_the_reason_and_the_next_is_read(watch: Watch) -> None:
    kept = set_aside(watch)
    row = watch.intake(kept.intake_id)
    assert row.state is IntakeState.QUARANTINED
    assert row.trouble.startswith("Not JSON")
    assert watch.deliver(BODY).new == 1


def test_one_that_is_read_already_is_not_set_aside(watch: Watch) -> None:
    kept = watch.keep(BODY)
    watch.deliveries.read(kept.intake_id)
    watch.write(system("intake"), lambda act: quarantine(act, kept.intake_id, "late"))
    assert watch.intake(kept.intake_id).state is IntakeState.APPLIED


def test_looking_at_one_is_written_down(watch: Watch) -> None:
    kept = set_aside(watch)
    before = len(actions(watch, ADMINISTRATION))
    assert watch.case.act(LOOKING, view, kept.intake_id).body == b"no JSON"
    assert actions(watch, ADMINISTRATION)[before:] == ["intake.viewed"]


def test_looking_at_one_of_an_incident_is_written_down_there(watch: Watch) -> None:
    kept = watch.keep(BODY)
    watch.deliveries.read(kept.intake_id)
    watch.case.act(LOOKING, view, kept.intake_id)
    assert watch.actions(watch.incident().id)[-1] == "intake.viewed"


def test_settling_says_what_came_of_it_where_it_belongs(watch: Watch) -> None:
    here, kept = watch.case.incident_id, set_aside(watch)
    watch.case.act(LOOKING, settle, kept.intake_id, "It is the export bucket again.", here)
    row = watch.intake(kept.intake_id)
    assert (row.state, row.incident_id) == (IntakeState.SETTLED, here)
    assert watch.lines(here)[-1].text == "Unreadable delivery settled: It is the export bucket again."
    nobodys = set_aside(watch, b"{")
    watch.case.act(LOOKING, settle, nobodys.intake_id, "A test of the monitor.")
    assert actions(watch, ADMINISTRATION)[-1] == "intake.settled"


def test_settling_needs_a_reason_a_quarantined_one_and_an_incident_there_is(watch: Watch) -> None:
    kept, applied = set_aside(watch), watch.keep(BODY)
    watch.deliveries.read(applied.intake_id)
    with pytest.raises(Invalid, match="reason"):
        watch.case.act(LOOKING, settle, kept.intake_id, "  ")
    with pytest.raises(Conflict, match="applied, not in quarantine"):
        watch.case.act(LOOKING, settle, applied.intake_id, "why not")
    with pytest.raises(NotFound, match="no such incident"):
        watch.case.act(LOOKING, settle, kept.intake_id, "why not", uuid4())
    with pytest.raises(NotFound, match="no such delivery"):
        watch.case.act(LOOKING, settle, uuid4(), "why not")
    watch.case.act(LOOKING, settle, kept.intake_id, "once")
    with pytest.raises(Conflict, match="settled, not in quarantine"):
        watch.case.act(LOOKING, settle, kept.intake_id, "twice")


@pytest.mark.parametrize("role", [Role.DECIDER, Role.LEGAL, Role.AUDITOR])
def test_the_quarantine_is_for_those_who_respond(watch: Watch, role: Role) -> None:
    kept = set_aside(watch)
    with pytest.raises(Forbidden):
        watch.case.act(role, view, kept.intake_id)
    with pytest.raises(Forbidden):
        watch.case.act(role, settle, kept.intake_id, "mine")
    assert watch.intake(kept.intake_id).state is IntakeState.QUARANTINED


def test_refusals_are_counted_by_reason_and_day(watch: Watch) -> None:
    source = watch.source.id

    def refuse(reason: str) -> None:
        watch.write(system("intake"), lambda act: count_refusals(act, source, reason))

    refuse("wrong")
    refuse("wrong")
    refuse("stale")
    watch.case.move(24)
    refuse("wrong")
    counted = {(row.reason, row.day): row.count for row in watch.case.look(lambda s: rows(s, Refusal))}
    assert counted == {("wrong", "2026-11-24"): 2, ("stale", "2026-11-24"): 1, ("wrong", "2026-11-25"): 1}
    assert watch.case.look(lambda s: rows(s, Intake)) == []
