"""What is heard of a mail reaches its row: found by our Message-ID or the provider's id, moved only as it proves."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from notifications.addressees import addresses_of
from notifications.addresses import BadAddress, meeting_key, normalise
from notifications.heard import News, without_addresses
from notifications.incoming import DeliveryNews, NewsState
from notifications.models import Channel, Delivery, DeliveryState, Member
from notifications.occasions import edition_occasion
from notifications.received import Content, content_of
from notifications.sealing import Keys, Unsealable
from notifications.transitions import AGAIN, MOVES

AFTER = {
    News.DELIVERED: DeliveryState.DELIVERED,
    News.COMPLAINT: DeliveryState.DELIVERED,  # whoever complains of a mail has it
    News.BOUNCED: DeliveryState.BOUNCED,
    News.SUPPRESSED: DeliveryState.REJECTED,
}
IN_HAND = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
PATIENCE = timedelta(minutes=15)
"""A relay is quicker than its 250 at times: for so long the row may still learn its provider's id."""
LOOK_AGAIN = timedelta(seconds=60)
SOON = timedelta(seconds=5)
PIECE = 50  # pieces of news in one transaction
OURS = re.compile(r"<([0-9a-f]{32})\.(\d{1,18})\.(\d{1,9})@[^<>@\s]+>")


@dataclass(frozen=True, slots=True)
class Heeded:
    """What became of one piece of news, and the release whose row it moved."""

    state: NewsState
    release_id: UUID | None = None


def waiting_news(session: Session, now: datetime) -> list[UUID]:
    """The next piece of news to look at, the oldest first."""
    due = (col(DeliveryNews.state) == NewsState.WAITING, col(DeliveryNews.next_at) <= now)
    return list(
        session.exec(select(DeliveryNews.id).where(*due).order_by(col(DeliveryNews.next_at)).limit(PIECE)).all()
    )


def heed(session: Session, keys: Keys, news_id: UUID, now: datetime) -> Heeded:
    """Carry one piece of news to its row. Doing it again changes nothing.

    A row that a worker has in hand is left to it for a moment: the relay's answer comes first. What nobody has proven
    to have said moves a row only if it names that person's address, since everybody who has a mail of ours can guess
    the Message-ID of another one.
    """
    row = session.get(DeliveryNews, news_id, with_for_update=True)
    if row is None or row.state is not NewsState.WAITING:
        return Heeded(NewsState.UNCHANGED)
    try:
        content = content_of(session, keys, row)
    except Unsealable:
        content = None
    found = _found(session, content) if content else []
    if content is None or len(found) > 1:
        return _settled(row, NewsState.DOUBTFUL if found else NewsState.UNMATCHED)
    if not found:
        if now < row.heard_at + PATIENCE:
            row.next_at = now + LOOK_AGAIN
            return Heeded(NewsState.WAITING)
        return _settled(row, NewsState.UNMATCHED)
    return _carried(session, keys, row, content, found[0], now)


def _carried(
    session: Session, keys: Keys, row: DeliveryNews, content: Content, delivery: Delivery, now: datetime
) -> Heeded:
    if delivery.state in IN_HAND:
        row.next_at = now + SOON
        return Heeded(NewsState.WAITING)
    row.delivery_id, row.release_id = delivery.id, delivery.release_id
    if not row.proven and not _names_the_person(session, keys, delivery, content):
        return _settled(row, NewsState.DOUBTFUL)
    after = AFTER.get(News(row.news))
    moved = after is not None and _moved(session, delivery, after, _words(delivery, row, content), now)
    return _settled(row, NewsState.APPLIED if moved else NewsState.UNCHANGED)


def _settled(row: DeliveryNews, state: NewsState) -> Heeded:
    row.state = state
    return Heeded(state, row.release_id if state is NewsState.APPLIED else None)


def _moved(session: Session, delivery: Delivery, after: DeliveryState, words: str, now: datetime) -> bool:
    """Move the row if it is still where it may be moved from. A row that waits to go out again may be, too: it is
    flagged, the relay had it, and now somebody proves what came of that."""
    before = [state for state, ways in MOVES.items() if after in ways and state not in IN_HAND]
    again = and_(col(Delivery.state).in_(AGAIN), col(Delivery.possible_duplicate).is_(True))
    from_there = or_(col(Delivery.state).in_([state for state in before if state not in AGAIN]), again)
    values: dict[str, Any] = {"state": after}
    if after is DeliveryState.DELIVERED:
        values["settled_at"] = func.coalesce(col(Delivery.settled_at), now)
    else:
        values |= {"settled_at": now, "reply_text": words}
    statement = update(Delivery).where(col(Delivery.id) == delivery.id, from_there).values(values)
    done = session.execute(statement.returning(col(Delivery.id)), execution_options={"synchronize_session": False})
    moved = done.scalar_one_or_none() is not None
    session.refresh(delivery)
    return moved


def _words(delivery: Delivery, row: DeliveryNews, content: Content) -> str:
    """The reason, without addresses, and behind it what the relay had answered."""
    said = " ".join(part for part in (row.news, row.status, without_addresses(content.detail)) if part)
    before = f"{delivery.reply_code or ''} {delivery.reply_text}".strip()
    return (f"{said} (the relay had answered {before})" if before else said)[:500]


def _names_the_person(session: Session, keys: Keys, delivery: Delivery, content: Content) -> bool:
    known = addresses_of(session, keys, [delivery]).get(delivery.id or 0, "")
    return bool(known) and meeting_key(known) in {_as_kept(address) for address in content.addresses}


def _as_kept(address: str) -> str:
    """An address as a report writes it, in the form of the audience: a domain beyond ASCII as punycode."""
    try:
        return meeting_key(normalise(address))
    except BadAddress:
        return address


def _found(session: Session, content: Content) -> list[Delivery]:
    """The row of the first Message-ID that is ours, else every row of these ids of a provider."""
    for identity in content.message_ids:
        delivery = delivery_of(session, identity)
        if delivery is not None:
            return [delivery]
    named = [identity for identity in content.provider_ids if identity]
    if not named:
        return []
    known = (col(Delivery.provider_id).in_(named), col(Delivery.provider_id) != "")
    return list(session.exec(select(Delivery).where(*known).limit(2)).all())


def delivery_of(session: Session, identity: str) -> Delivery | None:
    """The Message-ID of a release names edition, member and address version, which an index knows: a million rows need
    no second one. A message to people inside has its own. What cannot be printed is none of ours, and PostgreSQL takes
    no NUL."""
    if not identity.isprintable():
        return None
    named = OURS.fullmatch(identity)
    if named is None:
        inside = (col(Delivery.message_id) == identity, col(Delivery.release_id).is_(None))
        return session.exec(select(Delivery).where(*inside).limit(1)).first()
    member = session.get(Member, int(named[2]))
    if member is None:
        return None
    mine = (
        col(Delivery.occasion) == edition_occasion(UUID(named[1])),
        col(Delivery.person) == member.person,
        col(Delivery.channel) == Channel.EMAIL,
        col(Delivery.address_version) == int(named[3]),
        col(Delivery.message_id) == identity,
    )
    return session.exec(select(Delivery).where(*mine).limit(1)).first()


def untold_releases(session: Session) -> list[UUID]:
    """Releases of which something was heard that no line of a timeline counts yet."""
    wanted = (col(DeliveryNews.state) == NewsState.APPLIED, col(DeliveryNews.told_at).is_(None))
    query = select(DeliveryNews.release_id).where(*wanted, col(DeliveryNews.release_id).is_not(None)).distinct()
    return [identity for identity in session.exec(query).all() if identity is not None]
