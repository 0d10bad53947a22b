"""What one transaction of the sender does to the ledger, how much is done at once, and what a run came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlmodel import Session

from notifications.carriers import Letter
from notifications.composing import LookedUp, Unsendable
from notifications.ledger import WINDOW, Claimed
from notifications.rates import Rates
from notifications.smtp import Mail
from notifications.transitions import Fate, Outcome
from notifications.work import EveryRow, Work


class Composing(Protocol):
    """Makes a mail of each row, or says why there is none; called in a thread.

    `look_up` is asked in the transaction that claimed the rows, and may only read.
    """

    def look_up(self, session: Session, rows: Sequence[Claimed]) -> Mapping[UUID, LookedUp]: ...

    def compose(self, rows: Sequence[Claimed], looked_up: Mapping[UUID, LookedUp]) -> list[Mail | Unsendable]: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How much at once. `window`: rows in transmission; `drain_seconds`: for bodies under way when asked to stop.

    `rates` limit how many mails a second begin, in all and to each domain. `work`: which rows are taken.
    """

    connections: int = 4
    window: int = WINDOW
    drain_seconds: float = 30
    rates: Rates = field(default_factory=Rates)
    work: Work = field(default_factory=EveryRow)

    def __post_init__(self) -> None:
        if not 1 <= self.window <= WINDOW or self.connections < 1:
            raise ValueError(f"a window has 1 to {WINDOW} rows, and there is at least one connection")


class Taken(NamedTuple):
    """What came of a transaction: the rows of `go` that are begun, those that were claimed, what was read for them."""

    begun: set[int]
    fresh: list[Claimed]
    looked_up: Mapping[UUID, LookedUp]


@dataclass(slots=True)
class Sent:
    """What a run came to. `trouble`: why it ended before everything that was due had gone."""

    fates: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    unsendable: int = 0
    trouble: str = ""


@dataclass(slots=True)
class Turn:
    """What one transaction does to the ledger, and what it found."""

    done: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    back: list[Claimed] = field(default_factory=list)
    faults: list[tuple[Claimed, str]] = field(default_factory=list)
    go: list[Letter] = field(default_factory=list)
    later: list[tuple[Claimed, datetime]] = field(default_factory=list)  # their domain has had its mails for now
    want: int = 0
    noted: bool = False

    @property
    def empty(self) -> bool:
        return not (self.done or self.back or self.faults or self.go or self.later or self.want)
