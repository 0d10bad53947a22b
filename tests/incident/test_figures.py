"""Figures, counted by hand: what is not known is never nought."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incident.figures import (
    Batch,
    Course,
    Due,
    Kept,
    Spread,
    by_month,
    kept,
    kept_by_month,
    leading_causes,
    month_of,
    months_between,
    phase_spreads,
    sent_by_month,
    spread,
    stays,
    time_to,
)
from incident.phases import Phase

OPENED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
P = Phase


def course(*moves: tuple[Phase, int], **changes: object) -> Course:
    """An incident opened at nine, moved so many hours later."""
    steps = tuple((phase, OPENED + hours * HOUR) for phase, hours in moves)
    return Course("amber-heron", OPENED, OPENED, steps, **changes)  # type: ignore[arg-type]


def test_an_incident_that_was_just_opened_stays_in_detection_and_nobody_knows_how_long() -> None:
    (only,) = stays(course())
    assert (only.phase, only.begun_at, only.lasted) == (P.DETECTION, OPENED, None)


def test_stays_end_where_the_next_phase_begins_and_none_is_in_an_end() -> None:
    found = stays(course((P.CONTAINMENT, 2), (P.INVESTIGATION, 5), (P.CONTAINMENT, 6), (P.DISMISSED, 10)))
    assert [(one.phase, one.lasted) for one in found] == [
        (P.DETECTION, 2 * HOUR),
        (P.CONTAINMENT, 3 * HOUR),
        (P.INVESTIGATION, HOUR),
        (P.CONTAINMENT, 4 * HOUR),
    ]


def test_phases_of_several_incidents() -> None:
    courses = [
        course((P.CONTAINMENT, 2), (P.INVESTIGATION, 5), (P.CONTAINMENT, 6), (P.INVESTIGATION, 10)),
        course((P.CONTAINMENT, 4), (P.INVESTIGATION, 5)),
        course((P.CONTAINMENT, 9)),
        course(),
    ]
    found = phase_spreads(courses)
    assert found[P.DETECTION] == Spread(3, 1, 4 * HOUR, 2 * HOUR, 9 * HOUR)
    assert found[P.CONTAINMENT] == Spread(2, 1, 4 * HOUR, HOUR, 7 * HOUR)  # 3 + 4 h in the first, 1 h in the second
    assert found[P.INVESTIGATION] == Spread(0, 2)  # one was left once and is gone on: together not known
    assert found[P.REVIEW] == Spread(0, 0)
    assert P.CLOSED not in found


def test_a_reopened_incident_counts_its_time_after_and_not_the_time_it_was_closed() -> None:
    moves = ((P.CONTAINMENT, 1), (P.INVESTIGATION, 2), (P.RECOVERY, 3), (P.REVIEW, 4), (P.CLOSED, 5))
    again = course(*moves, (P.INVESTIGATION, 105), (P.RECOVERY, 107), (P.REVIEW, 108), (P.CLOSED, 109))
    found = phase_spreads([again])
    assert found[P.INVESTIGATION].median == 3 * HOUR
    assert found[P.REVIEW].median == 2 * HOUR


def test_a_spread_of_nothing_has_no_median() -> None:
    assert spread([]) == Spread(0, 0)
    assert spread([None, None]) == Spread(0, 2)
    assert spread([HOUR, None, 4 * HOUR]) == Spread(2, 1, 2.5 * HOUR, HOUR, 4 * HOUR)
    assert spread([timedelta()]).median == timedelta()  # at once is known


def test_time_counts_from_the_first_sign_and_never_backwards() -> None:
    seen = Course("x", OPENED, OPENED - 3 * HOUR, aware_at=OPENED + HOUR)
    assert time_to(seen, seen.aware_at) == 4 * HOUR
    assert time_to(seen, seen.told_at) is None
    assert time_to(seen, OPENED - 5 * HOUR) == timedelta()


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(OPENED, met_at=OPENED), Kept.IN_TIME),
        (Due(OPENED, met_at=OPENED + timedelta(seconds=1)), Kept.LATE),
        (Due(OPENED + 2 * HOUR, met_at=OPENED), Kept.IN_TIME),
        (Due(OPENED + HOUR), Kept.MISSED),  # its moment has come
        (Due(OPENED + timedelta(hours=1, seconds=1)), None),
        (Due(OPENED, settled=True), None),
        (Due(OPENED, met_at=OPENED + HOUR, settled=True), Kept.LATE),
    ],
)
def test_what_becomes_of_a_deadline(due: Due, expected: Kept | None) -> None:
    assert kept(due, OPENED + HOUR) is expected


def test_months_are_those_of_the_zone() -> None:
    edge = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    assert month_of(edge, ZoneInfo("UTC")) == (2026, 11)
    assert month_of(edge, BERLIN) == (2026, 12)
    found = by_month([course(), Course("y", edge, edge)], BERLIN)
    assert {month: len(mine) for month, mine in found.items()} == {(2026, 11): 1, (2026, 12): 1}


def test_months_between_have_no_gap() -> None:
    assert months_between((2025, 11), (2026, 2)) == ((2025, 11), (2025, 12), (2026, 1), (2026, 2))
    assert months_between((2026, 12), (2026, 12)) == ((2026, 12),)


def test_deadlines_and_deliveries_by_month() -> None:
    now = datetime(2027, 1, 15, tzinfo=UTC)
    december = OPENED + timedelta(days=20)
    dues = [Due(OPENED, OPENED), Due(OPENED, OPENED), Due(OPENED), Due(december, now), Due(now + HOUR)]
    assert kept_by_month(dues, now, BERLIN) == {
        (2026, 11): Counter({Kept.IN_TIME: 2, Kept.MISSED: 1}),
        (2026, 12): Counter({Kept.LATE: 1}),
    }
    batches = [Batch(OPENED, {"accepted": 3}), Batch(OPENED, {"accepted": 1, "bounced": 2}), Batch(december, {})]
    assert sent_by_month(batches, BERLIN) == {
        (2026, 11): Counter({"accepted": 4, "bounced": 2}),
        (2026, 12): Counter(),
    }


def test_a_deadline_met_before_it_comes_due_is_kept_from_then_on() -> None:
    now, ahead = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC)
    early, late = Due(ahead, now - HOUR), Due(now - HOUR, now)
    assert (early.counts_at, late.counts_at, Due(ahead).counts_at) == (now - HOUR, now - HOUR, ahead)
    assert kept_by_month([early], now, BERLIN) == {(2026, 11): Counter({Kept.IN_TIME: 1})}


def test_leading_causes_leave_the_unknown_out() -> None:
    found = [course(cause=cause) for cause in ("phishing", "", "", "", "lost_device", "phishing", "hacking")]
    assert leading_causes(found, 2) == ("phishing", "hacking")
    assert leading_causes(found[1:4], 5) == ()
