"""Purge an audience in short pieces: its key first, its members, then the people's names in the rows that stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, bindparam, delete, func, null, update
from sqlmodel import Session, col, select

from notifications.close_out import is_of
from notifications.members import scope_of
from notifications.models import Audience, AudienceDomain, AudienceFault, Channel, Delivery, Member, Release
from notifications.proofs import CloseOut, CloseOutPart, close_out_scope, proof_key, told_as
from notifications.sealing import DataKeyring, Keys
from notifications.store import erasing

DELETED = 500  # rows deleted in one transaction
CONDENSED = 500  # ledger rows changed in one transaction
FILE_PARTS = 20


@dataclass(frozen=True, slots=True)
class Left:
    """How far the rows of one release are: `after` is the last that was done, `last` the last there is."""

    release_id: UUID
    last: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Condensed:
    """What a piece of rows will say: mails with the hash of their person, others; and how far the release is then."""

    mails: Sequence[tuple[int, str]]
    others: Sequence[int]
    rest: Left | None  # None: no row is left


def begin_purge(session: Session, keys: Keys, audience: Audience, now: datetime) -> None:
    """Destroy the audience's key and mark it purged, in one transaction: from here on nothing of it opens.

    What is left is to delete what nobody can read, and to take the names out of the ledger; `purge_ended_at` says when
    that is done.
    """
    proof_key(session, keys)
    keys.shred(session, scope_of(audience.id))
    audience.purged_at = now
    session.add(audience)
    session.flush()


def delete_members(session: Session, audience_id: UUID) -> int:
    """Delete one piece of what belongs to an audience. Returns how many rows; 0 when nothing is left."""
    with erasing(session):
        for table in (Member, AudienceFault):
            rows: Any = table
            piece = select(rows.id).where(rows.audience_id == audience_id).limit(DELETED)
            if number := _changed(session, delete(table).where(rows.id.in_(piece))):
                return number
        return _changed(session, delete(AudienceDomain).where(col(AudienceDomain.audience_id) == audience_id))


def read_names(session: Session, keyring: DataKeyring, left: Left) -> Condensed:
    """The next rows of a release that still name people, with what will stand there. Reads only: hashing takes time."""
    within = (col(Delivery.id) > left.after, col(Delivery.id) <= left.last, is_of(left.release_id))
    named = (*within, col(Delivery.member_id).is_not(None))
    query = select(Delivery.id, Delivery.person, Delivery.channel).where(*named)
    rows = session.exec(query.order_by(col(Delivery.id)).limit(CONDENSED)).all()
    mails = [(int(i or 0), told_as(keyring, who)) for i, who, channel in rows if channel is Channel.EMAIL]
    others = [int(i or 0) for i, _, channel in rows if channel is not Channel.EMAIL]
    rest = replace(left, after=int(rows[-1][0] or 0)) if len(rows) == CONDENSED else None
    return Condensed(mails, others, rest)


def condense(session: Session, rows: Condensed) -> None:
    """Take people's names out of these rows.

    Of a mail row stay when, how and with which code it was answered, and the keyed hash of the person, which keeps one
    row per person one row per person. Account, role and the relay's words go. Rows in the product go on being shown,
    and keep whom they are shown to; their members' values are gone. Doing it twice changes nothing.
    """
    _take_names(session, rows.mails)
    _cut_off(session, rows.others)


def releases_to(session: Session, audience_id: UUID) -> list[UUID]:
    """The releases that went to an audience, the oldest first."""
    mine = select(Release.id).where(col(Release.audience_id) == audience_id)
    return list(session.exec(mine.order_by(col(Release.requested_at), col(Release.id))).all())


def rows_left(session: Session, audience_id: UUID) -> list[Left]:
    """The releases whose rows may still name people of an audience: asked once, for it counts a million rows."""
    ends = ((one, _last_row(session, one)) for one in releases_to(session, audience_id))
    return [Left(release_id, last) for release_id, last in ends if last]


def end_purge(session: Session, audience: Audience, now: datetime) -> bool:
    """Say that nothing of an audience is left; False when somebody else said so before."""
    mine = (col(Audience.id) == audience.id, col(Audience.purge_ended_at).is_(None))
    return _changed(session, update(Audience).where(*mine).values(purge_ended_at=now)) > 0


def begin_file_purge(session: Session, keys: Keys, report: CloseOut, now: datetime) -> bool:
    """Destroy the key of a report's file; digest and counts stay. False when it was done before."""
    mine = (col(CloseOut.id) == report.id, col(CloseOut.file_purged_at).is_(None))
    if not _changed(session, update(CloseOut).where(*mine).values(file_purged_at=now)):
        return False
    keys.shred(session, close_out_scope(report.id))
    return True


def delete_parts(session: Session, report_id: UUID) -> int:
    """Delete one piece of a report's file. Returns how many parts; 0 when none is left."""
    mine = select(CloseOutPart.number).where(col(CloseOutPart.close_out_id) == report_id).limit(FILE_PARTS)
    numbers = list(session.exec(mine).all())
    gone = delete(CloseOutPart).where(
        col(CloseOutPart.close_out_id) == report_id, col(CloseOutPart.number).in_(numbers)
    )
    with erasing(session):
        return _changed(session, gone) if numbers else 0


def _last_row(session: Session, release_id: UUID) -> int:
    return session.exec(select(func.max(Delivery.id)).where(col(Delivery.release_id) == release_id)).one() or 0


def _take_names(session: Session, rows: Sequence[tuple[int, str]]) -> None:
    table: Any = Delivery.__table__  # type: ignore[attr-defined]
    values = {"person": bindparam("told"), "account": "", "role": "", "reply_text": "", "member_id": null()}
    if rows:
        session.connection().execute(
            update(table).where(table.c.id == bindparam("row")).values(values),
            [{"row": row, "told": told} for row, told in rows],
        )


def _cut_off(session: Session, rows: Sequence[int]) -> None:
    if rows:
        _changed(session, update(Delivery).where(col(Delivery.id).in_(rows)).values(member_id=None))


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
