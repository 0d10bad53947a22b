"""Our sending, whole and in parts: an approved release through the ledger, and the same without state or relay."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import uvloop
from sqlalchemy import insert
from sqlmodel import Session, select

from bench.measuring.notice import LOCALE, SENDER, SENDER_NAME, notice, person
from bench.measuring.rounds import spent
from incident.installation import Installation
from notifications.audience import import_members, new_audience
from notifications.carriers import Connect, Line
from notifications.composing import Composer, From
from notifications.engine import Engine
from notifications.fan_out import continue_fan_out
from notifications.ids import new_id, public_id
from notifications.ledger import Worker, counts
from notifications.message import Envelope, Head
from notifications.models import Channel, Delivery, DeliveryState, Heartbeat, Release
from notifications.quorum import Yes
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release
from notifications.sending import Sender
from notifications.skeleton import build_skeleton
from notifications.smtp import Mail, Relay, connect
from notifications.smtp_desk import Desk, Errand
from notifications.transitions import Fate, Outcome, Reply
from notifications.turns import Plan

Opening = Callable[[], AbstractContextManager[Installation]]
SUBJECT = "bench:sending"
FACTS = "f" * 64
PIECE = 5000
DATE = "Tue, 24 Nov 2026 09:00:00 +0000"


@dataclass(frozen=True, slots=True)
class Took:
    """What a number of mails took: seconds on the wall and of this process's processors."""

    mails: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.mails / self.wall

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.mails * 1e6


def timed(mails: int, work: Callable[[], Coroutine[None, None, object]]) -> Took:
    """Run work in an event loop of its own: uvloop, as the product's worker does without TLS."""

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work())

    took = spent(run)
    return Took(mails, took.wall, took.cpu)


def by_engine(sender: Sender, mails: int, approve: Callable[[], UUID]) -> tuple[UUID, Took]:
    """An engine that runs and has nothing to do; then a release is approved, and the time runs until it was sent."""

    async def work() -> tuple[UUID, Took]:
        halt, sent = asyncio.Event(), asyncio.Event()
        engine = Engine(sender, holds_lock=False, after_run=sent.set)
        running = asyncio.create_task(engine.run(halt))
        while not _lives(sender):  # noqa: ASYNC110 (the engine says it in the database alone)
            await asyncio.sleep(0.05)
        release_id = approve()
        wall, cpu = time.perf_counter(), time.process_time()
        engine.wake()
        await sent.wait()
        took = Took(mails, time.perf_counter() - wall, time.process_time() - cpu)
        halt.set()
        await running
        return release_id, took

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())


def _lives(sender: Sender) -> bool:
    with sender.store.read() as session:
        return session.exec(select(Heartbeat)).first() is not None


class Nowhere:
    """A connection that accepts every mail at once: what is left of a run is the ledger and the composing."""

    usable = True
    idle = True

    def __init__(self) -> None:
        self._desk: Desk | None = None
        self._closed = asyncio.Event()

    def attach(self, desk: Desk) -> None:
        self._desk = desk
        self.go_on()

    def go_on(self) -> None:
        assert self._desk is not None
        while errand := self._desk.take():
            assert errand.first_try
            assert errand.mail.message
            assert self._desk.may_begin(errand)
            self._desk.settle(errand, Outcome(Fate.ACCEPTED, Reply(250, "2.0.0", "ok")))

    async def gone(self) -> None:
        await self._closed.wait()

    async def close(self) -> None:
        self._closed.set()


async def nowhere() -> Line:
    return Nowhere()


def relay(port: int, *, chunking: bool = False) -> Relay:
    """The sink as the product's relay, with the product's own limits."""
    return Relay("127.0.0.1", port, "clear", chunking=chunking)


class OurSender:
    """The product's sender over a whole installation; each run is an approved release in a fresh copy of it."""

    def __init__(self, copy: Opening, mails: int, connections: int) -> None:
        self._copy = copy
        self._mails = mails
        self._plan = Plan(connections)

    def to(self, port: int, *, chunking: bool = False) -> Took:
        """Send a release to a relay, every row claimed, composed, sent and recorded."""
        return self._run(partial(connect, relay(port, chunking=chunking)))

    def to_nowhere(self) -> Took:
        """The same without a relay."""
        return self._run(nowhere)

    def _run(self, connecting: Connect) -> Took:
        with self._copy() as opened:
            composer = Composer(opened.store, opened.keys, opened.clock, From(SENDER, SENDER_NAME))
            worker = Worker(f"bench.{public_id()}")
            sender = Sender(opened.store, opened.clock, worker, composer, connecting, self._plan)
            release_id, took = by_engine(sender, self._mails, lambda: released(opened, self._mails))
            with opened.store.read() as session:
                found = counts(session, release_id)
        assert found == {DeliveryState.ACCEPTED: self._mails}, found
        return took


