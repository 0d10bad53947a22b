"""Each seat of a release is another person's: by themselves, by a deputy, or vouched for, nobody counts twice."""

from uuid import UUID

import pytest
from sqlmodel import Session

from notifications.ids import new_id
from notifications.models import Release, ReleaseState
from notifications.quorum import NotReleasable, SecondPersonNeeded, Way, Yes, is_complete, seats_of
from notifications.release import Seen, fault_of
from notifications.release import approve as say_yes
from tests.notifications.outbox import Outbox, people
from tests.notifications.test_release import ask, audience_of, edition_of, rows_of


@pytest.fixture
def asked(outbox: Outbox) -> Release:
    """Two approvers and a lawyer are wanted."""
    release = ask(outbox, edition_of(outbox), audience_of(outbox, people(2)))
    outbox.forge(release.id, quorum=["approver", "approver", "legal"])
    return release


def give(outbox: Outbox, asked: Release, yes: Yes) -> Release:
    seen, now = Seen(asked.edition_digest, asked.audience_digest, asked.facts_digest), outbox.clock.now()

    def work(session: Session) -> Release:
        return say_yes(session, session.get_one(Release, asked.id), seen, yes, (), now)

    return outbox.write(work)


def taken(outbox: Outbox, asked: Release) -> list[UUID | None]:
    def look(session: Session) -> list[UUID | None]:
        seats = seats_of(session, session.get_one(Release, asked.id))
        return [seat.approval.by if seat.approval else None for seat in seats]

    return outbox.look(look)


def test_the_last_seat_lets_it_go_out(outbox: Outbox, asked: Release) -> None:
    one, two, three = new_id(), new_id(), new_id()
    assert give(outbox, asked, Yes(one)).state is ReleaseState.REQUESTED
    assert give(outbox, asked, Yes(two, "legal")).state is ReleaseState.REQUESTED
    assert taken(outbox, asked) == [one, None, two]
    assert rows_of(outbox, asked) == []
    assert give(outbox, asked, Yes(three)).state is ReleaseState.APPROVED
    assert len(rows_of(outbox, asked)) == 2
    assert outbox.look(lambda session: is_complete(session, session.get_one(Release, asked.id)))


def test_a_role_whose_seats_are_taken_is_not_wanted_any_more(outbox: Outbox, asked: Release) -> None:
    give(outbox, asked, Yes(new_id(), "legal"))
    for role in ("legal", "decider"):
        with pytest.raises(NotReleasable, match=f"Nobody is wanted any more as {role}"):
            give(outbox, asked, Yes(new_id(), role))


def test_nobody_stands_behind_two_seats(outbox: Outbox, asked: Release) -> None:
    deputy, principal, witness, caller = new_id(), new_id(), new_id(), new_id()
    give(outbox, asked, Yes(deputy, for_user=principal))
    give(outbox, asked, Yes(caller, way=Way.SPOKEN, witness=witness, confirm_by=outbox.clock.now()))
    again = [
        *(Yes(person, "legal") for person in (deputy, principal, witness, caller)),
        Yes(new_id(), "legal", for_user=principal),
        *(Yes(new_id(), "legal", Way.SPOKEN, witness=person) for person in (deputy, principal, witness, caller)),
    ]
    for yes in again:
        with pytest.raises(SecondPersonNeeded, match="another person"):
            give(outbox, asked, yes)
    with pytest.raises(SecondPersonNeeded, match="vouch"):
        give(outbox, asked, Yes(new_id(), "legal", Way.SPOKEN, witness=asked.requested_by))
    other = Yes(new_id(), "legal", Way.SPOKEN, witness=new_id())
    assert give(outbox, asked, other).state is ReleaseState.APPROVED


def test_a_release_that_lost_an_approval_is_not_sent(outbox: Outbox, asked: Release) -> None:
    for yes in (Yes(new_id()), Yes(new_id()), Yes(new_id(), "legal")):
        give(outbox, asked, yes)

    def fault(session: Session) -> str:
        return fault_of(session, outbox.keys, session.get_one(Release, asked.id))

    assert outbox.look(fault) == ""

    def forge(session: Session) -> None:
        row = next(seat.approval for seat in seats_of(session, session.get_one(Release, asked.id)) if seat.approval)
        session.delete(row)

    outbox.write(forge)
    assert "not everybody whose approval it asks for" in outbox.look(fault)
