"""No order of two workers, crashes, clocks, stops and people breaks a promise of the ledger, on either database."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, delete

from notifications import ledger, upkeep
from notifications.ledger import Claimed, Worker
from notifications.models import Approval, Delivery, DeliveryState, Outgoing, Release, ReleaseState
from notifications.transitions import MOVES, Fate, Outcome
from tests.notifications.outbox import Outbox

pytestmark = pytest.mark.untraced

T = TypeVar("T")
NODES = st.sampled_from(["a", "b"])
PICKS = st.integers(0, 20)
STEPS = [timedelta(seconds=s) for s in (-30, 30, 61, 3600, 80 * 3600)]
GOING = (ReleaseState.APPROVED, ReleaseState.STOPPED)
ENDS = {DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.CANCELLED}


@dataclass
class Held:
    """A row as its worker knows it."""

    row: Claimed
    lease_until: datetime
    begun: bool = False  # marked transmitting
    said: bool = False  # something of its body
    taken: bool = False  # the relay has it
    lapsed: bool = False  # the lease ended at some moment


@dataclass
class Hand:
    """One worker and what it believes to have."""

    worker: Worker
    rows: dict[int, Held] = field(default_factory=dict)

    def some(self, wanted: Callable[[Held], bool], pick: int) -> Held | None:
        found = [held for held in self.rows.values() if wanted(held)]
        return found[pick % len(found)] if found else None


class Life(RuleBasedStateMachine):
    """Two workers, one release, a few pages to people inside, and everything that can happen to them."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self.outbox = outbox
        outbox.write(_clear)
        self.number = 0
        self.hands = {node: self._born(node) for node in ("a", "b")}
        self.copies: Counter[int] = Counter()

    @initialize(people=st.integers(1, 3), inside=st.integers(0, 2), resend=st.booleans())
    def release(self, people: int, inside: int, resend: bool) -> None:
        self.release_id = self.outbox.release(people, resend=resend)
        self.state = ReleaseState.APPROVED
        if inside:
            self.outbox.page(*[f"inside{number}" for number in range(inside)])
        self.seen = {row.id or 0: row for row in self.outbox.rows()}

    @rule(node=NODES, limit=st.integers(1, 4))
    def claim(self, node: str, limit: int) -> None:
        hand, now = self.hands[node], self._now()
        for row in self._write(lambda session: ledger.claim(session, hand.worker, now, limit)):
            hand.rows[row.id] = Held(row, now + hand.worker.lease)

    @rule(node=NODES)
    def begin(self, node: str) -> None:
        """What is not this worker's any more, or must not be sent, is given back as the sender does."""
        hand, now = self.hands[node], self._now()
        fresh = [held for held in hand.rows.values() if not held.begun]
        begun = self._write(lambda session: ledger.begin(session, hand.worker, [held.row for held in fresh], now))
        for held in fresh:
            if held.row.id in begun:
                held.begun, held.lease_until = True, now + hand.worker.lease
        self._back(hand, [held for held in fresh if not held.begun])

    @rule(node=NODES, step=st.sampled_from(STEPS), holds_lock=st.booleans(), taken=st.booleans())
    def take_a_turn(self, node: str, step: timedelta, holds_lock: bool, taken: bool) -> None:
        """As an engine does when nothing comes between."""
        self.move_clock(step)
        self.tend(node, holds_lock)
        self.claim(node, 4)
        self.begin(node)
        for _ in self.hands[node].rows:
            self.say_body(node, 0, taken)

    @rule(node=NODES, pick=PICKS, taken=st.booleans())
    def say_body(self, node: str, pick: int, taken: bool) -> None:
        """Also too late: a process may stand still between its last look at the clock and the first byte."""
        held = self.hands[node].some(lambda held: held.begun and not held.said, pick)
        if held is not None:
            held.said, held.taken = True, taken
            self.copies[held.row.id] += taken

    @rule(node=NODES, pick=PICKS, fate=st.sampled_from([Fate.ACCEPTED, Fate.DEFERRED, Fate.REJECTED, Fate.UNCERTAIN]))
    def record(self, node: str, pick: int, fate: Fate) -> None:
        """What came of a body, or of an envelope that was refused."""
        hand = self.hands[node]
        held = hand.some(lambda held: held.begun and _may_end(held, fate), pick)
        if held is not None:
            del hand.rows[held.row.id]
            self._write(lambda session: ledger.record(session, hand.worker, [(held.row, Outcome(fate))], self._now()))

    @rule(node=NODES, sendable=st.booleans())
    def let_go(self, node: str, sendable: bool) -> None:
        """What was not begun: it goes back, or no mail can be made of it."""
        hand, now = self.hands[node], self._now()
        rows = [held for held in hand.rows.values() if not held.said and (sendable or not held.begun)]
        if sendable:
            self._back(hand, rows)
            return
        for held in rows:
            del hand.rows[held.row.id]
        self._write(lambda session: ledger.reject(session, hand.worker, [(held.row, "no") for held in rows], now))

    @rule(node=NODES)
    def renew(self, node: str) -> None:
        hand, now = self.hands[node], self._now()
        rows = [held for held in hand.rows.values() if not held.lapsed]
        self._write(lambda session: ledger.renew(session, hand.worker, [held.row for held in rows], now))
        for held in rows:
            held.lease_until = now + hand.worker.lease

    @rule(node=NODES)
    def crash(self, node: str) -> None:
        self.hands[node] = self._born(node)

    @rule(node=NODES, holds_lock=st.booleans())
    def tend(self, node: str, holds_lock: bool) -> None:
        """Take over, then wake."""
        worker, now = self.hands[node].worker, self._now()
        self._write(lambda session: upkeep.take_over(session, worker, now, holds_lock=holds_lock))
        assert not any(row.lease_until and row.lease_until < now for row in self.outbox.rows())
        self._write(lambda session: upkeep.wake(session, now))

    @rule(step=st.sampled_from(STEPS))
    def move_clock(self, step: timedelta) -> None:
        now = self.outbox.clock.move(step)
        for hand in self.hands.values():
            for held in hand.rows.values():
                held.lapsed |= now >= held.lease_until

    @precondition(lambda self: self.state in GOING)
    @rule()
    def stop_or_resume(self) -> None:
        if self.state is ReleaseState.APPROVED:
            self.outbox.stop(self.release_id)
            self.state = ReleaseState.STOPPED
        else:
            self.outbox.resume(self.release_id)
            self.state = ReleaseState.APPROVED

    @precondition(lambda self: self.state in GOING and self.copies.total() > 1)
    @rule()
    def void(self) -> None:
        self.outbox.void(self.release_id)
        self.state = ReleaseState.VOID

    @rule()
    def settle(self) -> None:
        self._write(upkeep.follow_releases)
        if self.outbox.finish(self.release_id):
            self.state = ReleaseState.FINISHED
            assert {row.state for row in self.outbox.rows() if row.release_id} <= ENDS

    @rule(again=st.booleans())
    def decide(self, again: bool) -> None:
        """A person decides about uncertain rows."""
        if again:
            self._write(lambda session: upkeep.resend_now(session, self.release_id, self._now()))
        else:
            self._write(lambda session: upkeep.leave(session, self.release_id))

    @invariant()
    def every_promise_holds(self) -> None:
        rows = self.outbox.rows()
        assert len(rows) == len(self.seen)
        for row in rows:
            before = self.seen[row.id or 0]
            assert row.state is before.state or row.state in MOVES[before.state], f"{before.state} to {row.state}"
            assert row.message_id == before.message_id
            assert row.attempt >= before.attempt
            assert row.possible_duplicate >= before.possible_duplicate
            assert self.copies[row.id or 0] < 2 or row.possible_duplicate, "an undeclared duplicate"
            assert row.state is not DeliveryState.ACCEPTED or self.copies[row.id or 0], "accepted by nobody"
            self.seen[row.id or 0] = row
        sure = Counter(number for hand in self.hands.values() for number, held in hand.rows.items() if not held.lapsed)
        assert not sure or max(sure.values()) == 1, "two workers with one row"

    def teardown(self) -> None:
        """From wherever it is, everybody ends with an answer as soon as nothing goes wrong any more."""
        if not hasattr(self, "seen"):
            return
        if self.state is ReleaseState.STOPPED:
            self.stop_or_resume()
        for _ in range(4):
            for node in ("a", "b"):
                self.crash(node)
                self.tend(node, holds_lock=True)
            self.settle()
            self.decide(again=True)
            self.move_clock(timedelta(hours=2))
            self.tend("a", holds_lock=True)
            self.claim("a", 100)
            self.begin("a")
            for _ in range(len(self.hands["a"].rows)):
                self.say_body("a", 0, taken=True)
                self.record("a", 0, Fate.ACCEPTED)
        over = self.state in (ReleaseState.VOID, ReleaseState.FINISHED)
        left = {row.state for row in self.outbox.rows() if not (over and row.release_id)}
        assert left <= ENDS, f"somebody is left {left - ENDS}"
        assert over or self.outbox.finish(self.release_id)

    def _born(self, node: str) -> Hand:
        self.number += 1
        return Hand(Worker(f"{node}.{self.number}"))

    def _back(self, hand: Hand, rows: Sequence[Held]) -> None:
        for held in rows:
            del hand.rows[held.row.id]
        self._write(lambda session: ledger.give_back(session, hand.worker, [held.row for held in rows]))

    def _write(self, work: Callable[[Session], T]) -> T:
        result = self.outbox.write(work)
        self.every_promise_holds()
        return result

    def _now(self) -> datetime:
        return self.outbox.clock.now()


def _may_end(held: Held, fate: Fate) -> bool:
    """A relay that has the mail said so or nothing; one that has it not may have said anything else."""
    if not held.said:
        return fate in (Fate.DEFERRED, Fate.REJECTED)
    return fate is Fate.UNCERTAIN or held.taken == (fate is Fate.ACCEPTED)


def _clear(session: Session) -> None:
    for table in (Delivery, Outgoing, Approval, Release):
        session.exec(delete(table))


def live(outbox: Outbox, examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(partial(Life, outbox), settings=chosen)  # type: ignore[arg-type]


def test_no_order_of_events_breaks_a_promise(outbox: Outbox) -> None:
    live(outbox, examples=15, steps=25)


@pytest.mark.soak
def test_no_long_order_of_events_does_either(outbox: Outbox) -> None:
    live(outbox, examples=60, steps=50)