def released(opened: Installation, mails: int) -> UUID:
    """An approved release to so many people: made before the time runs."""
    store, keys, now = opened.store, opened.keys, opened.clock.now()
    audience_id = store.write(lambda session: new_audience(session, SUBJECT, "everybody", Channel.EMAIL, now).id)
    import_members(store, keys, audience_id, enumerate(map(person, range(mails)), 1))
    return approved(opened, SUBJECT, audience_id)


def approved(opened: Installation, subject: str, audience_id: UUID) -> UUID:
    """A frozen edition to an audience that is frozen now, asked by one and approved by another, a row for everybody."""
    store, keys, now = opened.store, opened.keys, opened.clock.now()

    def yes(session: Session) -> UUID:
        new = NewEdition(new_id(), subject, "people", {LOCALE: notice()}, FACTS)
        edition = freeze_edition(session, keys, new, new_id(), now)
        asked = request_release(session, edition, audience_id, SENDER, new_id(), now)
        return approve(session, asked, Seen(edition.digest, asked.audience_digest, FACTS), Yes(new_id()), (), now).id

    release_id = store.write(yes)

    def more(session: Session) -> bool:
        return continue_fan_out(session, session.get_one(Release, release_id), now)

    while not store.write(more):
        pass
    return release_id


def add_settled(opened: Installation, rows: int) -> None:
    """Rows of earlier occasions that relays accepted long ago: the ledger of an installation in use."""
    then = opened.clock.now() - timedelta(days=30)
    same = {"channel": Channel.EMAIL, "state": DeliveryState.ACCEPTED, "next_at": then, "settled_at": then}
    made = [
        {**same, "occasion": f"edition:{number // 5000}", "person": f"old{number}", "created_at": then}
        | {"message_id": f"<old.{number}@sender.example>", "attempt": 1, "reply_code": 250, "reply_text": "ok"}
        for number in range(rows)
    ]
    for start in range(0, rows, PIECE):
        opened.store.write(lambda session, piece=made[start : start + PIECE]: session.execute(insert(Delivery), piece))  # type: ignore[misc]


def filled(mails: int) -> Iterator[Mail]:
    """So many mails, made by our skeleton one after the other."""
    skeleton = build_skeleton(notice(), Head(SENDER, SENDER_NAME, "", LOCALE))
    for number in range(mails):
        new = person(number)
        envelope = Envelope(new.address, f"<bench.{number}@sender.example>", DATE, new.values["name"])
        yield Mail(SENDER, new.address, skeleton.fill(envelope, new.values), dotless=True)  # as the product's composer


def prebuilt(mails: int) -> list[Mail]:
    """So many finished mails."""
    return list(filled(mails))


class Pile:
    """A desk with mails and no ledger."""

    def __init__(self, mails: Iterator[Mail], number: int) -> None:
        self._waiting = mails
        self._left = number
        self.empty = asyncio.Event()

    def take(self) -> Errand | None:
        mail = next(self._waiting, None)
        return None if mail is None else Finished(mail)

    def may_begin(self, errand: Errand) -> bool:
        return bool(errand.mail.message)

    def settle(self, errand: Errand, outcome: Outcome) -> None:
        assert outcome.fate is Fate.ACCEPTED, (errand.mail.recipient, outcome)
        self._left -= 1
        if self._left == 0:
            self.empty.set()

    def give_back(self, errand: Errand, heard: Reply | None, *, fresh: bool) -> None:
        raise AssertionError(f"{errand.mail.recipient} came back: {heard}, {fresh}")


@dataclass(frozen=True, slots=True)
class Finished:
    """A mail on its first try."""

    mail: Mail
    first_try: bool = True


def our_smtp_alone(mails: list[Mail], port: int, connections: int) -> Took:
    """Finished mails through our SMTP, no ledger and no composing, on the product's connections."""
    return _carried(iter(mails), len(mails), port, connections)


def our_stateless(mails: int, port: int, connections: int) -> Took:
    """Mails personalised as they go, through our SMTP, nothing of them kept."""
    return _carried(filled(mails), mails, port, connections)


def _carried(mails: Iterator[Mail], number: int, port: int, connections: int) -> Took:
    async def carry(pile: Pile) -> None:
        while not pile.empty.is_set():
            line = await connect(relay(port))
            line.attach(pile)
            over = [asyncio.create_task(work) for work in (line.gone(), pile.empty.wait())]
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            for task in over:
                task.cancel()
            await line.close()

    async def all_of_them() -> None:
        pile = Pile(mails, number)
        await asyncio.gather(*(carry(pile) for _ in range(connections)))

    return timed(number, all_of_them)
