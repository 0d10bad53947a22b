"""What an import refused or warned of, line by line: sealed in the transaction of its piece, read as a stream."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from notifications.members import THERE, LineFault
from notifications.models import AudienceFault
from notifications.sealing import DataKeyring
from notifications.wording import as_made, said_again

READ_AT_ONCE = 1000
TABLE = AudienceFault.__tablename__


def keep_faults(session: Session, keyring: DataKeyring, audience_id: UUID, faults: Iterable[LineFault]) -> None:
    """Store faults under the audience's key."""
    rows = [_row(keyring, audience_id, fault) for fault in faults]
    if rows:
        session.execute(insert(AudienceFault.__table__), rows)  # type: ignore[attr-defined]


def forget_faults(session: Session, audience_id: UUID) -> None:
    """Throw away what was kept: a new import of the audience begins with no faults, its lines are those of its file."""
    gone = delete(AudienceFault).where(col(AudienceFault.audience_id) == audience_id)
    session.execute(gone, execution_options={"synchronize_session": False})


def faults_of(session: Session, keyring: DataKeyring, audience_id: UUID) -> Iterator[LineFault]:
    """Every fault of the last import in the order of its lines; streamed, so that a million fit. Raises Unsealable."""
    query = select(AudienceFault).where(col(AudienceFault.audience_id) == audience_id).order_by(col(AudienceFault.id))
    with closing(session.exec(query.execution_options(yield_per=READ_AT_ONCE))) as rows:
        for row in rows:
            yield _opened(keyring, audience_id, row)


def faults_counted(session: Session, audience_id: UUID) -> tuple[int, int]:
    """How many lines the last import refused, and of how many it warned."""
    found = faults_by_field(session, audience_id)
    refused = sum(number for name, warning, number in found if not warning and name not in THERE)
    return refused, sum(number for _, warning, number in found if warning)


def faults_by_field(session: Session, audience_id: UUID) -> list[tuple[str, bool, int]]:
    """How often which field was at fault in the last import, and whether as a warning only; the commonest first."""
    groups, often = (col(AudienceFault.field), col(AudienceFault.warning)), func.count()
    query = select(*groups, often).where(col(AudienceFault.audience_id) == audience_id).group_by(*groups)
    return [(name, bool(warning), int(n)) for name, warning, n in session.exec(query.order_by(often.desc(), *groups))]


def first_faults(session: Session, keyring: DataKeyring, audience_id: UUID) -> dict[tuple[str, bool], LineFault]:
    """The first fault of each kind that `faults_by_field` counts. Raises Unsealable."""
    mine = col(AudienceFault.audience_id) == audience_id
    groups = (col(AudienceFault.field), col(AudienceFault.warning))
    first = list(session.exec(select(func.min(AudienceFault.id)).where(mine).group_by(*groups)))
    rows = session.exec(select(AudienceFault).where(col(AudienceFault.id).in_(first))).all()
    return {(row.field, bool(row.warning)): _opened(keyring, audience_id, row) for row in rows}


def as_csv(faults: Iterable[LineFault]) -> Iterator[str]:
    """Faults as a CSV file (RFC 4180), its first line the names of the columns; some thousand lines at a time."""
    out, rest = io.StringIO(), iter(faults)
    writer = csv.writer(out)
    writer.writerow(("line", "field", "message", "mend", "warning"))
    while piece := list(islice(rest, READ_AT_ONCE)):
        for one in piece:
            writer.writerow((one.line, one.field, one.message, one.mend, "yes" if one.warning else "no"))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _row(keyring: DataKeyring, audience_id: UUID, fault: LineFault) -> dict[str, object]:
    parts = {"message": as_made(fault.message), "mend": as_made(fault.mend)}
    said = json.dumps(parts, ensure_ascii=False).encode()
    sealed = keyring.seal(said, TABLE, "fault_sealed", _place(audience_id, fault))
    return {
        "audience_id": audience_id,
        "line": fault.line,
        "field": fault.field,
        "warning": fault.warning,
        "fault_sealed": sealed,
    }


def _opened(keyring: DataKeyring, audience_id: UUID, row: AudienceFault) -> LineFault:
    said = json.loads(keyring.open(row.fault_sealed, TABLE, "fault_sealed", _place(audience_id, row)))
    return LineFault(row.line, row.field, said_again(said["message"]), said_again(said["mend"]), row.warning)


def _place(audience_id: UUID, fault: LineFault | AudienceFault) -> str:
    """What a sealed fault is bound to; known before its row has an id."""
    return f"{audience_id}:{fault.line}:{fault.field}"
