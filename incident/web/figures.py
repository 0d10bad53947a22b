"""Figures in pictures: of all incidents one may see for a period, of one incident, each with its table, also as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from incident import figures as f
from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.figures import Month
from incident.queries.figures import Gathered, gather_figures
from incident.roles import Action, Actor
from incident.web import figure_views as views
from incident.web import figure_words as said
from incident.web.frame import Desk, Seated
from incident.web.incidents import opened, show
from incident.web.views import Choice
from incident.web.views.figures import FiguresView, FigureView
from incident.zones import zone_named
from notifications.spreadsheets import table
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ, programs=False))]
Asked = Annotated[str, Query(alias="period", max_length=16)]
YEAR = "12-months"
DAYS = {"30-days": 30, "90-days": 90}
LABELS: Mapping[str, str] = {
    YEAR: worded("Last 12 months"),
    "90-days": worded("Last 90 days"),
    "30-days": worded("Last 30 days"),
    "all": worded("All"),
}
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Period:
    """What is counted: from `begins` (None: from the start) until before `ends`. `name` is the choice."""

    name: str
    begins: datetime | None
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        return moment < self.ends and (self.begins is None or moment >= self.begins)


@router.get("/figures")
def show_figures(desk: Seated, by: Reader, period: Asked = YEAR) -> Response:
    """The pictures for a period, of the incidents one may see."""
    with desk.edge.read() as session:
        gathered = gather_figures(session, desk.edge.keys, by)
        return desk.page("figures.html", session, {"view": _view(desk, gathered, period)})


@router.get("/figures/{name}.csv")
def download_figure(desk: Seated, by: Reader, name: str, period: Asked = YEAR) -> Response:
    """The table behind one picture. Raises NotFound for a name there is no picture of."""
    with desk.edge.read() as session:
        gathered = gather_figures(session, desk.edge.keys, by)
    chosen = _period(desk, period)
    found = next((one for one in figures_of(desk, gathered, chosen) if one.id == name), None)
    if found is None:
        raise NotFound(worded("There is no such figure."))
    file = f"{found.id}-{chosen.name}-{desk.edge.clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    media = "text/csv; charset=utf-8; header=present"
    return Response(BOM + table((found.head, *found.rows)), media_type=media, headers=headers)


@router.get("/incidents/{reference}/figures")
def show_own_figures(desk: Seated, reference: str) -> Response:
    """The same of one incident: its phases, how soon it was known and told, its deadlines and deliveries."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        gathered = gather_figures(session, desk.edge.keys, desk.actor, page.incident.id)
        period = Period("all", None, desk.edge.clock.now() + timedelta(seconds=1))
        figures = tuple(one for one in figures_of(desk, gathered, period) if one.id in ("deadlines", "deliveries"))
        course = gathered.courses[0]
        view = FiguresView(
            figures=(views.own_phases(course, desk.edge.clock.now(), desk.language), *figures), counted=1
        )
        return show(desk, session, page, "review", "incident_figures.html", {"view": view, "times": _times(course)})


def figures_of(desk: Desk, gathered: Gathered, period: Period) -> tuple[FigureView, ...]:
    """Every picture of what falls into the period, in the order of the page."""
    courses = [one for one in gathered.courses if period.holds(one.opened_at)]
    dues = [one for one in gathered.dues if period.holds(one.counts_at)]
    batches = [one for one in gathered.batches if period.holds(one.at)]
    moments = [
        *(one.opened_at for one in courses),
        *(one.counts_at for one in dues if f.kept(one, desk.edge.clock.now())),
        *(one.at for one in batches),
    ]
    frame = views.Frame(desk.edge.clock.now(), zone_named(desk.zone), _months(desk, period, moments), desk.language)
    return (
        views.times_figure(courses, frame),
        views.deadlines_figure(dues, frame),
        views.phases_figure(courses, desk.language),
        views.deliveries_figure(batches, frame),
        views.causes_figure(courses, frame),
    )


