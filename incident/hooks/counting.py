"""Counting what was refused, after the answer has left: a flood of it is one write at a time, and never more."""

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from incident.auth.edge import Edge
from incident.queries.refusals import NO_SOURCE
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.deliveries import INTAKE
from incident.verbs.refusals import count_refusals, count_strays
from notifications.store import StoreUnavailable

log = logging.getLogger(__name__)
Refused: TypeAlias = tuple[UUID | None, str, str]
"""The source or none, the place where it is none, and the reason."""


class Tally:
    """Refused requests that are not on disk yet. While one call writes, the others only add to what it writes next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[Refused] = Counter()
        self.writes = False  # somebody does

    def count(self, edge: Edge, source_id: UUID | None, reason: str, place: str = NO_SOURCE) -> None:
        """One more refusal of a source, or of this place where it was of none; what cannot be kept stops nothing."""
        with self._lock:
            self._waiting[source_id, place, reason] += 1
            if self.writes:
                return
            self.writes = True
        while refused := self._next():
            _keep(edge, refused)

    def _next(self) -> Mapping[Refused, int]:
        """What waits to be written; nothing ends the turn of whoever writes."""
        with self._lock:
            found, self._waiting = self._waiting, Counter()
            self.writes = bool(found)
        return found


def _keep(edge: Edge, refused: Mapping[Refused, int]) -> None:
    def count(act: Act) -> None:
        for (source_id, place, reason), times in refused.items():
            if source_id is None:
                count_strays(act, place, reason, times)
            else:
                count_refusals(act, source_id, reason, times)

    try:
        edge.write(system(INTAKE), count)
    except StoreUnavailable as error:
        log.warning("hooks: %d refusals could not be counted: %s", sum(refused.values()), error)
    except Exception:
        log.exception("hooks: %d refusals could not be counted", sum(refused.values()))
