"""The pages of one incident that read: overview, timeline, runbook, evidence, review."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from incident import runbooks
from incident.models.incidents import Task
from incident.phases import Phase
from incident.queries.audience_fit import SENT
from incident.queries.facts import read_facts
from incident.queries.finders import list_threads
from incident.queries.incident import (
    IncidentPage,
    evidence_of_tasks,
    open_evidence,
    read_evidence,
    read_incident,
    read_review,
    read_tasks,
    task_note_place,
)
from incident.queries.people import people_named
from incident.queries.timeline import names_of, read_timeline
from incident.roles import Action
from incident.web import words
from incident.web.alert_views import alerts_of
from incident.web.breach_words import sought
from incident.web.case_view import case_view, sections
from incident.web.entry_views import entry_lines
from incident.web.entry_words import step_named
from incident.web.finder_views import thread_lines
from incident.web.frame import Desk, Seated
from incident.web.notice_views import notices_in_short
from incident.web.risks import known_datasets
from incident.web.role_words import role_said
from incident.web.shift_views import pinned
from incident.web.times import lasted
from incident.web.to_follow_views import to_follow_views
from incident.web.views import CaseView, Choice, EvidenceLine, NoticeLine, TaskLine
from incident.web.views.finders import ThreadLine
from notifications.wording import listed

router = APIRouter(include_in_schema=False)
LATEST = 12
NEXT_TASKS = 3
FEW_REPORTS = 3


@router.get("/incidents/{reference}")
def show_overview(desk: Seated, reference: str) -> Response:
    """What is going on: what is known, how far the notices are, what comes next, what was written last."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        lines = read_timeline(session, desk.edge.keys, desk.actor, page.incident.id, limit=LATEST)
        tasks = [task for task in tasks_of(desk, session, page) if task.state in ("open", "started")]
        saved = read_facts(session, desk.edge.keys, desk.actor, page.incident.id)
        values = {
            "lines": entry_lines(lines),
            "tasks": tasks[:NEXT_TASKS],
            "known": known_datasets(desk, session, page.incident.id, saved),
            "notices": _notices(desk, session, page),
            "handover": pinned(desk, session, page),
            "reports": _reports(desk, session, page),
            "to_follow": to_follow_views(desk, session, page),
        }
        return show(desk, session, page, "", "overview.html", values)


def _notices(desk: Desk, session: Session, page: IncidentPage) -> tuple[NoticeLine, ...]:
    """The notices in short; one that met a duty says whether it left somebody out."""
    short = {line.obligation.met_by for line in page.duties if line.obligation.id in page.told_short}
    pages = {f"/releases/{met_by.removeprefix(SENT)}" for met_by in short}
    return tuple(replace(one, short=one.going in pages) for one in notices_in_short(desk, session, page.incident.id))


def _reports(desk: Desk, session: Session, page: IncidentPage) -> tuple[ThreadLine, ...]:
    """What people outside reported, where it is few and the reader may open it."""
    if not 0 < page.finders[0] <= FEW_REPORTS or not desk.may(Action.READ_REPLIES):
        return ()
    return thread_lines(desk, session, list_threads(session, desk.actor, page.incident.id))


@router.get("/incidents/{reference}/tasks")
def show_tasks(desk: Seated, reference: str) -> Response:
    """The runbook as it stands, phase by phase."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        tasks = tasks_of(desk, session, page)
        groups = tuple(
            (label, items)
            for label in dict.fromkeys(words.PHASES.values())
            if (items := tuple(task for task in tasks if task.phase == label))
        )
        books = runbooks.usable(desk.edge.settings.runbook_folders).items()
        others = tuple(Choice(kind, listed(book.title)) for kind, book in books if kind != page.incident.kind)
        return show(desk, session, page, "tasks", "tasks.html", {"groups": groups, "others": others})


@router.get("/incidents/{reference}/evidence")
def show_evidence(desk: Seated, reference: str) -> Response:
    """What is kept, with digests."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        rows = read_evidence(session, desk.edge.keys, desk.actor, page.incident.id)
        names = names_of(session, [row.kept_by for row, _ in rows])
        items = tuple(
            EvidenceLine(
                str(row.id),
                name,
                row.media_type,
                row.size,
                row.sha256,
                row.collected_at,
                row.kept_at,
                names[row.kept_by],
                f"/incidents/{page.incident.codename}/evidence/{row.id}",
            )
            for row, name in rows
        )
        values = {"items": items, **alerts_of(desk, session, page)}
        return show(desk, session, page, "evidence", "evidence.html", values)


