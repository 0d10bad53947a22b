"""What the pages of people on call show: teams, whose turn it is, the weeks to come, layers and steps."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.paged import PageRow
from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class TurnLine:
    """Somebody's turn in a layer. `stands_in`: by an override."""

    layer: str
    person: str
    begins: datetime
    ends: datetime
    stands_in: bool
    runs: bool = False


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team: who is on call now. `gap`: it has layers, and yet nobody is."""

    name: str
    href: str
    is_default: bool
    now: tuple[TurnLine, ...]
    layers: int

    @property
    def gap(self) -> bool:
        return not self.now


@dataclass(frozen=True, slots=True)
class OnCallView:
    """All teams, pages that wait for an answer, and whether the reader has a number to be paged at."""

    rows: tuple[TeamRow, ...]
    has_number: bool
    waiting: tuple[PageRow, ...] = ()


@dataclass(frozen=True, slots=True)
class StandInLine:
    """An override that is not over."""

    id: str
    layer: str
    person: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer as it was said. `people` are (name, address) in the order of their turns; `handover` in words."""

    name: str
    people: tuple[tuple[str, str], ...]
    handover: str
    begins: str
    at: str
    zone: str
    weeks: int


@dataclass(frozen=True, slots=True)
class TeamView:
    """One team. `feed`: the address of its calendar, when just made. `steps` as they are written, `said` in words."""

    row: TeamRow
    ahead: tuple[TurnLine, ...]
    stand_ins: tuple[StandInLine, ...]
    layers: tuple[LayerRow, ...]
    steps: tuple[str, ...]
    said: tuple[str, ...]
    people: tuple[Choice, ...]
    has_feed: bool
    begins: str
    ends: str
    first_day: str
    zone: str
    feed: str = ""
    pages: tuple[PageRow, ...] = ()
