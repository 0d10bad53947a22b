"""One incident: head, phases and moves, timeline, tasks, people, evidence, notices."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.duties import CustomersView, NextDeadline


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One phase on the stepper: done, current or ahead, and since when."""

    label: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MissingLine:
    """What stands against a move, and where to mend it. `which`: the first few by name, each with where it is."""

    text: str
    href: str
    which: tuple[tuple[str, str], ...] = ()
    more: int = 0
    whole: str = ""  # with the names, in words


@dataclass(frozen=True, slots=True)
class MoveOffer:
    """One legal move. `missing` is empty when the move is open.

    `leaves` are (what nothing asks for and would stay open, where it is).
    """

    name: str
    label: str
    before: str
    forward: bool
    needs_reason: bool
    missing: tuple[MissingLine, ...] = ()
    guards: tuple[str, ...] = ()
    leaves: tuple[tuple[str, str], ...] = ()

    @property
    def ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class PassLine:
    """A guard the commander passed and nobody has made good."""

    id: str
    guard: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody on the incident."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of the timeline. `occurred_at` differs from `at` where the line was written later."""

    seq: int
    at: datetime
    occurred_at: datetime
    who: str
    action: str
    text: str
    icon: str
    pinned: bool = False
    erased: bool = False
    hash: str = ""
    evidence: str = ""  # the id of what was kept by it, with its SHA-256
    sha256: str = ""
    on: int = 0  # the entry it comments on
    comments: tuple["EntryLine", ...] = ()

    @property
    def back_dated(self) -> bool:
        return (self.at - self.occurred_at).total_seconds() > 60


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One step of the runbook as it stands. `keep` are (what, how); `facts` what it answers, in words.

    `changes`: it alters a system or a copy of the data.
    """

    id: str
    title: str
    text: str
    phase: str
    role: str
    state: str
    due_at: datetime | None
    assignee: str = ""
    keep: tuple[tuple[str, str], ...] = ()
    breaks: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    changes: bool = False
    done: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    note: str = ""
    settled_at: datetime | None = None
    late: bool = False
    evidence: tuple[tuple[str, str], ...] = ()  # what was kept with it: name, and where it is had


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """Something kept: its digest, when it was collected and when it was kept."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    collected_at: datetime
    kept_at: datetime
    kept_by: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Outdated:
    """That facts a notice rests on have changed. `update`: where one is begun, or where the one `begun` is."""

    update: str = ""
    begun: bool = False


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice and how far it is. `reached`: mails a relay took and notices shown; None before anything goes."""

    href: str
    kind: str
    title: str
    state: str
    state_label: str
    languages: tuple[str, ...]
    updated_at: datetime
    reached: int | None = None
    failed: int = 0
    recipients: int = 0
    about: str = ""  # what tells it from another of its kind: data set, in whose name, edition
    going: str = ""  # the page of what was asked for last, a release or a publication; "" for a mere draft
    short: bool = False  # it met a duty, and not everybody was to get it
    outdated: Outdated | None = None  # facts it rests on have changed, and an update may tell it


@dataclass(frozen=True, slots=True)
class PagedLine:
    """The page of the incident that waits for an answer, and when it goes on."""

    href: str
    begun_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PresentLine:
    """Somebody else who has the incident open, and on which tab. `here`: now, else within the last minute."""

    name: str
    initials: str
    tab: str
    here: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """Head and rail of every page of an incident. `section` names the page below them.

    `told_short`: that a notice which met a duty did not go to everybody. `to_follow`: that an authority waits for what
    it was told is to follow. `deriving`: its duties are not derived yet.
    """

    href: str
    codename: str
    title: str
    kind: str
    severity: str
    phase: str
    phase_label: str
    version: int
    visibility: str
    opened_at: datetime
    opened_by: str
    section: str
    seq: int = 0
    commander: str = ""
    drill: bool = False
    steps: tuple[PhaseStep, ...] = ()
    moves: tuple[MoveOffer, ...] = ()
    passes: tuple[PassLine, ...] = ()
    people: tuple[PersonLine, ...] = ()
    commanders: tuple[tuple[str, str], ...] = ()
    deadline: NextDeadline | None = None
    customers: CustomersView | None = None
    open_tasks: int = 0
    open_duties: int = 0
    evidence_items: int = 0
    fact_version: int = 0
    finders: int = 0
    finder_mails: int = 0  # of theirs, that nobody has opened
    paged: PagedLine | None = None
    present: tuple[PresentLine, ...] = ()
    told_short: str = ""
    to_follow: str = ""
    deriving: bool = False

    @property
    def over(self) -> bool:
        return self.phase in ("closed", "dismissed")
