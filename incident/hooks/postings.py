"""Sources as the hooks know them: read when they are asked for, and known for a moment, so that a storm asks once."""

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

    async def of(self, edge: Edge, slug: str) -> Posting | None:
        """The enabled source of this address, if there is one. Raises StoreUnavailable."""
        known = self._known.get(slug)
        if known is not None and known[1] == _changes and self._now() - known[0] < GOOD_FOR:
            return known[2]
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
