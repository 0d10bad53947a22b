"""What every adapter reads a delivery into: signals, their severity and their state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Unreadable(ValueError):
    """An authentic delivery that cannot be read; its text is shown to the person who looks at the quarantine."""


class Severity(StrEnum):
    """How grave the monitor calls it, on one scale for all monitors."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest, for sorting."""
        return list(Severity).index(self)


class SignalState(StrEnum):
    """What the monitor says of the alert now. Resolved is noted; it closes nothing."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Signal:
    """One alert read from a delivery.

    `source` is the adapter's name, `key` the monitor's own identity of the alert, `started_at` the monitor's word
    (evidence, never the clock the law counts from), `hints` what it says of data and assets (never facts), `group`
    the monitor's own grouping, if it has one: alerts of one group belong to one incident.
    """

    title: str
    severity: Severity
    source: str
    key: str
    state: SignalState
    started_at: datetime | None = None
    asset: str | None = None
    hints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    link: str | None = None
    group: str | None = None
