"""Monitors that may post: a source with its address, its scheme, its rules, and at most two live secrets."""

import base64
import re
import secrets
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from incident.adapters.authenticity import GIVEN, Scheme, UnusableSecret, check_secret
from incident.adapters.registry import chosen_adapter
from incident.adapters.rule_documents import STANDARD, BadRules, read_rules
from incident.adapters.rules import TEAM, Rules
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.intake import Source, SourceSecret
from incident.queries.sources import secret_place
from incident.queries.teams import team_named
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.alert_pages import readers
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LIVE_SECRETS = 2  # so that a rotation loses nothing
LONGEST_EXPIRY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source with its first secret, which is shown once and never again."""

    source: Source
    secret: str


def add_source(act: Act, slug: str, adapter: str, scheme: str, *, kind: str = "", secret: str = "") -> NewSource:
    """Let a monitor post to /hooks/<slug>. An empty `secret` makes one; `kind` is the runbook of what it opens.

    Raises Invalid, naming each field, and Conflict for an address already used.
    """
    act.require(Action.ADMINISTER)
    rules: Mapping[str, object] = {**STANDARD, "default_kind": kind, "matches": []} if kind else STANDARD
    faults = [*_slug_faults(slug), *_scheme_faults(adapter, scheme), *_rules_faults(rules)]
    if faults:
        raise Invalid(*faults)
    source = Source(id=new_id(), slug=slug, adapter=adapter, scheme=scheme, rules=dict(rules), created_at=act.now)
    try:
        with act.session.begin_nested():
            act.session.add(source)
    except IntegrityError:
        raise Conflict(worded("There is a source {slug} already.", slug=slug)) from None
    known = _add_secret(act, source, secret)
    how = adapter if adapter == scheme else f"{adapter}, {scheme}"
    _write_down(act, source, "source.added", f"Source {slug} may post ({how}).")
    return NewSource(source, known)


def rotate_secret(act: Act, slug: str, secret: str = "") -> str:
    """Add a second live secret and return it, once. Raises Conflict while two live: retire the old one first."""
    act.require(Action.ADMINISTER)
    source = source_named(act, slug)
    if len(_live(act, source)) >= LIVE_SECRETS:
        raise Conflict(worded("Source {slug} has two live secrets: retire the older one first.", slug=slug))
    known = _add_secret(act, source, secret)
    _write_down(act, source, "source.secret_added", f"Source {slug} has a second live secret.")
    return known


def retire_secret(act: Act, slug: str) -> None:
    """End the older of two live secrets. Raises Conflict when only one lives: without one nothing could post."""
    act.require(Action.ADMINISTER)
    source = source_named(act, slug)
    live = _live(act, source)
    if len(live) < LIVE_SECRETS:
        raise Conflict(worded("Source {slug} has one live secret: add the next one first.", slug=slug))
    live[0].retired_at = act.now
    act.session.add(live[0])
    _write_down(act, source, "source.secret_retired", f"The older secret of source {slug} ended.")


def set_rules(act: Act, slug: str, rules: Mapping[str, object]) -> Source:
    """Replace the rules of a source. Raises Invalid, naming the field and the mend.

    Whoever they page must be there and read incidents, and what they ignore is ignored for a year at most.
    """
    act.require(Action.ADMINISTER)
    usable_rules(act, rules)
    source = source_named(act, slug)
    source.rules = dict(rules)
    act.session.add(source)
    _write_down(act, source, "source.rules", f"Rules of source {slug} changed.")
    return source


def set_enabled(act: Act, slug: str, *, enabled: bool) -> Source:
    """Let a source post or not; one that may not is answered like one that does not exist."""
    act.require(Action.ADMINISTER)
    source = source_named(act, slug)
    source.enabled = enabled
    act.session.add(source)
    _write_down(act, source, "source.enabled", f"Source {slug} may {'post again' if enabled else 'no longer post'}.")
    return source


def source_named(act: Act, slug: str) -> Source:
    """The source of this address, held until the end. Raises NotFound."""
    source = act.session.exec(select(Source).where(col(Source.slug) == slug).with_for_update()).first()
    if source is None:
        raise NotFound(worded("There is no source {slug}.", slug=slug))
    return source


def usable_rules(act: Act, document: Mapping[str, object]) -> Rules:
    """The rules a document says, if they can be used here and now. Raises Invalid, naming the field and the mend."""
    faults = _rules_faults(document)
    if faults:
        raise Invalid(*faults)
    rules = read_rules(document)
    people = {account.email.lower() for account in readers(act)}
    for index, match in enumerate(rules.matches):
        place = f"rules.matches[{index}]"
        faults += [_nobody(word, f"{place}.page") for word in match.page if not _is_there(act, word, people)][:1]
        if match.expires is not None and match.expires > act.now + LONGEST_EXPIRY:
            faults.append(
                Fault(f"{place}.expires", worded("is more than a year ahead"), worded("name a moment within the year"))
            )
    if faults:
        raise Invalid(*faults)
    return rules


def _is_there(act: Act, word: str, people: Container[str]) -> bool:
    if word.startswith(TEAM):
        return team_named(act.session, word.removeprefix(TEAM)) is not None
    return "@" not in word or word.lower() in people


def _nobody(word: str, place: str) -> Fault:
    if word.startswith(TEAM):
        return Fault(
            place,
            worded("there is no team {removeprefix}", removeprefix=word.removeprefix(TEAM)),
            worded("name one of those on call"),
        )
    return Fault(place, worded("{word} reads no incidents here", word=word), worded("name an account that does"))


def _live(act: Act, source: Source) -> list[SourceSecret]:
    """The live secrets, the oldest first."""
    mine = (col(SourceSecret.source_id) == source.id, col(SourceSecret.retired_at).is_(None))
    return list(act.session.exec(select(SourceSecret).where(*mine).order_by(col(SourceSecret.id))).all())


def _add_secret(act: Act, source: Source, given: str) -> str:
    scheme = Scheme(source.scheme)
    if not given and scheme in GIVEN:
        mend = worded("give it here, or by seventytwo source add --own-secret, which reads it from the input")
        raise Invalid(Fault("secret", worded("of {scheme} is not ours to make", scheme=scheme), mend))
    secret = given or _new_secret(scheme, source.slug)
    try:
        check_secret(scheme, secret)
    except UnusableSecret as error:
        raise Invalid(Fault("secret", str(error).rstrip("."), worded("leave it out to have one made"))) from error
    row_id: UUID = new_id()
    sealed = act.seal(secret, secret_place(row_id))
    act.session.add(SourceSecret(id=row_id, source_id=source.id, sealed=sealed, created_at=act.now))
    act.session.flush()
    return secret


def _new_secret(scheme: Scheme, slug: str) -> str:
    if scheme is Scheme.STANDARD_WEBHOOKS:
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    token = secrets.token_urlsafe(32)
    return f"{slug}:{token}" if scheme is Scheme.BASIC else token


def _slug_faults(slug: str) -> list[Fault]:
    if SLUG.fullmatch(slug):
        return []
    return [Fault("slug", worded("is no address"), worded("1 to 64 of a-z, 0-9 and -, such as alertmanager-eu"))]


def _scheme_faults(adapter: str, scheme: str) -> list[Fault]:
    try:
        known = chosen_adapter(adapter)
    except Invalid as error:
        return list(error.faults)
    if scheme in known.schemes:
        return []
    return [
        Fault(
            "scheme",
            worded("{scheme} does not prove {label}", scheme=scheme, label=known.label),
            worded("one of {schemes}", schemes=", ".join(known.schemes)),
        )
    ]


def _rules_faults(rules: Mapping[str, object]) -> list[Fault]:
    try:
        read_rules(rules)
    except BadRules as error:
        return [Fault(error.field, error.message, worded("see the rules of a new source"))]
    return []


def _write_down(act: Act, source: Source, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(source.id)})
