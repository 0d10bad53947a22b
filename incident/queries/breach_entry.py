"""One entry of the breach register: facts, effects, what was done, who was told, what was decided, what is open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

AUTHORITIES = ("supervisory_authority", "regulator", "competent_authority", "csirt", "law_enforcement")
PEOPLE = ("data_subjects", "subscribers", "users", "recipients_of_services", "clients", "customers")


class State(StrEnum):
    """What came of the duties to tell. An entry can be notified and have something open as well."""

    NOTIFIED = "notified"  # somebody outside was told
    NOT_NOTIFIED = "not_notified"  # nobody was told, and nothing is left to do or to decide
    OPEN = "open"  # nobody was told yet


class Step(StrEnum):
    """Where one duty to tell stands."""

    TOLD = "told"
    OPEN = "open"
    UNDECIDED = "undecided"  # it is not known whether it applies
    NOT_DUE = "not_due"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Moment:
    """A recorded moment, UTC. `provisional`: the earliest arguable candidate, nobody has decided."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class People:
    """How many people, a number or a range, and where they live (ISO 3166 → number, None: some, not counted)."""

    count: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    kinds: tuple[str, ...] | None = None
    reach: Mapping[str, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to one data set. None: not known; an empty tuple: none.

    `customers` is how many business customers' data it is, None also where it is nobody else's; `version` is that of
    the saved facts, 0 before the first.
    """

    title: str
    version: int
    role: str | None = None
    kinds: tuple[str, ...] | None = None
    suspected: bool | None = None
    cause: str | None = None
    categories: tuple[str, ...] | None = None
    people: People = field(default_factory=People)
    customers: int | None = None
    began: Moment | None = None
    ended: Moment | None = None
    discovered: Moment | None = None
    aware: Moment | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A level of risk somebody advised or decided, and why. `stands` False: the facts it rested on have changed."""

    risk: str
    who: str
    at: datetime
    reason: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Effects:
    """The risk to people as assessed from the facts, as advised and as decided, and what was seen of it."""

    assessed: str
    advised: Judged | None = None
    decided: Judged | None = None
    misuse_seen: bool | None = None
    exfiltration: str | None = None
    recipients: str | None = None
    unavailable_hours: str | None = None  # a number, or "permanent"

    @property
    def risk(self) -> str:
        """As decided where a decision stands, else as assessed."""
        return self.decided.risk if self.decided and self.decided.stands else self.assessed


@dataclass(frozen=True, slots=True)
class Done:
    """One finished step of the runbook."""

    title: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Submission:
    """One filing: when, with whom, how, under which reference."""

    at: datetime
    to: str
    channel: str
    reference: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One duty of a statute to tell somebody, and what came of it.

    `late`: told after `due_at`, or not yet told and past it. `delay_reasons` are those the filing gives (GDPR Art.
    33(1)), "" where it gives none. `missing` are the facts that would decide whether it applies.
    """

    duty: str
    regime: str
    law: str
    article: str
    title: str
    addressee_kind: str
    addressee: str
    stage: str
    step: Step
    due_at: datetime | None
    provisional: bool
    told_at: datetime | None
    late: bool
    delay_reasons: str
    submissions: tuple[Submission, ...]
    missing: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.step in (Step.OPEN, Step.UNDECIDED)


@dataclass(frozen=True, slots=True)
class PeopleTold:
    """One notice that was published or sent to the end. `how`: people (mail), in_app or announcement."""

    how: str
    at: datetime
    recipients: int | None


@dataclass(frozen=True, slots=True)
class Customers:
    """Business customers whose data we process: how many of them were told. `affected` None: not known which."""

    affected: int | None
    told: int
    first_told_at: datetime | None
    last_told_at: datetime | None
    is_open: bool
    regimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is cited."""

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision not to notify. `rules` are those of the duties it settles here, none for a risk found unlikely."""

    subject: str
    outcome: str
    rules: tuple[Rule, ...]
    reason: str
    who: str
    at: datetime
    look_again_at: datetime | None
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """A duty to keep this entry, or the record of what was told. `retention` such as "24 months"; "": no period.

    `keep_until` counts from the latest of the record, the moment the rule names, and what was told under its law.
    """

    duty: str
    regime: str
    law: str
    article: str
    applies: str
    recorded_at: datetime | None
    retention: str
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident, one legal entity, one data set."""

    incident: str  # codename
    title: str
    kind: str
    phase: str
    visibility: str
    opened_at: datetime
    entity: str
    dataset: str
    facts: Facts
    effects: Effects
    done: tuple[Done, ...]
    response: Mapping[str, bool]
    notifications: tuple[Notification, ...]
    people_told: tuple[PeopleTold, ...]
    customers: Customers | None
    refusals: tuple[Refusal, ...]
    records: tuple[Record, ...]
    unknown: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """The moment it is filed under: awareness, else the opening of the incident."""
        return self.facts.aware.at if self.facts.aware else self.opened_at

    @property
    def open_duties(self) -> int:
        """Duties to tell that nobody has met or settled; the customers count as one."""
        waiting = self.customers is not None and self.customers.is_open
        return sum(found.is_open for found in self.notifications) + waiting

    @property
    def state(self) -> State:
        told = any(found.told_at for found in self.notifications) or (self.customers and self.customers.told)
        if told or any(found.how != "announcement" for found in self.people_told):
            return State.NOTIFIED
        return State.OPEN if self.open_duties else State.NOT_NOTIFIED

    @property
    def regimes(self) -> tuple[str, ...]:
        """The statutes that ask something here, or may."""
        return tuple(sorted({*self._regimes()}))

    def _regimes(self) -> Iterator[str]:
        yield from (found.regime for found in self.records)
        yield from (found.regime for found in self.notifications)
        yield from self.customers.regimes if self.customers else ()

    def fits(self, state: State) -> bool:
        """Whether the entry belongs under a filter: what has something open is under `open`, told or not."""
        return self.open_duties > 0 if state is State.OPEN else self.state is state
