"""Close-out reports, what is purged when, and legal holds, for programs. The file of a report is taken by people."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from incident.api.shapes import AtEdge, Codename, In, Out, Reason
from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.organisation import retention_rules_of
from incident.queries.access import find_incident
from incident.queries.close_outs import close_outs_of
from incident.queries.legal_holds import Hold, holds_of
from incident.queries.retention import planned_of
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.verbs.closing_out import ask_close_out
from incident.verbs.legal_holds import lift_hold, set_hold
from notifications.proofs import CloseOut

router = APIRouter(prefix="/api", tags=["retention"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Asker = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE))]
Holder = Annotated[Actor, Depends(acting(Action.LEGAL_HOLD))]
Counted = dict[str, dict[str, int]]


class CountsOut(Out):
    """What a report counts: rows by state; each channel, language, region, domain by state; answers of relays.

    Domains of fewer than five people are counted as "others"; moments are "" where there is none.
    """

    rows: int
    told: int
    possible_duplicates: int
    first_at: str
    last_at: str
    states: dict[str, int]
    channels: Counted
    locales: Counted
    regions: Counted
    domains: Counted
    answers: dict[str, int]


class ReportOut(Out):
    """One numbered report. `finished_at` null: it is being written, `rows` of `expected`.

    `digest` is the SHA-256 of its file, `entry` the number of its entry in the chain `ledger:<release>`.
    """

    number: int
    begun_at: datetime
    finished_at: datetime | None
    expected: int
    rows: int
    digest: str
    entry: int
    file_purged_at: datetime | None
    counts: CountsOut | None


class ReportsOut(Out):
    """Every report of a release, the newest first."""

    reports: list[ReportOut]


class PlannedOut(Out):
    """One thing that will be purged: `what` is "audience" or "file"; `due_at` null: not before `kept_by` is over."""

    id: UUID
    what: str
    name: str
    people: int
    due_at: datetime | None
    kept_by: list[str]


class HoldOut(Out):
    """A legal hold; `lifted_at` null: it stands."""

    reason: str
    set_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str


class RetentionOut(Out):
    """What of an incident is purged when, and its legal holds, the newest first."""

    planned: list[PlannedOut]
    holds: list[HoldOut]


class HoldIn(In):
    """Why everything has to be kept, or need not be any more."""

    reason: Reason


@router.get("/releases/{release_id}/close-outs", response_model=ReportsOut)
def list_reports(by: Reader, edge: AtEdge, release_id: UUID) -> ReportsOut:
    """Who was told, in counts."""
    return _reports(edge, by, release_id)


@router.post("/releases/{release_id}/close-outs", status_code=201, response_model=ReportsOut)
def ask(by: Asker, edge: AtEdge, release_id: UUID) -> ReportsOut:
    """Ask for a report as of now; the worker writes it."""
    edge.write(by, lambda act: ask_close_out(act, release_id))
    return _reports(edge, by, release_id)


@router.get("/incidents/{codename}/retention", response_model=RetentionOut)
def show_retention(by: Reader, edge: AtEdge, codename: Codename) -> RetentionOut:
    """What goes when, and what keeps it."""
    return _retention(edge, by, codename)


@router.post("/incidents/{codename}/legal-hold", status_code=201, response_model=RetentionOut)
def hold(by: Holder, edge: AtEdge, codename: Codename, body: HoldIn) -> RetentionOut:
    """Keep everything of an incident from being purged."""
    incident_id = _incident(edge, by, codename)
    edge.write(by, lambda act: set_hold(act, incident_id, body.reason))
    return _retention(edge, by, codename)


@router.post("/incidents/{codename}/legal-hold/lift", response_model=RetentionOut)
def lift(by: Holder, edge: AtEdge, codename: Codename, body: HoldIn) -> RetentionOut:
    """Let retention go on."""
    incident_id = _incident(edge, by, codename)
    edge.write(by, lambda act: lift_hold(act, incident_id, body.reason))
    return _retention(edge, by, codename)


def _incident(edge: Edge, by: Actor, codename: str) -> UUID:
    with edge.read() as session:
        return find_incident(session, by, codename).id


def _reports(edge: Edge, by: Actor, release_id: UUID) -> ReportsOut:
    with edge.read() as session:
        return ReportsOut(reports=[_report(row) for row in close_outs_of(session, by, release_id).reports])


def _report(row: CloseOut) -> ReportOut:
    same = ("number", "begun_at", "finished_at", "expected", "rows", "digest", "entry", "file_purged_at")
    counts = CountsOut.model_validate(row.counts) if row.finished_at else None
    return ReportOut(**{name: getattr(row, name) for name in same}, counts=counts)


def _retention(edge: Edge, by: Actor, codename: str) -> RetentionOut:
    rules, now = retention_rules_of(edge.settings), edge.clock.now()
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
        holds = holds_of(session, edge.keys, by, incident_id)
        names = names_of(session, [who for one in holds for who in (one.set_by, one.lifted_by) if who])
        planned = [
            PlannedOut(
                id=one.id,
                what=one.what,
                name=one.name,
                people=one.people,
                due_at=one.due_at,
                kept_by=list(one.kept_by),
            )
            for one in planned_of(session, by, incident_id, rules, now)
        ]
        return RetentionOut(planned=planned, holds=[_hold(one, names) for one in holds])


def _hold(one: Hold, names: dict[str, str]) -> HoldOut:
    return HoldOut(
        reason=one.reason,
        set_at=one.set_at,
        set_by=names[one.set_by],
        lifted_at=one.lifted_at,
        lifted_by=names.get(one.lifted_by, ""),
        lift_reason=one.lift_reason,
    )
