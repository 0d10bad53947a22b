"""A hint beside the question it suggests an answer to: marked, with its reasons, and how to take it over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HintReason:
    """Why, and how many alerts say so. Of a declared asset: which, when, by whom, and whether that was too long ago."""

    text: str
    alerts: int
    asset: str = ""
    declared_at: datetime | None = None
    declared_by: str = ""
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class HintAlert:
    """An alert that says so."""

    title: str
    source: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class HintOffer:
    """A suggested answer. `take` is what the form sends to take it over; `against`: something else is answered."""

    take: str
    said: str
    reasons: tuple[HintReason, ...]
    alerts: int
    tellers: tuple[HintAlert, ...]
    against: bool = False


@dataclass(frozen=True, slots=True)
class HintsBar:
    """What a page of facts says of hints as a whole: (anchor, question) of those offered and of those answered
    otherwise. `unread`: they cannot be read now."""

    offered: tuple[tuple[str, str], ...] = ()
    against: tuple[tuple[str, str], ...] = ()
    alerts: int = 0
    read: int = 0
    erased: int = 0
    unread: bool = False
