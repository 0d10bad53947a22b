"""What the pages of endpoints show: each with how it takes messages, and the last messages to one."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint. Of its address the host alone; the counts are of the messages of seven days."""

    name: str
    kind: str
    host: str
    told_of: tuple[str, ...]
    active: bool
    disabled_reason: str
    accepted: int
    waiting: int
    uncertain: int
    rejected: int
    href: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """One message to it. `answer` is the receiver's code and words, or why nothing was sent."""

    event: str
    state: str
    at: datetime
    next_at: datetime | None
    attempts: int
    answer: str
    possible_duplicate: bool


@dataclass(frozen=True, slots=True)
class EndpointsView:
    """All of them, and what the form to add one offers."""

    rows: tuple[EndpointRow, ...]
    kinds: tuple[Choice, ...]
    events: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One of them. `secret`: one that was made just now, shown this once. `secrets`: when the live ones were made."""

    row: EndpointRow
    signs: bool
    secrets: tuple[datetime, ...]
    events: tuple[Choice, ...]
    posts: tuple[PostRow, ...]
    secret: str = ""
