"""Whether the timeline still says what it said: each chain against its hashes, its head, the checkpoints outside."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import and_
from sqlmodel import Session, col, select

from incident.chain import (
    CHECKPOINTS,
    Break,
    Checkpoint,
    Head,
    Header,
    against_checkpoints,
    from_line,
    read_checkpoints,
    sealed_heads,
    uncovered,
    verify_body,
    verify_headers,
)
from incident.models.entries import ChainHead, EntryBody, EntryHeader, body_place
from notifications.models import Heartbeat
from notifications.sealing import Keys, Unsealable

FILE = "checkpoints.jsonl"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found. Chains are named by id: this is for people who may not read an incident as well."""

    chains: int
    entries: int
    erased: int  # texts erased on schedule or by order; their hashes stay
    checkpoints: int
    last_checkpoint: datetime | None
    signer: str  # public key that signed the checkpoints, hex: compare it with the one you wrote down
    breaks: tuple[Break, ...]
    window: dict[str, tuple[int, int]]  # what could still be cut unseen: subject → (first, last) entry

    @property
    def holds(self) -> bool:
        return not self.breaks

    def text(self) -> str:
        """The report in lines for a terminal."""
        window = sorted(self.window.items())
        last = f", the last of {self.last_checkpoint:%Y-%m-%d %H:%M:%S} UTC" if self.last_checkpoint else ""
        lines = [
            f"{self.entries} entries in {self.chains} chains ({self.erased} texts erased); "
            f"{self.checkpoints} checkpoints{last}."
        ]
        lines += [f"Signed by {self.signer}."] if self.signer else []
        lines += [f"BROKEN {broken.subject} {broken.seq}: {broken.what}." for broken in self.breaks]
        lines += [f"Not under a checkpoint yet: {subject} {first} to {last}." for subject, (first, last) in window]
        lines.append("The timeline holds." if self.holds else f"The timeline is broken in {len(self.breaks)} places.")
        return "\n".join(lines)


def verify(session: Session, keys: Keys, folder: Path) -> Report:
    """Check every chain, for callers that asked for permission (Action.VERIFY). Give it a session nobody used yet.

    `folder` holds the checkpoints. Raises KeyTrouble when the data keys do not open.
    """
    signed = checkpoints_signed(session)
    session.rollback()  # the file is read between two snapshots, so that it is never newer than the chains
    checkpoints, faults = read_checkpoints(lines_of(folder), signed)
    _one_snapshot(session)
    reading = _Reading(session, keys, checkpoints)
    reading.all_chains()
    outside = against_checkpoints(checkpoints, reading.ends, reading.hashes)
    return Report(
        chains=len(reading.ends),
        entries=reading.entries,
        erased=reading.erased,
        checkpoints=len(checkpoints),
        last_checkpoint=checkpoints[-1].at if checkpoints else None,
        signer=checkpoints[0].key if checkpoints else "",
        breaks=tuple(sorted(dict.fromkeys([*faults, *reading.breaks, *outside]), key=_order)),
        window=uncovered(sealed_heads(checkpoints), reading.ends),
    )


def lines_of(folder: Path) -> list[str]:
    """The lines of the checkpoint file; none when there is no file. A last line without its end was never finished."""
    path = folder / FILE
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return text.split("\n")[:-1]


def signer_of(folder: Path) -> str:
    """The public key that signed the first checkpoint, in hex, as `verify` says it; "" before there is one."""
    path = folder / FILE
    if not path.exists():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file, suppress(ValueError):
        return from_line(file.readline().rstrip("\n")).key
    return ""


def heads_of(session: Session) -> dict[str, Head]:
    """Where every chain ends, by its head row."""
    return {row.subject: (row.seq, row.hash) for row in session.exec(select(ChainHead))}


def checkpoints_signed(session: Session) -> int:
    """How many checkpoints the database knows of: a lower number of lines means that some were taken away."""
    row = session.get(Heartbeat, CHECKPOINTS)
    number = row.document.get("number") if row is not None else 0
    return number if isinstance(number, int) else 0


def header_of(row: EntryHeader) -> Header:
    """The part of a stored entry that its hash is made of."""
    return Header(row.subject, row.seq, row.at, row.actor, row.action, row.prev, row.commitment)


class _Reading:
    """One walk over all entries, subject by subject."""

    def __init__(self, session: Session, keys: Keys, checkpoints: Sequence[Checkpoint]) -> None:
        self._session, self._keys = session, keys
        self._sealed = {(subject, head[0]) for one in checkpoints for subject, head in one.heads.items()}
        self.ends: dict[str, Head] = {}
        self.hashes: dict[tuple[str, int], str] = {}
        self.breaks: list[Break] = []
        self.entries = self.erased = 0

    def all_chains(self) -> None:
        heads = heads_of(self._session)
        same = (col(EntryBody.subject) == col(EntryHeader.subject), col(EntryBody.seq) == col(EntryHeader.seq))
        query = select(EntryHeader, EntryBody).outerjoin(EntryBody, and_(*same))
        in_order = query.order_by(col(EntryHeader.subject), col(EntryHeader.seq))
        with self._session.exec(in_order.execution_options(yield_per=BATCH)) as found:
            for subject, rows in groupby(found, key=lambda row: row[0].subject):
                self.breaks += verify_headers(subject, self._headers(rows), heads.pop(subject, None))
        for subject, head in heads.items():
            self.breaks += verify_headers(subject, (), head)
        self.breaks += self._loose_bodies()

    def _headers(self, rows: Iterable[tuple[EntryHeader, EntryBody | None]]) -> Iterator[tuple[Header, str]]:
        for row, body in rows:
            header = header_of(row)
            self.entries += 1
            self.ends[row.subject] = (row.seq, row.hash)
            if (row.subject, row.seq) in self._sealed:
                self.hashes[row.subject, row.seq] = row.hash
            broken = self._body(header, body)
            if broken is not None:
                self.breaks.append(broken)
            yield header, row.hash

    def _body(self, header: Header, body: EntryBody | None) -> Break | None:
        if body is None:
            return Break(header.subject, header.seq, "its text is gone without a trace of an erasure")
        if body.sealed is None or body.salt is None:
            self.erased += 1
            return None if body.erased_at else Break(header.subject, header.seq, "its text is empty but not erased")
        try:
            said = self._keys.open(self._session, body.sealed, body_place(header.subject, header.seq))
        except Unsealable:
            return Break(header.subject, header.seq, "its text does not open: changed, or sealed for another place")
        return verify_body(header, body.salt, said.encode())

    def _loose_bodies(self) -> list[Break]:
        same = (col(EntryBody.subject) == col(EntryHeader.subject), col(EntryBody.seq) == col(EntryHeader.seq))
        has_header = select(EntryHeader.seq).where(*same).exists()
        loose = self._session.exec(select(EntryBody.subject, EntryBody.seq).where(~has_header)).all()
        return [Break(subject, seq, "a text without its entry: the header was deleted") for subject, seq in loose]


def _one_snapshot(session: Session) -> None:
    """All that follows sees one moment: SQLite's read transaction does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _order(broken: Break) -> tuple[bool, str, int]:
    return broken.subject != CHECKPOINTS, broken.subject, broken.seq
