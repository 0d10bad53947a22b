"""Incidents for programs: the board, one incident with its open moves, and a report in two fields."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from incident import runbooks
from incident.api.shapes import AtEdge, Codename, In, Out, word_of
from incident.auth.dependencies import acting
from incident.deadlines import Standing
from incident.errors import Fault, Invalid
from incident.models.incidents import Incident, Severity
from incident.phases import MOVES, Guard, Move, Phase, missing, named, open_moves
from incident.queries.board import BoardRow, Due, read_board, with_rules, with_titles
from incident.queries.duties import DutyLine
from incident.queries.incident import IncidentPage, read_incident
from incident.roles import Action, Actor, Visibility
from incident.verbs.incidents import Report, open_incident

router = APIRouter(prefix="/api/incidents", tags=["incidents"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Reporter = Annotated[Actor, Depends(acting(Action.REPORT))]
OTHER = "other"  # a kind without a runbook


class DeadlineOut(Out):
    """What is due next. `provisional`: awareness is not decided, and the clock runs from the earliest arguable moment.

    `at` is the moment of the law or the contract, else the organisation's own target.
    """

    at: datetime
    standing: Standing
    provisional: bool
    title: str
    law: str
    article: str


class IncidentLine(Out):
    """An incident as the board shows it; `customers_*` count customers, never messages."""

    codename: str
    title: str
    kind: str
    severity: Severity
    phase: Phase
    visibility: Visibility
    version: int
    drill: bool
    commander: str
    opened_at: datetime
    closed_at: datetime | None
    next_deadline: DeadlineOut | None
    customers_affected: int
    customers_told: int


class IncidentsOut(Out):
    """Those the caller may see, open ones first, the most urgent first."""

    incidents: list[IncidentLine]


class MissingOut(Out):
    """What a guard asks for before a move."""

    guard: Guard
    text: str


class MoveOut(Out):
    """A move the phase has: where it leads, whether it needs a reason, what is missing."""

    move: Move
    target: Phase
    needs_reason: bool
    missing: list[MissingOut]


class IncidentOut(IncidentLine):
    """One incident, with its moves and what is open on it."""

    opened_by: str
    moves: list[MoveOut]
    fact_version: int
    evidence_items: int
    open_tasks: int
    timeline_length: int


class ReportIn(In):
    """What was seen, in one line, and the kind of incident it looks like: the name of a runbook, or other."""

    title: str = Field(max_length=2000)
    kind: str = Field(max_length=64)
    severity: Annotated[Severity, word_of(Severity)] = Severity.HIGH


class OpenedOut(Out):
    """The incident that was opened."""

    codename: str


@router.get("", response_model=IncidentsOut)
def list_incidents(by: Reader, edge: AtEdge) -> IncidentsOut:
    """The board."""
    with edge.read() as session:
        board = read_board(session, by, edge.clock.now())
        rows = with_rules(session, with_titles(session, edge.keys, board.rows))
    return IncidentsOut(incidents=[_line(row) for row in rows])


@router.post("", status_code=201, response_model=OpenedOut)
def report_incident(by: Reporter, edge: AtEdge, body: ReportIn, response: Response) -> OpenedOut:
    """Open an incident. The caller need not be allowed to read it."""
    books = runbooks.usable(edge.settings.runbook_folders)
    if body.kind not in books and body.kind != OTHER:
        raise Invalid(Fault("kind", "there is no runbook of this name", ", ".join((*books, OTHER))))
    seen, book = Report(body.title, body.kind, body.severity), books.get(body.kind)
    opened = edge.write(by, lambda act: open_incident(act, seen, book))
    response.headers["Location"] = f"/api/incidents/{opened.codename}"
    return OpenedOut(codename=opened.codename)


@router.get("/{codename}", response_model=IncidentOut)
def show_incident(by: Reader, edge: AtEdge, codename: Codename) -> IncidentOut:
    """One incident: its phase, the moves that are open and what each still needs, the next deadline."""
    with edge.read() as session:
        page = read_incident(session, edge.keys, by, codename, edge.clock.now())
    return IncidentOut(
        **_head(page.incident, page.title, page.commander),
        next_deadline=_next(page.duties),
        customers_affected=len(page.told.affected),
        customers_told=len(page.told.told),
        opened_by=page.opened_by,
        moves=[_move(page, move) for move in open_moves(page.incident.phase)],
        fact_version=page.case.fact_versions,
        evidence_items=page.case.evidence_items,
        open_tasks=page.open_tasks,
        timeline_length=page.seq,
    )


def _head(row: Incident, title: str, commander: str) -> dict[str, object]:
    names = ("codename", "kind", "severity", "phase", "visibility", "version", "drill", "opened_at", "closed_at")
    return {**{name: getattr(row, name) for name in names}, "title": title, "commander": commander}


def _line(row: BoardRow) -> IncidentLine:
    return IncidentLine(
        **_head(row.incident, row.title, row.commander),
        next_deadline=_due(row.due) if row.due else None,
        customers_affected=row.affected,
        customers_told=row.told,
    )


def _due(due: Due) -> DeadlineOut:
    return DeadlineOut(**{name: getattr(due, name) for name in DeadlineOut.model_fields})


def _next(lines: Sequence[DutyLine]) -> DeadlineOut | None:
    """The first that is open and has a moment; `lines` come in the order they are due."""
    for line in lines:
        if line.deadline.is_open and line.moment and line.standing is not Standing.BLOCKED:
            row, duty = line.obligation, line.duty
            due = Due(line.moment, line.standing, row.provisional, row.id)
            return _due(replace(due, title=duty.title, law=duty.law, article=duty.article))
    return None


def _move(page: IncidentPage, move: Move) -> MoveOut:
    target, guards = MOVES[page.incident.phase, move]
    lacking = named(missing(page.incident.phase, move, page.case), page.barring)
    return MoveOut(
        move=move,
        target=target,
        needs_reason=Guard.REASON in guards,
        missing=[MissingOut(guard=Guard(item.guard), text=item.whole) for item in lacking],
    )
