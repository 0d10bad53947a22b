"""Sources as the hooks know them: read when they are asked for, and known for a moment, so that a storm asks once."""

import asyncio
import time
from collections.abc import Callable

from sqlalchemy import event
from starlette.concurrency import run_in_threadpool

from incident.auth.edge import Edge
from incident.models.intake import Source, SourceSecret
from incident.queries.sources import Posting, posting_source

GOOD_FOR = 1.0  # seconds: as long may another process's change of a source take to hold here
_changes = 0


def _changed(*_: object) -> None:
    global _changes
    _changes += 1


for _table in (Source, SourceSecret):
    for _happening in ("after_insert", "after_update", "after_delete"):
        event.listen(_table, _happening, _changed)


class Postings:
    """The enabled sources that posted within the last moment. One that is not there is looked up every time.

    What this process changes of a source holds at once, what another one changes within a second.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: dict[str, tuple[float, int, Posting]] = {}
        self._asking: dict[str, tuple[int, asyncio.Task[Posting | None]]] = {}

    async def of(self, edge: Edge, slug: str) -> Posting | None:
        """The enabled source of this address, if there is one. Raises StoreUnavailable."""
        known = self._known.get(slug)
        if known is not None and known[1] == _changes and self._now() - known[0] < GOOD_FOR:
            return known[2]
        return await asyncio.shield(self._asked(edge, slug))  # whoever leaves takes the answer from nobody

    def _asked(self, edge: Edge, slug: str) -> "asyncio.Task[Posting | None]":
        """One look-up for all who ask meanwhile, in this loop, unless something was changed since it began."""
        asking = self._asking.get(slug)
        if asking is not None and asking[0] == _changes and asking[1].get_loop() is asyncio.get_running_loop():
            return asking[1]
        task = asyncio.create_task(self._look_up(edge, slug))
        self._asking[slug] = (_changes, task)
        task.add_done_callback(lambda _: self._over(slug, task))
        return task

    def _over(self, slug: str, task: "asyncio.Task[Posting | None]") -> None:
        if self._asking.get(slug, (0, None))[1] is task:
            del self._asking[slug]
        if not task.cancelled():
            task.exception()  # whoever asked has heard it, or has left

    async def _look_up(self, edge: Edge, slug: str) -> Posting | None:
        asked = (self._now(), _changes)
        found = await run_in_threadpool(_read, edge, slug)
        if found is None:
            self._known.pop(slug, None)
        else:
            self._known[slug] = (*asked, found)
        return found


def _read(edge: Edge, slug: str) -> Posting | None:
    with edge.read() as session:
        return posting_source(session, edge.keys, slug)
