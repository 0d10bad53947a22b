"""In-app notices: what a reader of the host platform is shown, and what was read."""

import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from notifications.audience import open_member, scope_of
from notifications.filling import filled
from notifications.ids import new_id
from notifications.members import ACCOUNT
from notifications.message import Recipient, Rendered, Text, choose_text, locale_of
from notifications.models import (
    Audience,
    Channel,
    DataKey,
    Delivery,
    DeliveryState,
    Edition,
    Member,
    Receipt,
    Release,
    ReleaseState,
)
from notifications.reader_tokens import Reader
from notifications.release import open_texts
from notifications.sealing import DataKeyring, Keys

TOKEN_SCOPE = "in_app"  # noqa: S105 (the scope of a key, no secret)
SHOWN = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
FOR_ACCOUNT = func.substr(Delivery.person, 1, len(ACCOUNT)) == ACCOUNT  # LIKE looks past upper and lower case


@dataclass(frozen=True, slots=True)
class InAppNotice:
    """One notice as it is shown. `id` is opaque to the reader; `read_at` None: unread by this reader."""

    id: str
    rendered: Rendered
    locale: str
    published_at: datetime
    read_at: datetime | None


def notices_for(session: Session, keys: Keys, reader: Reader, locale: str = "") -> list[InAppNotice]:
    """Everything this reader is shown, the newest first: addressed to the person, or to an account and role of theirs.

    People who joined the account later see its notices too. `locale` "" takes the one the audience names.
    """
    deliveries = _deliveries(session, reader)
    read = _receipts(session, reader, [delivery.id for delivery in deliveries])
    texts: dict[UUID, dict[str, Text]] = {}
    found = []
    for delivery in deliveries:
        edition = _edition(session, delivery)
        if edition is None:
            continue
        if edition.id not in texts:
            texts[edition.id] = open_texts(session, keys, edition)
        own = _own(session, keys, delivery, locale, texts[edition.id])
        if own is None:
            continue
        chosen, values = own
        language = locale_of(chosen)
        rendered = filled(texts[edition.id][chosen], values, language)
        identity = notice_id(session, keys, delivery)
        found.append(InAppNotice(identity, rendered, language, delivery.created_at, read.get(delivery.id)))
    return found


def unread_count(session: Session, reader: Reader) -> int:
    """How many notices this reader has not opened."""
    deliveries = [row for row in _deliveries(session, reader) if _edition(session, row) is not None]
    return len(deliveries) - len(_receipts(session, reader, [delivery.id for delivery in deliveries]))


def mark_read(session: Session, keys: Keys, reader: Reader, notice: str, now: datetime) -> datetime | None:
    """Record that this reader opened a notice, once; returns when. None for a notice this reader is not shown.

    An impersonated reader leaves no receipt and gets the present moment back.
    """
    wanted = (row for row in _deliveries(session, reader) if hmac.compare_digest(notice_id(session, keys, row), notice))
    delivery = next(wanted, None)
    if delivery is None or delivery.id is None:
        return None
    if reader.impersonated:
        return now
    earlier = _receipts(session, reader, [delivery.id]).get(delivery.id)
    if earlier is not None:
        return earlier
    try:
        with session.begin_nested():
            session.add(Receipt(id=new_id(), delivery_id=delivery.id, reader=reader.person, at=now))
    except IntegrityError:  # another window of the same reader was faster
        return _receipts(session, reader, [delivery.id])[delivery.id]
    return now


def notice_id(session: Session, keys: Keys, delivery: Delivery) -> str:
    """What the host sees instead of the row's number: keyed, so that it tells neither order nor how many there are."""
    return notice_name(keys.for_scope(session, TOKEN_SCOPE), delivery)


def notice_name(naming: DataKeyring, delivery: Delivery) -> str:
    """As `notice_id`, with the key at hand."""
    return naming.blind(f"notice {delivery.id}")[:32]


def token_secret(session: Session, keys: Keys) -> bytes:
    """The key tokens are signed with; made on first use, which needs a writing session."""
    return keys.for_scope(session, TOKEN_SCOPE).blind("token secret").encode()


def known_secret(session: Session, keys: Keys) -> bytes | None:
    """As `token_secret`, in a session that only reads; None while no token was ever issued."""
    made = session.exec(select(DataKey.id).where(col(DataKey.scope) == TOKEN_SCOPE)).first()
    return token_secret(session, keys) if made else None


def _deliveries(session: Session, reader: Reader) -> list[Delivery]:
    by_account = [
        and_(
            FOR_ACCOUNT,
            col(Delivery.account) == account,
            col(Delivery.role).in_(("", *roles)),
        )
        for account, roles in reader.accounts.items()
    ]
    person = and_(col(Delivery.person) == reader.person, ~FOR_ACCOUNT)
    mine = or_(person, *by_account)
    shown = (col(Delivery.channel) == Channel.IN_APP, col(Delivery.state).in_(SHOWN))
    newest = (col(Delivery.created_at).desc(), col(Delivery.id).desc())
    return list(session.exec(select(Delivery).where(*shown, mine).order_by(*newest)).all())


def _receipts(session: Session, reader: Reader, ids: Iterable[int | None]) -> dict[int | None, datetime]:
    wanted = (col(Receipt.reader) == reader.person, col(Receipt.delivery_id).in_(list(ids)))
    return {row.delivery_id: row.at for row in session.exec(select(Receipt).where(*wanted)).all()}


def _edition(session: Session, delivery: Delivery) -> Edition | None:
    """The edition behind a row; none while its release is stopped, and none when it became void."""
    release = session.get(Release, delivery.release_id) if delivery.release_id else None
    if release is None or release.state not in (ReleaseState.APPROVED, ReleaseState.FINISHED):
        return None
    return session.get(Edition, release.edition_id)


def _own(
    session: Session, keys: Keys, delivery: Delivery, locale: str, texts: Mapping[str, Text]
) -> tuple[str, Mapping[str, str]] | None:
    """Which text this reader gets, and their values; None when there is no variant for their segment.

    After the audience was purged the first variant is shown, and it speaks without values.
    """
    member = session.get(Member, delivery.member_id) if delivery.member_id else None
    audience = session.get(Audience, member.audience_id) if member else None
    recipient = Recipient(delivery.person)
    if member is not None and audience is not None and audience.purged_at is None:
        recipient = open_member(keys.for_scope(session, scope_of(audience.id)), member)
    with suppress(KeyError):
        return choose_text(locale or recipient.locale, recipient.segment, texts), recipient.values
    return None
