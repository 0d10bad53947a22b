"""A notice released to many people by the real verbs, in an installation on disk, and what its ledger says."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, text, update
from sqlmodel import col, select

from incident.keys import KeyRing, load_kek
from incident.notice_kinds import NoticeKind
from notifications.carriers import Connect
from notifications.clock import MovableClock, SystemClock
from notifications.composing import Composer, From
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.models import IN_FLIGHT, UNDECIDED, Delivery, DeliveryState, Release, ReleaseState
from notifications.sending import Sender
from notifications.store import Store
from tests.faults.invariants import Scene, violations
from tests.incident.cases import begin_case
from tests.incident.notices import ACCOUNT, Desk, prepare
from tests.smtp_sink import Taken

AGO = timedelta(hours=2)  # when the case was opened; a notice released an hour later
ENDED = (DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Released:
    """One release and all other mail of the installation, as its ledger has them at this moment."""

    desk: Desk
    release_id: UUID
    people: frozenset[str]  # addresses

    @property
    def store(self) -> Store:
        return self.desk.case.store

    def rows(self) -> list[Delivery]:
        """Every row of the ledger."""
        with self.store.read() as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())

    def in_state(self, *states: DeliveryState) -> int:
        query = select(func.count()).select_from(Delivery).where(col(Delivery.state).in_(states))
        with self.store.read() as session:
            return session.exec(query).one()

    def in_hand(self) -> frozenset[str]:
        """The workers that hold rows."""
        with self.store.read() as session:
            query = select(col(Delivery.worker)).where(IN_FLIGHT).distinct()
            return frozenset(name for name in session.exec(query).all() if name)

    def bring_forward(self) -> None:
        """Let what waits for its next try be due now: a row that was uncertain three times waits five minutes."""
        now = self.desk.case.clock.now()
        waiting = update(Delivery).where(UNDECIDED, col(Delivery.next_at) > now)
        self.store.write(lambda session: session.execute(waiting.values(next_at=now)))

    def times_uncertain(self) -> int:
        """How often a row has become uncertain so far; a relay that defers nothing leaves nothing else undecided."""
        with self.store.read() as session:
            return int(session.exec(select(func.coalesce(func.sum(Delivery.deferrals), 0))).one())

    def nothing_under_way(self) -> bool:
        """Whether no transaction of another process is open: a server may finish one for a client that is dead."""
        if self.store.is_sqlite:
            return True
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
        with self.store.read() as session:
            return bool(session.execute(text(f"{others} AND pid <> pg_backend_pid()")).scalar_one() == 0)

    def wrong(self, mails: Sequence[Taken], *promises: str, losses: int | None = None) -> list[str]:
        """What does not hold of these promises; nothing when all is well."""
        known = self.desk.case
        return violations(Scene(self.store, known.keys, known.clock.now(), mails, losses), *promises)

    def settled(self) -> bool:
        """Whether the release is over and no row waits, not of what people inside are told at its end either."""
        with self.store.read() as session:
            release = session.get_one(Release, self.release_id)
        return release.state is not ReleaseState.APPROVED and self.all_ended()

    def said_with(self, output: Callable[[], str]) -> Callable[[], str]:
        """What a program said, and after it where the rows stand: for whoever waited in vain."""

        def both() -> str:
            standing = Counter((row.state, row.deferrals, row.worker) for row in self.rows())
            lines = (f"{number} rows {key}" for key, number in sorted(standing.items(), key=str))
            return "\n".join((output(), *lines))

        return both

    def all_ended(self) -> bool:
        with self.store.read() as session:
            waiting = select(Delivery.id).where(col(Delivery.state).not_in(ENDED)).limit(1)
            return session.exec(waiting).first() is None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What people have in the end, held against the ledger. Each field is a fault; all are empty when all is well."""

    without_mail: frozenset[str]
    undeclared: tuple[str, ...]  # more mails than the ledger admits
    several_ids: tuple[str, ...]  # mails of one row under different Message-IDs
    unknown: tuple[str, ...]  # mails no row stands for


NOTHING_WRONG = Reckoning(frozenset(), (), (), ())


def release(store: Store, home: Path, people: int) -> Released:
    """Open an incident, save its facts, draft, freeze and release a notice to so many fictitious people."""
    return release_to(begin(store, home), people)


def begin(store: Store, home: Path) -> Desk:
    """An incident with its facts, in an installation on disk."""
    clock = MovableClock(SystemClock().now() - AGO)
    keys = KeyRing(load_kek(None, home / "key-encryption-key", database_has_keys=False), clock)
    case = begin_case(store, keys, clock)
    began = clock.now() - timedelta(days=3)
    moments = {"occurred_from": began, "occurred_until": clock.now(), "discovered": clock.now()}
    return prepare(case, moments)


def release_to(desk: Desk, people: int) -> Released:
    """A notice released to so many fictitious people."""
    account = replace(ACCOUNT, next_update=desk.case.clock.now() + timedelta(days=3))
    approved = desk.released(NoticeKind.PEOPLE, desk.users(people), account)
    return Released(desk, approved.id, frozenset(f"u{number}@example.net" for number in range(people)))


def engine_of(case: Released, connecting: Connect, worker: str) -> Engine:
    """The sender of one life of a node, in this process."""
    known = case.desk.case
    composer = Composer(case.store, known.keys, known.clock, From("desk@brightdesk.example"))
    return Engine(Sender(case.store, known.clock, Worker(worker), composer, connecting), holds_lock=True)


def reckon(released: Released, mails: Iterable[Taken]) -> Reckoning:
    """Hold every mail a relay took against the row it was sent for."""
    taken = list(mails)
    copies = Counter(mail.message_id for mail in taken)
    rows = {row.message_id: row for row in released.rows()}
    identities: dict[str, set[str]] = {}
    for mail in taken:
        identities.setdefault(mail.recipient, set()).add(mail.message_id)
    return Reckoning(
        without_mail=released.people - set(identities),
        undeclared=tuple(name for name, number in copies.items() if name in rows and not _admits(rows[name], number)),
        several_ids=tuple(address for address in released.people if len(identities.get(address, ())) > 1),
        unknown=tuple(name for name in copies if name not in rows),
    )


def copies(mails: Sequence[Taken]) -> int:
    """How many mails are a second one of the same row."""
    return len(mails) - len({mail.message_id for mail in mails})


def _admits(row: Delivery, copies: int) -> bool:
    """One mail, and one more for each time the row became uncertain; then it is flagged."""
    return copies == 1 or (row.possible_duplicate and copies <= 1 + row.deferrals)
