"""The law and the assessment over the API: the same answers as the commands, and faults with their mend."""

from typing import Any

import pytest

from incident.inquiries import assessments, duties
from incident.law.packs import shipped_duties
from incident.roles import Role
from tests.api.conftest import Front

FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "malicious": True},
    "data": {"categories": ["name", "national_id"]},
    "organisation": {"role": "controller", "establishment": "DE", "sectors": []},
    "exposure": {"recipients": "attacker"},
    "reach": {"DE": 3, "US-CA": None},
}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_derivation_is_what_the_command_answers(front: Front) -> None:
    question = {"facts": FACTS, "anchors": {"aware": "2026-12-18T16:40:00Z"}, "now": "2026-12-19T00:00:00Z"}
    answered = front.program(Role.PRIVACY_OFFICER).post("/api/law/derivations", json=question)
    assert answered.status_code == 200
    assert answered.json() == duties.answer(question)


def test_an_assessment_is_what_the_command_answers(front: Front) -> None:
    question = {"facts": FACTS, "regime": "gdpr", "jurisdiction": "DE"}
    answered = front.program(Role.PRIVACY_OFFICER).post("/api/assessments", json=question)
    assert answered.status_code == 200
    assert answered.json() == assessments.answer(question)


@pytest.mark.parametrize("path", ["/api/law/derivations", "/api/assessments"])
def test_a_wrong_fact_is_named_with_its_mend(front: Front, path: str) -> None:
    refused = front.program(Role.PRIVACY_OFFICER).post(path, json={"facts": {"breach": {"kind": ["fire"]}}})
    assert refused.status_code == 422
    assert [(fault["field"], fault["mend"]) for fault in refused.json()["faults"]] == [
        ("breach.kind", "did you mean breach.kinds?")
    ]


def test_duties_are_listed_chosen_and_shown(front: Front) -> None:
    program = front.program(Role.AUDITOR)
    assert len(program.get("/api/law/duties").json()) == len(shipped_duties())
    chosen = program.get("/api/law/duties", params={"jurisdiction": "EU", "regime": "gdpr"}).json()
    assert {found["id"] for found in chosen} >= {"eu-gdpr-33-1-sa", "eu-gdpr-34-1-subjects"}
    (shown,) = program.get("/api/law/duties/eu-gdpr-33-1-sa").json()
    assert (shown["period"], shown["confidence"]) == ({"amount": 72, "unit": "hours"}, "high")
    assert program.get("/api/law/duties/eu-gdpr-33-1").status_code == 404


def test_the_coverage_counts_what_ships(front: Front) -> None:
    found = front.program(Role.AUDITOR).get("/api/law/coverage").json()
    assert found["duties"] == len(shipped_duties()) == sum(found["jurisdictions"].values())
    assert found["confidence"]["unverified"] == sum(duty.basis == "own_knowledge" for duty in shipped_duties())
    assert found["citations_missing"] == sum(not duty.url for duty in shipped_duties())
