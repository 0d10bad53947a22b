"""What the page of retention in the administration shows: what is kept how long, what goes next, what keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One kind of data: how long it is kept, from when, and the setting that says so ("": none, it is fixed)."""

    what: str
    long: str
    since: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class GoesRow:
    """What will go. `codename` and `href` "": of an incident the reader may not see. `due`: at the next look."""

    what: str
    codename: str
    href: str
    people: int
    due_at: datetime | None
    kept_by: tuple[str, ...]
    due: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A legal hold in force."""

    codename: str
    href: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """`goes` are the first of `planned` rows, what goes first first; `due` of them go at the next look."""

    kept: tuple[KeptRow, ...]
    goes: tuple[GoesRow, ...]
    planned: int
    due: int
    holds: tuple[HoldRow, ...]
    looked_at: datetime | None
    did: tuple[tuple[str, int], ...]
    troubles: tuple[str, ...]
