"""Where a deadline stands at its edges, and which of its reminders goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.deadlines import Deadline, Standing, Threshold, standing, thresholds, verdict

AWARE = datetime(2026, 12, 18, 16, 40, tzinfo=UTC)
DUE = AWARE + timedelta(hours=72)
TICK = timedelta(microseconds=1)
AUTHORITY = Deadline(starts_at=AWARE, due_at=DUE)


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [
        (timedelta(0), Standing.AHEAD),
        (timedelta(hours=48), Standing.AHEAD),
        (timedelta(hours=48) + TICK, Standing.SOON),
        (timedelta(hours=72) - TICK, Standing.SOON),
        (timedelta(hours=72), Standing.LATE),
        (timedelta(hours=73), Standing.LATE),
    ],
)
def test_the_authority_must_hear_within_72_hours(elapsed: timedelta, expected: Standing) -> None:
    assert standing(AUTHORITY, AWARE + elapsed) is expected


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (replace(AUTHORITY, met_at=AWARE, waived_at=AWARE, owed=False, blocked=True), Standing.MET),
        (replace(AUTHORITY, waived_at=AWARE, owed=False, blocked=True), Standing.WAIVED),
        (replace(AUTHORITY, owed=False, blocked=True), Standing.NOT_DUE),
        (replace(AUTHORITY, blocked=True), Standing.BLOCKED),
        (Deadline(starts_at=AWARE), Standing.AHEAD),
        (Deadline(starts_at=AWARE, target_at=DUE - timedelta(hours=48)), Standing.LATE),
    ],
)
def test_exactly_one_standing_holds_and_the_settled_ones_come_first(deadline: Deadline, expected: Standing) -> None:
    assert standing(deadline, DUE) is expected


def names(deadline: Deadline, now: datetime = AWARE) -> list[str]:
    return [item.name for item in thresholds(deadline, now)]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (72, ["48h", "24h", "12h", "4h", "1h", "due", "late+24h"]),
        (48, ["24h", "12h", "4h", "1h", "due", "late+24h"]),
        (24, ["12h", "4h", "1h", "due", "late+24h"]),
        (4, ["1h", "due", "late+24h"]),
        (1, ["due", "late+24h"]),
    ],
)
def test_only_thresholds_shorter_than_the_period_exist(hours: int, expected: list[str]) -> None:
    assert names(Deadline(starts_at=AWARE, due_at=AWARE + timedelta(hours=hours))) == expected


def test_an_own_target_reminds_until_it_is_reached_and_not_daily() -> None:
    target = Deadline(starts_at=AWARE, target_at=AWARE + timedelta(hours=24))
    assert names(target, DUE) == ["12h", "4h", "1h", "due"]


@pytest.mark.parametrize(
    "deadline",
    [
        Deadline(),
        Deadline(starts_at=AWARE),
        replace(AUTHORITY, blocked=True),
        replace(AUTHORITY, owed=False),
        replace(AUTHORITY, met_at=AWARE),
        replace(AUTHORITY, waived_at=AWARE),
    ],
)
def test_what_is_settled_blocked_or_without_a_moment_reminds_of_nothing(deadline: Deadline) -> None:
    assert thresholds(deadline, DUE) == ()


def test_after_a_jump_of_73_hours_only_the_moment_itself_goes() -> None:
    now = AWARE + timedelta(hours=73)
    found = verdict(thresholds(AUTHORITY, now), now)
    assert found.send == Threshold("due", DUE)
    assert [item.name for item in found.superseded] == ["48h", "24h", "12h", "4h", "1h"]


def test_at_97_hours_one_more_goes() -> None:
    now = AWARE + timedelta(hours=97)
    waiting = [item for item in thresholds(AUTHORITY, now) if item.name.startswith("late")]
    found = verdict(waiting, now)
    assert found.send == Threshold("late+24h", DUE + timedelta(hours=24))
    assert found.superseded == ()
    assert [item.name for item in waiting] == ["late+24h", "late+48h"]


def test_nothing_goes_before_its_hour() -> None:
    assert verdict(thresholds(AUTHORITY, AWARE), AWARE + timedelta(hours=24) - TICK).send is None
    found = verdict(thresholds(AUTHORITY, AWARE), AWARE + timedelta(hours=24))
    assert found.send == Threshold("48h", DUE - timedelta(hours=48))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40))
def test_however_the_clock_moves_each_reminder_goes_or_is_superseded_once(steps: list[int]) -> None:
    now = AWARE
    sent: list[Threshold] = []
    superseded: list[Threshold] = []
    for step in steps:
        now += timedelta(hours=step)
        done = {item.name for item in (*sent, *superseded)}
        waiting = [item for item in thresholds(AUTHORITY, now) if item.name not in done]
        found = verdict(waiting, now)
        assert verdict([item for item in waiting if item not in (found.send, *found.superseded)], now).send is None
        sent.extend([found.send] if found.send else [])
        superseded.extend(found.superseded)
    come = {item.name for item in thresholds(AUTHORITY, now) if item.fires_at <= now}
    settled = [item.name for item in (*sent, *superseded)]
    assert sorted(settled) == sorted(come)
    assert [item.fires_at for item in sent] == sorted(item.fires_at for item in sent)
