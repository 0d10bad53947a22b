"""How often somebody may ask: a bucket of tokens for each, the longest unseen forgotten first."""

import threading
from collections import OrderedDict
from datetime import datetime

KNOWN = 50_000  # callers remembered at once


class Pace:
    """So many requests at once, and from then on so many a second. Safe to share between threads."""

    def __init__(self, at_once: int, each_second: float, known: int = KNOWN) -> None:
        self._at_once, self._each_second, self._known = at_once, each_second, known
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._turn = threading.Lock()

    def wait(self, caller: str, now: datetime) -> float:
        """Count one request of a caller; gives the seconds to wait before the next, 0 while it may go on."""
        with self._turn:
            left, seen = self._left.pop(caller, (float(self._at_once), now))
            left = min(self._at_once, left + max(0.0, (now - seen).total_seconds()) * self._each_second)
            fits = left >= 1
            self._left[caller] = (left - 1 if fits else left, now)
            while len(self._left) > self._known:
                self._left.popitem(last=False)
        return 0.0 if fits else (1 - left) / self._each_second