def _view(desk: Desk, gathered: Gathered, asked: str) -> FiguresView:
    period = _period(desk, asked)
    years = sorted({one.opened_at.astimezone(zone_named(desk.zone)).year for one in gathered.courses}, reverse=True)
    choices = {YEAR: LABELS[YEAR], **{name: LABELS[name] for name in reversed(DAYS)}}
    choices |= {str(year): str(year) for year in years} | {period.name: LABELS.get(period.name, period.name)}
    choices |= {"all": LABELS["all"]}
    return FiguresView(
        figures=figures_of(desk, gathered, period),
        periods=tuple(Choice(name, label, name == period.name) for name, label in choices.items()),
        query=f"?period={period.name}",
        headline=_headline(gathered, period, desk.edge.clock.now()),
        left_out=_left_out(gathered),
        counted=len(gathered.courses),
    )


def _headline(gathered: Gathered, period: Period, now: datetime) -> tuple[tuple[str, str, str], ...]:
    courses = [one for one in gathered.courses if period.holds(one.opened_at)]
    outcomes = [found for one in gathered.dues if period.holds(one.counts_at) and (found := f.kept(one, now))]
    in_time = sum(found is f.Kept.IN_TIME for found in outcomes)
    aware, told = (f.spread(f.time_to(one, getattr(one, name)) for one in courses) for name in ("aware_at", "told_at"))
    return (
        (worded("Incidents"), str(len(courses)), ""),
        (
            worded("Deadlines in time"),
            worded("{number} of {all}", number=in_time, all=len(outcomes)) if outcomes else worded("none came"),
            "",
        ),
        (worded("Median to awareness"), said.length(aware.median), _of(aware)),
        (worded("Median to first notice"), said.length(told.median), _of(told)),
    )


def _of(spread: f.Spread) -> str:
    if not (spread.known and spread.unknown):
        return ""
    return worded("of {known}; {unknown} not known", known=spread.known, unknown=spread.unknown)


def _left_out(gathered: Gathered) -> str:
    parts: list[str] = []
    if gathered.drills:
        parts.append(worded_number("{number} drill", "{number} drills", gathered.drills))
    if gathered.dismissed:
        parts.append(worded_number("{number} dismissed incident", "{number} dismissed incidents", gathered.dismissed))
    if not parts:
        return ""
    both = worded("{first} and {second}", first=parts[0], second=parts[-1])
    return worded("Left out: {parts}.", parts=both if len(parts) > 1 else parts[0])


def _times(course: f.Course) -> tuple[tuple[str, datetime | None, str], ...]:
    """The moments of one incident, and how long after the first sign."""
    moments = (
        (worded("Aware"), course.aware_at),
        (worded("First decision"), course.decided_at),
        (worded("First notice"), course.told_at),
    )
    return (
        (worded("First sign"), course.first_sign_at, ""),
        *((label, at, said.length(f.time_to(course, at))) for label, at in moments),
    )


def _period(desk: Desk, asked: str) -> Period:
    """What was asked for; the last twelve months for what is no period."""
    now, zone = desk.edge.clock.now(), zone_named(desk.zone)
    after = now + timedelta(seconds=1)
    if asked == "all":
        return Period(asked, None, after)
    if asked in DAYS:
        return Period(asked, now - timedelta(days=DAYS[asked]), after)
    if asked.isdecimal() and asked.isascii() and 1970 <= int(asked) < 2200:
        year = int(asked)
        return Period(str(year), datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))
    year, month = f.month_of(now, zone)
    first = (year, 1) if month == 12 else (year - 1, month + 1)
    return Period(YEAR, datetime(*first, 1, tzinfo=zone), after)


def _months(desk: Desk, period: Period, moments: Sequence[datetime]) -> tuple[Month, ...]:
    """The months an axis shows: all of the period that have come; of "all", from the first that has anything."""
    zone = zone_named(desk.zone)
    last = min(period.ends - timedelta(seconds=1), max((desk.edge.clock.now(), *moments)))
    first = min(moments, default=last) if period.begins is None else period.begins
    return f.months_between(f.month_of(min(first, last), zone), f.month_of(last, zone))
