"""A release is opened step by step: rows exist for those admitted and nobody else, whoever looks and however often."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest

from notifications import fan_out, pacing, upkeep
from notifications import release as releases
from notifications.audience import NewMember
from notifications.models import DeliveryState, Release
from notifications.pacing import Moved
from notifications.ramp import Plan, Stage
from notifications.release import NotReleasable
from tests.notifications.outbox import Outbox, address

PLAN = Plan((4, 10, 30), minutes=15, percent=5, least=2)
MIXED = [
    NewMember(f"u{n}", address(f"u{n}"), locale="de" if n == 25 else "en", values={"name": str(n)}) for n in range(30)
]
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def fan(outbox: Outbox, release: UUID) -> bool:
    now = outbox.clock.now()
    return outbox.write(lambda session: fan_out.continue_fan_out(session, session.get_one(Release, release), now))


def advance(outbox: Outbox, release: UUID) -> Moved | None:
    now = outbox.clock.now()
    return outbox.write(lambda session: pacing.advance(session, session.get_one(Release, release), now))


def go_on(outbox: Outbox, release: UUID, *, all_at_once: bool = False) -> Moved:
    now = outbox.clock.now()
    return outbox.write(
        lambda session: pacing.go_on(session, session.get_one(Release, release), now, all_at_once=all_at_once)
    )


def answer(outbox: Outbox, state: DeliveryState = DeliveryState.ACCEPTED, number: int = 99) -> None:
    """Everybody who waits has an answer."""
    now, waiting = outbox.clock.now(), [row.person for row in outbox.rows() if row.state is DeliveryState.PENDING]
    for person in waiting[:number]:
        outbox.change(person, state=state, settled_at=now)


def opened(outbox: Outbox, release: UUID) -> tuple[Stage, int, int]:
    row = outbox.released(release)
    return row.stage, row.fanned, len(outbox.rows())


def test_the_canary_has_somebody_of_every_language_and_nobody_else_has_a_row(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    assert [row.person for row in outbox.rows()] == ["u0", "u1", "u2", "u25"]
    assert fan(outbox, release)
    assert opened(outbox, release) == (Stage.CANARY, 4, 4)


def test_from_the_canary_to_everybody_each_once(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    answer(outbox)
    moved = advance(outbox, release)
    assert moved is not None
    assert moved.after.stage is Stage.CONFIRM
    outbox.clock.move(timedelta(days=1))
    assert advance(outbox, release) is None
    go_on(outbox, release)
    assert fan(outbox, release)
    assert opened(outbox, release) == (Stage.RAMP, 10, 10)
    answer(outbox)
    assert advance(outbox, release) is None
    outbox.clock.move(timedelta(minutes=15))
    assert advance(outbox, release) is not None
    assert not outbox.finish(release)
    assert fan(outbox, release)
    assert opened(outbox, release) == (Stage.WHOLE, 30, 30)
    assert sorted(row.person for row in outbox.rows()) == sorted(f"u{n}" for n in range(30))
    answer(outbox)
    assert outbox.finish(release)


def test_a_release_that_is_not_opened_to_everybody_is_not_finished(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    answer(outbox)
    fan(outbox, release)
    assert not outbox.finish(release)
    assert outbox.released(release).fanned_out_at is None


def test_trouble_holds_the_ramp_until_a_person_lets_it_go_on(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    answer(outbox)
    advance(outbox, release)
    go_on(outbox, release)
    fan(outbox, release)
    answer(outbox, DeliveryState.REJECTED, number=2)
    moved = advance(outbox, release)
    assert moved is not None
    assert (moved.after.stage, moved.tally.troubled) == (Stage.HELD, 2)
    outbox.clock.move(timedelta(days=1))
    assert advance(outbox, release) is None
    fan(outbox, release)
    assert len(outbox.rows()) == 10
    go_on(outbox, release)
    fan(outbox, release)
    assert opened(outbox, release) == (Stage.WHOLE, 30, 30)


def test_all_at_once_by_a_person_and_then_nothing_is_left_to_confirm(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    go_on(outbox, release, all_at_once=True)
    fan(outbox, release)
    assert opened(outbox, release) == (Stage.WHOLE, 30, 30)
    with pytest.raises(NotReleasable):
        go_on(outbox, release)


def test_a_stopped_release_takes_no_step(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    answer(outbox)
    outbox.stop(release)
    assert advance(outbox, release) is None
    with pytest.raises(NotReleasable):
        go_on(outbox, release)
    outbox.resume(release)
    assert advance(outbox, release) is not None


def test_a_stopped_release_is_given_up_for_good(outbox: Outbox) -> None:
    release, now = outbox.release(MIXED, plan=PLAN), outbox.clock.now()
    answer(outbox, number=1)

    def cancel() -> int:
        return outbox.write(lambda session: releases.cancel(session, session.get_one(Release, release), "wrong", now))

    with pytest.raises(NotReleasable):
        cancel()
    outbox.stop(release)
    assert cancel() == 3
    assert outbox.states() == {DeliveryState.ACCEPTED: 1, DeliveryState.CANCELLED: 3}


@ON_POSTGRESQL
def test_of_two_workers_at_once_one_takes_the_step(outbox: Outbox) -> None:
    release = outbox.release(MIXED, plan=PLAN)
    answer(outbox)
    advance(outbox, release)
    both = threading.Barrier(2)
    taken: list[Moved | None] = []

    def work() -> None:
        now = outbox.clock.now()

        def step(session: object) -> Moved:
            row = session.get_one(Release, release)  # type: ignore[attr-defined]
            both.wait(10)  # each has read the release before either changes it
            return pacing.go_on(session, row, now, all_at_once=False)  # type: ignore[arg-type]

        try:
            taken.append(outbox.write(step))
        except NotReleasable:
            taken.append(None)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(moved is not None for moved in taken) == [False, True]
    assert outbox.released(release).admitted == 10


def test_the_rows_of_a_large_release_follow_a_stop_in_pieces(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "AT_ONCE", 2)
    monkeypatch.setattr(upkeep, "FOLLOWING", 3)
    release = outbox.release(10)
    assert outbox.stop(release) == 10
    assert outbox.states() == {DeliveryState.HELD: 2, DeliveryState.PENDING: 8}
    assert [outbox.write(upkeep.follow_releases) for _ in range(4)] == [3, 3, 2, 0]
    assert outbox.resume(release) == 10
    assert sum(outbox.write(upkeep.follow_releases) for _ in range(3)) == 8
    assert outbox.states() == {DeliveryState.PENDING: 10}


def test_the_window_opens_and_closes_by_the_clock(outbox: Outbox) -> None:
    release = outbox.release(1)
    outbox.forge(release, hours="08:00-20:00 Europe/Berlin")

    def keep() -> bool | None:
        now = outbox.clock.now()
        return outbox.write(lambda session: pacing.keep_hours(session, session.get_one(Release, release), now))

    assert keep() is None  # 10:00 in Berlin
    outbox.clock.move(timedelta(hours=10))
    assert keep() is False
    closed = outbox.released(release)
    assert (closed.window_closed, closed.opens_at) == (True, outbox.clock.now() + timedelta(hours=12))
    assert keep() is None
    outbox.clock.move(timedelta(hours=12))
    assert keep() is True
    assert (outbox.released(release).window_closed, outbox.released(release).opens_at) == (False, None)


def test_rows_outside_their_hours_are_held_and_wait_again_within_them(outbox: Outbox) -> None:
    release = outbox.release(3)
    outbox.forge(release, window_closed=True)
    assert outbox.write(upkeep.follow_releases) == 3
    assert outbox.states() == {DeliveryState.HELD: 3}
    outbox.forge(release, window_closed=False)
    assert outbox.write(upkeep.follow_releases) == 3
    assert outbox.states() == {DeliveryState.PENDING: 3}
