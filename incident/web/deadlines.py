"""Deadlines over all incidents one may see: by day, as a calendar to subscribe to, on a screen on the wall."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.calendars import Event, calendar
from incident.deadlines import Standing
from incident.errors import NotFound
from incident.queries.board import read_board, with_titles
from incident.queries.deadlines import DueLine, behind_feed, has_feed, read_deadlines
from incident.queries.duties import counted_once
from incident.roles import Action, Actor
from incident.verbs.desk import drop_deadline_feed, make_deadline_feed
from incident.web import words
from incident.web.board import board_line
from incident.web.frame import Desk, Seated, see
from incident.web.languages import SOURCE
from incident.web.subscribed import subscribed
from incident.web.times import local
from incident.web.views.deadlines import DeadlineDay, DeadlineRow, DeadlinesView, WaitingRow, WallView
from incident.zones import zone_named
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/deadlines"
FEEDS = "/deadline-calendars"
ON_THE_WALL = 8  # incidents
DATED = (Standing.LATE, Standing.SOON, Standing.AHEAD)
SHOWN = 200  # moments on the page, the next first
LENGTH = timedelta(minutes=30)  # of an entry of the calendar, which ends with the deadline
Reader = Annotated[Actor, Depends(acting(Action.READ, programs=False))]
Token = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


@router.get(PAGE)
def show_deadlines(desk: Seated, _by: Reader) -> Response:
    """Every open deadline by day, the late ones first."""
    return _page(desk)


@router.post(f"{PAGE}/calendar")
def make_calendar(desk: Seated, by: Reader) -> Response:
    """Make the address of the reader's calendar, which is shown this once."""
    token = desk.edge.write(by, make_deadline_feed)
    response = _page(desk, f"{desk.edge.settings.base_url}{FEEDS}/{token}.ics")
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post(f"{PAGE}/calendar/removal")
def drop_calendar(desk: Seated, by: Reader) -> Response:
    """Let the address open nothing any more."""
    desk.edge.write(by, drop_deadline_feed)
    return see(f"{PAGE}#calendar")


@router.get(f"{FEEDS}/{{token}}.ics")
def show_calendar(request: Request, token: Token) -> Response:
    """The calendar behind an address that only its reader knows: codenames and duties, no titles of incidents."""
    edge = Edge.of(request)
    with edge.read() as session:
        found = behind_feed(session, token, edge.clock.now())
    if found is None:
        raise NotFound(worded("There is no such calendar."))
    events = [_event(row, edge.settings.base_url) for row in together(found)]
    return subscribed(request, partial(calendar, "Deadlines", events), 300)


@router.get("/wall")
def show_wall(desk: Seated, _by: Reader) -> Response:
    """The board for a screen on the wall: the next deadline, counts, codenames."""
    now = desk.edge.clock.now()
    with desk.edge.read() as session:
        rows = together(read_deadlines(session, desk.actor, now, 1).lines)
        board = read_board(session, desk.actor, now)
        running = [row for row in board.rows if not row.is_over]
        shown = with_titles(session, desk.edge.keys, running[:ON_THE_WALL])
        view = WallView(
            next=rows[0] if rows else None,
            counts=tuple((name.value, number) for name, number in board.counts),
            lines=tuple(map(board_line, shown)),
            more=max(0, len(running) - ON_THE_WALL),
        )
        return desk.page("wall.html", session, {"view": view})


def together(lines: Sequence[DueLine]) -> list[DeadlineRow]:
    """One row for what falls due at one moment on one incident, in the order of the lines."""
    found: dict[tuple[str, datetime], list[DueLine]] = {}
    for one in lines:
        found.setdefault((one.incident.codename, one.moment), []).append(one)
    return [_row(same) for same in found.values()]


def days_of(rows: Sequence[DeadlineRow], now: datetime, zone: str, language: str = SOURCE) -> tuple[DeadlineDay, ...]:
    """The rows by day of the zone; what is late stands together before all days."""
    late = tuple(row for row in rows if row.standing == Standing.LATE)
    days: dict[str, list[DeadlineRow]] = {}
    for row in rows:
        if row.standing != Standing.LATE:
            days.setdefault(_day(row.moment, now, zone, language), []).append(row)
    first = (DeadlineDay(worded("Late"), late, late=True),) if late else ()
    return (*first, *(DeadlineDay(label, tuple(of_day)) for label, of_day in days.items()))


def _page(desk: Desk, feed: str = "") -> Response:
    now = desk.edge.clock.now()
    with desk.edge.read() as session:
        view = _view(desk, session, now, feed)
        return desk.page("deadlines.html", session, {"view": view})


def _view(desk: Desk, session: Session, now: datetime, feed: str) -> DeadlinesView:
    found = read_deadlines(session, desk.actor, now, SHOWN)
    return DeadlinesView(
        days_of(together(found.lines), now, desk.zone, desk.language),
        tuple((name.value, found.counts[name]) for name in DATED),
        has_feed(session, desk.actor),
        feed,
        later=max(0, found.moments - SHOWN),
        waiting=tuple(
            WaitingRow(one.codename, _duties(one.codename), one.blocked, one.undated) for one in found.waiting
        ),
    )


def _row(same: Sequence[DueLine]) -> DeadlineRow:
    first = same[0]
    duty, codename = first.line.duty, first.incident.codename
    return DeadlineRow(
        href=f"/incidents/{codename}/duties/{first.line.obligation.id}" if len(same) == 1 else _duties(codename),
        case_href=f"/incidents/{codename}",
        codename=codename,
        title=duty.title,
        article=words.rule_name(duty.law, duty.article),
        standing=first.line.standing.value,
        moment=first.moment,
        provisional=all(one.line.obligation.provisional for one in same),
        own_target=all(one.line.soft for one in same),
        more=len({_counted(one) for one in same}) - 1,
    )


def _counted(one: DueLine) -> tuple[object, ...]:
    return (one.incident.id, *counted_once(one.line.obligation, one.line.standing))


def _duties(codename: str) -> str:
    return f"/incidents/{codename}/duties"


def _event(row: DeadlineRow, base: str) -> Event:
    others = f" and {row.more} more" if row.more else ""
    sort = " (provisional)" if row.provisional else " (own target)" if row.own_target else ""
    return Event(
        key=f"{row.codename}\n{row.moment.isoformat()}",
        begins=row.moment - LENGTH,
        ends=row.moment,
        summary=f"{row.codename}: {row.title}{others}{sort}",
        about=row.article,
        url=f"{base}{row.href}",
    )


def _day(moment: datetime, now: datetime, zone: str, language: str) -> str:
    here, today = moment.astimezone(zone_named(zone)), now.astimezone(zone_named(zone))
    said = local(moment, zone, "weekday" if here.year == today.year else "day", language)
    ahead = (here.date() - today.date()).days
    near = {0: worded("Today, {day}", day=said), 1: worded("Tomorrow, {day}", day=said)}
    return near.get(ahead) or said
