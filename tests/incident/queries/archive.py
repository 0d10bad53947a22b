"""Two chains with checkpoints outside, and what somebody who holds the database can do to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from incident.chain import GENESIS, Header, digest
from incident.keys import KeyRing
from incident.models.entries import EntryHeader
from incident.queries.audit import Report, verify
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.checkpoints import sign_heads
from incident.verbs.entries import record
from notifications.clock import MovableClock
from notifications.store import Store

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
CASE, OTHER = "incident:1", "incident:2"
LENGTH = 6


@dataclass(frozen=True, slots=True)
class Archive:
    """Two chains of six entries each, of which the first four are under a checkpoint."""

    store: Store
    keys: KeyRing
    clock: MovableClock
    folder: Path
    key_file: Path

    def add(self, subject: str, said: str) -> None:
        now = self.clock.move(timedelta(minutes=1))
        body = {"text": said}
        self.store.write(lambda session: record(Act(session, self.keys, system("test"), now), subject, "noted", body))

    def sign(self) -> None:
        sign_heads(self.store, self.key_file, self.folder, self.clock.now())

    def verify(self) -> Report:
        with self.store.read() as session:
            return verify(session, self.keys, self.folder)

    def attack(self, *statements: str, **values: object) -> None:
        """Change the past by SQL, after taking away the triggers that would refuse it."""
        with self.store.engine.begin() as connection:
            if self.store.is_sqlite:
                for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                    connection.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                connection.execute(text("ALTER TABLE entry_header DISABLE TRIGGER USER"))
            for statement in statements:
                connection.execute(text(statement), values)


def found(report: Report) -> list[tuple[str, int]]:
    return [(broken.subject, broken.seq) for broken in report.breaks]


def recompute(archive: Archive, subject: str, change: Callable[[Header], Header]) -> None:
    """Write a chain anew from its first entry, every hash and the head included, as who holds the database can."""
    archive.attack()

    def rewrite(session: Session) -> None:
        prev = GENESIS
        rows = session.exec(
            select(EntryHeader).where(col(EntryHeader.subject) == subject).order_by(col(EntryHeader.seq))
        )
        for row in rows.all():
            header = change(Header(subject, row.seq, row.at, row.actor, row.action, prev, row.commitment))
            row.actor, row.prev, row.commitment, row.hash = header.actor, prev, header.commitment, digest(header)
            prev = row.hash
        session.flush()
        session.execute(text("UPDATE chain_head SET hash = :hash WHERE subject = :s"), {"hash": prev, "s": subject})

    archive.store.write(rewrite)
