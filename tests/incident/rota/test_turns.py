"""Turns: nobody is forgotten and nobody is on call twice, also where clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.rota import BadLayer, Layer, Override, on_call, turns

ADA, BEA, CAI, DAN = (uuid4() for _ in range(4))
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 900 * 24 * 60).map(
    lambda minutes: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
layers = st.builds(
    Layer,
    name=st.just("first"),
    people=st.lists(st.sampled_from([ADA, BEA, CAI, DAN]), min_size=1, max_size=5).map(tuple),
    begins=st.dates(date(2025, 1, 1), date(2026, 6, 30)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    weeks=st.integers(1, 4),
)
overrides = st.lists(
    st.builds(
        lambda person, begins, hours: Override("first", person, begins, begins + timedelta(hours=hours)),
        st.sampled_from([ADA, BEA, CAI, DAN]),
        moments,
        st.integers(1, 400),
    ),
    max_size=4,
)


def berlin(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def who(layer: Layer, moment: datetime, *over: Override) -> UUID | None:
    found = on_call([layer], over, moment)
    return found[0].person if found else None


WEEKLY = Layer("first", (ADA, BEA, CAI), date(2026, 3, 2), time(9), "Europe/Berlin")


def test_each_takes_a_week_from_monday_at_nine_to_monday_at_nine() -> None:
    assert who(WEEKLY, berlin(2, 8, 59)) is None
    assert who(WEEKLY, berlin(2, 9)) == ADA
    assert who(WEEKLY, berlin(9, 8, 59)) == ADA
    assert who(WEEKLY, berlin(9, 9)) == BEA
    assert who(WEEKLY, berlin(16, 9)) == CAI
    assert who(WEEKLY, berlin(23, 9)) == ADA


def test_the_handover_stays_at_nine_when_clocks_change() -> None:
    assert WEEKLY.handover(3) == datetime(2026, 3, 23, 8, tzinfo=UTC)
    assert WEEKLY.handover(4) == datetime(2026, 3, 30, 7, tzinfo=UTC)  # a week of 167 hours
    assert WEEKLY.handover(35) - WEEKLY.handover(34) == timedelta(hours=24 * 7)
    assert WEEKLY.handover(34) - WEEKLY.handover(33) == timedelta(hours=24 * 7 + 1)


def test_a_time_that_is_left_out_falls_an_hour_later_and_one_that_comes_twice_is_its_first() -> None:
    spring = Layer("first", (ADA, BEA), date(2026, 3, 22), time(2, 30), "Europe/Berlin")
    assert spring.handover(1) == berlin(29, 3, 30)
    autumn = Layer("first", (ADA, BEA), date(2026, 10, 18), time(2, 30), "Europe/Berlin")
    assert autumn.handover(1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_override_stands_before_the_turn_and_the_later_one_before_the_earlier() -> None:
    one = Override("first", BEA, berlin(3, 12), berlin(5, 12))
    two = Override("first", CAI, berlin(4, 12), berlin(4, 18))
    other = Override("second", DAN, berlin(3, 12), berlin(5, 12))
    assert [who(WEEKLY, berlin(day, 12), one, two, other) for day in (2, 3, 4, 5)] == [ADA, BEA, CAI, ADA]
    spans = [
        (turn.person, turn.begins, turn.ends, turn.stands_in)
        for turn in turns([WEEKLY], [one, two], berlin(2, 9), berlin(9, 9))
    ]
    assert spans == [
        (ADA, berlin(2, 9), berlin(3, 12), False),
        (BEA, berlin(3, 12), berlin(4, 12), True),
        (CAI, berlin(4, 12), berlin(4, 18), True),
        (BEA, berlin(4, 18), berlin(5, 12), True),
        (ADA, berlin(5, 12), berlin(9, 9), False),
    ]


def test_an_override_holds_before_the_first_turn_and_in_a_layer_of_nobody() -> None:
    nobody = Layer("first", (), date(2026, 3, 2), time(9), "UTC")
    over = Override("first", DAN, berlin(1, 0), berlin(3, 0))
    assert who(WEEKLY, berlin(1, 12), over) == DAN
    assert who(nobody, berlin(1, 12), over) == DAN
    assert who(nobody, berlin(20, 12), over) is None


def test_layers_keep_their_order() -> None:
    second = Layer("second", (DAN,), date(2026, 3, 2), time(9), "Europe/Berlin")
    assert [turn.person for turn in on_call([WEEKLY, second], [], berlin(3, 9))] == [ADA, DAN]
    assert [turn.person for turn in on_call([second, WEEKLY], [], berlin(3, 9))] == [DAN, ADA]


@pytest.mark.parametrize("change", [{"weeks": 0}, {"zone": "Mars/Olympus"}, {"begins": date(1999, 1, 1)}])
def test_what_is_no_layer_is_named(change: dict[str, object]) -> None:
    values: dict[str, object] = {"name": "a", "people": (), "begins": date(2026, 3, 2), "at": time(9), "zone": "UTC"}
    with pytest.raises(BadLayer) as error:
        Layer(**(values | change))  # type: ignore[arg-type]
    assert error.value.field in change


@given(layers, moments)
def test_the_turn_at_a_moment_is_the_one_that_clocks_on_the_wall_count(layer: Layer, moment: datetime) -> None:
    """The oracle goes from handover to handover, as people do."""
    number, at = -1, layer.handover(0)
    while at <= moment:
        number += 1
        at = layer.handover(number + 1)
    assert max(layer.number_at(moment), -1) == number
    assert who(layer, moment) == (layer.people[number % len(layer.people)] if number >= 0 else None)


@given(layers, st.integers(0, 60))
def test_every_handover_is_a_later_one_on_the_same_weekday(layer: Layer, number: int) -> None:
    here = layer.handover(number).astimezone(ZoneInfo(layer.zone))
    length = layer.handover(number + 1) - layer.handover(number)
    assert abs(length - timedelta(weeks=layer.weeks)) <= timedelta(hours=1)
    if here.timetz().replace(tzinfo=None) == layer.at:
        assert here.weekday() == layer.begins.weekday()


@given(layers, overrides, moments, moments)
def test_turns_and_moments_say_the_same(layer: Layer, over: list[Override], since: datetime, moment: datetime) -> None:
    until = since + timedelta(weeks=20)
    listed = turns([layer], over, since, until)
    assert all(one.begins < one.ends for one in listed)
    assert all(one.ends <= two.begins for one, two in pairwise(listed))
    inside = since + (moment - YEAR) % (until - since)
    running = [one.person for one in listed if one.begins <= inside < one.ends]
    assert running == [turn.person for turn in on_call([layer], over, inside)]


@given(layers, overrides, moments)
def test_once_it_began_somebody_is_always_on_call(layer: Layer, over: list[Override], moment: datetime) -> None:
    if moment >= layer.handover(0):
        assert who(layer, moment, *over) is not None
