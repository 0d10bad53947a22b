"""Deadlines, duties, the awareness worksheet, and customers told of customers affected."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NextDeadline:
    """The deadline shown on every page of an incident, with how it was computed."""

    title: str
    law: str
    article: str
    kind: str
    standing: str
    due_at: datetime
    starts_at: datetime | None
    provisional: bool
    own_target: bool
    trace: tuple[str, ...]
    why: tuple[str, ...] = ()
    delays: str = ""
    count: int = 1  # obligations that fall due at the same moment under the same rule


@dataclass(frozen=True, slots=True)
class DutyCard:
    """One obligation, or several that differ only in whom they are owed to (`addressees`)."""

    id: str
    title: str
    law: str
    article: str
    kind: str
    stage: str
    entity: str
    addressees: tuple[str, ...]
    standing: str
    moment: datetime | None
    own_target: bool
    provisional: bool
    trace: tuple[str, ...]
    why: tuple[str, ...]
    missing: tuple[str, ...]
    datasets: tuple[str, ...]
    blocked: str = ""
    qualifier: str = ""
    delays: str = ""
    met_at: datetime | None = None
    met_by: str = ""
    readings: tuple[tuple[str, datetime], ...] = ()
    url: str = ""
    confidence: str = ""
    decidable: bool = True


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """The duties of one standing, late ones first."""

    standing: str
    cards: tuple[DutyCard, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One moment on the awareness worksheet."""

    at: datetime
    clue: str
    arguable: str
    why: str
    evidence: str
    counts_now: bool = False


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One affected customer: whether it was told, how, and by when it has to be."""

    host_id: str
    name: str
    country: str
    due_at: datetime | None
    standing: str
    own_target: bool
    told_at: datetime | None = None
    channel: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class CustomersView:
    """Customers told of customers affected. It counts customers, never messages."""

    affected: int
    told: int
    next_due: datetime | None = None
    lines: tuple[CustomerLine, ...] = ()

    @property
    def percent(self) -> int:
        return 100 * self.told // self.affected if self.affected else 0
