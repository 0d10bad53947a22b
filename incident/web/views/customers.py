"""One affected customer: its own figures, links to the list of its people, its instruction to write to them."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class ShareView:
    """Figures of one data set as its notice says them, and as they stand in the form.

    `said` are (label, value), an empty value for what is not known. `recorded_at` None: nothing is recorded for it
    alone, and what stands there is the register's or the whole data set's.
    """

    dataset: str
    title: str
    said: tuple[tuple[str, str], ...]
    people: str = ""
    countries: str = ""
    fields: str = ""
    exposed_from: str = ""
    exposed_until: str = ""
    logs: tuple[Choice, ...] = ()
    recorded_at: datetime | None = None
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link to the list. `tone` is that of its state."""

    id: str
    state: str
    tone: str
    dataset: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    downloads: int
    last_at: datetime | None
    live: bool


@dataclass(frozen=True, slots=True)
class SentLine:
    """A release in the controller's name, with the address of its ledger."""

    href: str
    label: str
    at: datetime
    ledger: str


@dataclass(frozen=True, slots=True)
class InstructionView:
    """An instruction, its brand, the text the controller said yes to, and what went out on it."""

    id: str
    dataset: str
    what: str
    by: str
    way: str
    received_at: datetime
    recorded_by: str
    brand: tuple[tuple[str, str], ...]
    colour: str = ""
    evidence: str = ""
    withdrawn_at: datetime | None = None
    yes: str = ""
    yes_at: datetime | None = None
    editions: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The page of one affected customer."""

    href: str
    host_id: str
    name: str
    country: str
    registered: bool
    told_at: datetime | None
    channel: str
    shares: tuple[ShareView, ...]
    datasets: tuple[Choice, ...]
    contacts: tuple[Choice, ...]
    links: tuple[LinkLine, ...]
    source: str
    instructions: tuple[InstructionView, ...]
    uninstructed: tuple[Choice, ...]  # data sets without a live instruction
    sent: tuple[SentLine, ...]
    evidence: tuple[Choice, ...] = ()
