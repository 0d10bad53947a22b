"""What is open when a shift ends, as the form of a hand-over note begins with it; the note that is pinned."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from incident.models.entries import incident_subject
from incident.queries.case import OPEN_TASK
from incident.queries.duties import DutyLine
from incident.queries.handovers import Handover, last_headers, read_handover
from incident.queries.incident import IncidentPage, read_tasks
from incident.queries.timeline import lines_of
from incident.shift_notes import PARTS, Coming, OpenStep, ShiftNote, Unfinished, begun
from incident.web import words
from incident.web.case_view import LIVE, card_key, points_to_follow, told_short
from incident.web.entry_words import entry_said, step_named
from incident.web.frame import Desk
from incident.web.notice_views import notices_in_short
from incident.web.role_words import role_within
from incident.web.times import local
from incident.web.views.shifts import HandoverView
from notifications.wording import listed, worded, worded_list

DECIDED = ("decided", "awareness.decided", "release.approved", "commanded")  # its phase stands beside it
LAST = 3
LONGEST = 200  # letters of a decision in one line
UNDER_WAY = ("requested", "approved", "stopped", "draft")


def pinned(desk: Desk, session: Session, page: IncidentPage) -> HandoverView | None:
    """The last note, None before the first."""
    found = read_handover(session, desk.edge.keys, desk.actor, page.incident.id)
    return None if found is None else handover_view(found, desk.actor.label)


def handover_view(found: Handover, reader: str) -> HandoverView:
    """A note as pages show it."""
    note = found.note
    parts = tuple((heading, getattr(note, name)) for name, heading in PARTS) if note else ()
    mine = found.by == reader
    return HandoverView(found.seq, found.at, found.who, parts, found.taken_at, found.taken_by, mine)


def begun_note(desk: Desk, session: Session, page: IncidentPage) -> ShiftNote:
    """The note as its form begins: what is open at this moment, in the writer's zone."""
    return begun(
        _unfinished(desk, session, page),
        lambda moment: local(moment, desk.zone, "short", desk.language),
        desk.say,
    )


def coming_in(lines: Iterable[DutyLine]) -> tuple[Coming, ...]:
    """Open deadlines with a moment, the next first; those of one rule at one moment are one."""
    found: dict[tuple[object, ...], list[DutyLine]] = {}
    for line in lines:
        if line.deadline.is_open and line.moment and line.standing in LIVE:
            found.setdefault((line.duty.id, line.moment) if _to_many(line) else card_key(line), []).append(line)
    return tuple(
        Coming(
            listed(same[0].duty.title),
            same[0].moment,
            len(same),
            same[0].obligation.provisional,
            all(line.obligation.applies == "unknown" for line in same),
        )
        for same in found.values()
        if same[0].moment
    )


def last_decisions(desk: Desk, session: Session, page: IncidentPage, limit: int = LAST) -> tuple[str, ...]:
    """What was decided last and by whom, as the timeline says it."""
    headers = last_headers(session, incident_subject(page.incident.id), DECIDED, limit)
    lines = lines_of(session, desk.edge.keys, headers)
    found = [(line, local(line.at, desk.zone, "short", desk.language)) for line in lines if not line.erased]
    return tuple(
        f"{_short(entry_said(line.action, line.text, desk.zone, desk.language))} ({desk.say(line.who)}, {at})"
        for line, at in found
    )


def worries_of(page: IncidentPage) -> tuple[str, ...]:
    """What stands open that should not: nobody commands, awareness not decided, guards that were passed."""
    found: list[str] = [] if page.commander else [worded("Nobody commands this incident.")]
    if any(line.obligation.provisional and line.standing in LIVE for line in page.duties):
        found.append(worded("Awareness is not decided: the clocks are provisional."))
    found += [told_short(page)] if page.told_short else []
    found += [points_to_follow(page)] if page.to_follow else []
    found += [
        worded("Passed and not made good: {guard}. {reason}", guard=words.GUARDS[row.guard], reason=reason)
        for row, reason in page.passes
    ]
    return tuple(found)


def _unfinished(desk: Desk, session: Session, page: IncidentPage) -> Unfinished:
    tasks = [row for row in read_tasks(session, desk.actor, page.incident.id) if row.state in OPEN_TASK]
    here = [row for row in tasks if row.phase == page.incident.phase or _late(row.due_at, desk.edge.clock.now())]
    notices = notices_in_short(desk, session, page.incident.id)
    return Unfinished(
        now=desk.edge.clock.now(),
        steps=[OpenStep(step_named(row.title), role_within(row.role), row.due_at) for row in here],
        coming=coming_in(page.duties),
        paged_at=page.paged.begun_at if page.paged else None,
        notices=[worded_list((line.state_label, line.title), ": ") for line in notices if line.state in UNDER_WAY],
        decisions=last_decisions(desk, session, page),
        worries=worries_of(page),
    )


def _late(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now


def _to_many(line: DutyLine) -> bool:
    return line.obligation.addressee_kind == "controller"


def _short(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= LONGEST else f"{first[:LONGEST].rsplit(' ', 1)[0]} …"
