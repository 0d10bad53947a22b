"""The board: what needs somebody now, most urgent first."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hero:
    """The one deadline that is next over all incidents the reader may see."""

    href: str
    codename: str
    title: str
    duty: str
    article: str
    standing: str
    due_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One incident on the board. `standing` is that of its next deadline, empty where none runs."""

    href: str
    codename: str
    title: str
    kind: str
    severity: str
    phase: str
    phase_label: str
    commander: str
    opened_at: datetime
    due_at: datetime | None = None
    standing: str = ""
    provisional: bool = False
    customers_told: int = 0
    customers_affected: int = 0
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A release that waits for the reader's own approval. `until` is when the request ends by itself."""

    href: str
    title: str
    codename: str
    recipients: int
    asked_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardView:
    """Open incidents, counts of deadlines by standing, and the incidents that are over."""

    hero: Hero | None
    counts: tuple[tuple[str, int], ...]
    open: tuple[BoardLine, ...]
    over: tuple[BoardLine, ...]
    query: str = ""
    found: int = 0
    asked: tuple[Asked, ...] = ()
