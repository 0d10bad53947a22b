"""Deliveries of one source are read one after the other in this process; those that wait hold no connection."""

import threading
from collections import deque
from collections.abc import Callable
from uuid import UUID

Work = Callable[[], None]


class Turns:
    """A line for each source. Whoever finds it empty does its own work and then that of all who came meanwhile.

    In a storm a hundred deliveries of one source would else wait for its lock in the database, each with a connection,
    and nothing else would get one. What is in a line when the process dies, the sweep does. `pause` comes before each
    piece of work.
    """

    def __init__(self, pause: Work = lambda: None) -> None:
        self._lock = threading.Lock()
        self._pause = pause
        self._lines: dict[UUID, deque[Work]] = {}

    def joined(self, source_id: UUID, work: Work) -> bool:
        """Whether somebody is at it for this source, who does this work too then."""
        with self._lock:
            return self._joins(source_id, work)

    def take(self, source_id: UUID, work: Work) -> None:
        """Do the work now, or leave it to whoever is at it for this source."""
        with self._lock:
            if self._joins(source_id, work):
                return
            self._lines[source_id] = deque([work])
        try:
            while (following := self._next(source_id)) is not None:
                self._pause()
                following()
        except BaseException:
            with self._lock:
                self._lines.pop(source_id, None)
            raise

    def _joins(self, source_id: UUID, work: Work) -> bool:
        line = self._lines.get(source_id)
        if line is not None:
            line.append(work)
        return line is not None

    def _next(self, source_id: UUID) -> Work | None:
        with self._lock:
            if not self._lines[source_id]:
                del self._lines[source_id]
                return None
            return self._lines[source_id].popleft()
