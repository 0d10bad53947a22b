"""Whom a law reaches: thresholds that sum data sets, each authority, laws of which that is still open."""

from typing import Any

import pytest

from incident.facts import FactSheet, read_sheet
from incident.law.answers import Truth, unknown
from incident.law.circumstances import Circumstances
from incident.law.derivation import Derived, derive
from incident.law.duties import Duty
from tests.incident.law.rules import only, rule, sheet

BIG = rule(trigger="organisation.role == controller and data.categories has health and residents [US-CA] > 500")
MANY = rule(trigger="organisation.role == controller and data.categories has health and people.count >= 500")


def several(*datasets: dict[str, Any]) -> FactSheet:
    return read_sheet({"datasets": [{"id": f"d{number}", **one} for number, one in enumerate(datasets)]})


def held(number: int | None, role: str = "controller", category: str = "health") -> dict[str, Any]:
    return {"role": role, "data": {"categories": [category]}, "people": {"count": number}, "reach": {"US-CA": number}}


def answer(duty: Duty, *datasets: dict[str, Any]) -> Derived:
    (row,) = derive(several(*datasets), (duty,), Circumstances())
    return row


@pytest.mark.parametrize("duty", [BIG, MANY])
def test_a_threshold_of_people_sums_the_data_sets_that_satisfy_the_rule_by_themselves(duty: Duty) -> None:
    assert answer(duty, held(300), held(300)).applies is Truth.YES
    assert answer(duty, held(300), held(300)).datasets == ("d0", "d1")
    assert answer(duty, held(300), held(300, category="name")).applies is Truth.NO
    assert answer(duty, held(300), held(300, role="processor")).applies is Truth.NO
    assert answer(duty, held(300), held(100)).applies is Truth.NO


def test_a_data_set_of_which_the_rule_is_open_counts_only_upwards() -> None:
    unsaid = {"role": "controller", "people": {"count": 300}, "reach": {"US-CA": 300}}
    row = answer(BIG, held(300), unsaid)
    assert (row.applies, "data.categories" in row.missing) == (Truth.UNKNOWN, True)
    assert answer(BIG, held(501), unsaid).applies is Truth.YES


def test_other_entities_do_not_count() -> None:
    rows = derive(several(held(300), {**held(300), "entity": "other"}), (BIG,), Circumstances())
    assert {row.applies for row in rows} == {Truth.NO}


def test_outside_the_union_each_authority_where_people_live_is_told() -> None:
    each = rule(each="EEA", groups=(("EEA", ("DE", "FR", "PL")),), addressee_kind="supervisory_authority")
    reach = {"FR": 4, "DE-BY": 2, "US": 9, "PL": 0}

    def addressees(establishment: str | None) -> list[str]:
        own = {"role": "controller", "establishment": establishment}
        rows = derive(sheet(organisation=own, reach=reach), (each,), Circumstances())
        return [row.addressee for row in rows]

    assert addressees("US") == ["supervisory_authority:DE", "supervisory_authority:FR"]
    assert addressees("DE") == addressees(None) == ["supervisory_authority"]


def test_a_law_of_which_only_reach_or_sector_is_open_does_not_reach_us_yet() -> None:
    abroad = rule(trigger="organisation.role == controller and residents [KR] >= 1")
    assert only(abroad).reached is False
    assert only(abroad).owed_or_open is False
    assert only(abroad, sheet(reach={"KR": 1})).owed_or_open is True
    sector = rule(trigger="organisation.sectors has telecom and breach.malicious")
    assert only(sector).reached is False
    assert only(sector, sheet(organisation={"role": "controller", "sectors": ["telecom"]})).reached is True
    assert only(sector, sheet(organisation={"role": "controller", "sectors": ["us_bank"]})).owed_or_open is False


def test_what_an_assessment_asks_of_places_is_no_question_of_reach() -> None:
    risky = rule(trigger="organisation.role == controller and finding risk")
    open_question = {"data": {"risk": unknown("organisation.establishment")}}
    row = only(risky, findings=open_question)
    assert (row.applies, row.reached) == (Truth.UNKNOWN, True)
