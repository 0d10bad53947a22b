"""Steps: as people write them, when each goes, and which one a late look sends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.rota import USUAL_STEPS, BadStep, Step, plan, read_step, verdict

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("on-call wait 10", Step(("on-call",), 10)),
        (
            "  Team,  endpoint:pager   wait 15 minutes via mail, texts",
            Step(("team", "endpoint:pager"), 15, ("mail", "texts")),
        ),
        (
            "on-call:first, person:ada@example.org wait 5 via texts",
            Step(("on-call:first", "person:ada@example.org"), 5, ("texts",)),
        ),
    ],
)
def test_a_step_is_read_as_it_is_written(text: str, step: Step) -> None:
    assert read_step(text) == step
    assert read_step(str(step)) == step


@pytest.mark.parametrize(
    "text",
    ["", "on-call", "wait 10", "on-call wait 0", "on-call wait 1441", "everybody wait 5", "team:ops wait 5",
     "person:ada wait 5", "endpoint: wait 5", "endpoint:A B wait 5", "on-call wait 5 via a b", "on-call wait -1",
     ", ".join(f"endpoint:e{n}" for n in range(11)) + " wait 5"],
)  # fmt: skip
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(BadStep):
        read_step(text)


def test_the_first_goes_at_once_and_each_next_one_when_the_one_before_has_waited() -> None:
    assert [row.at - NOW for row in plan(USUAL_STEPS, NOW)] == [0 * MINUTE, 10 * MINUTE, 25 * MINUTE]


def test_after_three_rounds_without_an_answer_it_goes_on_by_the_hour() -> None:
    assert [row.at - NOW for row in plan(USUAL_STEPS, NOW, 3)] == [0 * MINUTE, 60 * MINUTE, 120 * MINUTE]


def test_a_late_look_sends_the_latest_and_records_the_others() -> None:
    rows = plan(USUAL_STEPS, NOW)
    assert verdict(rows, NOW - MINUTE).send is None
    assert verdict(rows, NOW).send == rows[0]
    found = verdict(rows, NOW + timedelta(days=3))
    assert found.send == rows[2]
    assert found.superseded == rows[:2]


@given(st.permutations(range(6)), st.integers(-5, 200))
def test_the_order_in_which_rows_are_read_changes_nothing(order: list[int], minutes: int) -> None:
    rows = [*plan(USUAL_STEPS, NOW), *plan(USUAL_STEPS, NOW + 55 * MINUTE, 1)]
    at = NOW + minutes * MINUTE
    found = verdict([rows[number] for number in order], at)
    come = [row for row in rows if row.at <= at]
    assert [*found.superseded, *([found.send] if found.send else [])] == come
