"""Worked examples of counting, asked as a user asks: facts and moments in, the deadline and other readings out."""

from typing import Any

import pytest

from incident.inquiries.duties import answer

pytestmark = pytest.mark.untraced

Facts = dict[str, Any]
CONTROLLER: Facts = {"role": "controller", "establishment": "BE", "sectors": []}
STOLEN: Facts = {
    "breach": {"kinds": ["confidentiality"], "cause": "hacking", "malicious": True},
    "data": {"categories": ["name", "national_id", "health"]},
    "people": {"count": 900},
    "protection": {"encryption": "none"},
    "exposure": {"exfiltration": "confirmed", "recipients": "attacker"},
}


def of(**organisation: Any) -> Facts:
    return {**STOLEN, "organisation": {**CONTROLLER, **organisation}}


def there(*places: str, number: int = 900) -> Facts:
    return {**of(), "reach": dict.fromkeys(places, number)}


def asked(duty: str, facts: Facts, anchors: dict[str, str], **more: Any) -> dict[str, Any]:
    rows = answer({"facts": facts, "anchors": anchors, **more})
    return next(row for row in rows if row["id"] == duty)


GDPR, NIS2 = "eu-gdpr-33-1-sa", "eu-nis2-early-warning"
SIGNIFICANT = {**of(sectors=["essential_entity"]), "impact": {"severe_disruption": True}}
MAJOR = {**of(sectors=["financial_entity"]), "impact": {"major_ict": True}}
PRODUCT = {**of(sectors=["product_manufacturer"]), "breach": {**STOLEN["breach"], "exploited_vulnerability": True}}
MATERIAL = {**of(sectors=["us_listed"]), "impact": {"material": True}}
BANK = {**of(sectors=["us_bank"], establishment="US"), "impact": {"banking_operations": True}}
CHINESE = {**of(sectors=["cn_operator"], establishment="CN"), "impact": {"graded_major": True}}


@pytest.mark.parametrize(
    ("duty", "facts", "anchors", "due"),
    [
        (GDPR, of(), {"aware": "2026-12-18T17:40:00+01:00"}, "2026-12-21T16:40:00Z"),
        (GDPR, of(), {"aware": "2026-11-24T13:00:00Z"}, "2026-11-27T13:00:00Z"),
        (GDPR, of(), {"aware": "2027-03-26T09:00:00Z"}, "2027-03-29T09:00:00Z"),
        (GDPR, of(), {"aware": "2027-10-29T08:00:00Z"}, "2027-11-01T08:00:00Z"),
        (NIS2, SIGNIFICANT, {"aware": "2026-12-31T21:15:00Z"}, "2027-01-01T21:15:00Z"),
        (
            "eu-dora-initial-classification",
            MAJOR,
            {"aware": "2026-12-18T16:40:00Z", "classified_major": "2026-12-19T09:00:00Z"},
            "2026-12-19T13:00:00Z",
        ),
        (
            "eu-dora-initial-classification",
            MAJOR,
            {"aware": "2026-12-18T16:40:00Z", "classified_major": "2026-12-19T15:00:00Z"},
            "2026-12-19T16:40:00Z",
        ),
        (
            "eu-dora-initial-classification",
            MAJOR,
            {"aware": "2026-12-18T16:40:00Z", "classified_major": "2026-12-20T08:00:00Z"},
            "2026-12-20T12:00:00Z",
        ),
        ("eu-cra-vuln-final", PRODUCT, {"remedy_available": "2026-12-11T09:00:00Z"}, "2026-12-25T09:00:00Z"),
        ("us-sec-8k-105", MATERIAL, {"determined_material": "2026-11-28T18:00:00Z"}, "2026-12-03T22:30:00Z"),
        ("us-sec-8k-105", MATERIAL, {"determined_material": "2026-11-27T18:00:00Z"}, "2026-12-03T22:30:00Z"),
        ("br-lgpd-anpd", there("BR"), {"aware": "2027-02-04T18:00:00Z"}, "2027-02-10T02:59:59Z"),
        ("sg-pdpa-26d-pdpc", there("SG"), {"assessment_done": "2026-12-18T03:00:00Z"}, "2026-12-21T15:59:59Z"),
        ("us-ca-residents", there("US-CA"), {"discovered": "2026-11-23T18:00:00Z"}, "2026-12-24T07:59:59Z"),
        ("us-bank-36h", BANK, {"determined": "2026-11-25T20:30:00Z"}, "2026-11-27T08:30:00Z"),
        ("in-certin-6h", of(sectors=["in_cert_in"]), {"detected": "2026-11-26T17:20:00Z"}, "2026-11-26T23:20:00Z"),
        ("cn-cir-operator", CHINESE, {"discovered": "2026-11-26T15:30:00Z"}, "2026-11-26T19:30:00Z"),
        ("co-1581-17n", there("CO"), {"detected": "2026-12-15T15:00:00Z"}, "2027-01-08T04:59:59Z"),
        ("us-vt-regulator", there("US-VT"), {"discovered": "2026-12-10T15:00:00Z"}, "2027-01-01T04:59:59Z"),
    ],
)
def test_a_deadline_comes_out_as_counted_by_hand(duty: str, facts: Facts, anchors: dict[str, str], due: str) -> None:
    row = asked(duty, facts, anchors)
    assert row["applies"] in ("yes", "unknown"), row["why"]
    assert (row["due_at"] or row["provisional_due_at"]) == due, row["trace"]


def test_the_attorney_general_of_california_has_a_sample_15_days_after_the_residents_were_told() -> None:
    row = asked("us-ca-regulator", there("US-CA"), {}, submitted={"us-ca-residents": "2026-12-10T20:00:00Z"})
    assert row["due_at"] == "2026-12-26T07:59:59Z"
    assert asked("us-ca-regulator", there("US-CA"), {})["due_at"] is None


def test_iowa_has_five_business_days_after_the_residents_were_told() -> None:
    row = asked("us-ia-regulator", there("US-IA"), {}, submitted={"us-ia-residents": "2026-12-23T18:00:00Z"})
    assert row["due_at"] == "2027-01-01T05:59:59Z"


@pytest.mark.parametrize(
    ("duty", "facts", "anchors", "readings"),
    [
        (GDPR, of(), {"aware": "2026-12-18T16:40:00Z"}, ["2026-12-21T17:00:00Z", "2026-12-22T23:00:00Z"]),
        (GDPR, of(), {"aware": "2026-11-24T13:00:00Z"}, ["2026-11-27T14:00:00Z"]),
        ("eu-cra-vuln-final", PRODUCT, {"remedy_available": "2026-12-11T09:00:00Z"}, ["2026-12-28T23:00:00Z"]),
        (
            "br-lgpd-anpd",
            there("BR"),
            {"aware": "2027-02-04T18:00:00Z"},
            ["2027-02-12T02:59:59Z", "2027-02-13T02:59:59Z"],
        ),
    ],
)
def test_other_readings_are_shown_with_their_label(
    duty: str, facts: Facts, anchors: dict[str, str], readings: list[str]
) -> None:
    found = asked(duty, facts, anchors)["other_readings"]
    assert [other["due_at"] for other in found if other["due_at"] in readings] == readings
    assert all(other["reading"] for other in found)
    assert asked(duty, facts, anchors)["due_at"] not in [other["due_at"] for other in found]
