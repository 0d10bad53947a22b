"""The pages of incidents this process streams to, and when it says so to the store, for every process to read."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlmodel import Session

from incident.verbs.presence import OpenPage, say_who_is_here

AGAIN = timedelta(seconds=10)
Saying = Callable[[Session], None]


class Attendance:
    """What this process would say of its viewers. Kept in memory: a process that ends takes its viewers along."""

    def __init__(self) -> None:
        self._open: dict[UUID, OpenPage] = {}
        self._left: set[UUID] = set()
        self._said: frozenset[UUID] = frozenset()
        self._said_at: datetime | None = None

    @contextlib.contextmanager
    def of(self, page: OpenPage | None) -> Iterator[None]:
        """Somebody has this page open; None: a page that belongs to no incident."""
        if page is None:
            yield
            return
        self._open[page.id] = page
        try:
            yield
        finally:
            del self._open[page.id]
            self._left.add(page.id)

    def saying(self, now: datetime, *, stale: bool = False) -> Saying | None:
        """What is to be written now: somebody came or went, it is time to repeat it, or rows are left to delete."""
        changed = self._left or self._open.keys() != self._said
        late = bool(self._open) and (self._said_at is None or now - self._said_at >= AGAIN)
        if not (changed or late or stale):
            return None
        return partial(say_who_is_here, pages=tuple(self._open.values()), left=frozenset(self._left), now=now)

    def said(self, saying: Saying | None, now: datetime) -> None:
        """It is written; what happened meanwhile is said next time."""
        if isinstance(saying, partial):
            self._said = frozenset(page.id for page in saying.keywords["pages"])
            self._left -= saying.keywords["left"]
            self._said_at = now

    def farewell(self, now: datetime) -> Saying | None:
        """What is said at the end of the process: every page is left."""
        left = frozenset(self._open.keys() | self._left)
        return partial(say_who_is_here, pages=(), left=left, now=now) if left else None