@router.get("/incidents/{reference}/evidence/{evidence_id}")
def download_evidence(desk: Seated, reference: str, evidence_id: UUID) -> Response:
    """One piece of evidence, byte for byte, as a download that no browser opens."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        name, content = open_evidence(session, desk.edge.keys, desk.actor, page.incident.id, evidence_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/incidents/{reference}/review")
def show_review(desk: Seated, reference: str) -> Response:
    """The post-incident review, and how long each phase lasted."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        text = read_review(session, desk.edge.keys, page.incident)
        phases = _durations(page, desk.edge.clock.now())
        tasks = read_tasks(session, desk.actor, page.incident.id)
        steps = tuple((row.id, step_named(row.title)) for row in tasks if row.phase is Phase.REVIEW)
        outdated = bool(text) and page.case.review_outdated
        values = {"text": text, "outdated": outdated, "phases": phases, "steps": steps}
        return show(desk, session, page, "review", "review.html", values)


def opened(desk: Desk, session: Session, reference: str) -> IncidentPage:
    """The incident an address names. Raises NotFound and Forbidden."""
    return read_incident(session, desk.edge.keys, desk.actor, reference, desk.edge.clock.now())


def show(
    desk: Desk, session: Session, page: IncidentPage, section: str, template: str, values: Mapping[str, object]
) -> Response:
    """A page of an incident with its head and rail."""
    case = case_view(page, section)
    usual: dict[str, object] = {"case": case, "sections": tabs_of(desk, case), "problems": ()}
    return desk.page(template, session, {**usual, **values})


def tabs_of(desk: Desk, case: CaseView) -> tuple[tuple[str, str, int], ...]:
    """The tabs of an incident that this person may open."""
    return sections(case, finders=desk.may(Action.READ_REPLIES))


def tasks_of(desk: Desk, session: Session, page: IncidentPage) -> tuple[TaskLine, ...]:
    """The steps of the runbook as they stand."""
    now, rows = desk.edge.clock.now(), read_tasks(session, desk.actor, page.incident.id)
    names = people_named(session, {row.assignee_id for row in rows if row.assignee_id})
    kept = evidence_of_tasks(session, desk.edge.keys, desk.actor, page.incident.id)
    return tuple(
        replace(
            _task(desk, session, row, now),
            assignee=names.get(row.assignee_id, "") if row.assignee_id else "",
            evidence=tuple(
                (name, f"/incidents/{page.incident.codename}/evidence/{one}") for one, name in kept.get(row.id, ())
            ),
        )
        for row in rows
    )


def _task(desk: Desk, session: Session, row: Task, now: datetime) -> TaskLine:
    step = row.step
    note = desk.edge.keys.open(session, row.note_sealed, task_note_place(row)) if row.note_sealed else ""
    return TaskLine(
        id=str(row.id),
        title=step_named(row.title),
        text=str(step.get("text", "")),
        phase=words.PHASES[Phase(row.phase)],
        role=role_said(row.role),
        state=row.state,
        due_at=row.due_at,
        keep=tuple((str(item.get("what", "")), str(item.get("how", ""))) for item in _tables(step.get("keep"))),
        breaks=_texts(step.get("breaks")),
        exact=_texts(step.get("exact")),
        changes=step.get("changes") is True,
        facts=tuple(dict.fromkeys(sought(path) for path in _texts(step.get("facts")))),
        done=str(step.get("done", "")),
        sources=tuple((str(one.get("title", "")), str(one.get("url", ""))) for one in _tables(step.get("sources"))),
        note=note,
        settled_at=row.settled_at,
        late=row.state in ("open", "started") and row.due_at is not None and now >= row.due_at,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in _items(value))


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _tables(value: object) -> Sequence[dict[str, object]]:
    return [item for item in _items(value) if isinstance(item, dict)]


def _durations(page: IncidentPage, now: datetime) -> tuple[tuple[str, datetime, str], ...]:
    starts = [(Phase.DETECTION, page.incident.opened_at), *((move.after, move.at) for move in page.moves)]
    ends: list[datetime] = [at for _, at in starts[1:]] + [page.incident.closed_at or now]
    return tuple(
        (words.PHASES[phase], at, lasted(max(end - at, timedelta())))
        for (phase, at), end in zip(starts, ends, strict=True)
        if phase not in (Phase.CLOSED, Phase.DISMISSED)
    )
