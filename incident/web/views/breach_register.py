"""The breach register: what there is to choose from, and each entry with everything a reader may unfold."""

from dataclasses import dataclass
from datetime import date, datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing an entry says: words or a moment. Neither: not known. `hint` stands behind it, smaller."""

    label: str
    text: str = ""
    at: datetime | None = None
    provisional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TellingLine:
    """One duty to tell somebody: the rule, whom, and what came of it. `short`: fewer were told than are counted."""

    rule: str
    title: str
    whom: str
    step: str
    label: str
    at: datetime | None
    due_at: datetime | None
    provisional: bool
    late: bool
    delay_reasons: str
    made: tuple[tuple[datetime, str], ...]
    questions: tuple[str, ...]
    short: str = ""


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """One decision not to notify."""

    what: str
    outcome: str
    reason: str
    who: str
    at: datetime
    look_again_at: datetime | None
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A duty to keep the entry, and how long."""

    rule: str
    applies: str
    retention: str
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One entry: what its line shows, and what it unfolds."""

    id: str
    href: str
    codename: str
    title: str
    dataset: str
    entity: str
    role: str
    phase: str
    visibility: str
    at: datetime
    provisional: bool
    people: str
    risk: str
    decided: bool
    state: str
    state_label: str
    open_duties: int
    late: bool
    facts: tuple[Stated, ...]
    effects: tuple[Stated, ...]
    done: tuple[tuple[str, datetime | None], ...]
    response: tuple[str, ...]
    authorities: tuple[TellingLine, ...]
    concerned: tuple[TellingLine, ...]
    others: tuple[TellingLine, ...]
    notices: tuple[tuple[str, datetime, int | None], ...]
    customers: Stated | None
    refusals: tuple[RefusalLine, ...]
    records: tuple[RecordLine, ...]
    unknown: tuple[tuple[str, str], ...]
    over: bool = False  # the incident is closed or dismissed


@dataclass(frozen=True, slots=True)
class RegisterView:
    """The register as chosen. `query` carries the choice to the downloads; `counts` are state, words, number."""

    lines: tuple[BreachLine, ...]
    years: tuple[Choice, ...]
    regimes: tuple[Choice, ...]
    states: tuple[Choice, ...]
    counts: tuple[tuple[str, str, int], ...]
    in_all: int
    query: str = ""
    chosen: str = ""
