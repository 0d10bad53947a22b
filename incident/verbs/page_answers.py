"""Answers to a page: acknowledged by a link, on the console, from the command line or a chat; over with its cause."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import Conflict, Forbidden, NotFound
from incident.models.paging import PageCall, PagedOne, PageKind, PageStep
from incident.models.people import UserAccount
from incident.page_words import answered_words
from incident.phases import FINAL
from incident.roles import Action, Actor, known_roles, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.page_events import scope_of, tell_answer
from notifications.alarms import AlarmAct
from notifications.posting import cancel_occasions
from notifications.wording import worded

VISITOR = system("page link")
ENDINGS = {phase.value for phase in FINAL}


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered, and by which way: mail, console, command line, api, slack, teams, command."""

    user_id: UUID | None
    way: str
    name: str = ""
    call_id: UUID | None = None


def acknowledge(act: Act, page_id: UUID, way: str) -> PageCall:
    """Say that one takes a page up: it goes on to nobody else. Acknowledging again changes nothing.

    Raises Forbidden and NotFound by permission, Conflict for one that is over.
    """
    page = held(act, page_id)
    if page.incident_id is None:
        act.require(Action.ON_CALL)
    else:
        act.require(Action.NOTE, page.incident_id)
    if page.ended_at is not None and page.acknowledged_at is None:
        raise Conflict(worded("The page is over: {ended_because}.", ended_because=page.ended_because))
    user_id = None if act.actor.is_system else act.actor.id
    take_answer(act, page, Answered(user_id, way, act.actor.name))
    return page


def acknowledge_incident(act: Act, incident_id: UUID, way: str) -> int:
    """Acknowledge every page of an incident that goes on; returns how many. Raises Conflict where there is none."""
    act.require(Action.NOTE, incident_id)
    open_ones = (
        col(PageCall.incident_id) == incident_id,
        col(PageCall.ended_at).is_(None),
        col(PageCall.acknowledged_at).is_(None),
    )
    ids = act.session.exec(select(PageCall.id).where(*open_ones).order_by(col(PageCall.id))).all()
    if not ids:
        raise Conflict(worded("No page of this incident waits for an answer."))
    for page_id in ids:
        acknowledge(act, page_id, way)
    return len(ids)


def acknowledge_by_link(act: Act, call_id: UUID) -> PageCall:
    """The same by whoever has the link of a call, which is the permission. Raises NotFound, Conflict, Forbidden."""
    call = act.session.get(PagedOne, call_id)
    if call is None or call.user_id is None:
        raise NotFound(worded("There is no such page."))
    page = held(act, call.page_id)
    account = act.session.get_one(UserAccount, call.user_id)
    if account.disabled_at is not None:
        raise Forbidden(worded("Whoever this link was sent to may not sign in here any more."))
    if page.ended_at is not None and page.acknowledged_at is None:
        raise Conflict(worded("The page is over: {ended_because}.", ended_because=page.ended_because))
    actor = Actor(account.id, account.name, known_roles(account.roles))
    take_answer(act.by(actor), page, Answered(account.id, call.way, account.name, call.id))
    return page


def take_answer(act: Act, page: PageCall, answered: Answered) -> None:
    """Write an answer down: no further step goes, what has not gone does not, endpoints hear of it.

    A step of other verbs. Of two the first counts; that the second came is kept with its call.
    """
    if answered.call_id is not None:
        mine = (col(PagedOne.id) == answered.call_id, col(PagedOne.answered_at).is_(None))
        act.session.execute(update(PagedOne).where(*mine).values(answered_at=act.now))
    if page.acknowledged_at is not None:
        return
    name = answered.name or _name(act, answered.user_id)
    page.acknowledged_at, page.acknowledged_by_way = act.now, answered.way[:32]
    page.acknowledged_by = f"user:{answered.user_id}" if answered.user_id else act.actor.label
    act.session.add(page)
    _stop(act, page, "acknowledged")
    tell_answer(act, page, AlarmAct.ACKNOWLEDGE)
    minutes = int((act.now - page.begun_at) / timedelta(minutes=1))
    if page.kind is PageKind.TEST:
        page.ended_at, page.ended_because = act.now, "acknowledged"
        tell_answer(act, page, AlarmAct.RESOLVE)
    act.session.flush()
    body = {"text": answered_words(name, answered.way, minutes), "page": str(page.id), "way": answered.way}
    record(act, scope_of(page), "page.acknowledged", body)


def close_page(act: Act, page: PageCall, because: str) -> None:
    """End a page with what it was about. A step of other verbs, which hold it."""
    answered = page.acknowledged_at is not None
    page.ended_at, page.ended_because = act.now, because[:64]
    act.session.add(page)
    _stop(act, page, "ended")
    tell_answer(act, page, AlarmAct.RESOLVE)
    act.session.flush()
    text = f"The page of {page.subject} is over: {because}." + ("" if answered else " Nobody had acknowledged it.")
    record(act, scope_of(page), "page.ended", {"text": text, "page": str(page.id)})


def held(act: Act, page_id: UUID) -> PageCall:
    """The page, held until the end of the transaction. Raises NotFound."""
    mine = select(PageCall).where(col(PageCall.id) == page_id)
    page = act.session.exec(mine.with_for_update().execution_options(populate_existing=True)).first()
    if page is None:
        raise NotFound(worded("There is no such page."))
    return page


def _stop(act: Act, page: PageCall, why: str) -> None:
    """No further step goes, and no call of an earlier one that waits for its turn or for another try."""
    waits = (col(PageStep.page_id) == page.id, col(PageStep.sent_at).is_(None), col(PageStep.superseded_at).is_(None))
    act.session.execute(update(PageStep).where(*waits).values(superseded_at=act.now, superseded_by=why))
    occasions = act.session.exec(select(PagedOne.occasion).where(col(PagedOne.page_id) == page.id)).all()
    cancel_occasions(act.session, occasions)


def _name(act: Act, user_id: UUID | None) -> str:
    account = act.session.get(UserAccount, user_id) if user_id else None
    return account.name if account else act.actor.name
