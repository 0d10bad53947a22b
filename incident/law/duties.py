"""A duty: one rule of a statute, a contract or the organisation's own promise, and its JSON form both ways."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from incident.law.counting import Period, Unit
from incident.law.expressions import Expression, parse
from notifications.wording import worded


class DutyKind(StrEnum):
    STATUTE = "statute"
    CONTRACT = "contract"
    PROMISE = "promise"


class Confidence(StrEnum):
    """How far the rule was checked; follows from the verification basis and from nothing else."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNVERIFIED = "unverified"


BASES: Mapping[str, Confidence] = {
    "primary_text": Confidence.HIGH,
    "quoted_primary": Confidence.HIGH,
    "regulator_text": Confidence.HIGH,
    "secondary_regulator": Confidence.MEDIUM,
    "secondary": Confidence.MEDIUM,
    "state_table_or_mirror": Confidence.LOW,
    "own_knowledge": Confidence.UNVERIFIED,
    "agreement": Confidence.HIGH,  # contracts and promises: read in the organisation's own paper
}

ADDRESSEES = (
    "supervisory_authority",  # of data protection
    "regulator",  # of a sector or a state: an attorney general, a ministry, a bank supervisor
    "competent_authority",
    "csirt",
    "law_enforcement",
    "controller",
    "data_subjects",
    "subscribers",
    "users",
    "recipients_of_services",
    "clients",
    "credit_bureaus",
    "media",
    "market",
    "other_organisations",
    "internal_register",
    "internal_assessment",
    "customers",
)
STAGES = (
    *("initial", "early_warning", "preliminary", "notification", "second", "intermediate", "supplement", "update"),
    *("detailed", "full_report", "final", "amendment", "annual", "action_plan"),
    *("ransom_payment", "ransom_explanation", "assessment", "record"),
)
STATUSES: Mapping[str, str] = {
    "in_force": "",
    "period_undefined": worded("in force; the period is left to regulations that are not published"),
    "not_yet_applicable": worded("adopted, applies from a later day"),
    "not_in_force": worded("not in force"),
    "voluntary": worded("a recommendation, no duty"),
}
OWES_NOTHING = ("not_in_force", "voluntary")
SUBMITTED = "submitted"  # the clock runs from an earlier filing, named in `after`
LISTS = ("roles", "alternatives", "exceptions", "after", "before", "unverified")
NO_DELAY = ("None in the text.", "None stated.", "Not researched.")  # of rules whose law says nothing of one
PERIODS = ("period", "after_hold", "retention")


