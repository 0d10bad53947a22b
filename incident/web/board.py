"""The board, and reporting an incident in two fields."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from sqlmodel import Session

from incident import runbooks
from incident.auth.dependencies import acting
from incident.deadlines import Standing
from incident.errors import Invalid
from incident.models.incidents import Severity
from incident.queries.board import Board, BoardRow, read_board, with_rules, with_titles
from incident.queries.narrative import Narrative, search_timelines
from incident.queries.open_tasks import count_own_tasks
from incident.queries.saved_views import saved_views
from incident.roles import Action, Actor, Visibility
from incident.runbooks import Runbook
from incident.settings import Settings
from incident.verbs.desk import drop_view, save_view
from incident.verbs.incidents import Report, open_incident
from incident.web import words
from incident.web.board_filters import A_PAGE, CHOICES, Filter, Reading, fields, fits, leaf_of
from incident.web.done import can_undo
from incident.web.forms import STORABLE, Line, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.to_follow_views import filings_waiting
from incident.web.views import BoardLine, BoardView, Choice, Hero, Problem
from incident.web.views.board import CountLine, ViewLine
from incident.web.waiting import asked_of, undecided_of
from notifications.wording import listed, worded

router = APIRouter(include_in_schema=False)
SAID = 240  # letters of a line that was found
Asking = Annotated[str, Query(max_length=64)]
Reader = Annotated[Actor, Depends(acting(Action.READ, programs=False))]
Reporter = Annotated[Actor, Depends(acting(Action.REPORT, programs=False))]


class ViewForm(Sent):
    """`query`: what is chosen, as the board's address has it."""

    name: Line
    query: Line


def wanted_in(
    q: Annotated[str, Query(max_length=200)] = "",
    severity: Asking = "",
    phase: Asking = "",
    standing: Asking = "",
    commander: Asking = "",
    written: Asking = "",
) -> Filter:
    """What the address of the board asks for."""
    return Filter(q.strip(), severity, phase, standing, commander, written == "yes")


@router.get("/")
def show_board(
    desk: Seated,
    wanted: Annotated[Filter, Depends(wanted_in)],
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What needs somebody now, most urgent first; by words and choices of it, a page at a time."""
    with desk.edge.read() as session:
        view = _view(desk, session, wanted, desk.edge.clock.now(), page)
        return desk.page("board.html", session, {"view": view})


@router.post("/views")
def keep_view(request: Request, desk: Seated, by: Reader, form: Annotated[ViewForm, Form()]) -> Response:
    """Keep what is chosen on the board by a name; until the next page it can be undone, unless the name was taken."""
    chosen = wanted_in(
        **{name: value[:64] for name, value in parse_qsl(form.query) if name in {"q", "written", *CHOICES}}
    )
    with desk.edge.read() as session:
        before = {view.id for view in saved_views(session, by)}
    saved = desk.edge.write(by, lambda act: save_view(act, form.name, chosen.query))
    if saved.id not in before:
        can_undo(request, f"/views/{saved.id}/removal")
    return see(f"/?{saved.query}")


@router.post("/views/{view_id}/removal")
def remove_view(request: Request, desk: Seated, by: Reader, view_id: UUID) -> Response:
    """Keep it no longer; until the next page it can be undone."""
    with desk.edge.read() as session:
        gone = next((view for view in saved_views(session, by) if view.id == view_id), None)
    desk.edge.write(by, lambda act: drop_view(act, view_id))
    if gone is not None:
        can_undo(request, "/views", name=gone.name, query=gone.query)
    return see("/")


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
    severities = tuple(Choice(one.value, words.SEVERITIES[one], one is Severity.HIGH) for one in Severity)
    values = {"problems": problems, "kinds": kinds, "severities": severities, "values": {"title": title}}
    return desk.page("report.html", session, values, 422 if problems else 200)


def kinds_of(settings: Settings) -> tuple[Choice, ...]:
    """The kinds of incident there are runbooks for, each with what it is in a sentence, and one for all others."""
    books = _books(settings).items()
    found = (Choice(kind, listed(book.title), about=listed(first_sentence(book.summary))) for kind, book in books)
    return (
        *found,
        Choice(
            "other", words.KINDS["other"], about=worded("Opens without tasks; phases, duties and clocks are the same.")
        ),
    )


def _books(settings: Settings) -> dict[str, Runbook]:
    return runbooks.usable(settings.runbook_folders)


def first_sentence(text: str) -> str:
    """A summary in short."""
    sentence, stop, _ = " ".join(text.split()).partition(". ")
    return sentence + stop.strip()


def _view(desk: Desk, session: Session, wanted: Filter, now: datetime, page: int) -> BoardView:
    first = wanted.is_empty and page == 1
    board, keys = read_board(session, desk.actor, now), desk.edge.keys
    told = _told(desk, session, board, wanted)
    every = with_titles(session, keys, board.rows) if wanted.q else board.rows
    rows = [row for row in every if fits(row, wanted, Reading(desk.actor, desk.language), told.found)]
    running = [row for row in rows if not row.is_over and row.due and first]
    urgent = min(running, key=lambda row: row.due.at if row.due else now, default=None)
    here = with_titles(session, keys, rows[(page - 1) * A_PAGE : page * A_PAGE])
    lines = [(row, _with(board_line(row), told.found.get(row.incident.id))) for row in here]
    return BoardView(
        hero=_hero(*with_rules(session, with_titles(session, keys, [urgent]))) if urgent else None,
        counts=tuple(_count(name, number) for name, number in board.counts) if board.rows and first else (),
        open=tuple(line for row, line in lines if not row.is_over),
        over=tuple(line for row, line in lines if row.is_over),
        query=wanted.q,
        found=len(rows),
        asked=asked_of(desk, session, now) if first else (),
        fields=fields(wanted),
        saved=tuple(
            ViewLine(str(one.id), one.name, f"/?{one.query}", one.query == wanted.query)
            for one in saved_views(session, desk.actor)
        ),
        chosen=wanted.query,
        written=wanted.written,
        unread=not told.whole,
        undecided=undecided_of(desk, session, board.rows) if first else (),
        to_follow=filings_waiting(desk, session, board.rows) if first else (),
        tasks=count_own_tasks(session, desk.actor) if first else 0,
        running=sum(not row.is_over for row in rows),
        ended=sum(row.is_over for row in rows),
        leaf=leaf_of(wanted, page, len(rows)),
        here=wanted.address(page),
    )


def _told(desk: Desk, session: Session, board: Board, wanted: Filter) -> Narrative:
    if not (wanted.written and wanted.q and desk.may(Action.READ)):
        return Narrative({}, whole=True)
    visible = [row.incident.id for row in board.rows]
    return search_timelines(session, desk.edge.keys, desk.actor, visible, wanted.q)


def _with(line: BoardLine, told: tuple[int, str] | None) -> BoardLine:
    if told is None:
        return line
    seq, text = told
    return replace(line, said=text[:SAID], said_href=f"{line.href}/timeline?before={seq + 1}#entry-{seq}")


def _count(name: Standing, number: int) -> CountLine:
    href = "/deadlines#waiting" if name is Standing.BLOCKED else f"/?{Filter(standing=name.value).query}"
    return CountLine(name.value, number, href)


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
        may_apply=row.due.may_apply,
    )


def board_line(row: BoardRow) -> BoardLine:
    """One incident as the board shows it."""
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
        may_apply=row.due.may_apply if row.due else False,
        customers_known=row.known,
        customers_told=row.told,
        customers_affected=row.affected,
        drill=incident.drill,
        undated=row.undated,
    )
