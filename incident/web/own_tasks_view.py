"""From open tasks to the page of them: rows, ways of looking, choices, pages."""

from collections.abc import Iterable
from urllib.parse import urlencode

from sqlmodel import Session

from incident.phases import Phase
from incident.queries.open_tasks import PAGE, Due, OpenTask, OpenTasks, Wanted, Whose, standing_of
from incident.queries.people import people_who_may
from incident.roles import Action
from incident.web import words
from incident.web.entry_words import step_named
from incident.web.frame import Desk
from incident.web.role_words import role_within
from incident.web.views import Choice
from incident.web.views.board import FilterField
from incident.web.views.own_tasks import OwnTaskLine, OwnTasksView, Ways
from notifications.wording import worded

WHOSE = {Whose.MINE: worded("Yours"), Whose.FREE: worded("Free to take"), Whose.ALL: worded("Everybody's")}
DUES = {Due.LATE: worded("Late"), Due.SOON: worded("Within two hours"), Due.LATER: worded("Later")}


def own_tasks_view(desk: Desk, session: Session, wanted: Wanted, found: OpenTasks) -> OwnTasksView:
    """The page as it was asked for."""
    last = max(1, -(-found.found // PAGE))
    return OwnTasksView(
        lines=tuple(_line(desk, session, one) for one in found.lines),
        ways=tuple(
            Ways(label, address(Wanted(whose)), found.counts[whose], whose is wanted.whose)
            for whose, label in WHOSE.items()
        ),
        fields=_fields(wanted, found),
        whose=wanted.whose or "",
        found=found.found,
        first=(wanted.page - 1) * PAGE + 1,
        chosen=bool(wanted.incident or wanted.kind or wanted.due),
        back=address(wanted),
        before=address(wanted, wanted.page - 1) if wanted.page > 1 else "",
        after=address(wanted, wanted.page + 1) if wanted.page < last else "",
        can_do=desk.may(Action.TASK),
    )


def address(wanted: Wanted, page: int | None = None) -> str:
    """The address that shows exactly this."""
    said = {
        "whose": wanted.whose or "",
        "incident": wanted.incident,
        "kind": wanted.kind,
        "due": wanted.due.value if wanted.due else "",
        "page": str(page or wanted.page) if (page or wanted.page) > 1 else "",
    }
    return f"/tasks?{urlencode({name: value for name, value in said.items() if value})}"


def _line(desk: Desk, session: Session, one: OpenTask) -> OwnTaskLine:
    task, incident, now = one.task, one.incident, desk.edge.clock.now()
    mine, href = task.assignee_id == desk.actor.id, f"/incidents/{incident.codename}"
    people = people_who_may(session, incident.id, Action.TASK) if mine else []
    return OwnTaskLine(
        id=str(task.id),
        href=f"{href}/tasks#task-{task.id}",
        title=step_named(task.title),
        codename=incident.codename,
        incident_title=one.title,
        incident_href=href,
        phase=words.PHASES[Phase(task.phase)],
        role=role_within(task.role),
        due=standing_of(task, now).value,
        due_at=task.due_at,
        assignee=one.assignee,
        mine=mine,
        changes=task.step.get("changes") is True,
        done=str(task.step.get("done", "")),
        people=tuple((str(key), name) for key, name in people if key != desk.actor.id),
    )


def _fields(wanted: Wanted, found: OpenTasks) -> tuple[FilterField, ...]:
    incidents = [(codename, f"{codename}, {title}") for codename, title in found.incidents]
    kinds = [(kind, words.kind_of(kind)) for kind in found.kinds]
    return (
        _field("due", worded("Due"), wanted.due.value if wanted.due else "", [(one.value, DUES[one]) for one in Due]),
        _field("incident", worded("Incident"), wanted.incident, incidents),
        _field("kind", worded("Runbook"), wanted.kind, kinds),
    )


def _field(name: str, label: str, chosen: str, choices: Iterable[tuple[str, str]]) -> FilterField:
    anything = Choice("", worded("Any"), not chosen)
    return FilterField(name, label, (anything, *(Choice(value, said, value == chosen) for value, said in choices)))
