"""One row's rules: every way is a known one, ends stay ends, waits grow, and nobody is given up before their time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import DeliveryState
from notifications.transitions import (
    MOVES,
    OPEN,
    SPREAD,
    STEPS,
    Fate,
    Settled,
    Tried,
    gives_up_at,
    orphan,
    resend,
    settle,
    wait_before,
)

MADE = datetime(2026, 11, 24, 9, tzinfo=UTC)
PATIENCE = timedelta(hours=72)
ENDS = {DeliveryState.REJECTED, DeliveryState.BOUNCED, DeliveryState.CANCELLED}
MINUTES = st.integers(0, 10_000).map(lambda minutes: timedelta(minutes=minutes))
JITTER = st.floats(-1, 1)


def tried(deferrals: int = 0, first: datetime | None = None, patience: timedelta | None = PATIENCE) -> Tried:
    return Tried(deferrals, MADE, None if patience is None else MADE + patience, first)


ROWS = st.builds(
    tried,
    st.integers(0, 90),
    st.none() | MINUTES.map(lambda after: MADE + after),
    st.none() | st.just(PATIENCE) | st.just(timedelta(hours=24)),
)


def test_every_state_has_its_ways_and_ends_have_none() -> None:
    assert set(MOVES) == set(DeliveryState)
    assert {state for state, ways in MOVES.items() if not ways} == ENDS
    assert all(state not in ways for state, ways in MOVES.items())


def test_open_is_everything_from_which_a_row_can_still_be_accepted() -> None:
    reaching = {DeliveryState.ACCEPTED}
    while more := {state for state, ways in MOVES.items() if ways & reaching} - reaching:
        reaching |= more
    assert reaching - {DeliveryState.ACCEPTED} == OPEN


def test_only_a_transmitting_row_becomes_accepted_deferred_or_uncertain() -> None:
    for end in (DeliveryState.ACCEPTED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN):
        assert [state for state, ways in MOVES.items() if end in ways] == [DeliveryState.TRANSMITTING]


def test_the_first_waits_are_1_5_15_30_60_minutes_then_an_hour_each() -> None:
    waits = [wait_before(deferrals, 0) / timedelta(minutes=1) for deferrals in range(1, 9)]
    assert waits == [1, 5, 15, 30, 60, 60, 60, 60]
    assert wait_before(0, 0) == STEPS[0]


@given(st.integers(0, 200), JITTER)
def test_jitter_moves_a_wait_by_a_tenth_at_most(deferrals: int, jitter: float) -> None:
    plain = wait_before(deferrals, 0)
    assert abs(wait_before(deferrals, jitter) - plain) <= plain * SPREAD + timedelta(microseconds=1)


@given(ROWS, MINUTES, JITTER)
def test_accepted_and_rejected_are_settled_at_once(row: Tried, after: timedelta, jitter: float) -> None:
    now = MADE + after
    for fate in (Fate.ACCEPTED, Fate.REJECTED):
        assert settle(row, fate, now, jitter) == Settled(DeliveryState(fate), now, row.deferrals, now)


@given(ROWS, MINUTES, JITTER)
def test_an_undecided_attempt_counts_and_leads_where_a_row_may_go(row: Tried, after: timedelta, jitter: float) -> None:
    now = MADE + after
    for fate in (Fate.DEFERRED, Fate.UNCERTAIN):
        settled = settle(row, fate, now, jitter)
        assert settled.state in MOVES[DeliveryState.TRANSMITTING]
        assert settled.deferrals == row.deferrals + 1
        assert (settled.settled_at is None) == (settled.state in OPEN)
        assert now < settled.next_at <= now + timedelta(minutes=66) or settled.state is DeliveryState.REJECTED


@given(ROWS, MINUTES, JITTER)
def test_nobody_is_given_up_before_their_time(row: Tried, after: timedelta, jitter: float) -> None:
    now = MADE + after
    last = gives_up_at(row, now)
    gone = last is not None and now >= last
    assert (settle(row, Fate.DEFERRED, now, jitter).state is DeliveryState.REJECTED) == gone
    assert (resend(row, now).state is DeliveryState.REJECTED) == gone
    assert resend(row, now, by_person=True).state is DeliveryState.PENDING
    assert settle(row, Fate.UNCERTAIN, now, jitter).state is DeliveryState.UNCERTAIN


@given(ROWS, MINUTES, JITTER)
def test_the_last_try_is_at_the_moment_of_giving_up(row: Tried, after: timedelta, jitter: float) -> None:
    now = MADE + after
    last = gives_up_at(row, now)
    if last is not None and now < last:
        assert settle(row, Fate.DEFERRED, now, jitter).next_at <= last


def test_a_release_held_for_days_is_not_given_up_at_its_first_deferral() -> None:
    late = MADE + timedelta(days=5)
    assert settle(tried(), Fate.DEFERRED, late, 0).state is DeliveryState.DEFERRED
    assert gives_up_at(tried(first=late), late) == late + PATIENCE
    assert settle(tried(1, first=late), Fate.DEFERRED, late + PATIENCE, 0).state is DeliveryState.REJECTED


def test_a_row_without_an_end_is_tried_for_ever() -> None:
    late = MADE + timedelta(days=400)
    assert gives_up_at(tried(patience=None), late) is None
    assert settle(tried(900, patience=None), Fate.DEFERRED, late, 0).next_at == late + timedelta(hours=1)
    assert resend(tried(900, patience=None), late).state is DeliveryState.PENDING


def test_a_mail_of_a_dead_sender_is_due_at_once_the_first_time_and_later_each_time() -> None:
    assert orphan(tried(), MADE, 1) == Settled(DeliveryState.UNCERTAIN, MADE, 1, None)
    assert orphan(tried(1), MADE, 0) == Settled(DeliveryState.UNCERTAIN, MADE + timedelta(minutes=1), 2, None)
    assert orphan(tried(4), MADE, 0).next_at == MADE + timedelta(minutes=30)


def test_what_was_never_begun_has_no_outcome() -> None:
    with pytest.raises(ValueError, match="give the row back"):
        settle(tried(), Fate.UNTOUCHED, MADE, 0)
