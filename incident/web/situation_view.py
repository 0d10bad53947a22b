"""From an incident opened for reading to its situation report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from incident.anchors import AWARE, Anchor, by_name, start_of
from incident.deadlines import Standing
from incident.facts import FactSheet
from incident.models.incidents import Task
from incident.phases import FINAL
from incident.queries.anchors import read_anchors
from incident.queries.case import OPEN_TASK
from incident.queries.duties import DutyLine
from incident.queries.facts import read_facts
from incident.queries.incident import IncidentPage, read_tasks
from incident.queries.situation import Reached, authorities_told, read_reached
from incident.shift_notes import Coming
from incident.situation import DataLine, DueLine, Situation, ToldLine
from incident.web import words
from incident.web.case_view import move_offers
from incident.web.entry_words import step_named
from incident.web.fact_questions import word_label
from incident.web.frame import Desk
from incident.web.risks import known_datasets
from incident.web.role_words import role_within
from incident.web.shift_views import coming_in, last_decisions, pinned, worries_of
from notifications.wording import worded, worded_list, worded_number

MOST = 5  # lines of one part: the report is one page
UNKNOWN = "unknown"
ASKED_MOMENTS = ("occurred_from", "occurred_until", AWARE)


def situation_of(desk: Desk, session: Session, page: IncidentPage) -> Situation:
    """The incident as it stands at this moment."""
    incident, here, now = page.incident, page.incident.id, desk.edge.clock.now()
    saved = read_facts(session, desk.edge.keys, desk.actor, here)
    moments = by_name(read_anchors(session, desk.edge.keys, desk.actor, here))
    aware = start_of(moments.get(AWARE, ()), AWARE, ())
    reached = read_reached(session, desk.actor, here)
    tasks = [row for row in read_tasks(session, desk.actor, here) if row.state in OPEN_TASK]
    return Situation(
        codename=incident.codename,
        title=page.title,
        kind=words.kind_of(incident.kind),
        severity=incident.severity.value,
        phase=words.PHASES[incident.phase],
        since=page.moves[-1].at if page.moves else incident.opened_at,
        opened_at=incident.opened_at,
        opened_by=page.opened_by,
        commander=page.commander,
        over=incident.phase.value in ("closed", "dismissed"),
        drill=incident.drill,
        began_at=_decided(moments.get("occurred_from", ())),
        ended_at=_decided(moments.get("occurred_until", ())),
        aware_at=aware.at if aware else None,
        aware_decided=aware is not None and not aware.provisional,
        cause=_cause(saved.sheet),
        fact_version=saved.number,
        answered=_answered(saved.sheet) if saved.number else 0,
        missing=len(_unknown(page.duties, moments)),
        data=[
            DataLine(one.title, one.people, one.risk, one.decided) for one in known_datasets(desk, session, here, saved)
        ],
        coming=[_due(one, now) for one in coming_in(page.duties)[:MOST]],
        told=_told(page, reached),
        decisions=last_decisions(desk, session, page, MOST),
        risks=tuple(_risks(desk, session, page, reached, tasks)),
        steps=tuple(_steps(page, tasks)),
    )


def _due(one: Coming, now: datetime) -> DueLine:
    return DueLine(one.title, one.at, "late" if one.at <= now else "ahead", one.count, one.provisional, one.may_apply)


def _decided(anchors: Iterable[Anchor]) -> datetime | None:
    return min((one.at for one in anchors if one.decided), default=None)


def _unknown(duties: Iterable[DutyLine], moments: Mapping[str, Sequence[Anchor]]) -> set[str]:
    """What an open duty turns on, and the moments every filing asks for, as far as nobody has said it."""
    asked = {path for line in duties if line.deadline.is_open for path in line.obligation.missing}
    return asked | {name for name in ASKED_MOMENTS if _decided(moments.get(name, ())) is None}


def _cause(sheet: FactSheet) -> str:
    found = sheet.shared.get("breach.cause")
    return word_label(found, "breach.cause") if isinstance(found, str) and found != UNKNOWN else ""


def _answered(sheet: FactSheet) -> int:
    facts = (sheet.shared, *(one.facts for one in sheet.datasets))
    return sum(value != UNKNOWN for found in facts for value in found.values())


def _told(page: IncidentPage, reached: Reached) -> tuple[ToldLine, ...]:
    met, owed, unknown = authorities_told(page.duties)
    mine = [line.obligation.id for line in page.duties if line.obligation.addressee_kind == "data_subjects"]
    short = any(one in page.told_short for one in mine)
    found = [
        ToldLine(worded("Authorities"), met, None if unknown and not owed else owed),
        ToldLine(worded("Business customers"), len(page.told.told), len(page.told.affected)),
        ToldLine(worded("People by mail"), reached.mailed, reached.mails, bool(reached.mails) and short),
        ToldLine(worded("People in the product"), reached.shown, reached.shows),
        ToldLine(worded("Public pages"), reached.public, reached.public),
    ]
    return tuple(line for line in found if line.told or line.of or line.of is None)


def _risks(desk: Desk, session: Session, page: IncidentPage, reached: Reached, tasks: Sequence[Task]) -> Iterator[str]:
    now = desk.edge.clock.now()
    late = sum(line.standing is Standing.LATE for line in page.duties)
    tasks_late = sum(row.due_at is not None and row.due_at <= now for row in tasks)
    _, _, unknown = authorities_told(page.duties)
    if late:
        yield worded_number("{number} deadline has passed unkept.", "{number} deadlines have passed unkept.", late)
    if unknown:
        yield worded_number(
            "It is not known whether {number} duty to tell an authority applies.",
            "It is not known whether {number} duties to tell authorities apply.",
            unknown,
        )
    yield from worries_of(page)
    if page.paged:
        yield worded("A page waits for an answer.")
    if reached.failed:
        yield worded_number("{number} delivery failed.", "{number} deliveries failed.", reached.failed)
    if reached.stopped:
        yield worded_number("{number} release is stopped.", "{number} releases are stopped.", reached.stopped)
    if tasks_late:
        yield worded_number("{number} task is late.", "{number} tasks are late.", tasks_late)
    note = pinned(desk, session, page)
    if note and not note.taken_at and page.incident.phase.value not in ("closed", "dismissed"):
        yield worded("Nobody has taken over from {who}.", who=note.who)


def _steps(page: IncidentPage, tasks: Sequence[Task]) -> Iterator[str]:
    here = [row for row in tasks if row.phase == page.incident.phase][:3]
    for row in here:
        step, role = step_named(row.title), role_within(row.role)
        yield worded("{step} ({about})", step=step, about=role) if role else step
    rest = len(tasks) - len(here)
    if rest and page.incident.phase in FINAL:
        yield worded_number("{number} task was left open.", "{number} tasks were left open.", rest)
    elif rest:
        yield worded_number("{number} more task is open.", "{number} more tasks are open.", rest)
    for offer in move_offers(page):
        if offer.forward and offer.missing:
            lacking = worded_list([one.whole for one in offer.missing], " ")
            yield worded("{move}, but first: {missing}", move=offer.label, missing=lacking)
        elif offer.forward:
            yield worded("{move}: nothing stands against it.", move=offer.label)
