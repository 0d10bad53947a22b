"""The register does not call a duty plainly told where its notices had fewer recipients than people are counted."""

from dataclasses import replace

import pytest

from incident.queries.breach_entry import PeopleTold, Step
from incident.web.breach_view import breach_line
from tests.web.samples.board import OPENED
from tests.web.samples.register import PEOPLE, entry

MET = replace(PEOPLE, step=Step.TOLD, told_at=OPENED)
MAIL, PRODUCT = PeopleTold("people", OPENED, 2), PeopleTold("in_app", OPENED, 1)
PAGE = PeopleTold("announcement", OPENED, None)


@pytest.mark.parametrize(
    ("told", "short"),
    [
        ((MAIL, PRODUCT), "3 of 3,412"),
        ((PeopleTold("people", OPENED, 3412),), ""),
        ((MAIL, PAGE), ""),  # whom a public page reached nobody counts
        ((), ""),
    ],
)
def test_fewer_recipients_than_people_are_said_beside_the_met_duty(told: tuple[PeopleTold, ...], short: str) -> None:
    line = breach_line(entry(notifications=(MET,), people_told=told))
    assert [one.short for one in line.concerned] == [short]


def test_a_duty_that_is_open_is_not_short() -> None:
    assert [one.short for one in breach_line(entry(people_told=(MAIL,))).concerned] == [""]
