"""Keep what comes in, sealed, before anybody says 250: a mail once for its bytes, news once for their key."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from notifications.heard import Heard
from notifications.ids import new_id
from notifications.incoming import KEPT_LONGER, DeliveryNews, MailState, NewsState, ReceivedMail
from notifications.sealing import Keys, Place

LARGEST_MAIL = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail at a door. `sender` is the envelope's, "" for none, None where a mailbox has lost it."""

    raw: bytes
    door: str
    recipient: str = ""
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a mail is kept, and whether equal bytes were there before."""

    id: UUID
    repeat: bool


def scope_at(now: datetime) -> str:
    """Whose key what comes in this day is sealed with: erasing the key erases the day."""
    return f"mail:{now.date().isoformat()}"


def keep_mail(session: Session, keys: Keys, mail: Incoming, now: datetime) -> Kept:
    """Keep a mail, sealed and hashed; nothing is parsed. Equal bytes are a counted repeat, and change nothing else."""
    sha256 = hashlib.sha256(mail.raw).hexdigest()
    known = _counted(session, sha256, now)
    if known is None:
        row = _row(session, keys, mail, sha256, now)
        try:
            with session.begin_nested():
                session.add(row)
            return Kept(row.id, repeat=False)
        except IntegrityError:  # another process was faster
            known = _counted(session, sha256, now)
    assert known is not None
    return Kept(known, repeat=True)


def raw_mail(session: Session, keys: Keys, row: ReceivedMail) -> bytes | None:
    """The bytes as received; None once they are erased. Raises Unsealable."""
    if row.raw_sealed is None:
        return None
    return keys.for_scope(session, row.scope).open(row.raw_sealed, "received_mail", "raw_sealed", row.id)


def keep_news(
    session: Session, keys: Keys, heard: Heard, source: str, now: datetime, mail_id: UUID | None = None
) -> UUID | None:
    """Keep one piece of news until its row is found; None when its key was kept before."""
    known = select(DeliveryNews.id).where(col(DeliveryNews.key) == heard.key[:200])
    if session.exec(known).first() is not None:
        return None
    identity, scope = new_id(), scope_at(now)
    content = {
        "message_ids": heard.message_ids,
        "provider_ids": heard.provider_ids,
        "addresses": sorted(heard.addresses),
        "detail": heard.detail,
    }
    row = DeliveryNews(
        id=identity,
        key=heard.key[:200],
        source=source,
        news=heard.news.value,
        proven=heard.proven,
        status=heard.status[:16],
        mail_id=mail_id,
        heard_at=now,
        said_at=heard.at,
        scope=scope,
        content_sealed=keys.seal(session, json.dumps(content, ensure_ascii=False), _place(identity, scope)),
        state=NewsState.WAITING,
        next_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process was faster
        return None
    return identity


@dataclass(frozen=True, slots=True)
class Content:
    """What a piece of news holds that is sealed."""

    message_ids: tuple[str, ...]
    provider_ids: tuple[str, ...]
    addresses: frozenset[str]
    detail: str


def content_of(session: Session, keys: Keys, row: DeliveryNews) -> Content | None:
    """What a piece of news says; None once it is erased. Raises Unsealable."""
    if row.content_sealed is None:
        return None
    said = json.loads(keys.open(session, row.content_sealed, _place(row.id, row.scope)))
    return Content(
        tuple(said["message_ids"]), tuple(said["provider_ids"]), frozenset(said["addresses"]), said["detail"]
    )


def anything_older(session: Session, now: datetime, keep: timedelta) -> bool:
    """Whether `erase_older` would erase something: asked by reading, so that a round without work never writes."""
    wanted = (
        select(ReceivedMail.id).where(*_old_mail(now, keep)),
        select(DeliveryNews.id).where(*_old_news(now, keep)),
    )
    return any(session.exec(query.limit(1)).first() is not None for query in wanted)


def erase_older(session: Session, now: datetime, keep: timedelta) -> int:
    """Erase what was received longer ago than `keep`; hash, state and counts stay. Returns how many.

    Left are mails nobody has read yet, those handed on, and those that became answers or reports: they go with them.
    """
    mails = update(ReceivedMail).where(*_old_mail(now, keep)).values(raw_sealed=None)
    news = update(DeliveryNews).where(*_old_news(now, keep)).values(content_sealed=None)
    erased = session.execute(mails.returning(col(ReceivedMail.id))).all()
    return len(erased) + len(session.execute(news.returning(col(DeliveryNews.id))).all())


def _old_mail(now: datetime, keep: timedelta) -> tuple[ColumnElement[bool], ...]:
    kept = (MailState.OPEN, MailState.HANDED_ON)
    raw = col(ReceivedMail.raw_sealed).is_not(None)
    own = col(ReceivedMail.kind).not_in(KEPT_LONGER)
    return (col(ReceivedMail.received_at) < now - keep, raw, own, col(ReceivedMail.state).not_in(kept))


def _old_news(now: datetime, keep: timedelta) -> tuple[ColumnElement[bool], ...]:
    content = col(DeliveryNews.content_sealed).is_not(None)
    return (col(DeliveryNews.heard_at) < now - keep, content, col(DeliveryNews.state) != NewsState.WAITING)


def _place(identity: UUID, scope: str) -> Place:
    return Place("delivery_news", "content_sealed", str(identity), scope)


def _counted(session: Session, sha256: str, now: datetime) -> UUID | None:
    """The mail with these bytes, counted once more."""
    values = {"repeats": col(ReceivedMail.repeats) + 1, "last_repeat_at": now}
    counted = update(ReceivedMail).where(col(ReceivedMail.sha256) == sha256).values(**values)
    return session.execute(counted.returning(col(ReceivedMail.id))).scalar_one_or_none()


def _row(session: Session, keys: Keys, mail: Incoming, sha256: str, now: datetime) -> ReceivedMail:
    identity, scope = new_id(), scope_at(now)
    keyring = keys.for_scope(session, scope)
    return ReceivedMail(
        id=identity,
        sha256=sha256,
        size=len(mail.raw),
        door=mail.door,
        recipient=mail.recipient[:320],
        from_nobody=None if mail.sender is None else not mail.sender,
        received_at=now,
        scope=scope,
        raw_sealed=keyring.seal(mail.raw, "received_mail", "raw_sealed", identity),
        state=MailState.OPEN,
    )
