"""The criteria as data: named questions to the facts of one data set, with direction, weight, text and source."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from incident.facts import FIELDS
from incident.law.expressions import Expression, parse

DATA = Path(__file__).parent / "data"
GDPR = "gdpr"
PRESUMPTION = re.compile(r'presume "([^"]+)"')
FILES = ("gdpr", "presumptions", "hipaa", "harm", "canada", "australia", "brazil", "california")
"""In this order: a criterion may build on those before it."""


class Direction(StrEnum):
    RAISES = "raises"
    LOWERS = "lowers"


class Weight(StrEnum):
    """What a criterion that holds does: lower the risk, carry others, make a risk, make a high risk."""

    RELIEF = "relief"
    STEP = "step"
    RISK = "risk"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One named question to the facts; later criteria may build on earlier ones with `finding NAME`.

    `law` is the finding it belongs to. One with `jurisdictions` (ISO 3166-1) holds only there: `rule` is its question
    once that is settled, `test` asks for the place as well.
    """

    name: str
    law: str
    weight: Weight
    rule: str
    text: str
    source: str
    jurisdictions: tuple[str, ...] = ()

    @property
    def direction(self) -> Direction:
        return Direction.LOWERS if self.weight is Weight.RELIEF else Direction.RAISES

    @property
    def test(self) -> str:
        if not self.jurisdictions:
            return self.rule
        return f"organisation.establishment in [{', '.join(self.jurisdictions)}] and {self.rule}"


@dataclass(frozen=True, slots=True)
class LegalTest:
    """The test of another law: a finding of its own, from its criteria."""

    name: str
    title: str
    rule: str


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _groups() -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, words in _read("groups").items():
        if isinstance(words, Mapping):
            yield name, tuple(word for word in FIELDS[words["of"]].words if word not in words["except"])
        else:
            yield name, tuple(words)


def _criterion(law: str, raw: Mapping[str, Any]) -> Criterion:
    places = tuple(raw.get("jurisdictions", ()))
    rule = " ".join(raw["when"].split())
    return Criterion(raw["name"], law, Weight(raw["weight"]), rule, raw["text"], raw["source"], places)


_FILES = {name: _read(name) for name in FILES}
GROUPS: Mapping[str, tuple[str, ...]] = dict(_groups())
CRITERIA: tuple[Criterion, ...] = tuple(
    _criterion(found["law"], raw) for found in _FILES.values() for raw in found["criteria"]
)
TESTS: tuple[LegalTest, ...] = tuple(
    LegalTest(found["law"], found["title"], " ".join(found["when"].split()))
    for found in _FILES.values()
    if "title" in found
)
HARM = tuple(found.name for found in CRITERIA if found.law == GDPR and found.weight is Weight.RISK)
SEVERE = tuple(found.name for found in CRITERIA if found.law == GDPR and found.weight is Weight.HIGH)


def presumptions(rule: str) -> tuple[str, ...]:
    """The names of what a rule presumes."""
    return tuple(dict.fromkeys(PRESUMPTION.findall(rule)))


@cache
def without_presumption(rule: str, name: str) -> str:
    """The rule as it stands when this is not presumed."""
    return rule.replace(f'presume "{name}" ', "")


@cache
def facts_read() -> frozenset[str]:
    """Every fact the assessment reads."""
    people = frozenset({"people.count_min", "people.count_max"})
    return people.union(*(parsed(criterion.test).facts for criterion in CRITERIA))


@cache
def parsed(rule: str) -> Expression:
    """A rule, read once. Raises ExpressionError."""
    return parse(rule, GROUPS)
