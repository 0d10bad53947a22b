"""The risk to people follows from named criteria; unknown facts are presumed against us by name or asked for."""

import pytest

from incident.assessment import (
    CRITERIA,
    GROUPS,
    HARM,
    SEVERE,
    TESTS,
    Assessment,
    Criterion,
    Direction,
    Risk,
    Weight,
    assess,
    assess_sheet,
    decided,
)
from incident.assessment.criteria import parsed, presumptions
from incident.facts import FactSheet, read_sheet
from incident.law.answers import Truth

Facts = dict[str, dict[str, object]]
STOLEN: Facts = {"breach": {"kinds": ["confidentiality"], "malicious": True}, "exposure": {"recipients": "attacker"}}
OUTAGE: Facts = {
    "breach": {"kinds": ["availability"]},
    "data": {"categories": ["name"]},
    "exposure": {"recipients": "none"},
}


def sheet_of(*parts: Facts) -> FactSheet:
    facts: Facts = {}
    for part in parts:
        for section, values in part.items():
            facts[section] = {**facts.get(section, {}), **values}
    return read_sheet(facts)


def of(*parts: Facts) -> Assessment:
    return assess_sheet(sheet_of(*parts))["data"]


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


FINDINGS = {
    *("gdpr_risk", "gdpr_high_risk", "hipaa_breach", "ca_rrosh", "au_serious_harm", "br_relevant_risk"),
    *("us_ca_breach", "serious_harm"),
}


def test_the_findings_are_those_that_triggers_look_up() -> None:
    assert set(assess({}).findings) == set(of(STOLEN, categories()).findings) == FINDINGS


def test_no_personal_data_and_no_breach_are_no_breach_under_any_law() -> None:
    for found in (of(STOLEN, categories()), of({"breach": {"kinds": []}})):
        assert {answer.truth for answer in found.findings.values()} == {Truth.NO}


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)
def test_every_criterion_can_be_read_says_why_and_names_its_source(criterion: Criterion) -> None:
    assert parsed(criterion.test).facts | parsed(criterion.test).findings
    assert criterion.text.endswith(".")
    assert criterion.source
    assert (criterion.direction is Direction.LOWERS) == (criterion.weight is Weight.RELIEF)


def test_criteria_build_only_on_earlier_ones_and_no_name_is_used_twice() -> None:
    known: set[str] = set()
    for criterion in CRITERIA:
        assert criterion.name not in known
        assert parsed(criterion.test).findings <= known, criterion.name
        known.add(criterion.name)
    assert all(parsed(test.rule).findings <= known for test in TESTS)


def test_what_lowers_a_risk_presumes_nothing() -> None:
    assert [found.name for found in CRITERIA if found.weight is Weight.RELIEF and presumptions(found.rule)] == []


def test_every_group_is_used_and_every_limb_has_criteria() -> None:
    rules = " ".join(criterion.test for criterion in CRITERIA)
    assert [name for name in GROUPS if f"@{name}" not in rules] == []
    assert HARM
    assert SEVERE


def test_a_presumption_is_named_where_it_is_needed_and_only_there() -> None:
    sure = of(STOLEN, categories("name", "health"), {"protection": {"encryption": "none"}})
    readable = next(reason for reason in sure.reasons if reason.criterion == "readable")
    assert readable.presumed == ()
    open_ = of(STOLEN, categories("name", "health"))
    readable = next(reason for reason in open_.reasons if reason.criterion == "readable")
    assert readable.presumed == ("the data could be read, until their encryption is stated",)


PESEL: tuple[Facts, ...] = (STOLEN, categories("name", "national_id"), {"breach": {"malicious": False}})
ONE_STRANGER: Facts = {
    "breach": {"cause": "misdirected_email"},
    "people": {"count": 1, "vulnerable": False, "kinds": ["customers"]},
    "exposure": {"recipients": "single_known", "assurance": "confirmed"},
}


@pytest.mark.parametrize(
    ("establishment", "jurisdiction", "subjects"),
    [
        ("PL", None, Truth.YES),
        ("DE", None, Truth.NO),
        (None, None, Truth.UNKNOWN),
        (None, "PL", Truth.YES),
        ("PL", "EU", Truth.YES),
        (None, "EU", Truth.NO),
        ("PL", "DE", Truth.NO),
    ],
)
def test_an_authoritys_own_presumption_holds_in_its_jurisdiction(
    establishment: str | None, jurisdiction: str | None, subjects: Truth
) -> None:
    home: Facts = {"organisation": {"establishment": establishment}} if establishment else {}
    facts = sheet_of(*PESEL, ONE_STRANGER, BASIC, home)
    assert assess_sheet(facts, jurisdiction)["data"].subjects.truth is subjects


@pytest.mark.parametrize(
    ("risk", "authority", "subjects"),
    [(Risk.UNLIKELY, "no", "no"), (Risk.RISK, "yes", "no"), (Risk.HIGH, "yes", "yes")],
)
def test_a_decision_answers_both_limbs(risk: Risk, authority: str, subjects: str) -> None:
    found = decided(risk, "decision 1")
    assert (found["gdpr_risk"].truth, found["gdpr_high_risk"].truth) == (authority, subjects)
