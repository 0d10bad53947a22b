"""Each promise asked of the database is seen to be broken when it is, and holds when it does."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, delete, select, update

from incident.models.law import Reminder
from incident.queries.invariants import ABANDONED, OVERDUE, at_a_glance, left_out, unlike_approved
from notifications import ledger
from notifications.ledger import WINDOW, Worker
from notifications.models import Delivery, DeliveryState, Release, ReleaseState
from tests.incident.cases import LawCase
from tests.incident.notices import Desk
from tests.notifications.outbox import Outbox, people

SOMEBODY = Worker("here.1")


def seen(outbox: Outbox) -> list[str]:
    """The promises that do not hold."""
    return [found.promise for found in outbox.look(lambda session: at_a_glance(session, outbox.clock.now()))]


def in_hand(outbox: Outbox) -> None:
    now = outbox.clock.now()
    rows = outbox.write(lambda session: ledger.claim(session, SOMEBODY, now))
    outbox.write(lambda session: ledger.begin(session, SOMEBODY, rows, now))


def test_a_ledger_at_work_breaks_none(outbox: Outbox) -> None:
    outbox.release(WINDOW + 1)
    in_hand(outbox)
    assert outbox.states()[DeliveryState.TRANSMITTING] == WINDOW
    assert seen(outbox) == []
    assert outbox.look(left_out) == ()
    assert outbox.look(lambda session: unlike_approved(session, outbox.keys)) == ()


def test_rows_nobody_takes_over_and_a_window_too_large_are_seen(outbox: Outbox) -> None:
    outbox.release(WINDOW + 1)
    in_hand(outbox)
    in_hand(outbox)
    assert seen(outbox) == ["I2"]
    outbox.clock.move(SOMEBODY.lease + ABANDONED)
    assert seen(outbox) == ["I2"]
    outbox.clock.move(timedelta(seconds=1))
    assert seen(outbox) == ["I1", "I2"]


def test_a_release_that_is_finished_with_an_open_row_is_seen(outbox: Outbox) -> None:
    outbox.forge(outbox.release(2), state=ReleaseState.FINISHED)
    assert seen(outbox) == ["I1"]


def test_a_person_without_a_row_is_seen_and_one_whom_another_release_reached_is_not(outbox: Outbox) -> None:
    release_id = outbox.release(people(3))
    outbox.write(lambda session: session.exec(delete(Delivery).where(col(Delivery.person) == "u1")))
    (found,) = outbox.look(left_out)
    assert (found.promise, found.what) == ("I1", "1 people of released audiences have no delivery.")
    outbox.forge(release_id, state=ReleaseState.VOID)
    assert outbox.look(left_out) == ()


@pytest.mark.parametrize("column", ["edition_digest", "audience_digest"])
def test_a_release_unlike_what_was_approved_is_seen(outbox: Outbox, column: str) -> None:
    release_id = outbox.release(2)
    changed = update(Release).where(col(Release.id) == release_id).values(**{column: "0" * 64})
    outbox.write(lambda session: session.exec(changed))
    (found,) = outbox.look(lambda session: unlike_approved(session, outbox.keys))
    assert (found.promise, str(release_id) in found.what) == ("I6", True)


def test_a_reminder_that_came_and_did_not_go_is_seen(desk: Desk, case: LawCase) -> None:

    def first(session: Session) -> Reminder:
        return session.exec(select(Reminder).order_by(col(Reminder.fires_at)).limit(1)).one()

    fires_at = case.look(first).fires_at
    due = fires_at + OVERDUE
    assert case.look(lambda session: at_a_glance(session, due)) == ()
    found = case.look(lambda session: at_a_glance(session, due + timedelta(seconds=1)))
    assert [one.promise for one in found] == ["I3"]
