"""The breach register for programs: an entry for each legal entity and data set, notified or not (GDPR Art. 33(5))."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from incident.api.shapes import AtEdge, Out, word_of
from incident.auth.dependencies import acting
from incident.organisation import organisation_of
from incident.queries.breach_entry import State, Step
from incident.queries.breach_register import Chosen, Standpoint, read_register
from incident.queries.breach_sealed import delay_headings
from incident.roles import Action, Actor
from incident.verbs.breach_register import record_export

router = APIRouter(prefix="/api/register", tags=["register"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]


class MomentOut(Out):
    """A recorded moment. `provisional`: the earliest arguable candidate, nobody has decided."""

    at: datetime
    provisional: bool


class PeopleOut(Out):
    """How many people, and where they live: ISO 3166 code → number, null where nobody has counted."""

    count: int | None
    at_least: int | None
    at_most: int | None
    kinds: list[str] | None
    reach: dict[str, int | None] | None


class FactsOut(Out):
    """What happened, as saved in `version` of the facts; null: not known, an empty list: none.

    `customers` is how many business customers' data it is.
    """

    title: str
    version: int
    role: str | None
    kinds: list[str] | None
    suspected: bool | None
    cause: str | None
    categories: list[str] | None
    people: PeopleOut
    customers: int | None
    began: MomentOut | None
    ended: MomentOut | None
    discovered: MomentOut | None
    aware: MomentOut | None


class JudgedOut(Out):
    """A risk advised or decided. `stands` false: the facts it rested on have changed since."""

    risk: str
    who: str
    at: datetime
    reason: str
    stands: bool


class EffectsOut(Out):
    """The risk to people (unlikely, risk, high or unknown), and what was seen. `risk`: as decided, else as assessed."""

    risk: str
    assessed: str
    advised: JudgedOut | None
    decided: JudgedOut | None
    misuse_seen: bool | None
    exfiltration: str | None
    recipients: str | None
    unavailable_hours: str | None


class DoneOut(Out):
    """One finished step of containment, recovery or notification."""

    title: str
    at: datetime | None


class SubmissionOut(Out):
    """One filing with an authority."""

    at: datetime
    to: str
    channel: str
    reference: str


class NotificationOut(Out):
    """One duty to tell somebody, and what came of it. `late`: told after `due_at`, or past it and not told.

    `delay_reasons` are those of the filing; `missing` are the facts that would decide whether the duty applies.
    """

    duty: str
    regime: str
    law: str
    article: str
    title: str
    addressee_kind: str
    addressee: str
    stage: str
    step: Step
    due_at: datetime | None
    provisional: bool
    told_at: datetime | None
    late: bool
    delay_reasons: str
    submissions: list[SubmissionOut]
    missing: list[str]


class PeopleToldOut(Out):
    """A notice sent to the end or published. `how`: people (mail), in_app or announcement."""

    how: str
    at: datetime
    recipients: int | None


class CustomersOut(Out):
    """Business customers told of those whose data it is; `affected` null: not known which."""

    affected: int | None
    told: int
    first_told_at: datetime | None
    last_told_at: datetime | None
    is_open: bool


class RuleOut(Out):
    """A rule by its law and article."""

    law: str
    article: str


class RefusalOut(Out):
    """A decision not to notify, also one that was reopened since. `rules`: the duties it settles here."""

    subject: str
    outcome: str
    rules: list[RuleOut]
    reason: str
    who: str
    at: datetime
    look_again_at: datetime | None
    reopened_at: datetime | None


class RecordOut(Out):
    """The duty to keep this entry. `retention` empty: the text names no period."""

    duty: str
    regime: str
    law: str
    article: str
    applies: str
    recorded_at: datetime | None
    retention: str
    keep_until: date | None


class EntryOut(Out):
    """One incident, one legal entity, one data set. `at`: awareness, else the opening of the incident.

    `state`: notified, not_notified or open; `open_duties` counts what is left to do or to decide, also when notified.
    `unknown` are keys of facts nobody has answered.
    """

    incident: str
    title: str
    kind: str
    phase: str
    visibility: str
    opened_at: datetime
    entity: str
    dataset: str
    at: datetime
    state: State
    open_duties: int
    regimes: list[str]
    facts: FactsOut
    effects: EffectsOut
    done: list[DoneOut]
    response: dict[str, bool]
    notifications: list[NotificationOut]
    people_told: list[PeopleToldOut]
    customers: CustomersOut | None
    refusals: list[RefusalOut]
    records: list[RecordOut]
    unknown: list[str]


class RegisterOut(Out):
    """The entries the caller may see, the newest first."""

    read_at: datetime
    entries: list[EntryOut]


@router.get("", response_model=RegisterOut)
def show_register(
    by: Reader,
    edge: AtEdge,
    year: Annotated[int | None, Query(ge=1970, le=2200)] = None,
    regime: Annotated[str, Query(max_length=64)] = "",
    state: Annotated[State | None, word_of(State)] = None,
) -> RegisterOut:
    """Every personal-data breach, notified or not. That it was read in this form is written down."""
    now = edge.clock.now()
    headings = delay_headings(edge.settings.template_folders)
    standpoint = Standpoint(organisation_of(edge.settings), now, headings)
    with edge.read() as session:
        register = read_register(session, edge.keys, by, standpoint, Chosen(year, regime, state))
    narrowed = ", ".join(str(part) for part in (year, regime, state) if part)
    edge.write(by, lambda act: record_export(act, "JSON", len(register.entries), narrowed))
    entries = [EntryOut.model_validate(entry, from_attributes=True) for entry in register.entries]
    return RegisterOut(read_at=now, entries=entries)
