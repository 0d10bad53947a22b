"""The one Clock: aware, in UTC, and movable where a test or a drill wants it."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from freezegun import freeze_time

from notifications.clock import MovableClock, SystemClock, require_utc

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_is_asked_each_time_and_shows_no_summer_time() -> None:
    with freeze_time(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)) as machine:
        before = SystemClock().now()
        machine.tick(timedelta(seconds=2))
        assert (before.hour, SystemClock().now() - before) == (0, timedelta(seconds=2))


def test_a_movable_clock_stands_still_until_it_is_moved() -> None:
    clock = MovableClock(START)
    assert clock.now() == clock.now() == START
    assert clock.move(timedelta(hours=73)) == clock.now() == START + timedelta(hours=73)
    assert clock.move(timedelta(days=-1)) == START + timedelta(hours=49)
    clock.set(START)
    assert clock.now() == START


def test_another_zone_names_the_same_instant() -> None:
    berlin = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=1)))
    assert require_utc(berlin) == START
    assert MovableClock(berlin).now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("use", [require_utc, MovableClock, MovableClock(START).set])
def test_a_naive_time_names_no_instant(use) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="names no instant"):
        use(datetime(2026, 11, 24, 9))  # noqa: DTZ001 (what is refused)


def test_moves_by_several_threads_all_count() -> None:
    clock = MovableClock(START)
    threads = [
        threading.Thread(target=lambda: [clock.move(timedelta(seconds=1)) for _ in range(500)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == START + timedelta(seconds=4000)
