"""Close-out reports as pages, programs and the verification read them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from incident.chain import Header, read_checkpoints, sealed_heads, verify_body, verify_headers
from incident.errors import NotFound
from incident.models.entries import ChainHead, EntryBody, EntryHeader, body_place
from incident.models.people import Notice
from incident.queries.access import access_to
from incident.queries.audit import checkpoints_signed, lines_of
from incident.roles import Action, Actor, require
from notifications.close_out import read_file
from notifications.ledger_file import Examined
from notifications.models import Audience, Edition, Release
from notifications.proofs import CloseOut
from notifications.sealing import Keys, Unsealable
from notifications.store import Store
from notifications.wording import worded

CLOSED_OUT = "closed_out"


def ledger_subject(release_id: UUID) -> str:
    """The chain of a release's ledger: one entry for each close-out report."""
    return f"ledger:{release_id}"


@dataclass(frozen=True, slots=True)
class ClosedOut:
    """The reports of a release, the newest first, and what became of the audience."""

    release: Release
    notice: Notice
    edition: Edition
    audience: Audience
    reports: tuple[CloseOut, ...]

    @property
    def latest(self) -> CloseOut | None:
        """The newest report that is finished."""
        return next((row for row in self.reports if row.finished_at), None)

    @property
    def running(self) -> CloseOut | None:
        """The report that is being written."""
        return next((row for row in self.reports if row.finished_at is None), None)


def close_outs_of(session: Session, actor: Actor, release_id: UUID, action: Action = Action.READ) -> ClosedOut:
    """Every report of a release, if the actor may do this to its incident. Raises NotFound and Forbidden."""
    release = session.get(Release, release_id)
    edition = session.get(Edition, release.edition_id) if release else None
    if release is None or edition is None:
        raise NotFound(worded("There is no such release."))
    notice = session.get_one(Notice, edition.notice_id)
    require(actor, action, access_to(session, notice.incident_id))
    mine = select(CloseOut).where(col(CloseOut.release_id) == release_id).order_by(col(CloseOut.number).desc())
    audience = session.get_one(Audience, release.audience_id)
    return ClosedOut(release, notice, edition, audience, tuple(session.exec(mine).all()))


def find_report(session: Session, actor: Actor, release_id: UUID, number: int, action: Action) -> CloseOut:
    """One finished report. Raises NotFound and Forbidden."""
    found = close_outs_of(session, actor, release_id, action)
    for row in found.reports:
        if row.number == number and row.finished_at is not None:
            return row
    raise NotFound(worded("There is no such close-out report, or it is not finished."))


def report_file(store: Store, keys: Keys, report: CloseOut) -> Iterator[bytes]:
    """The compressed file of a report as a stream; that it was taken is for the caller to write down first."""
    return read_file(store, keys, report)


@dataclass(frozen=True, slots=True)
class Chained:
    """What the chain of a ledger says of one report. `faults`: why it cannot be believed."""

    seq: int
    at: datetime
    body: Mapping[str, object]
    checkpoint: datetime | None  # of the first signed checkpoint that covers the entry
    faults: tuple[str, ...]


def chained_report(session: Session, keys: Keys, examined: Examined, folder: Path) -> Chained | None:
    """The chain's entry about the report a file says it is; None when there is none. For callers who asked (VERIFY).

    Checks the chain of this ledger from its first entry and the entry's text; `folder` holds the checkpoints.
    """
    subject = f"ledger:{examined.head.release}"
    checkpoints, _ = read_checkpoints(lines_of(folder), checkpoints_signed(session))
    mine = select(EntryHeader).where(col(EntryHeader.subject) == subject).order_by(col(EntryHeader.seq))
    rows = session.exec(mine).all()
    end = session.get(ChainHead, subject)
    headers = [(_header(row), row.hash) for row in rows]
    broken = verify_headers(subject, headers, (end.seq, end.hash) if end else None)
    for header, _ in headers:
        body = session.get(EntryBody, (subject, header.seq))
        if header.action != CLOSED_OUT or body is None or body.sealed is None:
            continue
        said, faults = _said(session, keys, header, body)
        if said.get("report") != examined.head.number:
            continue
        covering = (one for one in checkpoints if one.heads.get(subject, (0, ""))[0] >= header.seq)
        sealed_at = next((one.at for one in covering), None) if subject in sealed_heads(checkpoints) else None
        told = (*(f"entry {one.seq}: {one.what}" for one in broken), *faults)
        return Chained(header.seq, header.at, said, sealed_at, told)
    return None


def _header(row: EntryHeader) -> Header:
    return Header(row.subject, row.seq, row.at, row.actor, row.action, row.prev, row.commitment)


def _said(
    session: Session, keys: Keys, header: Header, body: EntryBody
) -> tuple[Mapping[str, object], tuple[str, ...]]:
    try:
        text = keys.open(session, body.sealed or b"", body_place(header.subject, header.seq))
    except Unsealable:
        return {}, ("the entry does not open",)
    broken = verify_body(header, body.salt, text.encode())
    return json.loads(text), (f"entry {header.seq}: {broken.what}",) if broken else ()
