"""The one Clock: the only module that asks the operating system what time it is."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved: drills and tests. Safe to share between threads."""

    def __init__(self, at: datetime) -> None:
        self._at = require_utc(at)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._at

    def move(self, by: timedelta) -> datetime:
        """Move the clock, also backwards, and return the new moment."""
        with self._lock:
            self._at += by
            return self._at

    def set(self, at: datetime) -> None:
        with self._lock:
            self._at = require_utc(at)


def require_utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for a naive datetime, which names no instant."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment!r} names no instant: give it a time zone, such as 2026-11-24T09:00:00+00:00")
    return moment.astimezone(UTC)
