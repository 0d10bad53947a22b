"""A release while it is sent: people by state, the steps it is opened by, how fast it goes, what it waits for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Deliveries of a release in one state."""

    state: str
    label: str
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the pace: how many people in all. `state`: done, now or next."""

    people: int
    state: str


@dataclass(frozen=True, slots=True)
class ProgressView:
    """The live panel of a release. `rate` and `left` in words, "" where nobody can say.

    `threatens` are the duties that fall due before it will have reached everybody.
    """

    href: str
    state: str
    stage: str
    recipients: int
    settled: int
    ledger: tuple[LedgerLine, ...]
    rate: str = ""
    slow_rate: str = ""
    ends_at: datetime | None = None
    left: str = ""
    steps: tuple[StepLine, ...] = ()
    next_step_at: datetime | None = None
    minutes: int = 0
    window_closed: bool = False
    opens_at: datetime | None = None
    hours: str = ""
    all_at_once: str = ""
    threatens: tuple[str, ...] = ()
    read: int = 0

    @property
    def waits(self) -> str:
        """What it waits for a person for: confirm, held, or "" for nothing."""
        return self.stage if self.state == "approved" and self.stage in ("confirm", "held") else ""
