"""What the pages of monitors show: what came of each, one delivery tried, one monitor with its rules tried."""

from dataclasses import dataclass
from datetime import datetime

from incident.adapters.admission import Admission
from incident.queries.refusals import Refused
from incident.queries.source_page import Came
from incident.web.views.shell import Choice, Problem


@dataclass(frozen=True, slots=True)
class MonitorRow:
    """A source: who sends, how it proves itself, what came, and what is pasted into the monitor."""

    slug: str
    label: str
    scheme: str
    enabled: bool
    received: int
    last_received_at: datetime | None
    tested_at: datetime | None
    quarantined: int
    refused: int
    snippet: str
    admission: Admission
    expected: int = 0
    silent_since: datetime | None = None
    sent_tests: int = 0
    sent_test_at: datetime | None = None
    secrets: tuple[datetime, ...] = ()  # when its live ones were made, the oldest first
    given: bool = False  # its secret is the monitor's own, or names it: none can be made here


@dataclass(frozen=True, slots=True)
class MonitorChoice:
    """A monitor that can be read, with (value, scheme) for each way it can prove itself."""

    label: str
    schemes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TrialView:
    """What would come of a delivery: `outcome` in one line, and the signals or the answer as JSON."""

    outcome: str
    good: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class MonitorsView:
    """Every monitor, the adapters to choose from, what was refused of none of them, and a trial as it was entered."""

    rows: tuple[MonitorRow, ...]
    adapters: tuple[Choice, ...]
    strays: tuple[Refused, ...]
    trial: TrialView | None = None
    adapter: str = ""
    pasted: str = ""
    headers: str = ""
    monitors: tuple[MonitorChoice, ...] = ()
    kinds: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseCount:
    """How many alerts would fare so: by the present rules and by those tried."""

    label: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class FateLine:
    """Alerts that read alike and fare alike; before and after are each what becomes of them, and by what."""

    title: str
    state: str
    number: int
    last_at: datetime
    before: tuple[str, str]
    after: tuple[str, str]


@dataclass(frozen=True, slots=True)
class RulesTrialView:
    """What rules would do with stored alerts: what changes, and what does not. `left_out` lines are not shown."""

    tried: int
    stored: int
    erased: int
    changed: int
    counts: tuple[CourseCount, ...]
    changes: tuple[FateLine, ...]
    same: tuple[FateLine, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class SentStep:
    """One step of a test; `tone` is that of a chip: "met", "soon" (not all of it) or "late" (it ended here)."""

    title: str
    text: str
    tone: str = "met"


@dataclass(frozen=True, slots=True)
class SentAlert:
    """One alert of a test as it was read, what would become of it and by which rule.

    `opens` says what would be opened, `joins` the codename of an incident, `pages` whom; "" where there is none.
    """

    title: str
    severity: str
    key: str
    state: str
    rule: str
    would: str
    opens: str = ""
    joins: str = ""
    pages: str = ""


@dataclass(frozen=True, slots=True)
class SentTestView:
    """A test that was sent: each step, each alert, and that it was counted; None: it was not kept."""

    steps: tuple[SentStep, ...]
    alerts: tuple[SentAlert, ...] = ()
    counted: SentStep | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    """One monitor, what became of its alerts by each rule, what was refused, its rules and who may send, as entered.

    `problems` are of the rules, `barring` of who may send.
    """

    row: MonitorRow
    came: tuple[Came, ...]
    refusals: tuple[Refused, ...]
    text: str
    trial: RulesTrialView | None = None
    problems: tuple[Problem, ...] = ()
    networks: str = ""
    certificate: str = ""
    barring: tuple[Problem, ...] = ()
    command: str = ""  # sends an alert from where the monitor runs
    sent: SentTestView | None = None
    secret: str = ""  # made just now, shown this once
