"""In-app notices pushed to the host: full texts with the people they go to, in pieces, of what was released only.

One row of the ledger is one piece of one release for one endpoint. The row of the next piece is made when a piece is
about to go, so that an audience of any length costs nothing in the transaction that releases it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from notifications.audience import open_member, scope_of
from notifications.endpoints import person_of, subscribed
from notifications.filling import filled
from notifications.ids import new_id
from notifications.in_app import notice_id, token_secret
from notifications.ledger import Claimed
from notifications.members import ACCOUNT
from notifications.message import Recipient, Text, choose_text, locale_of, texts_digest
from notifications.models import (
    Audience,
    Channel,
    Delivery,
    DeliveryState,
    Edition,
    Member,
    Release,
    ReleaseState,
)
from notifications.occasions import edition_occasion
from notifications.placeholders import names_in
from notifications.release import open_texts
from notifications.sealing import DataKeyring, Keys, Unsealable

log = logging.getLogger(__name__)
EVENT = "notice.released"
OCCASION = "notice:"
PIECE = 500  # people in one request
PERSONAL_PIECE = 50  # where each of them has a text of their own
GIVE_UP = timedelta(hours=72)
SHOWN = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


class NotPushable(ValueError):
    """This piece cannot go; says why, and names nobody."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a release: its number, of how many, its members, and whether there are members behind it."""

    release: Release
    edition: Edition
    texts: Mapping[str, Text]
    number: int
    of: int
    members: Sequence[Member]
    more: bool


def begin_push(session: Session, keys: Keys, release: Release, now: datetime) -> int:
    """The first row for each endpoint that takes notices; returns how many. Repeating it changes nothing."""
    audience = session.get_one(Audience, release.audience_id)
    if audience.channel is not Channel.IN_APP:
        return 0
    endpoints = subscribed(session, EVENT)
    if endpoints:
        token_secret(session, keys)  # the ids of notices are made with it, later and in a session that only reads
    firsts = [_row(f"{OCCASION}{release.id}", person_of(endpoint.id), 0, 1, now) for endpoint in endpoints]
    return sum(_add(session, first) for first in firsts)


def is_push(occasion: str) -> bool:
    """Whether a row of the ledger is a piece of a pushed notice."""
    return occasion.startswith(OCCASION)


def read_piece(session: Session, keys: Keys, row: Claimed, number: int) -> Piece:
    """The piece a row stands for, with texts that are proven to be the approved ones. Raises NotPushable."""
    release = session.get(Release, UUID(row.occasion.removeprefix(OCCASION)))
    if release is None or release.state not in (ReleaseState.APPROVED, ReleaseState.FINISHED):
        raise NotPushable("the notice is not released")
    edition = session.get_one(Edition, release.edition_id)
    try:
        texts = open_texts(session, keys, edition)
    except Unsealable:
        raise NotPushable("its text does not open") from None
    if texts_digest(edition.kind, texts) != release.edition_digest:
        raise NotPushable("the text is not the one that was approved")
    size = PERSONAL_PIECE if any(_is_personal(text) for text in texts.values()) else PIECE
    ahead = (col(Member.audience_id) == release.audience_id, col(Member.id) > (row.member_id or 0))
    found = session.exec(select(Member).where(*ahead).order_by(col(Member.id)).limit(size + 1)).all()
    if not found:
        raise NotPushable("its audience is gone")
    pieces = -(-release.recipients // size)
    return Piece(release, edition, texts, number, pieces, found[:size], len(found) > size)


def add_next(session: Session, row: Claimed, piece: Piece, now: datetime) -> bool:
    """Make the row of the piece behind this one, once; True when it was made now."""
    if not piece.more:
        return False
    return _add(session, _row(row.occasion, row.person, piece.members[-1].id, piece.number + 1, now))


def document_of(session: Session, keys: Keys, piece: Piece) -> dict[str, object]:
    """The `data` of the webhook. Equal texts stand in it once.

    Left out, and counted, is who has no text in their segment, and who is not as they were imported. Raises Unfillable.
    """
    keyring = keys.for_scope(session, scope_of(piece.release.audience_id))
    ids = _notice_ids(session, keys, piece)
    texts: dict[tuple[str, str, str, str], int] = {}
    addressed = []
    for member in piece.members:
        if member.person in ids and (text := _text_for(keyring, member, piece.texts)) is not None:
            number = texts.setdefault(text, len(texts))
            addressed.append({"id": ids[member.person], **_whom(member), "text": number})
    left_out = len(piece.members) - len(addressed)
    if left_out:
        log.error("release %s: %d people of piece %d are not pushed", piece.release.id, left_out, piece.number)
    return {
        "release": str(piece.release.id),
        "notice": str(piece.edition.notice_id),
        "edition": piece.edition.number,
        "released_at": piece.release.approved_at.isoformat() if piece.release.approved_at else None,
        "part": piece.number,
        "parts": piece.of,
        "texts": [dict(zip(("locale", "subject", "text", "html"), text, strict=True)) for text in texts],
        "to": addressed,
        "left_out": left_out,
    }


def _row(occasion: str, person: str, after: int | None, number: int, now: datetime) -> Delivery:
    """A piece that begins behind the member `after`."""
    return Delivery(
        occasion=occasion,
        person=person,
        member_id=after,
        channel=Channel.WEBHOOK,
        address_version=number,
        message_id=f"msg_{new_id().hex}",
        state=DeliveryState.PENDING,
        next_at=now,
        give_up_at=now + GIVE_UP,
        created_at=now,
    )


def _add(session: Session, row: Delivery) -> bool:
    same = (
        col(Delivery.occasion) == row.occasion,
        col(Delivery.person) == row.person,
        col(Delivery.channel) == row.channel,
        col(Delivery.address_version) == row.address_version,
    )
    if session.exec(select(Delivery.id).where(*same)).first() is not None:
        return False
    session.add(row)
    session.flush()
    return True


def _notice_ids(session: Session, keys: Keys, piece: Piece) -> dict[str, str]:
    """Person → the id under which the reader's browser finds the notice; only of notices that are shown."""
    mine = (
        col(Delivery.occasion) == edition_occasion(piece.edition.id),
        col(Delivery.channel) == Channel.IN_APP,
        col(Delivery.person).in_([member.person for member in piece.members]),
        col(Delivery.state).in_(SHOWN),
    )
    return {row.person: notice_id(session, keys, row) for row in session.exec(select(Delivery).where(*mine)).all()}


def _text_for(keyring: DataKeyring, member: Member, texts: Mapping[str, Text]) -> tuple[str, str, str, str] | None:
    """Locale, subject, text and HTML as this reader gets them; None where there are none."""
    try:
        recipient: Recipient = open_member(keyring, member)
        key = choose_text(recipient.locale, recipient.segment, texts)
    except (Unsealable, ValueError, KeyError):
        return None
    locale = locale_of(key)
    rendered = filled(texts[key], recipient.values, locale)
    return locale, rendered.subject, rendered.text, rendered.html


def _whom(member: Member) -> dict[str, object]:
    """A person, or an account with the roles in it that see the notice (none: all of them)."""
    if member.person.startswith(ACCOUNT):
        return {"account": member.account, "roles": [member.role] if member.role else []}
    return {"person": member.person}


def _is_personal(text: Text) -> bool:
    return any(names_in(part) for part in (text.subject, text.text, text.html, text.greeting))
