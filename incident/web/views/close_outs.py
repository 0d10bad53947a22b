"""What became of a release, to be read and printed; and what of an incident is purged when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CountLine:
    """One kind of rows: how many there are, how many of them were told, and the others by state in words."""

    label: str
    rows: int
    told: int
    others: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CountTable:
    """Rows of a release by channel, language, region or domain."""

    title: str
    lines: tuple[CountLine, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One numbered report. `file_href` empty: its file was purged, at `file_purged_at`."""

    number: int
    finished_at: datetime
    told: int
    rows: int
    digest: str
    entry: int
    file_href: str
    file_purged_at: datetime | None


@dataclass(frozen=True, slots=True)
class CloseOutView:
    """A release closed out: its reports, the newest first, and the counts of the newest."""

    href: str
    release_href: str
    title: str
    edition: int
    state: str
    state_label: str
    reports: tuple[ReportLine, ...]
    answers: tuple[CountLine, ...] = ()
    tables: tuple[CountTable, ...] = ()
    states: tuple[CountLine, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None
    duplicates: int = 0
    written: int = 0  # rows of the report that is being written
    expected: int = 0
    can_ask: bool = False
    due_at: datetime | None = None  # when the first report is written by itself
    audience: str = ""
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One thing that will be purged: when, and what keeps it."""

    name: str
    what: str
    people: int
    href: str
    due_at: datetime | None
    kept_by: tuple[str, ...]
    due: bool


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A legal hold, standing or lifted."""

    reason: str
    set_at: datetime
    set_by: str
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lift_reason: str = ""


@dataclass(frozen=True, slots=True)
class RetentionView:
    """What of an incident is purged when, and its legal holds, the newest first."""

    lines: tuple[KeptLine, ...]
    holds: tuple[HoldLine, ...]
    audience_days: int
    file_days: int
    while_open: bool

    @property
    def held(self) -> HoldLine | None:
        """The hold that stands."""
        return next((hold for hold in self.holds if hold.lifted_at is None), None)
