"""What came back, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A mail or an event that could not be read. `body` is text and is shown as text."""

    id: str
    door: str
    received_at: datetime
    trouble: str
    sha256: str
    size: int
    repeats: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class LeftOverLine:
    """News that moved no delivery, and why."""

    source: str
    news: str
    status: str
    heard_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class IncomingView:
    """Words with their counts, what waits for a person, and the latest news that moved nothing."""

    mails: tuple[tuple[str, int], ...] = ()
    repeats: int = 0
    news: tuple[tuple[str, int], ...] = ()
    aside: tuple[AsideLine, ...] = ()
    left_over: tuple[LeftOverLine, ...] = ()
    takes_reports: bool = False  # one that was set aside can be taken as a report
