"""Pages: begun, carried on step by step until somebody answers, and over with what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import NotFound
from incident.models.incidents import Incident
from incident.models.paging import PageCall, PageKind, PageStep, Team
from incident.outreach import InternalMessage
from incident.phases import FINAL
from incident.queries.teams import default_team, steps_of, team_named
from incident.roles import Action, Role
from incident.rota import USUAL_STEPS, Due, Step, plan, verdict
from incident.rota.steps import wait_of
from incident.verbs.act import Act
from incident.verbs.messages import post
from incident.verbs.page_answers import Answered, close_page, take_answer
from incident.verbs.page_calls import StepCalls
from incident.verbs.page_events import Roads
from incident.verbs.teams import find_team
from notifications.ids import new_id
from notifications.wording import worded

NO_TEAM = (Step(("responders",), 60),)


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page to begin. `subject`: a codename, a monitor, a team."""

    kind: PageKind
    subject: str
    severity: str
    team: Team | None = None
    incident_id: UUID | None = None
    source_id: UUID | None = None


def page_opened_incident(act: Act, incident_id: UUID, message: InternalMessage, roads: Roads) -> int:
    """Page the default team for an incident that was opened; returns how many people are mailed the `message` about it.

    Without a default team it goes to everybody it is meant for, and that is all. With one, privacy officers still hear
    of it at once, by mail: a clock of the law may run. A step of other verbs.
    """
    teams = teams_to_page(act, (), default=True)
    told = message.to(frozenset({Role.PRIVACY_OFFICER})) if teams else message
    number = post(act, incident_id, told, roads.domain)
    page_teams(act, incident_id, teams, roads)
    return number


def teams_to_page(act: Act, names: Sequence[str], *, default: bool) -> list[Team]:
    """The teams of these names that there are; `default`: the one that takes what names none, where no other is."""
    found = [team for name in dict.fromkeys(names) if (team := team_named(act.session, name)) is not None]
    usual = default_team(act.session) if default and not found else None
    return [*found, *([usual] if usual else [])]


def page_teams(act: Act, incident_id: UUID, teams: Sequence[Team], roads: Roads) -> None:
    """Begin a page of an incident for each of these teams. A step of other verbs."""
    incident = act.session.get_one(Incident, incident_id)
    for team in teams:
        new = NewPage(PageKind.INCIDENT, incident.codename, incident.severity.value, team, incident_id)
        begin_page(act, new, roads)


def send_test_page(act: Act, name: str, roads: Roads) -> PageCall:
    """Page a team as if something had happened, marked as a test, by its real steps, once through. Raises NotFound."""
    act.require(Action.ON_CALL)
    return begin_page(act, NewPage(PageKind.TEST, name, "info", find_team(act, name)), roads)


def begin_page(act: Act, new: NewPage, roads: Roads) -> PageCall:
    """Begin a page and tell whom its first step names. A step of other verbs."""
    steps = steps_of(new.team.steps) or USUAL_STEPS if new.team else NO_TEAM
    page = PageCall(
        id=new_id(),
        kind=new.kind,
        team_id=new.team.id if new.team else None,
        incident_id=new.incident_id,
        source_id=new.source_id,
        subject=new.subject,
        severity=new.severity,
        steps=[step.document() for step in steps],
        begun_at=act.now,
        begun_by=act.actor.label,
    )
    act.session.add(page)
    act.session.flush()
    _add_rows(act, page, plan(steps, act.now))
    _carry_on(act, page, roads)
    return page


def carry_on(act: Act, page_id: UUID, roads: Roads) -> int:
    """Take the step of a page that has come and send it; returns 1, or 0 where there was nothing to do.

    It is taken, sent and written down in one transaction, so each goes once however often and wherever this runs. After
    a gap the latest step goes and the others are recorded. A page of an incident that is over ends; one whose incident
    somebody commands is answered.
    """
    act.require(Action.ON_CALL)
    mine = select(PageCall).where(col(PageCall.id) == page_id)
    page = act.session.exec(mine.with_for_update().execution_options(populate_existing=True)).first()
    if page is None:
        raise NotFound(worded("There is no such page."))
    if page.ended_at is not None:
        return 0
    incident = act.session.get(Incident, page.incident_id) if page.incident_id else None
    if incident is not None and incident.phase in FINAL:
        close_page(act, page, f"the incident is {incident.phase.value}")
        return 1
    if page.acknowledged_at is not None:
        return 0
    if incident is not None and incident.commander_id is not None:
        take_answer(act, page, Answered(incident.commander_id, "command"))
        return 1
    return _carry_on(act, page, roads)


def _carry_on(act: Act, page: PageCall, roads: Roads) -> int:
    waits = (col(PageStep.page_id) == page.id, col(PageStep.sent_at).is_(None), col(PageStep.superseded_at).is_(None))
    rows = {(row.round, row.position): row for row in act.session.exec(select(PageStep).where(*waits)).all()}
    steps = steps_of(page.steps)
    found = verdict((Due(row.round, row.position, row.due_at) for row in rows.values()), act.now)
    if found.send is None:
        if not rows and page.kind is PageKind.TEST:
            return _end_test(act, page, steps)
        return 0
    chosen = rows[found.send.round, found.send.position]
    if not _take(act, [chosen.id], sent_at=act.now):
        return 0
    earlier = [rows[due.round, due.position].id for due in found.superseded]
    _take(act, earlier, superseded_at=act.now, superseded_by="step")
    if found.send.position == len(steps) - 1 and page.kind is not PageKind.TEST:
        wait = wait_of(steps[-1], found.send.round)
        _add_rows(act, page, plan(steps, act.now + wait, found.send.round + 1))
    StepCalls(act, page, chosen, roads).send(skipped=len(earlier))
    return 1


def _end_test(act: Act, page: PageCall, steps: Sequence[Step]) -> int:
    """A test is over once its last step has waited."""
    mine = (col(PageStep.page_id) == page.id, col(PageStep.sent_at).is_not(None))
    last = act.session.exec(select(PageStep.sent_at).where(*mine).order_by(col(PageStep.sent_at).desc())).first()
    if last is None or act.now < last + timedelta(minutes=steps[-1].minutes):
        return 0
    close_page(act, page, "nobody answered")
    return 1


def _add_rows(act: Act, page: PageCall, rows: Sequence[Due]) -> None:
    act.session.add_all(
        PageStep(id=new_id(), page_id=page.id, round=row.round, position=row.position, due_at=row.at) for row in rows
    )
    act.session.flush()


def _take(act: Act, ids: Sequence[UUID], **values: object) -> list[UUID]:
    if not ids:
        return []
    still = (col(PageStep.id).in_(ids), col(PageStep.sent_at).is_(None), col(PageStep.superseded_at).is_(None))
    statement = update(PageStep).where(*still).values(**values).returning(col(PageStep.id))
    return list(act.session.execute(statement).scalars().all())
