"""Close a release out: its ledger read in pieces, each a sealed part of the report's file, then digest and counts."""

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, case, func, update
from sqlmodel import Session, col, select

from notifications.addresses import domain_of, masked
from notifications.ids import new_id
from notifications.ledger_file import Examined, Head, canonical_line, compressed, examine, head_line, moment
from notifications.members import address_of, scope_of
from notifications.models import Delivery, Member, Release
from notifications.proofs import CloseOut, CloseOutPart, close_out_scope
from notifications.sealing import DataKeyring, Keys, Unsealable
from notifications.store import Store

PIECE = 5000  # rows in one part
TABLE = CloseOutPart.__tablename__


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it is stored: sealed outside of any transaction that writes."""

    number: int
    after: int  # what the report was done to before
    done_to: int
    rows: int
    size: int
    sealed: bytes


def begin_report(session: Session, keys: Keys, release: Release, by: str, now: datetime) -> CloseOut:
    """A report with the next number, of the rows the release has now. One that is not finished is gone on with."""
    mine = select(CloseOut).where(col(CloseOut.release_id) == release.id)
    last = session.exec(mine.order_by(col(CloseOut.number).desc()).limit(1)).first()
    if last is not None and last.finished_at is None:
        return last
    number, last_row = session.exec(
        select(func.count(), func.max(Delivery.id)).where(col(Delivery.release_id) == release.id)
    ).one()
    report = CloseOut(
        id=new_id(),
        release_id=release.id,
        number=last.number + 1 if last else 1,
        begun_at=now,
        begun_by=by,
        expected=int(number),
        last=int(last_row or 0),
    )
    keys.for_scope(session, close_out_scope(report.id))
    session.add(report)
    session.flush()
    return report


def read_part(session: Session, keys: Keys, report: CloseOut) -> Part:
    """The next part of a report: at most PIECE rows after those it has. Reads and seals, and writes nothing."""
    release = session.get_one(Release, report.release_id)
    rows = _rows(session, report, PIECE)
    opening = _Opening(session, keys)
    lines = [] if report.parts else [head_line(_head(release, report))]
    lines += [canonical_line(opening.line(row, member)) for row, member in rows]
    packed = compressed(lines)
    keyring = keys.for_scope(session, close_out_scope(report.id))
    sealed = keyring.seal(packed, TABLE, "sealed", _place(report.id, report.parts))
    done_to = int(rows[-1][0].id or 0) if len(rows) == PIECE else report.last
    return Part(report.parts, report.done_to, done_to, len(rows), len(packed), sealed)


def is_written(report: CloseOut) -> bool:
    """Whether every row of a report has its line."""
    return report.parts > 0 and report.done_to >= report.last


def store_part(session: Session, report: CloseOut, part: Part) -> bool:
    """Keep a part and how far the report is. False when somebody else was faster: then nothing was kept."""
    columns = CloseOut.__table__.c  # type: ignore[attr-defined]
    before = (col(CloseOut.id) == report.id, col(CloseOut.parts) == part.number, col(CloseOut.done_to) == part.after)
    after = {
        "parts": part.number + 1,
        "done_to": part.done_to,
        "rows": columns.rows + part.rows,
        "size": columns.size + part.size,
    }
    result = session.execute(update(CloseOut).where(*before, col(CloseOut.finished_at).is_(None)).values(after))
    assert isinstance(result, CursorResult)
    if not result.rowcount:
        return False
    session.add(CloseOutPart(close_out_id=report.id, number=part.number, sealed=part.sealed))
    session.flush()
    return True


def read_file(store: Store, keys: Keys, report: CloseOut) -> Iterator[bytes]:
    """The compressed file of a report, a part at a time; each part is read and closed before it goes on.

    Raises Unsealable for parts that were changed, are missing or were purged.
    """
    with store.read() as session:
        keyring = keys.for_scope(session, close_out_scope(report.id))
    for number in range(report.parts):
        with store.read() as session:
            sealed = session.exec(
                select(CloseOutPart.sealed).where(
                    col(CloseOutPart.close_out_id) == report.id, col(CloseOutPart.number) == number
                )
            ).first()
        if sealed is None:
            raise Unsealable(f"part {number} of the close-out report {report.id} is missing")
        yield keyring.open(sealed, TABLE, "sealed", _place(report.id, number))


def examine_report(store: Store, keys: Keys, report: CloseOut) -> Examined:
    """Digest and counts of a report, from the bytes that are stored. Raises Unsealable and BadFile."""
    packed = read_file(store, keys, report)
    return examine(line for part in packed for line in gzip.decompress(part).splitlines(keepends=True))


@dataclass(frozen=True, slots=True)
class _Opening:
    """Makes lines of rows, and opens the addresses for them: the key of an audience is asked for once."""

    session: Session
    keys: Keys
    keyrings: dict[UUID, DataKeyring] = field(default_factory=dict)

    def line(self, row: Delivery, member: Member | None) -> Mapping[str, object]:
        address = self._address(member)
        return {
            "row": row.id,
            "person": row.person,
            "account": row.account,
            "role": row.role,
            "channel": row.channel,
            "address": masked(address),
            "address_version": row.address_version,
            "domain": domain_of(address),
            "locale": member.locale if member else "",
            "region": member.region if member else "",
            "segment": member.segment if member else "",
            "message_id": row.message_id,
            "state": row.state,
            "attempts": row.attempt,
            "possible_duplicate": row.possible_duplicate,
            "first_at": moment(row.first_transmitting_at),
            "settled_at": moment(row.settled_at),
            "reply_code": row.reply_code,
            "reply_enhanced": row.reply_enhanced,
            "reply_text": _without(row.reply_text, address),
        }

    def _address(self, member: Member | None) -> str:
        """The address; "" where there is none, and for one that does not open, which nothing was sent to."""
        if member is None or member.address_sealed is None:
            return ""
        audience = member.audience_id
        try:
            if audience not in self.keyrings:
                self.keyrings[audience] = self.keys.for_scope(self.session, scope_of(audience))
            return address_of(self.keyrings[audience], member)
        except Unsealable:
            return ""


def _without(reply: str, address: str) -> str:
    """What the relay said, without the address it may repeat."""
    if not address or address.lower() not in reply.lower():
        return reply
    return re.sub(re.escape(address), masked(address), reply, flags=re.IGNORECASE)


def _rows(session: Session, report: CloseOut, limit: int) -> list[tuple[Delivery, Member | None]]:
    within = (col(Delivery.id) > report.done_to, col(Delivery.id) <= report.last, is_of(report.release_id))
    query = select(Delivery, Member).outerjoin(Member, col(Member.id) == col(Delivery.member_id))
    found = session.exec(query.where(*within).order_by(col(Delivery.id)).limit(limit)).all()
    return [(row, member) for row, member in found]


def is_of(release_id: UUID) -> Any:
    """SQL: the row is of this release, said so that the rows are walked in the order of their ids.

    Said plainly, a database may take the index on the release and sort a million rows for each piece.
    """
    return case((col(Delivery.release_id) == release_id, 1), else_=0) == 1


def _head(release: Release, report: CloseOut) -> Head:
    began = moment(report.begun_at)
    return Head(str(release.id), report.number, release.edition_digest, release.audience_digest, began)


def _place(report_id: UUID, number: int) -> str:
    """What a part is bound to: its report and its place among the parts."""
    return f"{report_id}:{number}"
