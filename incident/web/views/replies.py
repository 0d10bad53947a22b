"""Replies, the bank of answers and the page of support, as their pages show them."""

from dataclasses import dataclass, field
from datetime import datetime

from incident.web.views.shell import Choice
from notifications.differences import Line
from notifications.findings import Finding


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One reply of a list: no word of it. `tone` is that of its class."""

    href: str
    kind: str
    label: str
    ground: str
    received_at: datetime
    due_at: datetime | None
    settled: bool
    owner: str
    automatic: bool
    matched: str
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class RepliesView:
    """A page of replies. `classes`: value, words, open, all, address of the filter, whether it is chosen.

    `here` is the list with nothing left out, `shown` the address of what is shown of it.
    """

    rows: tuple[ReplyLine, ...] = ()
    classes: tuple[tuple[str, str, int, int, str, bool], ...] = ()
    open: int = 0
    all: int = 0
    next: str = ""
    here: str = ""
    shown: str = ""
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One answer of ours. `mine`: whoever looks wrote it."""

    id: str
    number: int
    state: str
    subject: str
    text: str
    digest: str
    reason: str
    delivery: str
    at: datetime
    mine: bool
    locale: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a reply says, opened. `raw` is the mail as received, where that was asked for."""

    sender: str
    name: str
    subject: str
    text: str
    cut: bool
    quoted: bool
    raw: str = ""


@dataclass(frozen=True, slots=True)
class PickLine:
    """One approved answer that fits: its version, its languages, whether it is chosen."""

    version: str
    key: str
    question: str
    locales: tuple[str, ...]
    general: bool
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply. `words` None: closed, opening it is written down."""

    id: str
    line: ReplyLine
    codename: str
    person: str
    account: str
    same_address: bool
    locale: str
    version: int
    purged: bool
    read_as: str
    classes: tuple[Choice, ...]
    incidents: tuple[Choice, ...] = ()
    given: tuple[GivenLine, ...] = ()
    words: Words | None = None
    picks: tuple[PickLine, ...] = ()
    picked: str = ""
    preview: str = ""
    preview_locale: str = ""
    locales: tuple[Choice, ...] = ()
    answered: bool = False
    may_open_next: bool = False


@dataclass(frozen=True, slots=True)
class BankLine:
    """One answer of the bank."""

    href: str
    key: str
    question: str
    approved: int
    locales: tuple[str, ...]
    stale: bool
    draft: int


@dataclass(frozen=True, slots=True)
class BankView:
    """The bank of an incident, or the general one. `locales` are those an answer can be written in."""

    rows: tuple[BankLine, ...]
    locales: tuple[Choice, ...]
    placeholders: tuple[str, ...]
    incident: str = ""
    complete: datetime | None = None

    @property
    def approved(self) -> int:
        """How many can be used as they are."""
        return sum(bool(row.approved and not row.stale) for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many wait for approval: a version that is new, or one of which a fact has changed."""
        return sum(bool(row.draft or row.stale) for row in self.rows)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version. `changes`: by language, what differs from the version before."""

    id: str
    number: int
    state: str
    stale: bool
    question: str
    texts: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, tuple[Line, ...]], ...]
    digest: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str
    approved_at: datetime | None
    reason: str
    waits: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer with every version, the newest first, and what the checks find in what waits."""

    id: str
    key: str
    codename: str
    versions: tuple[VersionLine, ...]
    findings: tuple[Finding, ...]
    locales: tuple[Choice, ...]
    texts: dict[str, str] = field(default_factory=dict)
    question: str = ""
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportView:
    """The page of support. `affected` "": nothing was asked yet."""

    kinds: tuple[Choice, ...]
    locales: tuple[Choice, ...]
    value: str = ""
    affected: str = ""
    sentence: str = ""
    locale: str = "en"
    announcement: str = ""


@dataclass(frozen=True, slots=True)
class LookupLine:
    """One question of support."""

    by: str
    asked: str
    subject: str
    answer: str
    at: datetime
