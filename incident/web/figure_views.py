"""From what was gathered to the pictures and the tables behind them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from incident import figures as f
from incident.figures import Course, Kept, Month
from incident.web import figure_words as said
from incident.web import words
from incident.web.charts import NARROW, Chart, Series, draw
from incident.web.fact_questions import word_label
from incident.web.languages import SOURCE, catalogue
from incident.web.views.figures import FigureView, Key
from notifications.wording import in_language, worded

K = TypeVar("K", bound=str)
MOST_CAUSES = 5
FEW = 3  # months: fewer are bars that lie, for columns would be as broad as the page
CAUSE_TONES = ("accent", "ahead", "blocked", "soon", "met")
OTHERS = "others"  # a group of its own
OTHERS_SAID = worded("Other causes")
TIMES = (
    ("aware_at", worded("Aware"), "ahead"),
    ("decided_at", worded("First decision"), "blocked"),
    ("told_at", worded("First notice"), "met"),
)
OUTCOMES = (
    (Kept.IN_TIME, worded("In time"), "met"),
    (Kept.LATE, worded("Late"), "soon"),
    (Kept.MISSED, worded("Missed"), "late"),
)
STATES = (
    (worded("Reached"), "met", ("delivered", "accepted")),
    (worded("Waiting or uncertain"), "soon", ("pending", "claimed", "transmitting", "deferred", "uncertain", "held")),
    (worded("Failed"), "late", ("rejected", "bounced")),
    (worded("Cancelled"), "quiet", ("cancelled",)),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The moment figures are read at, the zone its months are of, and the months they show."""

    now: datetime
    zone: ZoneInfo
    months: tuple[Month, ...]
    language: str = SOURCE


def phases_figure(courses: Sequence[Course], language: str = SOURCE) -> FigureView:
    """How long each phase lasted."""
    spreads = f.phase_spreads(courses)
    unit, sign = said.unit_for(one.median for one in spreads.values())
    values = tuple(one.median / unit if one.median else None for one in spreads.values())
    chart = Chart(
        "phases",
        worded("How long phases lasted"),
        worded(
            "The median over the incidents that have left the phase; one that came back into it counts all its stays."
        ),
        tuple(words.PHASES[phase] for phase in spreads),
        (Series(worded("Median"), "ahead", values),),
        said.in_unit(sign),
        lying=True,
    )
    rows = tuple(
        (
            words.PHASES[phase],
            str(one.known),
            said.length(one.median),
            said.length(one.shortest),
            said.length(one.longest),
            str(one.unknown),
        )
        for phase, one in spreads.items()
    )
    head = (
        worded("Phase"),
        worded("Have left it"),
        worded("Median"),
        worded("Shortest"),
        worded("Longest"),
        worded("Still in it"),
    )
    return _figure(spoken(chart, language), head, rows, worded("No incident has left a phase yet."))


def own_phases(course: Course, now: datetime, language: str = SOURCE) -> FigureView:
    """The stays of one incident in its phases, in their order; the one that goes on as long as it is by now."""
    found = f.stays(course)
    spans = [now - one.begun_at if one.lasted is None else one.lasted for one in found]
    unit, sign = said.unit_for(spans)
    over, running = (
        tuple(span / unit if (one.lasted is None) is goes_on else None for one, span in zip(found, spans, strict=True))
        for goes_on in (False, True)
    )
    chart = Chart(
        "own-phases",
        worded("Phases"),
        worded("Each stay in a phase, in the order they came."),
        tuple(words.PHASES[one.phase] for one in found),
        (Series(worded("Left"), "ahead", over), Series(worded("Goes on"), "unknown", running)),
        said.in_unit(sign),
        lying=True,
        stacked=True,
    )
    rows = tuple(
        (words.PHASES[one.phase], said.length(span), worded("goes on") if one.lasted is None else worded("left"))
        for one, span in zip(found, spans, strict=True)
    )
    return _figure(
        spoken(chart, language),
        (worded("Phase"), worded("Lasted"), worded("Now")),
        rows,
        worded("It has just begun."),
        summed=False,
    )


def times_figure(courses: Sequence[Course], frame: Frame) -> FigureView:
    """How soon it was known, decided and told, by the month the incident was opened in."""
    months = f.by_month(courses, frame.zone)
    spreads = {month: _times(months.get(month, ())) for month in frame.months}
    unit, sign = said.unit_for(one.median for found in spreads.values() for one in found)
    series = tuple(
        Series(label, tone, tuple(_in(spreads[month][at].median, unit) for month in frame.months))
        for at, (_, label, tone) in enumerate(TIMES)
    )
    chart = Chart(
        "times",
        worded("From the first sign"),
        worded(
            "The median time from the first alert, report or discovery until awareness was reached, the first decision "
            "was taken and the first notice went out. What has not come yet is not known, and is no bar."
        ),
        _axis(frame),
        series,
        said.in_unit(sign),
        lying=len(frame.months) < FEW,
    )
    rows = [
        (said.month_name(month), str(len(months.get(month, ()))), *(said.of_all(one) for one in spreads[month]))
        for month in frame.months
        if months.get(month)
    ]
    rows.append((worded("All"), str(len(courses)), *(said.of_all(one) for one in _times(courses))))
    head = (worded("Opened in"), worded("Incidents"), *(label for _, label, _ in TIMES))
    return _figure(
        spoken(chart, frame.language), head, tuple(rows), worded("Of no incident it is known yet."), summed=True
    )


