"""The law as data, for programs: duties one by one, how far they were checked, and what follows from given facts."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from incident.api.shapes import In, Out
from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.inquiries.duties import answer
from incident.law.duties import Duty
from incident.law.library import Chosen, NoSuchDuty, choose, coverage, document_of, find
from incident.law.packs import shipped_duties
from incident.roles import Action, Actor

router = APIRouter(prefix="/api/law", tags=["law"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Word = Annotated[str, Query(max_length=64)]
LEFT_OUT = ("groups",)


class PeriodOut(Out):
    """How long a law gives. `unit`: hours, days, business_days, months or years."""

    amount: int
    unit: str


class BoundOut(Out):
    """Another limit, of which the earlier counts. `lapses`: only if the clock started before it ran out."""

    anchor: str
    why: str
    after: list[str]
    period: PeriodOut | None
    counting: str
    lapses: bool


class DutyOut(Out):
    """One duty: who must tell whom, by when, by which article, and how far that was checked.

    `period` null: the law sets no number. `url` empty: the citation is to be checked. `applies_from` null: its date was
    not researched, and it is treated as in force. `confidence` follows from `basis`; `unverified` names parts that
    nobody saw in a source. `trigger` is the condition, over `facts` and `findings`.
    """

    id: str
    kind: str
    jurisdiction: str
    regime: str
    law: str
    article: str
    title: str
    bound: str
    roles: list[str]
    addressee_kind: str
    addressee: str
    each: str
    stage: str
    trigger: str
    facts: list[str]
    findings: list[str]
    anchor: str
    after: list[str]
    before: list[str]
    period: PeriodOut | None
    counting: str
    bounds: list[BoundOut]
    zone: str
    calendar: str
    alternatives: list[str]
    qualifier: str
    delays: str
    hold: bool
    after_hold: PeriodOut | None
    contents: str
    retention: PeriodOut | None
    exceptions: list[str]
    status: str
    applies_from: date | None
    applies_until: date | None
    url: str
    source: str
    basis: str
    confidence: str
    citation: str
    unverified: list[str]
    notes: str

    @classmethod
    def of(cls, duty: Duty) -> "DutyOut":
        document = document_of(duty)
        return cls(**{key: value for key, value in document.items() if key not in LEFT_OUT})


class CoverageOut(Out):
    """How many duties there are, and how far they were checked."""

    duties: int
    jurisdictions: dict[str, int]
    confidence: dict[str, int]
    status: dict[str, int]
    citations_missing: int
    validity_not_researched: int


class InquiryIn(In):
    """Facts and moments, without an incident: what `seventytwo duties` reads.

    `anchors`: name of a moment → the moment, or {"at", "scope", "decided"}; `submitted`: duty id → moment of filing.
    """

    facts: dict[str, Any]
    anchors: dict[str, Any] = Field(default_factory=dict)
    submitted: dict[str, str] = Field(default_factory=dict)
    now: str | None = None
    organisation: dict[str, Any] = Field(default_factory=dict)
    customers: dict[str, Any] = Field(default_factory=dict)


class ReadingOut(Out):
    """Another defensible way to count, for information."""

    reading: str
    due_at: str


class DerivedOut(Out):
    """One duty towards one addressee, answered. Moments are UTC; those of a "no" are null.

    `provisional_due_at` stands instead of `due_at` while the start is not decided. `soft`: the law names no number.
    """

    id: str
    kind: str
    jurisdiction: str
    regime: str
    law: str
    article: str
    title: str
    addressee_kind: str
    addressee: str
    stage: str
    entity: str
    datasets: list[str]
    applies: str
    why: list[str]
    missing: list[str]
    starts_from: str
    standing: str
    due_at: str | None
    provisional_due_at: str | None
    target_at: str | None
    soft: bool
    qualifier: str
    blocked: str
    counting: str
    trace: list[str]
    other_readings: list[ReadingOut]
    confidence: str
    unverified: list[str]
    status: str
    applies_from: date | None
    source: str
    url: str


@router.get("/duties")
def list_duties(
    _by: Reader, jurisdiction: Word = "", regime: Word = "", status: Word = "", confidence: Word = ""
) -> list[DutyOut]:
    """Every duty that ships, by jurisdiction (a country takes in its regions), regime, status or confidence."""
    return [DutyOut.of(duty) for duty in choose(shipped_duties(), Chosen(jurisdiction, regime, status, confidence))]


@router.get("/duties/{duty_id}")
def show_duty(_by: Reader, duty_id: str) -> list[DutyOut]:
    """Every version of one duty, the oldest first."""
    try:
        return [DutyOut.of(duty) for duty in find(duty_id)]
    except NoSuchDuty as error:
        raise NotFound(str(error)) from None


@router.get("/coverage")
def show_coverage(_by: Reader) -> CoverageOut:
    """How many duties there are by jurisdiction, and how far they were checked."""
    found = coverage(shipped_duties())
    return CoverageOut(
        duties=found.duties,
        jurisdictions=dict(found.jurisdictions),
        confidence=dict(found.confidence),
        status=dict(found.status),
        citations_missing=found.citations_missing,
        validity_not_researched=found.validity_not_researched,
    )


@router.post("/derivations")
def derive_duties(_by: Reader, body: InquiryIn) -> list[DerivedOut]:
    """What follows from facts and moments, without storing anything."""
    return [DerivedOut(**row) for row in answer(body.model_dump(exclude_none=True))]
