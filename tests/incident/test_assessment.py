"""The risk to people follows from named criteria; unknown facts are presumed against us by name or asked for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from incident.assessment import CRITERIA, HARM, SEVERE, Assessment, Risk, assess, assess_sheet, decided
from incident.facts import read_sheet
from incident.law.answers import Truth

Facts = dict[str, dict[str, object]]
STOLEN: Facts = {"breach": {"kinds": ["confidentiality"], "malicious": True}, "exposure": {"recipients": "attacker"}}
OUTAGE: Facts = {
    "breach": {"kinds": ["availability"]},
    "data": {"categories": ["name"]},
    "exposure": {"recipients": "none"},
}


def of(*parts: Facts) -> Assessment:
    facts: Facts = {}
    for part in parts:
        for section, values in part.items():
            facts[section] = {**facts.get(section, {}), **values}
    (found,) = assess_sheet(read_sheet(facts)).values()
    return found


def categories(*words: str) -> Facts:
    return {"data": {"categories": list(words)}}


SAFE: Facts = {"protection": {"encryption": "strong", "key": "safe"}}
KNOWN: Facts = {"breach": {"misuse_seen": False}, "people": {"vulnerable": False, "count": 50}}
BASIC: Facts = {"data": {"per_person": "basic"}}


@pytest.mark.parametrize(
    ("parts", "risk"),
    [
        ((STOLEN, categories("name"), SAFE), Risk.UNLIKELY),
        ((STOLEN, categories("name", "national_id")), Risk.HIGH),
        ((STOLEN, categories("health")), Risk.HIGH),
        ((STOLEN, categories("name"), KNOWN, BASIC), Risk.RISK),
        ((STOLEN, categories("name"), KNOWN, BASIC, {"people": {"count": 20000}}), Risk.HIGH),
        ((STOLEN, categories("name"), KNOWN, BASIC, {"breach": {"misuse_seen": True}}), Risk.HIGH),
        ((OUTAGE, {"protection": {"backup": "restored", "unavailable_hours": 3}}), Risk.UNLIKELY),
        ((OUTAGE, {"protection": {"backup": "none", "unavailable_hours": "permanent"}}), Risk.RISK),
        (
            (OUTAGE, categories("health"), {"protection": {"backup": "none", "unavailable_hours": "permanent"}}),
            Risk.HIGH,
        ),
        ((STOLEN, categories("name")), Risk.UNKNOWN),
        (({},), Risk.UNKNOWN),
        ((STOLEN, categories()), Risk.UNLIKELY),
    ],
)
def test_the_risk_of_typical_breaches(parts: tuple[Facts, ...], risk: Risk) -> None:
    assert of(*parts).risk is risk


def test_an_unlikely_risk_is_shown_never_presumed() -> None:
    """Art. 33(1): the authority hears unless the breach is unlikely to result in a risk."""
    found = of(STOLEN, categories("name"))
    assert found.authority.truth is Truth.YES
    assert any("presumed" in line for line in found.authority.why)
    assert {"protection.encryption", "exposure.exfiltration"} <= set(found.missing)


def test_unknown_names_the_fact_that_would_decide() -> None:
    found = of(STOLEN, categories("name"))
    assert found.subjects.truth is Truth.UNKNOWN
    assert {"breach.misuse_seen", "people.count", "people.vulnerable", "data.per_person"} <= set(found.subjects.missing)


def test_an_empty_sheet_asks_first_what_kind_of_breach_it_is() -> None:
    assert "breach.kinds" in assess({}).missing
    assert assess({}).authority.truth is Truth.UNKNOWN


def test_reasons_name_criterion_direction_text_and_source() -> None:
    for reason in of(STOLEN, categories("health")).reasons:
        assert reason.criterion in {criterion.name for criterion in CRITERIA}
        assert reason.text
        assert reason.source
        assert reason.facts


def test_every_limb_criterion_exists() -> None:
    assert {*HARM, *SEVERE} <= {criterion.name for criterion in CRITERIA}


@pytest.mark.parametrize(
    ("risk", "authority", "subjects"),
    [(Risk.UNLIKELY, "no", "no"), (Risk.RISK, "yes", "no"), (Risk.HIGH, "yes", "yes")],
)
def test_a_decision_answers_both_limbs(risk: Risk, authority: str, subjects: str) -> None:
    found = decided(risk, "decision 1")
    assert (found["gdpr_risk"].truth, found["gdpr_high_risk"].truth) == (authority, subjects)


CASES = Path(__file__).parents[3] / "shared" / "cases"


def test_worked_cases_of_authorities_where_they_are_present(say: Callable[[str], None]) -> None:
    scored = wrong = 0
    said = {True: Truth.YES, False: Truth.NO}
    for file in sorted(CASES.glob("*.json")):
        case = json.loads(file.read_text())
        if not case["scorable"] or case["regime"] not in ("gdpr", "uk_gdpr"):
            continue
        (found,) = assess_sheet(read_sheet(case["facts"])).values()
        limbs = (("notify_authority", found.authority), ("notify_subjects", found.subjects))
        for limb, answer in limbs:
            if case["expected"][limb] is not None:
                scored += 1
                wrong += answer.truth not in (said[case["expected"][limb]], Truth.UNKNOWN)
    say(f"limbs of worked cases: {scored} scored, {wrong} wrong")
    assert wrong <= scored * 0.05