def deadlines_figure(dues: Sequence[f.Due], frame: Frame) -> FigureView:
    """Whether deadlines were kept, by the month they were met in time, or else due in."""
    found = f.kept_by_month(dues, frame.now, frame.zone)
    groups = tuple((label, tone, (outcome,)) for outcome, label, tone in OUTCOMES)
    chart, rows = _stack("deadlines", found, groups, frame)
    chart = _named(
        chart,
        worded("Deadlines kept"),
        worded(
            "Duties with a number of hours or days, by the month they were met in time, or else due in. What is open "
            "and ahead is not counted, nor what was waived, decided not due, or has no number in the law."
        ),
    )
    return _figure(
        spoken(chart, frame.language),
        (worded("Met or due in"), *(label for _, label, _ in OUTCOMES), worded("All")),
        rows,
        worded("No deadline has come yet."),
    )


def deliveries_figure(batches: Sequence[f.Batch], frame: Frame) -> FigureView:
    """People written to, by what became of it and the month their release was approved in."""
    chart, rows = _stack("deliveries", f.sent_by_month(batches, frame.zone), STATES, frame)
    chart = _named(
        chart,
        worded("Deliveries"),
        worded(
            "People by the state of their delivery today, by the month their release was approved in. Reached: a relay "
            "took the mail, or it was shown; whether it was read is not known."
        ),
    )
    head = (worded("Approved in"), *(label for label, _, _ in STATES), worded("All"))
    return _figure(spoken(chart, frame.language), head, rows, worded("Nothing was sent yet."))


def causes_figure(courses: Sequence[Course], frame: Frame) -> FigureView:
    """Incidents by cause, by the month they were opened in."""
    leading = f.leading_causes(courses, MOST_CAUSES)
    found = {
        month: Counter(_cause_group(course.cause, leading) for course in mine)
        for month, mine in f.by_month(courses, frame.zone).items()
    }
    groups = [(word_label(cause, "breach.cause"), CAUSE_TONES[at], (cause,)) for at, cause in enumerate(leading)]
    if any(OTHERS in counts for counts in found.values()):
        groups.append((OTHERS_SAID, "quiet", (OTHERS,)))
    groups.append((worded("Cause not known"), "unknown", (f.NOT_KNOWN,)))
    chart, rows = _stack("causes", found, groups, frame)
    chart = _named(
        chart,
        worded("Incidents by cause"),
        worded("By the cause in the newest saved facts and the month they were opened in."),
    )
    head = (worded("Opened in"), *(label for label, _, _ in groups), worded("All"))
    return _figure(spoken(chart, frame.language), head, rows, worded("No incident was opened."))


def _times(courses: Sequence[Course]) -> tuple[f.Spread, ...]:
    return tuple(f.spread(f.time_to(one, getattr(one, name)) for one in courses) for name, _, _ in TIMES)


def _in(span: timedelta | None, unit: timedelta) -> float | None:
    return None if span is None else span / unit


def _cause_group(cause: str, leading: Sequence[str]) -> str:
    return cause if cause in leading or cause == f.NOT_KNOWN else OTHERS


def _axis(frame: Frame) -> tuple[str, ...]:
    return tuple(said.month_short(month, at == 0) for at, month in enumerate(frame.months))


def _stack(
    name: str,
    found: Mapping[Month, Counter[K]],
    groups: Sequence[tuple[str, str, tuple[K, ...]]],
    frame: Frame,
) -> tuple[Chart, tuple[tuple[str, ...], ...]]:
    """Counts by month and group, one on another, and their table with the sum below it."""
    none: Counter[K] = Counter()
    counts = [[sum(found.get(month, none)[one] for one in of) for _, _, of in groups] for month in frame.months]
    series = tuple(Series(label, tone, tuple(row[at] for row in counts)) for at, (label, tone, _) in enumerate(groups))
    few = len(frame.months) < FEW
    chart = Chart(name, "", "", _axis(frame), series, "{:,.0f}".format, lying=few, stacked=True, whole=True)
    table = [
        (said.month_name(month), *(said.number(one) for one in row), said.number(sum(row)))
        for month, row in zip(frame.months, counts, strict=True)
        if any(row)
    ]
    sums = [sum(row[at] for row in counts) for at in range(len(groups))]
    return chart, (*table, (worded("All"), *(said.number(one) for one in sums), said.number(sum(sums))))


def spoken(chart: Chart, language: str) -> Chart:
    """The chart with its words in a language: a drawing is done before a page could say them."""
    say = partial(in_language, catalogue=catalogue(language))
    return replace(
        chart,
        title=str(say(chart.title)),
        about=str(say(chart.about)),
        labels=tuple(str(say(one)) for one in chart.labels),
        series=tuple(replace(one, name=str(say(one.name))) for one in chart.series),
        said=lambda value: str(say(chart.said(value))),
    )


def _named(chart: Chart, title: str, about: str) -> Chart:
    return replace(chart, title=title, about=about)


def _figure(
    chart: Chart, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], nothing: str, *, summed: bool | None = None
) -> FigureView:
    keys = tuple(Key(one.tone, one.name) for one in (reversed(chart.series) if chart.stacked else chart.series))
    return FigureView(
        id=chart.id,
        title=chart.title,
        about=chart.about,
        head=head,
        rows=rows,
        keys=keys if len(keys) > 1 else (),
        wide=None if chart.empty else draw(chart),
        narrow=None if chart.empty else draw(chart, NARROW),
        summed=chart.stacked if summed is None else summed,
        nothing=nothing if chart.empty else "",
    )
