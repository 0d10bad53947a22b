"""The score itself: DPC x EI + CB, its band, its flags, and what a person scores otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from incident.errors import Fault, Invalid
from incident.facts import Value
from incident.severity.inputs import (
    Part,
    availability,
    confidentiality,
    context,
    identification,
    integrity,
    intent,
)
from notifications.wording import worded

METHOD = "enisa-2013"
SOURCE = "ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches, v1.0, 2013"

PARTS: Mapping[str, tuple[float, ...]] = {
    "dpc": (1, 2, 3, 4),
    "ei": (0.25, 0.5, 0.75, 1),
    "confidentiality": (0, 0.25, 0.5),
    "integrity": (0, 0.25, 0.5),
    "availability": (0, 0.25, 0.5),
    "malicious": (0, 0.5),
}
"""What may be scored or overridden, and the values each may take. The last four sum to CB."""
CIRCUMSTANCES = ("confidentiality", "integrity", "availability", "malicious")
MANY = 100  # individuals; more raises the flag


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


MORE_THAN_100 = "more_than_100_people"
UNINTELLIGIBLE = "unintelligible"


@dataclass(frozen=True, slots=True)
class Override:
    """A part that a person scores otherwise, and why."""

    part: str
    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Severity:
    """The score with its parts. `assumed`: facts nobody stated, for which the documented default was taken."""

    parts: Mapping[str, Part]
    flags: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = field(default=())

    @property
    def dpc(self) -> float:
        return self.parts["dpc"].value

    @property
    def ei(self) -> float:
        return self.parts["ei"].value

    @property
    def cb(self) -> float:
        return sum(self.parts[name].value for name in CIRCUMSTANCES)

    @property
    def score(self) -> float:
        return self.dpc * self.ei + self.cb

    @property
    def band(self) -> Band:
        return band_of(self.score)

    @property
    def assumed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for part in self.parts.values() for fact in part.assumed))


def band_of(score: float) -> Band:
    """Low below 2, medium below 3, high below 4, very high from 4."""
    limits = ((2, Band.LOW), (3, Band.MEDIUM), (4, Band.HIGH))
    return next((band for below, band in limits if score < below), Band.VERY_HIGH)


def severity(facts: Mapping[str, Value], overrides: Sequence[Override] = ()) -> Severity:
    """Score one data set from everything known of it. Raises Invalid for an override nobody can use."""
    parts = {
        "dpc": context(facts),
        "ei": identification(facts),
        "confidentiality": confidentiality(facts),
        "integrity": integrity(facts),
        "availability": availability(facts),
        "malicious": intent(facts),
    }
    faults = [fault for override in overrides for fault in _faults(override)]
    if faults:
        raise Invalid(*faults)
    for override in overrides:
        parts[override.part] = Part(override.value, worded("set by a person: {reason}", reason=override.reason.strip()))
    return Severity(parts, _flags(facts), tuple(overrides))


def _faults(override: Override) -> Iterable[Fault]:
    if override.part not in PARTS:
        yield Fault(
            "part",
            worded("{part!r} is no part of the score", part=override.part),
            worded("one of {parts}", parts=", ".join(PARTS)),
        )
    elif override.value not in PARTS[override.part]:
        values = ", ".join(f"{value:g}" for value in PARTS[override.part])
        yield Fault(
            "value",
            worded("{value:g} is no value of {part}", value=override.value, part=override.part),
            worded("one of {values}", values=values),
        )
    if not override.reason.strip():
        yield Fault("reason", worded("is empty"), worded("say why, for those who read it in a year"))


def _flags(facts: Mapping[str, Value]) -> tuple[str, ...]:
    count = facts.get("people.count", facts.get("people.count_min"))
    many = isinstance(count, int) and count > MANY
    unreadable = facts.get("protection.encryption") == "strong" and facts.get("protection.key") == "safe"
    return tuple(flag for flag, raised in ((MORE_THAN_100, many), (UNINTELLIGIBLE, unreadable)) if raised)
