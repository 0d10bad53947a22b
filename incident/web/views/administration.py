"""What the area of administration shows: where each part stands, relays and what was seen of them, the audit log."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One part of the administration and how it stands, in one line. `tone`: "" where nothing needs a hand."""

    name: str
    href: str
    icon: str
    said: tuple[str, ...]
    tone: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Parts that belong together."""

    name: str
    areas: tuple[AreaLine, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a trial, in words."""

    name: str
    good: bool
    said: str


@dataclass(frozen=True, slots=True)
class RelayRow:
    """A relay as the settings name it. `prefix` begins the names of its settings; its password is nowhere."""

    number: int
    name: str
    place: str
    security: str
    signs_in: str
    prefix: str
    tested_at: datetime | None = None
    good: bool = False
    steps: tuple[StepRow, ...] = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A way mail comes back in. `on`: the settings open it."""

    name: str
    said: str
    setting: str
    on: bool


@dataclass(frozen=True, slots=True)
class RelaysView:
    """Relays and doors; `trouble` where the settings name no relay that may be used."""

    relays: tuple[RelayRow, ...]
    doors: tuple[DoorRow, ...]
    mail_from: str
    address: str
    accepted_at: datetime | None
    waiting: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the audit log."""

    at: datetime
    who: str
    act: str
    action: str
    icon: str
    text: str
    codename: str
    href: str
    hidden: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class ProofView:
    """What verification found: in one sentence, with each break, and what no checkpoint covers yet."""

    said: str
    good: bool
    breaks: tuple[str, ...]
    uncovered: int
    signer: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """The log with its filters, the state of the chain, and a proof where one was just asked for."""

    rows: tuple[LogRow, ...]
    parts: tuple[Choice, ...]
    people: tuple[Choice, ...]
    actions: tuple[Choice, ...]
    day: str
    page: int
    newer: str
    older: str
    csv: str
    filtered: bool
    checkpoint_at: datetime | None
    checkpoints: int
    proven_at: datetime | None
    proven_good: bool
    proof: ProofView | None = None
    signer: str = ""  # the public key, in hex, that whoever got a case file compares
