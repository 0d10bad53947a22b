"""What a case file of an incident holds: its chains, the checkpoints over them, evidence, approved texts, filings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import Session, col, select

from incident import case_file_check
from incident.case_file import Piece, Taken, entry_line, file_name, manifest, name_within
from incident.chain import from_line
from incident.models.entries import EntryBody, EntryHeader, body_place, incident_subject
from incident.models.incidents import Evidence
from incident.models.law import Filing
from incident.queries.audit import header_of, lines_of
from incident.queries.close_outs import ledger_subject
from incident.queries.incident import evidence_place
from incident.queries.timeline import names_of
from notifications.message import read_text, texts_document
from notifications.models import Edition, Release
from notifications.release import open_texts
from notifications.sealing import Keys, Place
from notifications.store import Store

Row = tuple[EntryHeader, str | None, bytes | None]  # with what it says and its salt, None once erased


def case_file_of(session: Session, store: Store, keys: Keys, taken: Taken, checkpoints: Path) -> list[Piece]:
    """Every file of it, the manifest first; for callers that have asked for permission.

    Evidence is opened when it is written, in a session of its own. `checkpoints` is their folder.
    """
    incident_id = UUID(taken.incident)
    chains = _chains(session, incident_id)
    rows = [row for subject in chains for row in _rows(session, keys, subject)]
    pieces = [
        Piece.of("README.txt", taken.readme()),
        Piece.of("check.py", Path(case_file_check.__file__).read_bytes()),
        Piece.of("timeline.txt", _told(session, rows)),
        Piece.of("timeline.jsonl", b"".join(_line(*row) for row in rows)),
        Piece.of("checkpoints.jsonl", _checkpoints(checkpoints, chains)),
        *_evidence(session, store, keys, incident_id, _originals(rows)),
        *_texts(session, keys, incident_id),
        *_filings(session, keys, incident_id),
    ]
    return [Piece.of("manifest.json", manifest(taken, pieces)), *pieces]


def _chains(session: Session, incident_id: UUID) -> list[str]:
    """The incident's own chain, and those of the ledgers of its releases."""
    mine = col(Release.subject) == incident_subject(incident_id)
    releases = session.exec(select(Release.id).where(mine).order_by(col(Release.id))).all()
    return [incident_subject(incident_id), *map(ledger_subject, releases)]


def _rows(session: Session, keys: Keys, subject: str) -> list[Row]:
    same = (col(EntryBody.subject) == col(EntryHeader.subject), col(EntryBody.seq) == col(EntryHeader.seq))
    query = select(EntryHeader, EntryBody).outerjoin(EntryBody, and_(*same))
    mine = query.where(col(EntryHeader.subject) == subject).order_by(col(EntryHeader.seq))
    return [
        (header, keys.open(session, body.sealed, body_place(subject, header.seq)), body.salt)
        if body is not None and body.sealed is not None
        else (header, None, None)
        for header, body in session.exec(mine).all()
    ]


def _line(row: EntryHeader, body: str | None, salt: bytes | None) -> bytes:
    return entry_line(header_of(row), row.hash, salt, body)


def _told(session: Session, rows: Sequence[Row]) -> bytes:
    """The timeline to be read: when, who, what."""
    names = names_of(session, [header.actor for header, _, _ in rows])
    lines = []
    for header, body, _ in rows:
        said = json.loads(body).get("text") or header.action if body is not None else "[erased on schedule]"
        where = "" if header.subject.startswith("incident:") else f"[{header.subject}] "
        lines.append(f"{header.seq:5d}  {header.at:%Y-%m-%d %H:%M:%S} UTC  {names[header.actor]}: {where}{said}\n")
    return "".join(lines).encode()


def _checkpoints(folder: Path, chains: Sequence[str]) -> bytes:
    """The whole lines that hold an end of one of these chains; what is no checkpoint is `audit verify`'s to name."""
    held = []
    for line in lines_of(folder):
        try:
            concerned = not from_line(line).heads.keys().isdisjoint(chains)
        except ValueError:
            continue
        if concerned:
            held.append(line.encode() + b"\n")
    return b"".join(held)


def _originals(rows: Sequence[Row]) -> dict[str, str]:
    """What files were called where they came from, by the id of the evidence."""
    said = [json.loads(body) for _, body, _ in rows if body is not None]
    return {str(one["evidence"]): str(one["file"]) for one in said if "evidence" in one and "file" in one}


def _evidence(
    session: Session, store: Store, keys: Keys, incident_id: UUID, originals: Mapping[str, str]
) -> Iterator[Piece]:
    mine = select(Evidence).where(col(Evidence.incident_id) == incident_id, col(Evidence.content_sealed).is_not(None))
    for number, row in enumerate(session.exec(mine.order_by(col(Evidence.kept_at), col(Evidence.id))).all(), 1):

        def content(row_id: UUID = row.id) -> bytes:
            with store.read() as later:
                sealed = later.exec(select(Evidence.content_sealed).where(col(Evidence.id) == row_id)).first()
                ring = keys.for_scope(later, incident_subject(incident_id))
                return ring.open(sealed or b"", "evidence", "content_sealed", row_id)

        name = keys.open(session, row.name_sealed, evidence_place(row, "name_sealed"))
        more = {"evidence": str(row.id), "called": name, "media_type": row.media_type}
        called = file_name(name, row.media_type, originals.get(str(row.id), ""))
        yield Piece(name_within("evidence", number, called), row.sha256, row.size, content, more)


def _texts(session: Session, keys: Keys, incident_id: UUID) -> Iterator[Piece]:
    """Of each frozen edition the bytes its digest stands for, and each language to be read."""
    mine = select(Edition).where(col(Edition.subject) == incident_subject(incident_id))
    for number, row in enumerate(session.exec(mine.order_by(col(Edition.created_at), col(Edition.id))).all(), 1):
        texts, name = open_texts(session, keys, row), f"{row.kind}-edition-{row.number}"
        whole = texts_document(texts).encode()
        yield Piece.of(name_within("notices", number, f"{name}.json"), whole, approved=row.digest, kind=row.kind)
        for locale, text in texts.items():
            said = f"{text.subject}\n\n{text.text}\n".encode()
            yield Piece.of(name_within("notices", number, f"{name}-{locale}.txt"), said)


def _filings(session: Session, keys: Keys, incident_id: UUID) -> Iterator[Piece]:
    mine = select(Filing).where(col(Filing.incident_id) == incident_id).order_by(col(Filing.drafted_at), col(Filing.id))
    for number, row in enumerate(session.exec(mine).all(), 1):
        place = Place("filing", "draft_sealed", str(row.id), incident_subject(incident_id))
        text = read_text(json.loads(keys.open(session, row.draft_sealed, place)))
        sent = f"{row.submitted_at:%Y-%m-%d %H:%M} UTC" if row.submitted_at else "not submitted"
        lines = (f"Submitted: {sent}", f"To: {row.submitted_to}", f"By: {row.channel}", f"Reference: {row.reference}")
        head = "\n".join(lines[: 4 if row.submitted_at else 1])
        said = f"{head}\nFrom the facts of version {row.fact_version}\n\n{text.subject}\n\n{text.text}\n"
        yield Piece.of(name_within("filings", number, f"{row.form}-{row.locale}.txt"), said.encode())
