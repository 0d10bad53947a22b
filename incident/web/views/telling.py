"""Notices, releases and their ledger, announcements, captured mails, quarantined requests."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.approvals import ApprovalsView
from incident.web.views.sending import LedgerLine, ProgressView
from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing the checks found in a text. `key` ticks a warning off; `line` is where it stands, 0 for nowhere.

    `question` is where the fact is answered that it names, "" for none; `rule` names the check. `kept`: the saved text
    has it too, so that it can be accepted.
    """

    level: str
    locale: str
    field: str
    message: str
    mend: str
    law: str
    key: str
    ticked: str = ""
    line: int = 0
    question: str = ""
    rule: str = ""
    kept: bool = True


@dataclass(frozen=True, slots=True)
class EditionText:
    """A notice in one language: as it is edited, and as a recipient reads it."""

    locale: str
    language: str
    subject: str
    text: str
    shown_subject: str = ""
    shown_text: str = ""
    preview_href: str = ""


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """How many of the audience read one language; `gets` is the other one they get where there is no text in theirs.

    `known`: whether theirs is; else `gets` is simply what they get.
    """

    label: str
    count: int
    gets: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in work: its texts, what was found in them, whether its facts changed, and whom it can go to."""

    id: str
    href: str
    kind: str
    title: str
    about: str
    version: int
    texts: tuple[EditionText, ...]
    findings: tuple[FindingLine, ...]
    placeholders: tuple[str, ...]
    fact_version: int
    stale: tuple[str, ...] = ()
    segments: tuple[SegmentCount, ...] = ()
    recipients: int = 0
    editions: tuple[tuple[int, datetime, str], ...] = ()
    releases: tuple[tuple[str, str, datetime], ...] = ()
    public: bool = False
    next_update: str = ""
    audience: str = ""  # the id of the one shown
    audiences: tuple[Choice, ...] = ()  # those it can go to
    nobody_left: str = ""  # why there is nobody to ask a release for
    first_told: tuple[str, ...] = ()  # whom a law wants told before these people, and nobody has yet
    discarded_at: datetime | None = None
    counted_otherwise: str = ""  # what the facts say of how many people, where the audience is not as large
    mended_at: str = "facts"  # the section of the incident where that is put in order
    unheard: str = ""  # what of what comes back is not seen here

    @property
    def other_language(self) -> int:
        """How many of the audience get another language than theirs."""
        return sum(item.count for item in self.segments if item.gets and item.known)

    @property
    def errors(self) -> int:
        return sum(item.level == "error" for item in self.findings)

    @property
    def open_warnings(self) -> int:
        return sum(item.level == "warning" and not item.ticked for item in self.findings)


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A warning of the checks that may stand; `language` is of the text it was found in, "" for all."""

    language: str
    message: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release: exactly what goes out, to how many, who asked, who approved, and how far the sending is."""

    id: str
    href: str
    notice_href: str
    kind: str
    title: str
    state: str
    state_label: str
    edition: int
    edition_digest: str
    audience_digest: str
    sender: str
    recipients: int
    segments: tuple[SegmentCount, ...]
    texts: tuple[EditionText, ...]
    requested_by: str
    requested_at: datetime
    approved_by: str = ""
    approved_at: datetime | None = None
    closed_at: datetime | None = None
    ledger: tuple[LedgerLine, ...] = ()
    settled: int = 0
    fault: str = ""
    reason: str = ""
    may_approve: bool = False
    why_not: str = ""
    read: int = 0
    opened: tuple[tuple[str, int], ...] = ()  # other channels opened for people whom no mail reached
    has_list: bool = False  # a list for letters that this person may take
    facts_digest: str = ""
    corrects: bool = False
    progress: ProgressView | None = None  # None: a publication
    approvals: ApprovalsView | None = None  # None: a publication, which one second person approves
    public_href: str = ""  # the page a publication is on
    may_withdraw: bool = False
    by_passkey: bool = False  # a publication where only passkeys count
    counted_otherwise: str = ""  # while it waits: what the facts say of how many people, where it is another number
    mended_at: str = "facts"
    accepted: tuple[AcceptedLine, ...] = ()  # while it waits: the warnings somebody let stand

    @property
    def percent(self) -> int:
        return min(100, 100 * self.settled // self.recipients) if self.recipients else 0


@dataclass(frozen=True, slots=True)
class FilingLine:
    """A filing to an authority: drafted, or submitted with its reference.

    `newest` of its duty; `stale`: facts its text rests on that say something else now. A draft of further information
    has the authority and the reference of what it adds to.
    """

    id: str
    title: str
    article: str
    locale: str
    drafted_at: datetime
    text: str
    submitted_at: datetime | None = None
    submitted_to: str = ""
    channel: str = ""
    reference: str = ""
    receipt: str = ""
    findings: tuple[str, ...] = ()  # what the draft lacks by its own law
    subject: str = ""
    mark: str = ""  # of the text as it stands, for who corrects it
    obligation: str = ""  # whose duty it meets: further information is drafted for the same
    form: str = ""
    newest: bool = True
    stale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilingStep:
    """One filing on the card of its duty: submitted `at` to somebody, or drafted then where `to` is empty."""

    form: str
    href: str
    at: datetime
    to: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MailLine:
    """One captured mail of the demonstration."""

    number: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    text: str = ""
    has_html: bool = False
    size: int = 0
    head: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """A request that was authentic but could not be read. `body` is text and is shown as text."""

    id: str
    source: str
    received_at: datetime
    trouble: str
    sha256: str
    size: int
    repeats: int = 0
    body: str = ""
    asks: bool = False  # to be confirmed by us
