"""The board, and reporting an incident in two fields."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from sqlmodel import Session

from incident import runbooks
from incident.auth.dependencies import acting
from incident.errors import Invalid
from incident.models.incidents import Severity
from incident.organisation import approval_rules_of
from incident.queries.board import BoardRow, read_board
from incident.queries.waiting import approvals_waiting
from incident.roles import Action, Actor, Visibility
from incident.runbooks import Runbook
from incident.settings import Settings
from incident.verbs.incidents import Report, open_incident
from incident.web import words
from incident.web.forms import STORABLE
from incident.web.frame import Desk, Seated, see
from incident.web.views import Asked, BoardLine, BoardView, Choice, Hero, Problem

router = APIRouter(include_in_schema=False)
Reporter = Annotated[Actor, Depends(acting(Action.REPORT, programs=False))]


@router.get("/")
def show_board(desk: Seated, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What needs somebody now, most urgent first."""
    with desk.edge.read() as session:
        return desk.page("board.html", session, {"view": _view(desk, session, q.strip(), desk.edge.clock.now())})


@router.get("/incidents/new")
def show_report(desk: Seated, _by: Reporter) -> Response:
    """The form to report an incident."""
    with desk.edge.read() as session:
        return _report(desk, session)


@router.post("/incidents")
def report(
    desk: Seated,
    by: Reporter,
    title: Annotated[str, Form(max_length=2000, pattern=STORABLE)],
    kind: Annotated[str, Form(max_length=64, pattern=STORABLE)],
    severity: Annotated[Severity, Form()] = Severity.HIGH,
    visibility: Annotated[Visibility, Form()] = Visibility.OPEN,
) -> Response:
    """Open an incident and go to it."""
    try:
        seen, book = Report(title, kind, severity, visibility), _books(desk.edge.settings).get(kind)
        opened = desk.edge.write(by, lambda act: open_incident(act, seen, book))
    except Invalid as error:
        problems = tuple(Problem(fault.field, fault.message, fault.mend) for fault in error.faults)
        with desk.edge.read() as session:
            return _report(desk, session, problems, title, kind)
    return see(f"/incidents/{opened.codename}")


def _report(
    desk: Desk, session: Session, problems: tuple[Problem, ...] = (), title: str = "", kind: str = ""
) -> Response:
    kinds = tuple(replace(one, chosen=one.value == kind) for one in kinds_of(desk.edge.settings))
    severities = tuple(Choice(one.value, one.value.capitalize(), one is Severity.HIGH) for one in Severity)
    values = {"problems": problems, "kinds": kinds, "severities": severities, "values": {"title": title}}
    return desk.page("report.html", session, values, 422 if problems else 200)


def kinds_of(settings: Settings) -> tuple[Choice, ...]:
    """The kinds of incident there are runbooks for, each with what it is in a sentence, and one for all others."""
    books = _books(settings).items()
    found = (Choice(kind, book.title, about=_first_sentence(book.summary)) for kind, book in books)
    return (
        *found,
        Choice("other", words.KINDS["other"], about="Opens without tasks; phases, duties and clocks are the same."),
    )


def _books(settings: Settings) -> dict[str, Runbook]:
    return runbooks.usable(settings.runbook_folders)


def _first_sentence(text: str) -> str:
    sentence, stop, _ = " ".join(text.split()).partition(". ")
    return sentence + stop.strip()


def _view(desk: Desk, session: Session, query: str, now: datetime) -> BoardView:
    board = read_board(session, desk.edge.keys, desk.actor, now)
    rows = [row for row in board.rows if _fits(row, query.lower())]
    lines = [(row, _line(row)) for row in rows]
    urgent = next((row for row in rows if not row.is_over and row.due), None) if not query else None
    return BoardView(
        hero=_hero(urgent) if urgent else None,
        counts=tuple((name.value, number) for name, number in board.counts) if board.rows and not query else (),
        open=tuple(line for row, line in lines if not row.is_over),
        over=tuple(line for row, line in lines if row.is_over),
        query=query,
        found=len(rows),
        asked=() if query else _asked(desk, session, now),
    )


def _asked(desk: Desk, session: Session, now: datetime) -> tuple[Asked, ...]:
    """Releases that only this reader and their like can approve."""
    waiting = approvals_waiting(session, desk.actor, now, approval_rules_of(desk.edge.settings))
    return tuple(
        Asked(
            f"/releases/{one.release_id}",
            words.NOTICES[one.kind][0],
            one.codename,
            one.recipients,
            one.asked_at,
            one.until,
        )
        for one in waiting
    )


def _fits(row: BoardRow, query: str) -> bool:
    said = f"{row.incident.codename} {row.title} {words.kind_of(row.incident.kind)} {row.incident.phase}".lower()
    return all(word in said for word in query.split())


def _hero(row: BoardRow) -> Hero:
    assert row.due is not None
    href = f"/incidents/{row.incident.codename}"
    return Hero(
        href=href,
        codename=row.incident.codename,
        title=row.title,
        duty=row.due.title,
        article=words.rule_name(row.due.law, row.due.article),
        standing=row.due.standing.value,
        due_at=row.due.at,
        provisional=row.due.provisional,
    )


def _line(row: BoardRow) -> BoardLine:
    incident = row.incident
    return BoardLine(
        href=f"/incidents/{incident.codename}",
        codename=incident.codename,
        title=row.title,
        kind=words.kind_of(incident.kind),
        severity=incident.severity.value,
        phase=incident.phase.value,
        phase_label=words.PHASES[incident.phase],
        commander=row.commander,
        opened_at=incident.opened_at,
        due_at=row.due.at if row.due else None,
        standing=row.due.standing.value if row.due else "",
        provisional=row.due.provisional if row.due else False,
        customers_told=row.told,
        customers_affected=row.affected,
        drill=incident.drill,
    )
