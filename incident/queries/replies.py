"""What people wrote back: counted and listed without a word of it, and one of them opened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.replies import Reply, ReplyAnswer
from incident.queries.access import access_to
from incident.queries.people import people_named
from incident.roles import Action, Actor, require
from notifications.models import Delivery
from notifications.replies import ReplyClass
from notifications.sealing import Keys, Place, Unsealable
from notifications.wording import worded

PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which replies are listed: of which class, open ones alone, after which (the last id of the page before)."""

    kind: ReplyClass | None = None
    open_only: bool = False
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of replies, and how many there are by class: (open, all). `more`: there are others behind them."""

    rows: Sequence[Reply]
    counts: Mapping[ReplyClass, tuple[int, int]]
    owners: Mapping[UUID, str]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply says, opened. `references` are the Message-IDs it answers."""

    sender: str
    name: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...]
    quoted: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One answer of ours to a reply: the row, its text where it can be opened, and what the ledger says of it."""

    row: ReplyAnswer
    subject: str
    text: str
    delivery: str


def content_place(row: Reply) -> Place:
    """Where what a reply says is sealed for."""
    return Place("reply", "content_sealed", str(row.id), row.scope)


def given_place(row: ReplyAnswer) -> Place:
    """Where an answer of ours is sealed for."""
    return Place("reply_answer", "content_sealed", str(row.id), row.scope)


def find_reply(session: Session, actor: Actor, reply_id: UUID, action: Action = Action.READ_REPLIES) -> Reply:
    """One reply, if the actor may do this to its incident. Raises NotFound, alike for absent and hidden; Forbidden."""
    row = session.get(Reply, reply_id)
    if row is None:
        raise NotFound(worded("There is no such reply."))
    try:
        require(actor, action, access_to(session, row.incident_id) if row.incident_id else None)
    except NotFound:
        raise NotFound(worded("There is no such reply.")) from None
    return row


def list_replies(session: Session, actor: Actor, incident_id: UUID | None, wanted: Wanted) -> Listed:
    """Replies of an incident, open ones first, then the latest; of none: those nobody has matched.

    Raises NotFound and Forbidden.
    """
    require(actor, Action.READ_REPLIES, access_to(session, incident_id) if incident_id else None)
    mine = col(Reply.incident_id) == incident_id if incident_id else col(Reply.incident_id).is_(None)
    query = select(Reply).where(mine, *_narrowed(session, wanted))
    order = (col(Reply.settled_at).is_not(None), col(Reply.received_at).desc(), col(Reply.id).desc())
    found = session.exec(query.order_by(*order).limit(PAGE + 1)).all()
    rows = found[:PAGE]
    settled = func.count(col(Reply.settled_at))
    counted = session.exec(select(Reply.kind, settled, func.count()).where(mine).group_by(col(Reply.kind))).all()
    counts = {ReplyClass(kind): (number - done, number) for kind, done, number in counted}
    owners = {row.owner_id for row in rows if row.owner_id}
    return Listed(rows, counts, people_named(session, owners), len(found) > PAGE)


def open_content(session: Session, keys: Keys, row: Reply) -> Said | None:
    """What a reply says, for callers that have asked for permission and write down who reads; None once purged."""
    if row.content_sealed is None:
        return None
    try:
        said = json.loads(keys.open(session, row.content_sealed, content_place(row)))
    except Unsealable:
        return None
    return Said(**{**said, "references": tuple(said["references"])})


def answers_given(session: Session, keys: Keys, reply_id: UUID) -> list[Given]:
    """What a reply was answered, the first one first. For callers that have asked for permission."""
    mine = select(ReplyAnswer).where(col(ReplyAnswer.reply_id) == reply_id).order_by(col(ReplyAnswer.number))
    return [_given(session, keys, row) for row in session.exec(mine).all()]


def find_given(session: Session, keys: Keys, actor: Actor, given_id: UUID) -> tuple[Reply, Given]:
    """One answer of ours and the reply it answers, for whoever may answer that. Raises as `find_reply`."""
    row = session.get(ReplyAnswer, given_id)
    if row is None:
        raise NotFound(worded("There is no such reply."))
    return find_reply(session, actor, row.reply_id, Action.ANSWER), _given(session, keys, row)


def _given(session: Session, keys: Keys, row: ReplyAnswer) -> Given:
    said: dict[str, str] = {}
    if row.content_sealed is not None:
        try:
            said = json.loads(keys.open(session, row.content_sealed, given_place(row)))
        except Unsealable:
            said = {}
    state = select(Delivery.state).where(col(Delivery.occasion) == row.occasion) if row.occasion else None
    delivery = session.exec(state).first() if state is not None else None
    return Given(row, said.get("subject", ""), said.get("text", ""), str(delivery or ""))


def _narrowed(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(col(Reply.kind) == wanted.kind)
    if wanted.open_only:
        found.append(col(Reply.settled_at).is_(None))
    last = session.get(Reply, wanted.after) if wanted.after else None
    if last is not None:
        later = or_(
            col(Reply.received_at) < last.received_at,
            (col(Reply.received_at) == last.received_at) & (col(Reply.id) < last.id),
        )
        settled = col(Reply.settled_at).is_not(None)
        found.append(later & settled if last.settled_at else or_(settled, later))
    return found
