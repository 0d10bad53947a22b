"""What `seventytwo edge` is told: which releases are shown in the product, their texts and rows, and what was read."""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from notifications.audience import open_member, scope_of
from notifications.ids import new_id
from notifications.in_app import SHOWN, TOKEN_SCOPE, notice_name
from notifications.members import ACCOUNT
from notifications.message import Recipient, Text
from notifications.models import Audience, Channel, Delivery, Edition, Member, Receipt, Release, ReleaseState
from notifications.placeholders import GREETING, names_in
from notifications.release import open_texts
from notifications.sealing import Keys, Unsealable

log = logging.getLogger(__name__)
SHOWING = (ReleaseState.APPROVED, ReleaseState.FINISHED)
ALREADY = timedelta(seconds=10)  # a transaction that began before the last answer has ended by then


@dataclass(frozen=True, slots=True)
class ShownRelease:
    """A release whose notices are shown. `version` changes when its rows do."""

    id: UUID
    version: str
    edition: UUID


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One row as an edge keeps it. `values` are those its texts print and no others; no address, no region.

    `person` "": it is for whoever has the role in the account.
    """

    delivery: int
    notice: str
    person: str
    account: str
    role: str
    locale: str
    segment: str
    values: Mapping[str, str]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody read the notice of a row."""

    delivery: int
    reader: str
    at: datetime


def shown_releases(session: Session) -> list[ShownRelease]:
    """The releases in the product that are approved, not stopped and not void, once everybody has a row."""
    told = select(Release, Audience).join(Audience, col(Audience.id) == col(Release.audience_id))
    here = (
        col(Audience.channel) == Channel.IN_APP,
        col(Release.state).in_(SHOWING),
        col(Release.fanned_out_at).is_not(None),
    )
    rows = session.exec(told.where(*here).order_by(col(Release.id))).all()
    return [ShownRelease(release.id, _version(release, audience), release.edition_id) for release, audience in rows]


def shown_texts(session: Session, keys: Keys, edition_id: UUID) -> dict[str, Text] | None:
    """The texts of an edition that is shown, by locale and segment; None for a draft or one that is not."""
    if all(one.edition != edition_id for one in shown_releases(session)):
        return None
    return open_texts(session, keys, session.get_one(Edition, edition_id))


def shown_rows(session: Session, keys: Keys, release_id: UUID, after: int, limit: int) -> list[FeedRow] | None:
    """The next rows of a release that is shown, by their number; None for any other release."""
    if all(one.id != release_id for one in shown_releases(session)):
        return None
    release = session.get_one(Release, release_id)
    printed = _printed(open_texts(session, keys, session.get_one(Edition, release.edition_id)).values())
    here = (col(Delivery.release_id) == release_id, col(Delivery.state).in_(SHOWN), col(Delivery.id) > after)
    rows = session.exec(select(Delivery).where(*here).order_by(col(Delivery.id)).limit(limit)).all()
    people = _recipients(session, keys, release.audience_id, [row.member_id for row in rows if row.member_id])
    naming = keys.for_scope(session, TOKEN_SCOPE)
    found = []
    for row in rows:
        own = people.get(row.member_id or 0, Recipient(row.person))
        if own is None:
            continue
        person = "" if row.person.startswith(ACCOUNT) else row.person
        values = {name: value for name, value in own.values.items() if name in printed}
        name, number = notice_name(naming, row), int(row.id or 0)
        found.append(
            FeedRow(number, name, person, row.account, row.role, own.locale, own.segment, values, row.created_at)
        )
    return found


def marks_after(session: Session, after: UUID | None, limit: int) -> tuple[list[Mark], UUID | None, bool]:
    """Receipts in the order of their ids, from where to ask on, and whether more are there already.

    The last seconds are told again the next time: of two receipts, the one with the smaller id may be stored later.
    """
    query = select(Receipt).order_by(col(Receipt.id)).limit(limit)
    rows = session.exec(query if after is None else query.where(col(Receipt.id) > after)).all()
    marks = [Mark(row.delivery_id, row.reader, row.at) for row in rows]
    if not rows:
        return marks, after, False
    if len(rows) == limit:
        return marks, rows[-1].id, True
    earlier = _moved_back(rows[-1].id, ALREADY)
    return marks, earlier if after is None else max(after, earlier), False


def keep_marks(session: Session, marks: Sequence[Mark], now: datetime) -> int:
    """Store what was read, each once however often it is told; returns how many were new.

    A mark that fits no row in the product, or the row of another person, is left out. None is later than `now`.
    """
    numbers = {mark.delivery for mark in marks}
    here = (col(Delivery.id).in_(numbers), col(Delivery.channel) == Channel.IN_APP)
    owners = dict(session.execute(select(Delivery.id, Delivery.person).where(*here)).all())
    there = select(Receipt.delivery_id, Receipt.reader).where(col(Receipt.delivery_id).in_(numbers))
    known = {tuple(row) for row in session.execute(there).all()}
    new: dict[tuple[int, str], datetime] = {}
    for mark in marks:
        owner, key = owners.get(mark.delivery, ""), (mark.delivery, mark.reader)
        if key not in known and (owner.startswith(ACCOUNT) or (owner and owner == mark.reader)):
            new[key] = min(mark.at, now, new.get(key, now))
    rows = [{"id": new_id(), "delivery_id": row, "reader": who, "at": at} for (row, who), at in new.items()]
    if rows:
        session.execute(insert(Receipt), rows)
    return len(rows)


def _version(release: Release, audience: Audience) -> str:
    """Rows of a release change while they are made, and when the audience behind them is purged."""
    said = f"{release.id} {release.fanned_to} {release.fanned_out_at} {audience.purged_at}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _printed(texts: Iterable[Text]) -> set[str]:
    """The values the texts print; whether somebody has a name decides on the greeting."""
    found: set[str] = set()
    for text in texts:
        parts = (text.subject, text.text, text.html, text.greeting, text.greeting_unnamed)
        found.update(name for part in parts for name in names_in(part))
    return found | {"name"} if GREETING in found else found


def _recipients(session: Session, keys: Keys, audience_id: UUID, ids: Sequence[int]) -> dict[int, Recipient | None]:
    """Members opened by their number; none where the row was changed after its import: nothing is shown to it."""
    members = session.exec(select(Member).where(col(Member.id).in_(ids))).all()
    if not members or session.get_one(Audience, audience_id).purged_at is not None:
        return {}
    keyring = keys.for_scope(session, scope_of(audience_id))
    found: dict[int, Recipient | None] = {}
    for member in members:
        try:
            found[int(member.id or 0)] = open_member(keyring, member)
        except (Unsealable, ValueError):
            log.error("in-app: member %s was changed after its import; no edge is told of it", member.id)
            found[int(member.id or 0)] = None
    return found


def _moved_back(last: UUID, by: timedelta) -> UUID:
    """The smallest UUIDv7 of a moment before that of `last` (RFC 9562 §5.7: the first 48 bits are milliseconds)."""
    milliseconds = max(0, (last.int >> 80) - int(by.total_seconds() * 1000))
    return UUID(int=milliseconds << 80)
