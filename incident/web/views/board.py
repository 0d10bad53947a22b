"""The board: what needs somebody now, most urgent first."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice
from incident.web.views.to_follow import ToFollowView


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
    may_apply: bool = False


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
    may_apply: bool = False
    customers_told: int = 0
    customers_affected: int = 0
    customers_known: bool = True  # false while nobody has said whose data it is
    drill: bool = False
    said: str = ""  # the line of its timeline in which the words stand
    said_href: str = ""
    undated: int = 0  # open duties of which no clock runs


@dataclass(frozen=True, slots=True)
class FilterField:
    """One choice of the board's form."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> str:
        """What is chosen, in words; "" for anything."""
        return next((one.label for one in self.choices if one.chosen and one.value), "")


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A saved view of the reader. `here`: it is what the board shows now."""

    id: str
    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many open obligations stand so, and the board with the incidents whose next deadline does."""

    standing: str
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for the reader's own approval. `recipients` None: everybody; `until`: when it ends by itself."""

    href: str
    title: str
    codename: str
    recipients: int | None
    asked_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """An incident in which the risk of so many data sets waits for the reader's decision; `advised`: with advice."""

    href: str
    codename: str
    title: str
    number: int
    advised: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which page of the board this is, of how many, and the addresses of its neighbours, "" where there is none."""

    number: int
    last: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """Open incidents, counts of deadlines by standing, and the incidents that are over.

    `query`: the words looked for; `chosen`: the query string of everything that is chosen. `unread`: timelines have
    more lines than were looked through.
    """

    hero: Hero | None
    counts: tuple[CountLine, ...]
    open: tuple[BoardLine, ...]
    over: tuple[BoardLine, ...]
    query: str = ""
    found: int = 0
    asked: tuple[Asked, ...] = ()
    fields: tuple[FilterField, ...] = ()
    saved: tuple[ViewLine, ...] = ()
    chosen: str = ""
    written: bool = False
    unread: bool = False
    undecided: tuple[Undecided, ...] = ()
    to_follow: tuple[ToFollowView, ...] = ()  # what authorities were told follows, and the reader may file
    tasks: int = 0  # open steps of the reader's own
    running: int = 0  # incidents that are open, on this page and on others
    ended: int = 0
    leaf: Leaf | None = None
    here: str = "/"  # the address of this page of it
