"""Regimes: which finding answers for the authority and for the people under each law, and where the law applies."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incident.assessment.criteria import DATA, TESTS, parsed
from incident.assessment.verdicts import Assessment, Reason
from incident.errors import Fault, Invalid
from incident.facts import Value
from incident.facts.vocabulary import nearest
from incident.law.answers import Answer, any_of
from incident.law.expressions import World


@dataclass(frozen=True, slots=True)
class Regime:
    """One law: what it asks before the authority and the people are told.

    `places` are ISO 3166 codes, or EU. It applies to these `sectors` only, where it names any. `also`: other names.
    """

    id: str
    title: str
    places: tuple[str, ...]
    authority: str
    subjects: str
    sectors: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limbs:
    """Must the authority be told, must the people?"""

    authority: Answer
    subjects: Answer


def _regimes() -> Iterable[Regime]:
    for raw in tomllib.loads((DATA / "regimes.toml").read_text(encoding="utf-8"))["regimes"]:
        lists = {name: tuple(raw.get(name, ())) for name in ("places", "sectors", "also")}
        yield Regime(**{**raw, **lists})


REGIMES: dict[str, Regime] = {regime.id: regime for regime in _regimes()}
FALLBACK = "gdpr"


def regime_named(name: str) -> Regime:
    """A regime by its id or another name, or a test by its own. Raises Invalid for one that is not known."""
    known = {test.name: Regime(test.name, test.title, (), *(f"finding {test.name}",) * 2) for test in TESTS}
    for regime in REGIMES.values():
        known |= dict.fromkeys((regime.id, *regime.also), regime)
    if name not in known:
        raise Invalid(Fault("regime", f"{name!r} is not known", nearest(name, known)))
    return known[name]


def regimes_of(facts: Mapping[str, Value], jurisdiction: str | None = None) -> tuple[Regime, ...]:
    """The laws that the jurisdiction, else reach and establishment, point to; the GDPR where they point to none."""
    places = {jurisdiction} if jurisdiction else _places(facts)
    sectors = facts.get("organisation.sectors")
    ours = set(sectors) if isinstance(sectors, tuple) else set()
    found = tuple(
        regime
        for regime in REGIMES.values()
        if any(_within(place, regime.places) for place in places) and (not regime.sectors or ours & set(regime.sectors))
    )
    return found or (REGIMES[FALLBACK],)


def limbs(facts: Mapping[str, Value], assessment: Assessment, regimes: Iterable[Regime]) -> Limbs:
    """The strongest answer of these regimes: yes, else unknown, else no."""
    world = World(facts, assessment.findings)
    asked = list(regimes)
    return Limbs(
        any_of(parsed(regime.authority).evaluate(world) for regime in asked),
        any_of(parsed(regime.subjects).evaluate(world) for regime in asked),
    )


def reasons_for(assessment: Assessment, regimes: Iterable[Regime]) -> tuple[Reason, ...]:
    """The criteria behind the answers of these regimes, each once."""
    by_finding = {found.name: found.reasons for found in assessment.tests}
    asked = [
        name for one in regimes for rule in (one.authority, one.subjects) for name in sorted(parsed(rule).findings)
    ]
    reasons = [reason for name in asked for reason in by_finding.get(name, assessment.reasons)]
    return tuple({reason.criterion: reason for reason in reasons}.values())


def _places(facts: Mapping[str, Value]) -> set[str]:
    reach, home = facts.get("reach"), facts.get("organisation.establishment")
    there = {code for code, number in reach.items() if number != 0} if isinstance(reach, Mapping) else set()
    return there | ({home} if isinstance(home, str) else set())


def _within(place: str, places: tuple[str, ...]) -> bool:
    """A region lies within its country; that somebody lives in the country does not put him into a region."""
    return place in places or place.partition("-")[0] in places
