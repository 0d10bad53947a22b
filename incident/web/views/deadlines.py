"""Deadlines over all incidents: the page, and the wall."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.board import BoardLine


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """What falls due at one moment on one incident. `more`: how many others do so besides the one that is named."""

    href: str
    case_href: str
    codename: str
    title: str
    article: str
    standing: str
    moment: datetime
    provisional: bool
    own_target: bool
    more: int = 0


@dataclass(frozen=True, slots=True)
class DeadlineDay:
    """A day of the reader's zone, or everything that is late."""

    label: str
    rows: tuple[DeadlineRow, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Duties of one incident of which no clock runs: they wait for something, or their law names no number."""

    codename: str
    href: str
    blocked: int
    undated: int


@dataclass(frozen=True, slots=True)
class DeadlinesView:
    """`feed`: the address of the calendar, when it was made just now. `later`: how many moments are not shown."""

    days: tuple[DeadlineDay, ...]
    counts: tuple[tuple[str, int], ...]
    has_feed: bool
    feed: str = ""
    later: int = 0
    waiting: tuple[WaitingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WallView:
    """What a screen on the wall shows: codenames alone, since others than those inside may walk by."""

    next: DeadlineRow | None
    counts: tuple[tuple[str, int], ...]
    lines: tuple[BoardLine, ...]
    more: int = 0
