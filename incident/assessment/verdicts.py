"""What the criteria come to for one data set: the two limbs of the GDPR, the risk between them, other laws' tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from incident.assessment.criteria import (
    CRITERIA,
    GDPR,
    HARM,
    SEVERE,
    TESTS,
    Criterion,
    Direction,
    LegalTest,
    parsed,
    presumptions,
    without_presumption,
)
from incident.facts import FactSheet, Value
from incident.law.answers import Answer, Truth, any_of, no, settled, yes
from incident.law.expressions import World

OWN = frozenset(found.name for found in CRITERIA if found.law == GDPR)
UNION = "EU"
ENGINE = "assessment-2"  # named in decisions; changes when a criterion does


class Risk(StrEnum):
    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that holds here, the facts it was read from, and the names of what it presumes of missing ones."""

    criterion: str
    direction: Direction
    text: str
    source: str
    facts: tuple[str, ...]
    presumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of another law's test, with its criteria that hold."""

    name: str
    title: str
    answer: Answer
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The two limbs, the risk between them, and the other laws' tests.

    `missing`: facts that would decide a limb, or overturn a presumption it rests on.
    """

    risk: Risk
    authority: Answer
    subjects: Answer
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    tests: tuple[Verdict, ...] = field(default=())

    @property
    def findings(self) -> dict[str, Answer]:
        """The names under which triggers look the answers up."""
        own = {"gdpr_risk": self.authority, "gdpr_high_risk": self.subjects}
        return own | {found.name: found.answer for found in self.tests}


def assess(facts: Mapping[str, Value], jurisdiction: str | None = None) -> Assessment:
    """Assess one data set from everything known of it (`FactSheet.view`).

    Authority: yes unless the breach is unlikely to result in a risk (GDPR Art. 33(1)). Subjects: yes where a high risk
    is likely (Art. 34(1)). Unknown mitigating facts are presumed against us by name, and stay in `missing`.
    `jurisdiction` (ISO 3166-1, or EU: no one country of it) settles which authority's own presumptions apply; without
    it, the place of establishment does.
    """
    if facts.get("data.categories") == () or facts.get("breach.kinds") == ():
        return _nothing()
    place = None if jurisdiction == UNION and "organisation.establishment" in facts else jurisdiction
    answers: dict[str, Answer] = {}
    for criterion in CRITERIA:
        answers[criterion.name] = _ask(criterion, World(facts, answers), place)
    subjects = settled(any_of(answers[name] for name in SEVERE))
    authority = settled(any_of((*(answers[name] for name in HARM), subjects)))
    missing = dict.fromkeys((*authority.missing, *subjects.missing))
    return Assessment(
        risk_of(authority, subjects),
        authority,
        subjects,
        _reasons(OWN, answers),
        tuple(missing),
        tuple(_verdict(test, facts, answers) for test in TESTS),
    )


def assess_sheet(sheet: FactSheet, jurisdiction: str | None = None) -> dict[str, Assessment]:
    """Each data set by itself, by its id."""
    return {dataset.id: assess(sheet.view(dataset), jurisdiction) for dataset in sheet.datasets}


def decided(risk: Risk, by: str) -> dict[str, Answer]:
    """The findings a person decided, instead of the assessed ones. `by` names the decision."""
    said = f"decided as {risk}: {by}"
    return {
        "gdpr_risk": no(said) if risk is Risk.UNLIKELY else yes(said),
        "gdpr_high_risk": yes(said) if risk is Risk.HIGH else no(said),
    }


def risk_of(authority: Answer, subjects: Answer) -> Risk:
    """The level that two answers leave; unknown while one of them is open."""
    if subjects.truth is Truth.YES:
        return Risk.HIGH
    if authority.truth is Truth.NO:
        return Risk.UNLIKELY
    settled = authority.truth is Truth.YES and subjects.truth is Truth.NO
    return Risk.RISK if settled else Risk.UNKNOWN


def _ask(criterion: Criterion, world: World, jurisdiction: str | None) -> Answer:
    if not criterion.jurisdictions or jurisdiction is None:
        return _answer(criterion.test, world)
    if jurisdiction.partition("-")[0] in criterion.jurisdictions:
        return _answer(criterion.rule, world)
    return no(f"{jurisdiction} is not {', '.join(criterion.jurisdictions)}")


def _answer(rule: str, world: World) -> Answer:
    """The answer to a rule, resting on no presumption that it holds without."""
    found = parsed(rule).evaluate(world)
    for name in presumptions(rule) if found.truth is Truth.YES and found.missing else ():
        leaner = without_presumption(rule, name)
        certain = parsed(leaner).evaluate(world)
        if certain.truth is Truth.YES:
            rule, found = leaner, certain
    return found


def _verdict(test: LegalTest, facts: Mapping[str, Value], answers: Mapping[str, Answer]) -> Verdict:
    answer = settled(_answer(test.rule, World(facts, answers)))
    return Verdict(test.name, test.title, answer, _reasons(_rests_on(test.rule), answers))


def _reasons(names: frozenset[str], answers: Mapping[str, Answer]) -> tuple[Reason, ...]:
    return tuple(
        Reason(found.name, found.direction, found.text, found.source, answer.why, _presumed(found.rule, answer))
        for found in CRITERIA
        if found.name in names and (answer := answers[found.name]).truth is Truth.YES
    )


def _presumed(rule: str, answer: Answer) -> tuple[str, ...]:
    """The presumptions of this rule itself that the answer rests on."""
    return tuple(name for name in presumptions(rule) if f"presumed: {name}" in answer.why)


@cache
def _rests_on(rule: str) -> frozenset[str]:
    """The criteria a rule asks for, and those they ask for."""
    rules = {found.name: found.rule for found in CRITERIA}
    asked = parsed(rule).findings
    return asked.union(*(_rests_on(rules[name]) for name in asked))


def _nothing() -> Assessment:
    """No data, or no breach, of anybody: every test answers no."""
    none = no("no personal data breach: no personal data, or no breach")
    tests = tuple(Verdict(test.name, test.title, none, ()) for test in TESTS)
    return Assessment(Risk.UNLIKELY, none, none, (), (), tests)
