"""Worked cases come out as guidelines and authorities say: each of ours, the EDPB's eighteen, all in the main."""

from collections.abc import Callable

import pytest

from incident.law.answers import Truth
from tests.incident.assessment.report import report, scored
from tests.incident.assessment.worked import Worked, cases_in, folder_of_cases, own_cases

OWN = own_cases()
GIVEN = cases_in(folder_of_cases())
EDPB = [case for case in (*OWN, *GIVEN) if case.id.startswith("edpb-")]
MOST_WRONG, MOST_UNKNOWN = 0.05, 0.10


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.id)
def test_our_cases_come_out_as_they_should(case: Worked) -> None:
    found = {limb: answer.truth.value for limb, _, answer in case.scored()}
    assert found == {limb: expected for limb, expected, _ in case.scored()}


@pytest.mark.parametrize("case", [case for case in OWN if case.missing], ids=lambda case: case.id)
def test_what_is_not_known_is_asked(case: Worked) -> None:
    asked = {fact for _, _, answer in case.scored() if answer.truth is Truth.UNKNOWN for fact in answer.missing}
    assert set(case.missing) <= asked


def test_ours_hold_the_eighteen_of_the_edpb() -> None:
    assert [case.id for case in OWN if case.id.startswith("edpb-")] == [f"edpb-{number:02}" for number in range(1, 19)]


def test_both_limbs_of_every_edpb_case_are_right() -> None:
    wrong = [(case.id, limb) for case, limb, expected, answer in scored(EDPB) if answer.truth != expected]
    assert wrong == []


def test_few_limbs_are_wrong_or_unknown_and_each_unknown_names_what_would_decide(say: Callable[[str], None]) -> None:
    for name, cases in {"ours": OWN, "given": GIVEN}.items():
        rows = [row for row in scored(cases) if row[2] != "unknown"]
        unknown = [answer for _, _, _, answer in rows if answer.truth is Truth.UNKNOWN]
        wrong = [row for row in rows if row[3].truth not in (row[2], Truth.UNKNOWN)]
        assert len(wrong) <= MOST_WRONG * len(rows), [(case.id, limb) for case, limb, _, _ in wrong]
        assert len(unknown) <= MOST_UNKNOWN * len(rows)
        assert all(answer.missing for answer in unknown)
        for line in report(cases) if cases else []:
            say(f"{name}: {line}")


def test_the_report_gives_each_limb_apart_and_names_what_decides() -> None:
    asked = Worked("asked", {"breach": {"kinds": ["confidentiality"]}, "exposure": {"recipients": "none"}}, LEVEL)
    off = Worked("off", {"breach": {"kinds": ["availability"], "cause": "outage"}}, LEVEL)
    lines = report([asked, off])
    assert "all       authority: yes-recall 1/2, unknown 0; no-specificity 0/0, unknown 0" in lines
    assert "WRONG: asked, authority: should be yes, is no; would decide: nothing is missing" in lines
    assert any(line.startswith("unknown: off, subjects: should be yes") for line in lines)


LEVEL = {"authority": "yes", "subjects": "yes"}
