"""Reads of pages: who was told when, by what, and with which answer; what is due; what stands behind a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.incidents import Incident
from incident.models.paging import PageCall, PagedOne, PageKind, PageStep, Team
from incident.models.people import UserAccount
from incident.paging import open_link
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.timeline import names_of
from incident.roles import Action, Actor, require
from notifications.endpoints import Endpoint
from notifications.models import Delivery
from notifications.sealing import Keys
from notifications.wording import worded

LIMIT = 50
OVERDUE = timedelta(minutes=5)  # a step has gone by then
WAITS = and_(col(PageStep.sent_at).is_(None), col(PageStep.superseded_at).is_(None))
UNANSWERED = and_(col(PageCall.ended_at).is_(None), col(PageCall.acknowledged_at).is_(None))


@dataclass(frozen=True, slots=True)
class CallLine:
    """Whom one step told: by which way, what came of the message, and when they answered by its link."""

    whom: str
    way: str
    at: datetime
    state: str  # of the row in the ledger; "" where it is gone
    said: str  # what the relay or receiver answered
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page. `acknowledged_by` in words; `next_at`: when it goes on."""

    id: UUID
    kind: PageKind
    subject: str
    team: str
    severity: str
    begun_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    way: str
    ended_at: datetime | None
    ended_because: str
    next_at: datetime | None
    step: int = 0  # the one that was sent last, counted from 1
    steps: int = 0

    @property
    def waits(self) -> bool:
        """Whether it still waits for an answer."""
        return self.acknowledged_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What stands behind a link: no more than the codename. `over`: the link has expired, or the page has ended."""

    call_id: UUID
    subject: str
    kind: PageKind
    acknowledged_at: datetime | None
    over: bool


def read_pages(session: Session, actor: Actor, *, team: str = "", waiting: bool = False) -> list[PageLine]:
    """The last pages the actor may know of, the newest first; of one team, or those that wait for an answer only."""
    require(actor, Action.ON_CALL, None)
    query = select(PageCall).where(_visible(actor))
    if team:
        query = query.where(col(PageCall.team_id).in_(select(Team.id).where(col(Team.name) == team)))
    if waiting:
        query = query.where(UNANSWERED)
    rows = session.exec(query.order_by(col(PageCall.begun_at).desc(), col(PageCall.id).desc()).limit(LIMIT)).all()
    return _lines(session, rows)


def read_page(session: Session, actor: Actor, page_id: UUID) -> tuple[PageLine, list[CallLine]]:
    """One page with everybody it told. Raises NotFound and Forbidden."""
    require(actor, Action.ON_CALL, None)
    row = session.exec(select(PageCall).where(col(PageCall.id) == page_id, _visible(actor))).first()
    if row is None:
        raise NotFound(worded("There is no such page."))
    return _lines(session, [row])[0], _calls(session, page_id)


def waiting_of(session: Session, incident_id: UUID) -> PageLine | None:
    """The page of an incident that waits for an answer; for callers that have read the incident."""
    mine = (col(PageCall.incident_id) == incident_id, UNANSWERED)
    row = session.exec(select(PageCall).where(*mine).order_by(col(PageCall.id))).first()
    return _lines(session, [row])[0] if row else None


def behind_link(session: Session, keys: Keys, token: str, now: datetime) -> LinkPage | None:
    """The page a link is for; None for one that is not ours."""
    found = open_link(session, keys, token, now)
    call = session.get(PagedOne, found[0]) if found else None
    if found is None or call is None:
        return None
    page = session.get_one(PageCall, call.page_id)
    over = found[1] or (page.ended_at is not None and page.acknowledged_at is None)
    return LinkPage(call.id, page.subject, page.kind, page.acknowledged_at, over)


def pages_to_carry(session: Session, now: datetime, limit: int = 200) -> list[UUID]:
    """Pages with a step that has come, or whose incident is over or commanded; tests that ran through. Oldest first."""
    mine = col(PageStep.page_id) == col(PageCall.id)
    come = exists(select(PageStep.id).where(mine, WAITS, col(PageStep.due_at) <= now))
    left = exists(select(PageStep.id).where(mine, WAITS))
    its = col(Incident.id) == col(PageCall.incident_id)
    final = exists(select(Incident.id).where(its, col(Incident.phase).in_(FINAL)))
    commanded = exists(select(Incident.id).where(its, col(Incident.commander_id).is_not(None)))
    ran_through = and_(col(PageCall.kind) == PageKind.TEST, ~left)
    unanswered = and_(col(PageCall.acknowledged_at).is_(None), or_(come, commanded, ran_through))
    query = select(PageCall.id).where(col(PageCall.ended_at).is_(None), or_(final, unanswered))
    return list(session.exec(query.order_by(col(PageCall.begun_at)).limit(limit)).all())


def steps_overdue(session: Session, now: datetime) -> int:
    """Pages that wait for an answer and whose step should have gone, or that have none left to go."""
    mine = col(PageStep.page_id) == col(PageCall.id)
    late = exists(select(PageStep.id).where(mine, WAITS, col(PageStep.due_at) <= now - OVERDUE))
    none = and_(col(PageCall.kind) != PageKind.TEST, ~exists(select(PageStep.id).where(mine, WAITS)))
    return len(session.exec(select(PageCall.id).where(UNANSWERED, or_(late, none)).limit(100)).all())


def _visible(actor: Actor):  # type: ignore[no-untyped-def]
    theirs = select(Incident.id).where(visible_incidents(actor))
    return or_(col(PageCall.incident_id).is_(None), col(PageCall.incident_id).in_(theirs))


def _lines(session: Session, rows: Sequence[PageCall]) -> list[PageLine]:
    ids = [row.id for row in rows]
    steps = session.exec(select(PageStep).where(col(PageStep.page_id).in_(ids))).all() if ids else []
    teams = dict(session.exec(select(Team.id, Team.name)).all()) if ids else {}
    names = names_of(session, [row.acknowledged_by for row in rows if row.acknowledged_by])
    found = []
    for row in rows:
        mine = [step for step in steps if step.page_id == row.id]
        sent = [step for step in mine if step.sent_at is not None]
        waits = [step.due_at for step in mine if step.sent_at is None and step.superseded_at is None]
        last = max(sent, key=lambda step: (step.round, step.position), default=None)
        line = PageLine(
            id=row.id,
            kind=row.kind,
            subject=row.subject,
            team=teams.get(row.team_id, "") if row.team_id else "",
            severity=row.severity,
            begun_at=row.begun_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=names.get(row.acknowledged_by, ""),
            way=row.acknowledged_by_way,
            ended_at=row.ended_at,
            ended_because=row.ended_because,
            next_at=min(waits, default=None),
            step=last.position + 1 if last else 0,
            steps=len(row.steps),
        )
        found.append(line)
    return found


def _calls(session: Session, page_id: UUID) -> list[CallLine]:
    query = (
        select(PagedOne, UserAccount.name, Endpoint.name, Delivery)
        .join(UserAccount, col(UserAccount.id) == col(PagedOne.user_id), isouter=True)
        .join(Endpoint, col(Endpoint.id) == col(PagedOne.endpoint_id), isouter=True)
        .join(Delivery, col(Delivery.occasion) == col(PagedOne.occasion), isouter=True)
        .where(col(PagedOne.page_id) == page_id)
        .order_by(col(PagedOne.id))
    )
    return [
        CallLine(
            whom=person or worded("endpoint {name}", name=endpoint),
            way=call.way,
            at=call.at,
            state=row.state.value if row else "",
            said=f"{row.reply_code or ''} {row.reply_text}".strip() if row else "",
            answered_at=call.answered_at,
        )
        for call, person, endpoint, row in session.exec(query).all()
    ]
