"""The ENISA score: classes, steps, identification, circumstances, bands and flags, as the method's tables give them."""

from typing import Any

import pytest
from hypothesis import given

from incident.errors import Invalid
from incident.facts import read_sheet
from incident.severity import MORE_THAN_100, UNINTELLIGIBLE, Band, Override, Severity, band_of, severity
from tests.incident.assessment.sheets import knowledge

Facts = dict[str, dict[str, Any]]


def of(facts: Facts, *overrides: Override) -> Severity:
    sheet = read_sheet(facts)
    return severity(sheet.view(sheet.datasets[0]), overrides)


def data(*categories: str, **more: Any) -> Facts:
    return {"data": {"categories": list(categories), **more}}


@pytest.mark.parametrize(
    ("facts", "dpc"),
    [
        (data("name", "contact"), 1),
        (data("name", "employment", per_person="profile"), 2),
        (data("name") | {"people": {"kinds": ["patients"]}}, 3),
        (data("name", "protected_address"), 4),
        (data("purchases", per_person="basic"), 1),
        (data("traffic"), 2),
        (data("location", per_person="profile"), 3),
        (data("purchases") | {"people": {"kinds": ["patients"]}}, 4),
        (data("bank_account", public_before=True), 1),
        (data("name", "bank_account"), 2),
        (data("income", per_person="basic"), 3),
        (data("payment_card_full"), 4),
        (data("transactions", per_person="full_file"), 4),
        (data("health", public_before=True), 1),
        (data("health", per_person="basic") | {"people": {"vulnerable": False}}, 3),
        (data("health"), 4),
        ({}, 4),
    ],
)
def test_the_context_is_the_class_and_its_step(facts: Facts, dpc: int) -> None:
    assert of(facts).dpc == dpc


def test_the_highest_class_counts_and_never_the_sum() -> None:
    assert of(data("name", "purchases", "income", "health", per_person="full_file")).dpc == 4
    assert of(data("name", "income", "location")).dpc == 3


def test_log_ins_score_what_they_open() -> None:
    assert of(data("username", "credentials_plain")).dpc == 1
    assert of(data("bank_account")).dpc == 2
    assert of(data("bank_account", "credentials_plain")).dpc == 3


@pytest.mark.parametrize(
    ("categories", "direct", "ei"),
    [
        (("name",), True, 1),
        (("username", "credentials_hashed"), False, 0.25),
        (("postal_address", "date_of_birth"), False, 0.5),
        (("name", "email_address"), None, 1),
        (("email_address",), None, 0.75),
        (("pseudonymous_id",), None, 0.25),
    ],
)
def test_identification_is_stated_or_inferred_from_the_identifiers(
    categories: tuple[str, ...], direct: bool | None, ei: float
) -> None:
    assert of(data(*categories) | {"people": {"directly_identifiable": direct}}).ei == ei


CIRCUMSTANCES: list[tuple[list[str], Facts, float]] = [
    (["confidentiality"], {"exposure": {"recipients": "none"}}, 0),
    (["confidentiality"], {"exposure": {"exfiltration": "excluded", "recipients": "attacker"}}, 0),
    (["confidentiality"], {"breach": {"cause": "lost_device"}, "exposure": {"recipients": "unknown"}}, 0),
    (["confidentiality"], {"exposure": {"recipients": "few_known"}}, 0.25),
    (["confidentiality"], {"exposure": {"recipients": "public"}}, 0.5),
    (["integrity"], {"protection": {"backup": "restored"}}, 0),
    (["integrity"], {"protection": {"backup": "partial"}}, 0.25),
    (["integrity"], {"protection": {"backup": "none"}}, 0.5),
    (["availability"], {"protection": {"backup": "restored", "unavailable_hours": 3}}, 0),
    (["availability"], {"protection": {"backup": "restored", "unavailable_hours": 48}}, 0.25),
    (["availability"], {"protection": {"backup": "partial", "unavailable_hours": 120}}, 0.25),
    (["availability"], {"protection": {"backup": "none"}}, 0.5),
    (["availability"], {"protection": {"unavailable_hours": "permanent"}}, 0.5),
]


@pytest.mark.parametrize(("kinds", "facts", "cb"), CIRCUMSTANCES)
def test_circumstances_add_up(kinds: list[str], facts: Facts, cb: float) -> None:
    for meant, more in ((False, 0.0), (True, 0.5)):
        breach = {"kinds": kinds, "malicious": meant, **facts.get("breach", {})}
        assert of({**facts, "breach": breach}).cb == cb + more


@pytest.mark.parametrize(
    ("score", "band"),
    [(0.25, Band.LOW), (1.99, Band.LOW), (2, Band.MEDIUM), (3, Band.HIGH), (3.99, Band.HIGH), (4, Band.VERY_HIGH)],
)
def test_the_bands(score: float, band: Band) -> None:
    assert band_of(score) is band


def test_people_and_encryption_are_flags_and_change_no_number() -> None:
    few: Facts = {**data("health"), "people": {"count": 100}, "protection": {"encryption": "none"}}
    many: Facts = {**few, "people": {"count": 101}, "protection": {"encryption": "strong", "key": "safe"}}
    assert of(few).flags == ()
    assert of(many).flags == (MORE_THAN_100, UNINTELLIGIBLE)
    assert of(few).score == of(many).score


def test_a_default_names_the_facts_it_stands_in_for() -> None:
    assert {"data.categories", "breach.kinds", "breach.malicious", "exposure.recipients"} <= set(of({}).assumed)
    stated = of({**data("name", per_person="basic", public_before=False), "breach": {"kinds": [], "malicious": False}})
    assert stated.assumed == ("people.directly_identifiable",)


def test_a_person_scores_a_part_otherwise_with_a_reason() -> None:
    facts = data("name")
    found = of(facts, Override("dpc", 3, "Who is on the list of a clinic says why."))
    assert (found.dpc, found.parts["dpc"].why) == (3, "set by a person: Who is on the list of a clinic says why.")
    assert found.score == of(facts).score + 2


@pytest.mark.parametrize(
    ("override", "field"),
    [
        (Override("dpc", 3, " "), "reason"),
        (Override("dpc", 5, "More."), "value"),
        (Override("malicious", 0.25, "Half meant."), "value"),
        (Override("people", 1, "Many."), "part"),
    ],
)
def test_an_override_nobody_can_use_is_refused(override: Override, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        of(data("name"), override)
    assert [fault.field for fault in caught.value.faults] == [field]


@given(knowledge())
def test_the_score_stays_within_the_method(facts: dict[str, Any]) -> None:
    found = severity(facts)
    assert (found.dpc in (1, 2, 3, 4), found.ei in (0.25, 0.5, 0.75, 1)) == (True, True)
    assert 0 <= found.cb <= 2
    assert 0.25 <= found.score <= 6
