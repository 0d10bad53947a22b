"""Who a notice goes to: how many people of which kind, what an import refused, and what the columns of a file are."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class AudienceLine:
    """One audience in a list. `standing`: what can still be done with it."""

    href: str
    name: str
    channel: str
    members: int
    created_at: datetime
    frozen_at: datetime | None
    adds_to: str = ""
    controller: str = ""
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One kind of people: words, how many, and how many of a hundred."""

    label: str
    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class ShareTable:
    """How many people are of which kind; the commonest, and all others together."""

    title: str
    lines: tuple[ShareLine, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FaultLine:
    """How often a field was at fault in the last import; `example` is what the first of these lines lacks.

    `repeated`: these people were there already, with the same; `corrected`: with something else.
    """

    field: str
    warning: bool
    lines: int
    repeated: bool = False
    corrected: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of a file to be imported, and what it may be taken for."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One member, masked."""

    person: str
    address: str
    kind: str
    values: str


@dataclass(frozen=True, slots=True)
class AudienceView:
    """One audience. `refused`, `repeated`, `corrected` and `warned` are lines of its last import; `sample` is None
    until somebody looks."""

    line: AudienceLine
    codename: str
    case_href: str
    tables: tuple[ShareTable, ...]
    refused: int
    repeated: int
    corrected: int
    warned: int
    faults: tuple[FaultLine, ...]
    related: tuple[AudienceLine, ...]
    columns: tuple[ColumnLine, ...] = ()
    sample: tuple[SampleLine, ...] | None = None
    beside: tuple[tuple[str, bool], ...] = ()  # the number of people beside that of the facts, and whether it fits
    takes: tuple[tuple[tuple[str, ...], str], ...] = ()  # names of columns, and what they hold
    example: str = ""
