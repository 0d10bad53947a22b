"""Canary and ramp as pure rules: steps grow to everybody, a person starts them, trouble holds them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.ramp import Course, Pace, Plan, Stage, Tally, advance, begin, everybody_by, go_on, read_plan

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLAN = Plan((20, 100, 500, 2400), minutes=15, percent=5, least=5)
GOOD = Tally(made=True)
RAMP = Course(PLAN, Stage.RAMP, 1, next_at=NOW)
paces = st.builds(
    Pace,
    begins_at=st.integers(0, 5000),
    canary=st.integers(1, 1000),
    factor=st.integers(2, 20),
    minutes=st.integers(0, 240),
)
tallies = st.builds(Tally, st.booleans(), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))


def test_a_million_people_in_eight_steps() -> None:
    assert Pace().plan(1_000_000).steps == (20, 100, 500, 2500, 12_500, 62_500, 312_500, 1_000_000)


@pytest.mark.parametrize(
    ("recipients", "steps"),
    [(999, ()), (1000, (20, 100, 500, 1000)), (2400, (20, 100, 500, 2400)), (2600, (20, 100, 500, 2600))],
)
def test_small_releases_have_no_steps_and_no_step_is_for_a_handful(recipients: int, steps: tuple[int, ...]) -> None:
    assert Pace().plan(recipients).steps == steps


def test_an_organisation_may_have_no_steps_at_all() -> None:
    assert Pace(begins_at=0).plan(1_000_000) == Plan()
    assert begin(Plan()).stage is Stage.WHOLE
    assert begin(Plan()).admitted is None


@given(paces, st.integers(0, 2_000_000))
def test_steps_grow_and_end_with_everybody(pace: Pace, recipients: int) -> None:
    plan = pace.plan(recipients)
    assert list(plan.steps) == sorted(set(plan.steps))
    assert read_plan(plan.document) == plan
    if plan.steps:
        assert plan.steps[-1] == recipients >= pace.begins_at
        assert 1 <= plan.steps[0] < recipients


@given(paces, st.integers(2, 100_000), st.lists(st.tuples(tallies, st.integers(0, 300), st.booleans()), max_size=30))
def test_nobody_is_ever_admitted_back_out_and_only_a_person_goes_beyond_the_canary(
    pace: Pace, recipients: int, turns: list[tuple[Tally, int, bool]]
) -> None:
    course, now, asked = begin(pace.plan(recipients)), NOW, False
    for tally, minutes, person in turns:
        now += timedelta(minutes=minutes)
        before = course.admitted if course.admitted is not None else recipients
        course = go_on(course, tally, now) if person else advance(course, tally, now)
        asked = asked or person
        after = course.admitted if course.admitted is not None else recipients
        assert before <= after <= recipients
        assert asked or after == (course.plan.steps[0] if course.plan.steps else recipients)
        assert everybody_by(course, now) >= now


@given(paces, st.integers(2, 100_000))
def test_where_nothing_goes_wrong_it_takes_as_long_as_was_said(pace: Pace, recipients: int) -> None:
    course = begin(pace.plan(recipients))
    said, now = everybody_by(course, NOW), NOW
    course = go_on(course, GOOD, now)
    while course.stage is Stage.RAMP:
        assert course.next_at is not None
        now = course.next_at
        course = advance(course, GOOD, now)
    assert (course.stage, now) == (Stage.WHOLE, said)


def test_the_canary_waits_for_every_answer_and_then_for_a_person() -> None:
    course = begin(PLAN)
    assert course.admitted == 20
    assert advance(course, Tally(made=False), NOW) == course
    waiting = advance(course, Tally(made=True, untried=1), NOW)
    assert (waiting.stage, waiting.next_at) == (Stage.CANARY, NOW + timedelta(minutes=15))
    asking = advance(waiting, GOOD, NOW + timedelta(minutes=1))
    assert (asking.stage, asking.admitted) == (Stage.CONFIRM, 20)
    assert advance(asking, GOOD, NOW + timedelta(days=9)) == asking
    confirmed = go_on(asking, Tally(made=True, troubled=3), NOW)
    assert (confirmed.stage, confirmed.admitted, confirmed.troubled) == (Stage.RAMP, 100, 3)
    assert confirmed.next_at == NOW + timedelta(minutes=15)


def test_a_canary_that_is_put_off_by_its_receivers_does_not_wait_for_ever() -> None:
    put_off = Tally(made=True, deferred=2)
    waiting = advance(begin(PLAN), put_off, NOW)
    assert advance(waiting, put_off, NOW + timedelta(minutes=14)).stage is Stage.CANARY
    assert advance(waiting, put_off, NOW + timedelta(minutes=15)).stage is Stage.CONFIRM
    assert advance(waiting, replace(put_off, untried=1), NOW + timedelta(hours=1)).stage is Stage.CANARY


def test_a_step_begins_when_its_time_has_come_and_most_of_the_last_were_tried() -> None:
    assert advance(replace(RAMP, next_at=NOW + timedelta(seconds=1)), GOOD, NOW).step == 1
    assert advance(RAMP, Tally(made=False), NOW) == RAMP
    assert advance(RAMP, Tally(made=True, untried=17), NOW) == RAMP
    stepped = advance(RAMP, Tally(made=True, untried=16, troubled=2), NOW)
    assert (stepped.step, stepped.admitted, stepped.troubled) == (2, 500, 2)
    assert advance(stepped, GOOD, NOW + timedelta(minutes=15)).admitted is None


@pytest.mark.parametrize(
    ("people", "troubled", "held"),
    [(80, 4, False), (80, 5, True), (400, 20, False), (400, 21, True), (16, 4, False)],
)
def test_more_trouble_than_a_share_and_a_number_holds_the_ramp_at_once(people: int, troubled: int, held: bool) -> None:
    plan = Plan((20, 20 + people, 9000, 10_000), 15, 5, 5)
    course = Course(plan, Stage.RAMP, 1, troubled=7, next_at=NOW + timedelta(hours=1))
    after = advance(course, Tally(made=True, untried=9, troubled=7 + troubled), NOW)
    assert (after.stage is Stage.HELD) is held
    assert after.admitted == course.admitted


def test_a_held_ramp_goes_on_by_a_person_only_and_forgets_what_was_looked_at() -> None:
    held, bad = replace(RAMP, stage=Stage.HELD, next_at=None), Tally(made=True, troubled=50)
    assert advance(held, bad, NOW + timedelta(days=1)) == held
    on = go_on(held, bad, NOW)
    assert (on.stage, on.step) == (Stage.RAMP, 2)
    assert advance(on, bad, NOW).stage is Stage.RAMP


def test_all_at_once_from_wherever_it_stands() -> None:
    for stage in (Stage.CANARY, Stage.CONFIRM, Stage.RAMP, Stage.HELD):
        assert go_on(replace(RAMP, stage=stage), GOOD, NOW, all_at_once=True).admitted is None
    assert go_on(RAMP, GOOD, NOW) == RAMP
