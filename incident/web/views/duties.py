"""Deadlines, duties, the awareness worksheet, and customers told of customers affected."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from incident.web.views.telling import FilingStep


@dataclass(frozen=True, slots=True)
class NextDeadline:
    """The deadline shown on every page of an incident, with how it was computed."""

    title: str
    law: str
    article: str
    kind: str
    standing: str
    due_at: datetime
    starts_at: datetime | None
    provisional: bool
    own_target: bool
    trace: tuple[str, ...]
    why: tuple[str, ...] = ()
    delays: str = ""
    count: int = 1  # obligations that fall due at the same moment under the same rule
    may_apply: bool = False  # nobody knows yet whether it applies
    role_asked: str = ""  # where our role is asked, which decides whether it is ours; "" where it does not


@dataclass(frozen=True, slots=True)
class Settled:
    """The decision that settles an obligation: not due, waived, or to notify all the same."""

    outcome: str
    reason: str
    who: str
    at: datetime
    look_again_at: datetime | None = None


class MetWith(Enum):
    """What meets a duty, or is wanted before it can be met."""

    NOTHING = auto()  # nothing of ours: it is done elsewhere, and recorded
    FILING = auto()
    NOTICE = auto()
    PEOPLE = auto()  # the notice to people, once each of them was reached
    CUSTOMERS = auto()  # the notice to customers, or a telephone: each is recorded on their page
    RECORD = auto()  # its entry in the breach register
    NAMES = auto()  # it is owed to customers nobody has named yet


@dataclass(frozen=True, slots=True)
class Meeting:
    """What meets a duty, and where that is drafted or said."""

    met_with: MetWith = MetWith.NOTHING
    href: str = ""
    short: str = ""  # whom the facts name, and the notice that met it did not reach
    by_hand: bool = False  # somebody recorded that it is met


@dataclass(frozen=True, slots=True)
class DutyCard:
    """One obligation, or several that differ only in whom they are owed to (`addressees`).

    `entity` is empty for the organisation's first. `open_question`: it is not known yet whether it applies. `there` is
    the end of the day where the law is at home, in words, where that day ends at another moment than the reader's.
    `hold`: what a request of law enforcement does. `unchecked`: parts of the rule nobody saw in a source.
    """

    id: str
    title: str
    law: str
    article: str
    kind: str
    entity: str
    addressees: tuple[str, ...]
    standing: str
    moment: datetime | None
    own_target: bool
    provisional: bool
    trace: tuple[str, ...]
    why: tuple[str, ...]
    missing: tuple[str, ...]
    datasets: tuple[str, ...]
    blocked: str = ""
    qualifier: str = ""
    delays: str = ""
    met_at: datetime | None = None
    met_by: str = ""
    readings: tuple[tuple[str, datetime], ...] = ()
    url: str = ""
    confidence: str = ""
    ids: tuple[str, ...] = ()
    jurisdiction: str = ""
    open_question: bool = False
    withdrawn: bool = False
    why_not: bool = False  # `why` says why it does not apply: the facts that carried it say something else now
    there: str = ""
    hold: str = ""
    unchecked: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    notes: str = ""
    validity: str = ""
    settled: Settled | None = None
    href: str = ""
    filings: tuple[FilingStep, ...] = ()  # drafted and submitted for it, the first first
    meeting: Meeting = Meeting()

    @property
    def drafted(self) -> str:
        return self.meeting.href

    @property
    def filed(self) -> bool:
        return self.meeting.met_with is MetWith.FILING

    @property
    def unnamed(self) -> bool:
        return self.meeting.met_with is MetWith.NAMES

    @property
    def customers(self) -> bool:
        return self.meeting.met_with is MetWith.CUSTOMERS

    @property
    def recorded(self) -> bool:
        return self.meeting.met_with is MetWith.RECORD

    @property
    def people(self) -> bool:
        return self.meeting.met_with is MetWith.PEOPLE

    @property
    def cited(self) -> bool:
        return bool(self.url)

    @property
    def decidable(self) -> bool:
        return self.standing in ("late", "soon", "ahead", "blocked")

    @property
    def statute(self) -> bool:
        return self.kind == "statute"


@dataclass(frozen=True, slots=True)
class DutyBundle:
    """Like duties of many laws or to many authorities as one line that unfolds, the next due first."""

    id: str
    title: str
    named: str
    cards: tuple[DutyCard, ...]
    places: str = ""  # the states in short, where they are those of many laws

    @property
    def first(self) -> DutyCard:
        return self.cards[0]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(identity for card in self.cards if card.decidable for identity in card.ids)

    @property
    def unverified(self) -> int:
        return sum(card.confidence == "unverified" for card in self.cards)


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """The duties of one standing, late ones first. `label`: what the standing is called here."""

    standing: str
    items: tuple[DutyCard | DutyBundle, ...]
    label: str = ""
    hint: str = ""

    @property
    def anchor(self) -> str:
        return (self.label or self.standing).lower().replace(" ", "-")

    @property
    def settled(self) -> bool:
        return self.standing in ("met", "waived", "not due")

    @property
    def count(self) -> int:
        return sum(len(item.cards) if isinstance(item, DutyBundle) else 1 for item in self.items)


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A fact that is missing: what it decides, and what would be due first by its answer; `is_flag`: by yes."""

    href: str
    path: str
    ask: str
    dataset: str
    decides: int
    overturns: int
    due_at: datetime | None = None
    due_title: str = ""
    provisional: bool = False
    stated: bool = False
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class QuestionsView:
    """What we still need to know. `laws` are those that may not bind us at all, each with its number of duties."""

    lines: tuple[QuestionLine, ...]
    laws: tuple[tuple[str, int], ...] = ()

    @property
    def unreached(self) -> int:
        return sum(number for _, number in self.laws)


@dataclass(frozen=True, slots=True)
class RecordedMoment:
    """One record of a moment. `local` is its time for the form that corrects it."""

    id: str
    at: datetime
    why: str
    scope: str
    where: str
    local: str


@dataclass(frozen=True, slots=True)
class MomentLine:
    """A moment the law counts from: what it means, what is recorded, which open duties count from it or wait for it.

    `happened`: it says when the breach was, which filings, notices and the register tell.
    """

    name: str
    title: str
    meaning: str
    recorded: tuple[RecordedMoment, ...]
    counting: int
    waiting: int
    rules: tuple[str, ...]
    stand_in: str = ""
    stand_in_at: datetime | None = None
    happened: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One moment on the awareness worksheet."""

    at: datetime
    clue: str
    arguable: str
    why: str
    evidence: str
    counts_now: bool = False


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One affected customer: whether it was told, how, and by when it has to be."""

    host_id: str
    name: str
    country: str
    due_at: datetime | None
    standing: str
    own_target: bool
    told_at: datetime | None = None
    channel: str = ""
    proof: str = ""
    proof_raw: str = ""  # as it is recorded
    href: str = ""
    figures: str = ""  # its own, in short; "": nothing is recorded for it alone
    reached_by: str = ""  # channel, language and contacts of the register; "": it is not there
    contacts: int = 0  # kinds of contact
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""  # who at the customer, and by which way
    chased: str = ""  # where its open task to telephone it is; "": there is none


@dataclass(frozen=True, slots=True)
class CustomersView:
    """Customers told of customers affected. It counts customers, never messages."""

    affected: int
    told: int
    next_due: datetime | None = None
    lines: tuple[CustomerLine, ...] = ()

    @property
    def percent(self) -> int:
        return 100 * self.told // self.affected if self.affected else 0
