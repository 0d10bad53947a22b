"""A duty: one rule of a statute, a contract or the organisation's own promise, and its JSON form both ways."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from incident.law.counting import Period, Unit
from incident.law.expressions import Expression, parse


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
    "supervisory_authority",
    "controller",
    "data_subjects",
    "internal_register",
    "customers",
)
STAGES = ("initial", "record")
LISTS = ("roles", "alternatives", "exceptions")


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must tell whom, by when, by which article.

    `period` None: the law sets no number ("without undue delay"). `delays` and `qualifier` are what the page shows
    beside the date. `url` empty: the citation is still to be checked. `applies_from` None: not researched.
    `groups` are the named lists its trigger uses, so that a frozen rule stands by itself.
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
    alternatives: tuple[str, ...] = ()
    qualifier: str = ""
    delays: str = ""
    contents: str = ""
    exceptions: tuple[str, ...] = ()
    applies_from: date | None = None
    applies_until: date | None = None
    url: str = ""
    source: str = ""
    basis: str = "own_knowledge"
    notes: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

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
        started = self.applies_from is None or self.applies_from <= on
        return started and (self.applies_until is None or on <= self.applies_until)


def duty_document(duty: Duty) -> dict[str, object]:
    """The JSON document that is frozen with an obligation."""
    document = {field.name: getattr(duty, field.name) for field in fields(Duty)}
    period = {"amount": duty.period.amount, "unit": duty.period.unit.value} if duty.period else None
    for name in LISTS:
        document[name] = list(document[name])
    document["groups"] = [[name, list(items)] for name, items in duty.groups]
    for name in ("applies_from", "applies_until"):
        document[name] = document[name].isoformat() if document[name] else None
    return document | {"kind": duty.kind.value, "period": period}


def read_duty(document: Mapping[str, object]) -> Duty:
    """The duty of a frozen document. Keys a later version no longer knows are left out; raises KeyError, ValueError."""
    known = {field.name for field in fields(Duty)}
    values: dict[str, object] = {key: value for key, value in document.items() if key in known}
    values["kind"] = DutyKind(str(document["kind"]))
    period = document.get("period")
    if isinstance(period, Mapping):
        values["period"] = Period(int(str(period["amount"])), Unit(str(period["unit"])))
    for name in LISTS:
        items = document.get(name)
        values[name] = tuple(str(item) for item in items) if isinstance(items, list | tuple) else ()
    for name in ("applies_from", "applies_until"):
        day = document.get(name)
        values[name] = date.fromisoformat(str(day)) if day else None
    values["groups"] = tuple((str(name), tuple(items)) for name, items in _pairs(document.get("groups")))
    return Duty(**values)  # type: ignore[arg-type]


def _pairs(groups: object) -> list[tuple[Any, Any]]:
    return [(pair[0], pair[1]) for pair in groups] if isinstance(groups, list | tuple) else []


@lru_cache(maxsize=2048)
def _parsed(trigger: str, groups: tuple[tuple[str, tuple[str, ...]], ...]) -> Expression:
    return parse(trigger, dict(groups))