@dataclass(frozen=True, slots=True)
class Bound:
    """A second limit: the earlier of the two is the deadline.

    `period` None: the moment itself, such as that of the notice to residents. `lapses`: it binds only when the main
    clock started before it ran out (Delegated Regulation (EU) 2025/301 Art. 5(2)).
    """

    anchor: str
    why: str
    after: tuple[str, ...] = ()
    period: Period | None = None
    counting: str = "plain_elapsed_hours"
    lapses: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must tell whom, by when, by which article.

    `bound` is who is bound, in the law's words. `addressee` names the authority; empty: its kind says enough. `each` is
    a group of countries: a controller established outside owes one notice to the authority of every one where people
    live. `period` None: the law sets no number ("without undue delay"). `after` are the duties whose filing starts the
    clock; `before` are the kinds of addressee who may be told only once this one was. `zone` and `calendar` are the
    place whose day ends and whose holidays count; empty: where we are established. `hold`: law enforcement may ask for
    delay, `after_hold` is what is left once it ends. `url` empty: the citation is still to be checked. `applies_from`
    None: not researched. `unverified` are the parts nobody saw in a source. `trigger` has its terms written out and
    `groups` are the lists it uses, so that a frozen rule stands by itself.
    """

    id: str
    kind: DutyKind
    jurisdiction: str
    regime: str
    law: str
    article: str
    title: str
    roles: tuple[str, ...]
    addressee_kind: str
    stage: str
    trigger: str
    anchor: str
    period: Period | None
    counting: str
    bound: str = ""
    addressee: str = ""
    each: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    zone: str = ""
    calendar: str = ""
    alternatives: tuple[str, ...] = ()
    qualifier: str = ""
    delays: str = ""
    hold: bool = False
    after_hold: Period | None = None
    contents: str = ""
    retention: Period | None = None
    exceptions: tuple[str, ...] = ()
    status: str = "in_force"
    applies_from: date | None = None
    applies_until: date | None = None
    url: str = ""
    source: str = ""
    basis: str = "own_knowledge"
    unverified: tuple[str, ...] = ()
    notes: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def delay(self) -> str:
        """What the law says of a delay; "" where it says nothing of one, or nobody has looked."""
        return "" if self.delays in NO_DELAY else self.delays

    @property
    def expression(self) -> Expression:
        """The trigger, read. Raises ExpressionError for a trigger that no pack check has seen."""
        return _parsed(self.trigger, self.groups)

    @property
    def confidence(self) -> Confidence:
        return BASES.get(self.basis, Confidence.UNVERIFIED)

    @property
    def citation(self) -> str:
        return "opened" if self.url else "missing"

    def in_force(self, on: date) -> bool:
        """Whether the rule is in force on that day; a date that was not researched counts as in force."""
        if self.status in OWES_NOTHING:
            return False
        started = self.applies_from is None or self.applies_from <= on
        return started and (self.applies_until is None or on <= self.applies_until)


def duty_document(duty: Duty) -> dict[str, object]:
    """The JSON document that is frozen with an obligation."""
    document = {field.name: getattr(duty, field.name) for field in fields(Duty)}
    for name in LISTS:
        document[name] = list(document[name])
    for name in PERIODS:
        document[name] = _period_document(document[name])
    for name in ("applies_from", "applies_until"):
        document[name] = document[name].isoformat() if document[name] else None
    document["groups"] = [[name, list(items)] for name, items in duty.groups]
    document["bounds"] = [
        {**asdict(bound), "after": list(bound.after), "period": _period_document(bound.period)} for bound in duty.bounds
    ]
    return document | {"kind": duty.kind.value}


def undertaken(hours: int, customer: str = "") -> str:
    """What a customer's contract, or without one the published promise, asks."""
    if customer:
        return worded("Tell {customer} within {hours} hours", customer=customer, hours=hours)
    return worded("Tell every affected customer within {hours} hours", hours=hours)


def contract_with(customer: str) -> str:
    """What stands in the place of a law where a contract binds."""
    return worded("Contract with {customer}", customer=customer)


def named(document: Mapping[str, object]) -> tuple[str, str]:
    """The title and the law of a frozen rule; those of a contract or promise are put together again to be translated.

    Raises KeyError.
    """
    title, law, period = str(document["title"]), str(document["law"]), _period(document.get("period"))
    if document["kind"] == DutyKind.STATUTE or period is None:
        return title, law
    if document["kind"] == DutyKind.PROMISE:
        return undertaken(period.amount), law
    customer = law.removeprefix("Contract with ")
    return undertaken(period.amount, customer), contract_with(customer)


def read_duty(document: Mapping[str, object]) -> Duty:
    """The duty of a frozen document. Keys a later version no longer knows are left out; raises KeyError, ValueError."""
    known = {field.name for field in fields(Duty)}
    values: dict[str, object] = {key: value for key, value in document.items() if key in known}
    values["kind"] = DutyKind(str(document["kind"]))
    values["title"], values["law"] = named(document)
    for name in PERIODS:
        values[name] = _period(document.get(name))
    for name in LISTS:
        values[name] = _texts(document.get(name))
    for name in ("applies_from", "applies_until"):
        day = document.get(name)
        values[name] = date.fromisoformat(str(day)) if day else None
    values["groups"] = tuple((str(name), tuple(items)) for name, items in _items(document.get("groups")))
    values["bounds"] = tuple(
        Bound(**{**raw, "after": _texts(raw.get("after")), "period": _period(raw.get("period"))})
        for raw in _items(document.get("bounds"))
    )
    return Duty(**values)  # type: ignore[arg-type]


def _period_document(period: Period | None) -> dict[str, object] | None:
    return {"amount": period.amount, "unit": period.unit.value} if period else None


def _period(document: object) -> Period | None:
    if not isinstance(document, Mapping):
        return None
    return Period(int(str(document["amount"])), Unit(str(document["unit"])))


def _texts(items: object) -> tuple[str, ...]:
    return tuple(str(item) for item in _items(items))


def _items(found: object) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else []


@lru_cache(maxsize=4096)
def _parsed(trigger: str, groups: tuple[tuple[str, tuple[str, ...]], ...]) -> Expression:
    return parse(trigger, dict(groups))
