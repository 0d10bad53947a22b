"""What the pages of what is installed show: the organisation, the law, runbooks, templates; all of it read-only."""

from dataclasses import dataclass
from datetime import date, timedelta

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: the words for it, its environment variable, what is in force, and what is printed with it.

    `usual`: nobody set it; `mend` says what that means where it should not stay so.
    """

    label: str
    variable: str
    value: str
    about: str
    usual: bool = False
    mend: str = ""


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings that belong together."""

    name: str
    rows: tuple[SettingRow, ...]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """The contact as notices print it in one language; `missing` names parts that are in another one or empty."""

    locale: str
    language: str
    name: str
    phone: str
    hours: str
    address: str
    missing: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """Who the organisation is, as its settings say it. `picture` is the address of the sample of its mails."""

    groups: tuple[SettingGroup, ...]
    contacts: tuple[ContactRow, ...]
    logo: str
    picture: str
    open: int


@dataclass(frozen=True, slots=True)
class PackRow:
    """A law pack in the list: `open` counts duties nobody read in a source, `words` is what is searched."""

    href: str
    jurisdiction: str
    file: str
    law: str
    duties: int
    open: int
    digest: str
    words: str


@dataclass(frozen=True, slots=True)
class PacksView:
    """Every pack that fits the search, and counts of all of them."""

    rows: tuple[PackRow, ...]
    packs: int
    duties: int
    open: int
    query: str
    only_open: bool


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of a pack, in words, with where it comes from; `asks` are the questions its trigger reads answers of."""

    id: str
    title: str
    cited: str
    bound: str
    told: str
    period: str
    qualifier: str
    exceptions: tuple[str, ...]
    trigger: str
    confidence: str
    tone: str
    source: str
    url: str
    status: str
    unverified: tuple[str, ...]
    notes: str
    applies_from: date | None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack with its duties; `faults` is what a check of it finds now, vectors among it."""

    jurisdiction: str
    file: str
    digest: str
    duties: tuple[DutyRow, ...]
    vectors: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunbookRow:
    """A runbook file. `instead`: of the same name and used in its place."""

    name: str
    title: str
    folder: str
    own: bool
    href: str
    tasks: int
    changing: int
    faults: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class RunbooksView:
    """Runbooks of every folder."""

    rows: tuple[RunbookRow, ...]
    folders: tuple[str, ...]
    own_folder: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a runbook as an incident will have it."""

    title: str
    text: str
    role: str
    offset: timedelta
    changes: bool
    exact: tuple[str, ...]
    keep: tuple[str, ...]
    breaks: tuple[str, ...]
    done: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RunbookView:
    """A runbook by phases."""

    row: RunbookRow
    summary: str
    phases: tuple[tuple[str, tuple[StepView, ...]], ...]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A kind of notice or a form: its languages, those missing, those with a file of one's own."""

    key: str
    title: str
    languages: tuple[str, ...]
    missing: tuple[str, ...]
    own: tuple[str, ...]
    verdict: str = ""
    tone: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextsView:
    """Texts of notices and forms, and what is in one's own folder."""

    notices: tuple[TextRow, ...]
    forms: tuple[TextRow, ...]
    own_folder: str
    own_files: int
    usual: tuple[Choice, ...]
