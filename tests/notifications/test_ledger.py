"""A row belongs to one worker, changes only from the state it was read in, and keeps what came of it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from notifications import ledger, upkeep
from notifications.ledger import WINDOW, Claimed, Worker
from notifications.models import Channel, DeliveryState
from notifications.store import Store
from notifications.transitions import Fate, Outcome, Reply
from tests.notifications.outbox import Outbox

HERE = Worker("here.1")
THERE = Worker("there.1")
QUEUED = Outcome(Fate.ACCEPTED, Reply(250, "2.0.0", "2.0.0 queued as 1"))
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def claim(outbox: Outbox, worker: Worker = HERE, limit: int = WINDOW) -> list[Claimed]:
    return outbox.write(lambda session: ledger.claim(session, worker, outbox.clock.now(), limit))


def begin(outbox: Outbox, rows: list[Claimed], worker: Worker = HERE) -> set[int]:
    return outbox.write(lambda session: ledger.begin(session, worker, rows, outbox.clock.now()))


def record(outbox: Outbox, row: Claimed, outcome: Outcome, worker: Worker = HERE) -> None:
    outbox.write(lambda session: ledger.record(session, worker, [(row, outcome)], outbox.clock.now()))


def give_back(outbox: Outbox, rows: list[Claimed], worker: Worker = HERE) -> int:
    return outbox.write(lambda session: ledger.give_back(session, worker, rows))


def begun(outbox: Outbox, worker: Worker = HERE) -> Claimed:
    (row,) = claim(outbox, worker, 1)
    assert begin(outbox, [row], worker) == {row.id}
    return row


def test_a_worker_is_named_after_its_node() -> None:
    assert Worker("abc.1f").node == "abc"
    assert Worker("nameless").node == ""


def test_a_claimed_row_is_one_workers_for_the_time_of_its_lease(outbox: Outbox) -> None:
    outbox.release(2)
    mine = claim(outbox, limit=1)
    theirs = claim(outbox, THERE)
    assert [row.person for row in (*mine, *theirs)] == ["u0", "u1"]
    assert claim(outbox, Worker("third.1")) == []
    row = outbox.row("u0")
    assert (row.state, row.worker, row.attempt) == (DeliveryState.CLAIMED, HERE.name, 1)
    assert row.lease_until == outbox.clock.now() + HERE.lease
    assert mine[0].message_id == row.message_id


def test_what_is_due_first_is_claimed_first_and_nothing_before_its_time(outbox: Outbox) -> None:
    outbox.release(3)
    outbox.change("u0", next_at=outbox.clock.now() + timedelta(minutes=1))
    outbox.change("u2", next_at=outbox.clock.now() - timedelta(minutes=1))
    assert [row.person for row in claim(outbox, limit=1)] == ["u2"]
    assert [row.person for row in claim(outbox)] == ["u1"]
    outbox.clock.move(timedelta(minutes=1))
    assert [row.person for row in claim(outbox)] == ["u0"]


def test_messages_to_people_inside_go_before_releases(outbox: Outbox) -> None:
    outbox.release(3)
    outbox.page("mara", "ines")
    assert [row.person for row in claim(outbox, limit=3)] == ["mara", "ines", "u0"]
    assert claim(outbox, limit=0) == []


def test_only_mail_is_claimed(outbox: Outbox) -> None:
    outbox.release(1)
    outbox.change("u0", channel=Channel.IN_APP)
    assert claim(outbox) == []
    assert not outbox.look(lambda session: ledger.anything_due(session, outbox.clock.now()))


def test_rows_of_a_release_that_is_not_approved_are_left_alone(outbox: Outbox) -> None:
    release = outbox.release(1)
    assert outbox.look(lambda session: ledger.anything_due(session, outbox.clock.now()))
    outbox.stop(release)
    outbox.change("u0", state=DeliveryState.PENDING)  # as if it had come to the release since
    assert claim(outbox) == []
    assert not outbox.look(lambda session: ledger.anything_due(session, outbox.clock.now()))
    assert outbox.look(lambda session: ledger.not_approved(session, [release])) == {release}
    outbox.resume(release)
    assert outbox.look(lambda session: ledger.not_approved(session, [release])) == set()
    assert len(claim(outbox)) == 1


def test_outside_its_sending_hours_nothing_of_a_release_is_claimed_or_begun(outbox: Outbox) -> None:
    release = outbox.release(2)
    first = claim(outbox, limit=1)
    outbox.forge(release, window_closed=True)
    assert begin(outbox, first) == set()
    assert give_back(outbox, first) == 1
    assert claim(outbox) == []
    assert outbox.states() == {DeliveryState.PENDING: 2}
    assert outbox.look(lambda session: ledger.not_approved(session, [release])) == {release}
    outbox.forge(release, window_closed=False)
    assert outbox.look(lambda session: ledger.not_approved(session, [release])) == set()
    assert len(claim(outbox)) == 2


def test_beginning_marks_the_first_moment_and_renews_the_lease(outbox: Outbox) -> None:
    outbox.release(1)
    (row,) = claim(outbox)
    first = outbox.clock.move(timedelta(seconds=30))
    assert begin(outbox, [row]) == {row.id}
    found = outbox.row()
    assert (found.state, found.first_transmitting_at) == (DeliveryState.TRANSMITTING, first)
    assert found.lease_until == first + HERE.lease
    assert begin(outbox, [row]) == set()
    assert begin(outbox, []) == set()


def test_a_release_stopped_after_the_claim_is_not_begun_and_its_rows_are_held(outbox: Outbox) -> None:
    release = outbox.release(2)
    rows = claim(outbox)
    outbox.stop(release)
    assert begin(outbox, rows) == set()
    assert give_back(outbox, rows) == 2
    assert outbox.states() == {DeliveryState.HELD: 2}


@pytest.mark.parametrize("fate", [Fate.ACCEPTED, Fate.REJECTED])
def test_what_the_relay_said_is_kept_with_the_row(outbox: Outbox, fate: Fate) -> None:
    outbox.release(1)
    row = begun(outbox)
    record(outbox, row, Outcome(fate, Reply(550, "5.1.1", "5.1.1 nobody")))
    found = outbox.row()
    assert (found.state, found.settled_at) == (DeliveryState(fate), outbox.clock.now())
    assert (found.reply_code, found.reply_enhanced, found.reply_text) == (550, "5.1.1", "5.1.1 nobody")
    assert (found.worker, found.lease_until, found.possible_duplicate) == (None, None, False)


def test_a_reply_longer_than_its_column_is_cut(outbox: Outbox) -> None:
    outbox.release(1)
    record(outbox, begun(outbox), Outcome(Fate.ACCEPTED, Reply(250, "2" * 40, "x" * 900)))
    assert (len(outbox.row().reply_enhanced), len(outbox.row().reply_text)) == (16, 500)


def test_a_deferred_row_waits_longer_each_time_and_its_message_id_stays(outbox: Outbox) -> None:
    outbox.release(1)
    before = outbox.row().message_id
    waits = []
    for _ in range(3):
        record(outbox, begun(outbox), Outcome(Fate.DEFERRED, Reply(451, "4.7.1", "greylisted")))
        found, now = outbox.row(), outbox.clock.now()
        assert (found.state, found.message_id) == (DeliveryState.DEFERRED, before)
        waits.append((found.next_at - now) / timedelta(minutes=1))
        outbox.clock.move(timedelta(hours=2))
        assert outbox.write(lambda session: upkeep.wake(session, outbox.clock.now())) == 1
    assert [round(wait / step) for wait, step in zip(waits, (1, 5, 15), strict=True)] == [1, 1, 1]
    assert outbox.row().deferrals == 3
    record(outbox, begun(outbox), QUEUED)
    assert (outbox.row().state, outbox.row().possible_duplicate) == (DeliveryState.ACCEPTED, False)


def test_a_result_of_a_row_that_was_taken_over_changes_nothing(outbox: Outbox) -> None:
    outbox.release(1)
    late = begun(outbox)
    now = outbox.clock.move(HERE.lease + timedelta(seconds=1))
    assert outbox.write(lambda session: upkeep.take_over(session, THERE, now)).uncertain == 1
    record(outbox, late, QUEUED)
    assert outbox.row().state is DeliveryState.UNCERTAIN
    outbox.write(lambda session: upkeep.wake(session, now))
    begun(outbox, THERE)
    record(outbox, late, QUEUED)
    assert give_back(outbox, [late]) == 0
    assert begin(outbox, [late]) == set()
    found = outbox.row()
    assert (found.state, found.worker, found.attempt) == (DeliveryState.TRANSMITTING, THERE.name, 2)


def test_an_attempt_of_ones_own_that_was_lost_changes_nothing_either(outbox: Outbox) -> None:
    outbox.release(1)
    late = begun(outbox)
    give_back(outbox, [late])
    again = begun(outbox)
    record(outbox, late, Outcome(Fate.REJECTED))
    assert (outbox.row().state, outbox.row().attempt) == (DeliveryState.TRANSMITTING, again.attempt)


def test_a_result_recorded_twice_is_recorded_once(outbox: Outbox) -> None:
    outbox.release(1)
    row = begun(outbox)
    record(outbox, row, QUEUED)
    outbox.clock.move(timedelta(minutes=1))
    record(outbox, row, Outcome(Fate.REJECTED, Reply(550)))
    assert (outbox.row().state, outbox.row().reply_code) == (DeliveryState.ACCEPTED, 250)


def test_what_was_not_begun_goes_back_as_it_was(outbox: Outbox) -> None:
    outbox.release(2)
    rows = claim(outbox)
    begin(outbox, rows[:1])
    assert give_back(outbox, rows) == 2
    assert give_back(outbox, rows) == 0
    assert give_back(outbox, []) == 0
    for row in outbox.rows():
        assert (row.state, row.worker, row.lease_until) == (DeliveryState.PENDING, None, None)
        assert (row.deferrals, row.possible_duplicate, row.next_at) == (0, False, outbox.clock.now())


def test_what_is_given_back_to_a_void_release_is_cancelled(outbox: Outbox) -> None:
    release = outbox.release(1)
    rows = claim(outbox)
    assert outbox.void(release) == 0
    give_back(outbox, rows)
    assert outbox.states() == {DeliveryState.CANCELLED: 1}


def test_a_row_of_which_no_mail_can_be_made_is_rejected_with_the_fault(outbox: Outbox) -> None:
    outbox.release(3)
    rows = claim(outbox)
    begin(outbox, rows[1:2])

    def work(session: Session) -> None:
        ledger.reject(session, HERE, [(rows[0], "x" * 900), (rows[1], "begun")], outbox.clock.now())
        ledger.reject(session, THERE, [(rows[2], "not theirs")], outbox.clock.now())

    outbox.write(work)
    first, second, third = outbox.rows()
    assert (first.state, first.reply_text, first.worker) == (DeliveryState.REJECTED, "x" * 500, None)
    assert first.settled_at == outbox.clock.now()
    assert (second.state, third.state) == (DeliveryState.TRANSMITTING, DeliveryState.CLAIMED)


def test_a_live_worker_keeps_what_it_has(outbox: Outbox) -> None:
    outbox.release(3)
    rows = claim(outbox)
    begin(outbox, rows[:1])
    give_back(outbox, rows[2:])
    now = outbox.clock.move(timedelta(seconds=40))

    def renew(session: Session, worker: Worker) -> int:
        return ledger.renew(session, worker, rows, now)

    assert outbox.write(lambda session: renew(session, THERE)) == 0
    assert outbox.write(lambda session: renew(session, HERE)) == 2
    assert outbox.write(lambda session: ledger.renew(session, HERE, [], now)) == 0
    assert [row.lease_until for row in outbox.rows()] == [now + HERE.lease, now + HERE.lease, None]


def test_the_states_of_a_release_are_counted(outbox: Outbox) -> None:
    release = outbox.release(3)
    outbox.page("mara")
    rows = claim(outbox)
    begin(outbox, [row for row in rows if row.person == "u0"])
    expected = {DeliveryState.CLAIMED: 2, DeliveryState.TRANSMITTING: 1}
    assert outbox.look(lambda session: ledger.counts(session, release)) == expected


@ON_POSTGRESQL
def test_two_workers_at_once_pass_each_other(outbox: Outbox, store: Store) -> None:
    outbox.release(4)
    now, theirs = outbox.clock.now(), []

    def work(session: Session) -> list[Claimed]:
        mine = ledger.claim(session, HERE, now, 2)
        theirs.extend(store.write(lambda other: ledger.claim(other, THERE, now, 4)))  # does not wait for the first
        return mine

    mine = store.write(work)
    assert [row.person for row in mine] == ["u0", "u1"]
    assert [row.person for row in theirs] == ["u2", "u3"]


@ON_POSTGRESQL
@pytest.mark.parametrize("after", ["resume", "stop"])
def test_a_row_that_passes_a_stop_or_resume_is_put_right(outbox: Outbox, store: Store, after: str) -> None:
    """Given back in a transaction that began before the other one and ends after it."""
    release = outbox.release(1)
    rows = claim(outbox)
    if after == "resume":
        outbox.stop(release)

    def work(session: Session) -> None:
        ledger.give_back(session, HERE, rows)
        outbox.resume(release) if after == "resume" else outbox.stop(release)

    store.write(work)
    against = DeliveryState.HELD if after == "resume" else DeliveryState.PENDING
    assert outbox.states() == {against: 1}
    assert outbox.write(upkeep.follow_releases) == 1
    assert outbox.states() == {DeliveryState.PENDING if after == "resume" else DeliveryState.HELD: 1}
