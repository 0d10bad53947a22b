"""What the pages about pages show: each with how far it is, and one with everybody it told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page in a list. `state` is waits, acknowledged, over or unanswered; `said` is that in words."""

    id: str
    href: str
    title: str
    subject_href: str
    team: str
    begun_at: datetime
    state: str
    said: str
    at: datetime | None
    next_at: datetime | None
    step: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """Whom it told, by which way, what came of that, and when they answered by the link."""

    whom: str
    way: str
    at: datetime
    state: str
    said: str
    answered_at: datetime | None
