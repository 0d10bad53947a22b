"""The worker with a place at which it dies by SIGKILL: `python -m tests.faults.crashing PLACE TIMES`, in tests alone.

It dies when it comes to the place for the so manyth time. Everything else is the product's own worker.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from incident import worker
from notifications import ledger
from notifications.ledger import Claimed, Worker
from notifications.sending import _Run
from notifications.smtp_conversation import Conversation
from notifications.smtp_line import Line
from notifications.store import Store
from notifications.transitions import Fate, Outcome, Settled
from notifications.turns import Taken, Turn

PLACES = ("claimed", "transmitting", "before the body", "in the body", "answered", "recorded")


class Death:
    """Comes at a place, the so manyth time it is passed."""

    def __init__(self, place: str, times: int) -> None:
        self._place, self._left = place, times
        self._open = threading.local()

    @property
    def passed(self) -> set[str]:
        """Places passed in the transaction that is open in this thread."""
        found: set[str] = self._open.__dict__.setdefault("passed", set())
        return found

    def at(self, place: str) -> None:
        if place == self._place:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def comes_next(self, place: str) -> bool:
        return place == self._place and self._left == 1


def watch_ledger(death: Death) -> None:
    """Note what a transaction does; die where results are about to be written."""
    turn, begin, record = _Run._turn, ledger.begin, ledger.record

    def turned(run: _Run, session: Session, wanted: Turn) -> Taken:
        taken = turn(run, session, wanted)
        death.passed.update({"claimed"} if taken.fresh else ())
        return taken

    def begun(session: Session, one: Worker, rows: Sequence[Claimed], now: datetime) -> set[int]:
        found = begin(session, one, rows, now)
        death.passed.update({"transmitting"} if found else ())
        return found

    def recorded(
        session: Session, one: Worker, outcomes: Sequence[tuple[Claimed, Outcome]], now: datetime
    ) -> dict[int, Settled]:
        if any(outcome.fate is Fate.ACCEPTED for _, outcome in outcomes):
            death.at("answered")
            death.passed.add("recorded")
        return record(session, one, outcomes, now)

    ledger.begin, ledger.record = begun, recorded  # type: ignore[assignment]
    _Run._turn = turned  # type: ignore[method-assign, assignment]


def watch_commits(death: Death) -> None:
    """Die once a transaction that did it is committed."""
    write = Store.write

    def committed(store: Store, work: Callable[[Session], Any]) -> Any:
        death.passed.clear()
        result = write(store, work)
        for place in sorted(death.passed):
            death.at(place)
        return result

    Store.write = committed  # type: ignore[method-assign, assignment]


def watch_lines(death: Death) -> None:
    """Die before a body's first byte, or when the relay has its head and a few bytes more."""
    go, flush = Conversation._begin, Line._flush

    def going(talk: Conversation, *said: Any) -> None:
        death.at("before the body")
        go(talk, *said)

    def flushed(line: Line) -> None:
        talk = line._talk
        words = b"".join(talk.outbox) if talk else b""
        if b"\r\n\r\n" in words:
            if death.comes_next("in the body"):
                os.write(line._transport.get_extra_info("socket").fileno(), words[: words.index(b"\r\n\r\n") + 10])
            death.at("in the body")
        flush(line)

    Conversation._begin, Line._flush = going, flushed  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    given, number = sys.argv.pop(1), sys.argv.pop(1)
    assert given in PLACES
    end = Death(given, int(number))
    for watch in (watch_ledger, watch_commits, watch_lines):
        watch(end)
    sys.exit(worker.main())
