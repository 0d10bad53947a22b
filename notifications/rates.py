"""How many mails a second may begin, in all and to each domain: buckets that fill with time (no clock of their own)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERY_OTHER = "*"  # the domain that stands for all that are not named


@dataclass(slots=True)
class Bucket:
    """Holds what may begin at once, at most a second's worth, and fills at `rate` a second. Moments are seconds."""

    rate: float
    held: float = 0.0
    at: float | None = None
    last: float = 0.0  # the moment that was named last to one that has to wait

    def wait(self, now: float) -> float:
        """Seconds until one may begin; 0: now."""
        most = max(1.0, self.rate)
        self.held = most if self.at is None else min(most, self.held + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.held >= 1 else (1 - self.held) / self.rate

    def take(self) -> None:
        """One begins."""
        self.held -= 1

    def turn(self, now: float) -> float:
        """Seconds until it is the turn of one that has to wait: each is named a moment of its own."""
        self.last = max(self.last, now) + 1 / self.rate
        return self.last - now


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds a mail has to wait; `in_all`: so has every other."""

    seconds: float = 0.0
    in_all: bool = False


AT_ONCE = Wait()


@dataclass(slots=True)
class Rates:
    """Mails a second: `in_all` (0: no limit), and by domain, `*` for each of those not named.

    They hold for all workers together: each takes its part of them. Raises ValueError for a rate below zero, or of
    zero for a domain, which would never be written to.
    """

    in_all: float = 0.0
    by_domain: Mapping[str, float] = field(default_factory=dict)
    workers: int = 1
    _all: Bucket | None = field(init=False, default=None)
    _each: dict[str, Bucket] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.in_all < 0 or any(rate <= 0 for rate in self.by_domain.values()):
            raise ValueError("a rate is a number of mails a second above zero")
        self._all = Bucket(self.in_all / self.workers) if self.in_all else None

    def __bool__(self) -> bool:
        """Whether anything is limited at all."""
        return bool(self.in_all or self.by_domain)

    def divide(self, workers: int) -> None:
        """From now on so many workers share the rates, and this one has its part of them."""
        if workers != self.workers:
            for bucket in (*self._each.values(), *([self._all] if self._all else ())):
                bucket.rate *= self.workers / workers
            self.workers = workers

    def wait(self, domain: str, now: float) -> Wait:
        """Whether a mail to this domain may begin, which then counts, or how long it has to wait."""
        if self._all is not None and (seconds := self._all.wait(now)):
            return Wait(seconds, in_all=True)
        bucket = self._bucket(domain)
        if bucket is not None and bucket.wait(now):
            return Wait(bucket.turn(now))
        for one in (self._all, bucket):
            if one is not None:
                one.take()
        return AT_ONCE

    def _bucket(self, domain: str) -> Bucket | None:
        rate = self.by_domain.get(domain, self.by_domain.get(EVERY_OTHER))
        if rate is None:
            return None
        return self._each.setdefault(domain, Bucket(rate / self.workers))
