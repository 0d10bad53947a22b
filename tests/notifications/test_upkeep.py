"""What the dead left behind goes back or is declared uncertain; uncertain rows are sent again, or a person is asked."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from notifications import ledger, upkeep
from notifications.ledger import Claimed, Worker
from notifications.models import DeliveryState
from notifications.store import Store
from notifications.transitions import Fate, Outcome, Reply
from notifications.upkeep import Recovered
from tests.notifications.outbox import Outbox

DEAD = Worker("here.1")
HEIR = Worker("here.2")
THERE = Worker("there.1")
NOBODY = Recovered(0, 0)
SECOND = timedelta(seconds=1)


def leave_behind(outbox: Outbox, worker: Worker = DEAD, begun: int = 1) -> list[Claimed]:
    """A worker that claims what is due, begins so many of them and is never seen again."""
    now = outbox.clock.now()
    rows = outbox.write(lambda session: ledger.claim(session, worker, now))
    outbox.write(lambda session: ledger.begin(session, worker, rows[:begun], now))
    return rows


def take_over(outbox: Outbox, worker: Worker = HEIR, *, holds_lock: bool = False) -> Recovered:
    now = outbox.clock.now()
    return outbox.write(lambda session: upkeep.take_over(session, worker, now, holds_lock=holds_lock))


def to_do(outbox: Outbox, worker: Worker = HEIR, *, holds_lock: bool = False) -> bool:
    now = outbox.clock.now()
    return outbox.look(lambda session: upkeep.anything_to_do(session, worker, now, holds_lock=holds_lock))


def wake(outbox: Outbox) -> int:
    return outbox.write(lambda session: upkeep.wake(session, outbox.clock.now()))


def uncertain(outbox: Outbox, *, resend: bool = True) -> None:
    """One row, u0, whose sender died in the middle."""
    outbox.release(1, resend=resend)
    leave_behind(outbox)
    take_over(outbox, holds_lock=True)
    assert outbox.states() == {DeliveryState.UNCERTAIN: 1}


def test_what_is_past_its_lease_is_taken_over_and_nothing_before(outbox: Outbox) -> None:
    outbox.release(3)
    leave_behind(outbox, begun=2)
    outbox.clock.move(DEAD.lease)
    assert not to_do(outbox)
    assert take_over(outbox) == NOBODY
    outbox.clock.move(SECOND)
    assert to_do(outbox)
    assert take_over(outbox) == Recovered(returned=1, uncertain=2)
    first, second, third = outbox.rows()
    assert (first.state, second.state, third.state) == (
        DeliveryState.UNCERTAIN,
        DeliveryState.UNCERTAIN,
        DeliveryState.PENDING,
    )
    assert (third.deferrals, third.possible_duplicate, third.worker) == (0, False, None)
    assert "before the relay answered" in first.reply_text
    assert take_over(outbox) == NOBODY


def test_who_holds_the_lock_takes_over_its_nodes_earlier_workers_at_once_and_no_others(outbox: Outbox) -> None:
    outbox.release(1)
    leave_behind(outbox)
    outbox.page("mara")
    leave_behind(outbox, THERE)
    assert not to_do(outbox)
    assert take_over(outbox) == NOBODY
    assert to_do(outbox, holds_lock=True)
    assert take_over(outbox, holds_lock=True) == Recovered(0, 1)
    assert (outbox.row("u0").state, outbox.row("mara").state) == (DeliveryState.UNCERTAIN, DeliveryState.TRANSMITTING)


def test_a_worker_never_takes_over_from_itself_before_its_lease(outbox: Outbox) -> None:
    outbox.release(1)
    leave_behind(outbox, HEIR)
    assert take_over(outbox, HEIR, holds_lock=True) == NOBODY


@pytest.mark.parametrize("node", ["he%", "her_", "h"])
def test_a_node_is_not_taken_for_another_that_is_named_like_it(outbox: Outbox, node: str) -> None:
    outbox.release(1)
    leave_behind(outbox)
    assert take_over(outbox, Worker(f"{node}.2"), holds_lock=True) == NOBODY


def test_an_uncertain_row_is_sent_again_at_once_flagged_and_later_each_time(outbox: Outbox) -> None:
    uncertain(outbox)
    before = outbox.row()
    assert (before.next_at, before.possible_duplicate) == (outbox.clock.now(), False)
    assert to_do(outbox)
    assert wake(outbox) == 1
    after = outbox.row()
    assert (after.state, after.possible_duplicate, after.message_id) == (DeliveryState.PENDING, True, before.message_id)
    leave_behind(outbox)
    assert take_over(outbox, holds_lock=True) == Recovered(0, 1)
    assert wake(outbox) == 0
    assert not to_do(outbox)
    outbox.clock.move(timedelta(minutes=2))
    assert wake(outbox) == 1


def test_a_release_may_ask_a_person_who_resends(outbox: Outbox) -> None:
    uncertain(outbox, resend=False)
    outbox.clock.move(timedelta(days=9))  # however late
    assert wake(outbox) == 0
    assert not to_do(outbox)
    release = outbox.row().release_id
    assert release is not None
    assert outbox.write(lambda session: upkeep.resend_now(session, release, outbox.clock.now())) == 1
    assert (outbox.row().state, outbox.row().possible_duplicate) == (DeliveryState.PENDING, True)


def test_a_release_may_ask_a_person_who_leaves_it(outbox: Outbox) -> None:
    uncertain(outbox, resend=False)
    release = outbox.row().release_id
    assert release is not None
    assert outbox.write(lambda session: upkeep.leave(session, release)) == 1
    assert outbox.states() == {DeliveryState.CANCELLED: 1}
    assert outbox.finish(release)


def test_uncertain_rows_of_a_stopped_release_wait_for_it(outbox: Outbox) -> None:
    uncertain(outbox)
    release = outbox.row().release_id
    assert release is not None
    outbox.stop(release)
    assert (wake(outbox), to_do(outbox)) == (0, False)
    outbox.resume(release)
    assert (to_do(outbox), wake(outbox)) == (True, 1)


def test_deferred_rows_of_a_stopped_release_wait_and_of_a_void_one_are_cancelled(outbox: Outbox) -> None:
    release = outbox.release(1)
    (row,) = leave_behind(outbox)
    deferred = [(row, Outcome(Fate.DEFERRED, Reply(451)))]
    outbox.stop(release)
    outbox.write(lambda session: ledger.record(session, DEAD, deferred, outbox.clock.now()))
    outbox.clock.move(timedelta(hours=1))
    assert (wake(outbox), to_do(outbox)) == (0, False)
    outbox.void(release)
    assert outbox.states() == {DeliveryState.CANCELLED: 1}


def test_an_uncertain_message_to_people_inside_is_sent_again_by_itself(outbox: Outbox) -> None:
    outbox.page("mara")
    leave_behind(outbox)
    take_over(outbox, holds_lock=True)
    assert wake(outbox) == 1
    assert outbox.row("mara").possible_duplicate


def test_what_nobody_confirmed_until_the_end_is_given_up(outbox: Outbox) -> None:
    uncertain(outbox)
    outbox.clock.move(timedelta(hours=73))
    assert wake(outbox) == 1
    row = outbox.row()
    assert (row.state, row.settled_at, row.possible_duplicate) == (DeliveryState.REJECTED, outbox.clock.now(), True)
    assert row.reply_text.startswith("given up")


def test_a_sender_that_died_on_a_stopped_or_void_release_leaves_held_or_cancelled_rows(outbox: Outbox) -> None:
    stopped, void = outbox.release(1), outbox.release(1)
    leave_behind(outbox, begun=0)
    outbox.stop(stopped)
    outbox.void(void)
    assert take_over(outbox, holds_lock=True) == Recovered(2, 0)
    assert [row.state for row in outbox.rows()] == [DeliveryState.HELD, DeliveryState.CANCELLED]


def test_rows_that_came_to_a_release_afterwards_follow_it(outbox: Outbox) -> None:
    stopped, void, going = outbox.release(1), outbox.release(2), outbox.release(1)
    outbox.stop(stopped)
    outbox.void(void)
    stale = {row.id: row for row in outbox.rows() if row.release_id != going}
    outbox.change("u0", state=DeliveryState.PENDING)
    outbox.change("u1", state=DeliveryState.DEFERRED)
    assert outbox.write(upkeep.follow_releases) == len(stale)
    assert [row.state for row in outbox.rows()] == [
        DeliveryState.HELD,
        DeliveryState.CANCELLED,
        DeliveryState.CANCELLED,
        DeliveryState.PENDING,
    ]
    assert outbox.write(upkeep.follow_releases) == 0


def test_more_than_one_piece_is_taken_over_and_woken_piece_by_piece(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PIECE", 2)
    outbox.release(5)
    leave_behind(outbox, begun=5)
    found = [take_over(outbox, holds_lock=True).uncertain for _ in range(4)]
    assert found == [2, 2, 1, 0]
    assert [wake(outbox) for _ in range(4)] == [2, 2, 1, 0]
    assert outbox.states() == {DeliveryState.PENDING: 5}


def test_the_next_moment_is_when_a_row_may_move_by_itself(outbox: Outbox) -> None:
    assert outbox.look(upkeep.next_moment) is None
    outbox.release(2)
    now = outbox.clock.now()
    assert outbox.look(upkeep.next_moment) == now
    rows = leave_behind(outbox, begun=2)
    assert outbox.look(upkeep.next_moment) is None
    outcomes = [(rows[0], Outcome(Fate.ACCEPTED)), (rows[1], Outcome(Fate.DEFERRED))]
    outbox.write(lambda session: ledger.record(session, DEAD, outcomes, now))
    later = outbox.row("u1").next_at
    assert later > now
    assert outbox.look(upkeep.next_moment) == later


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_that_take_over_at_once_share_the_rows(outbox: Outbox, store: Store) -> None:
    outbox.release(3)
    leave_behind(outbox, begun=3)
    now, found = outbox.clock.move(DEAD.lease + SECOND), []

    def both(session: Session) -> None:
        found.append(upkeep.take_over(session, HEIR, now))
        found.append(store.write(lambda other: upkeep.take_over(other, THERE, now)))

    store.write(both)
    assert found == [Recovered(0, 3), NOBODY]
