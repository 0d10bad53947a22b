"""A yes by telephone counts at once and is confirmed within twelve hours, or sending stops; denied, nothing goes on."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.roles import Actor, Role
from incident.sweep import tick
from incident.verbs.releases import Request, request_release, resume_release
from incident.verbs.spoken import (
    Spoken,
    confirm_spoken_approval,
    deny_spoken_approval,
    record_spoken_approval,
    stop_unconfirmed,
    unconfirmed,
)
from notifications.models import Delivery, DeliveryState, Release, ReleaseState
from notifications.release import Seen, Way
from tests.incident.approving import TWICE, approvals, ask, do, join, say_yes, seen, timeline
from tests.incident.notices import SENDER, Desk

KNOWN_BY = "called back on the number we keep for the approver"


def request(desk: Desk, people: int, rules: ApprovalRules = USUAL) -> Release:
    """The privacy officer, who wrote the notice, asks for it."""
    edition, audience = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(people)
    officer = desk.case.people[Role.PRIVACY_OFFICER]
    return do(desk, officer, request_release, Request(edition.id, audience.id, SENDER), rules)


@pytest.fixture
def asked(desk: Desk) -> Release:
    release = request(desk, 3)
    desk.case.move(0.5)
    return release


def hear(desk: Desk, release: Release, approver: Actor | None = None, **changed: object) -> Release:
    """The commander, who neither wrote nor asked, heard the approver say yes ten minutes ago."""
    now, by = desk.case.clock.now(), changed.pop("by", desk.case.people[Role.COMMANDER])
    said = {"at": now - timedelta(minutes=10), "recognised": KNOWN_BY, **changed}
    spoken = Spoken((approver or desk.case.people[Role.APPROVER]).id, **said)  # type: ignore[arg-type]
    assert isinstance(by, Actor)
    return do(desk, by, record_spoken_approval, release.id, seen(desk, release), spoken)


def sweep(desk: Desk) -> None:
    tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())


def told(desk: Desk, occasion: str) -> set[str]:
    rows = select(Delivery.person).where(col(Delivery.occasion) == occasion)
    return set(desk.case.look(lambda session: session.exec(rows).all()))


def test_it_counts_at_once_names_both_and_the_approver_is_told(desk: Desk, asked: Release) -> None:
    approver, witness = desk.case.people[Role.APPROVER], desk.case.people[Role.COMMANDER]
    assert hear(desk, asked).state is ReleaseState.APPROVED
    (row,) = approvals(desk, asked)
    assert (row.by, row.way, row.witness) == (approver.id, Way.SPOKEN, witness.id)
    assert row.confirm_by == desk.case.clock.now() + timedelta(hours=12)
    assert len(desk.deliveries(asked)) == 3
    (line,) = timeline(desk, "release.approved")
    assert f"heard by {witness.name}" in line
    assert KNOWN_BY in line
    assert told(desk, f"page:release:{asked.id}:spoken:{approver.id}") == {str(approver.id)}


def test_confirmed_in_time_it_goes_on(desk: Desk, asked: Release) -> None:
    hear(desk, asked)
    do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, asked.id, seen(desk, asked), rules=USUAL)
    desk.case.move(13)
    sweep(desk)
    assert desk.release(asked.id).state is ReleaseState.APPROVED
    assert approvals(desk, asked)[0].confirmed_at is not None
    assert "confirms the approval by telephone" in timeline(desk, "release.confirmed")[0]
    with pytest.raises(NotFound, match="waits to be confirmed"):
        do(desk, desk.case.people[Role.APPROVER], deny_spoken_approval, asked.id)


def test_not_confirmed_in_time_what_has_not_gone_stops_and_those_in_charge_are_told(desk: Desk, asked: Release) -> None:
    hear(desk, asked)
    desk.accept(asked, lambda row: row.person == "u0")
    desk.case.move(12)
    for _ in range(2):
        sweep(desk)
    after = desk.release(asked.id)
    assert after.state is ReleaseState.STOPPED
    assert [row.state for row in desk.deliveries(asked)] == ["accepted", "held", "held"]
    (line,) = timeline(desk, "release.unconfirmed")
    assert "not confirmed in time" in line
    (row,) = approvals(desk, asked)
    in_charge = {str(desk.case.people[role].id) for role in (Role.COMMANDER, Role.PRIVACY_OFFICER)}
    assert told(desk, f"page:approval:{row.id}:unconfirmed") == in_charge
    other = join(desk, "Other", Role.APPROVER)
    with pytest.raises(Conflict, match="was not confirmed in time"):
        do(desk, other, resume_release, asked.id)
    do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, asked.id, seen(desk, asked), rules=USUAL)
    assert do(desk, other, resume_release, asked.id).state is ReleaseState.APPROVED


def test_denied_nothing_further_goes_out(desk: Desk, asked: Release) -> None:
    hear(desk, asked)
    desk.accept(asked, lambda row: row.person == "u0")
    with pytest.raises(NotFound):
        do(desk, join(desk, "Other", Role.APPROVER), deny_spoken_approval, asked.id)
    do(desk, desk.case.people[Role.APPROVER], deny_spoken_approval, asked.id)
    after = desk.release(asked.id)
    assert after.state is ReleaseState.VOID
    assert "denies having approved" in after.reason
    assert [row.state for row in desk.deliveries(asked)] == ["accepted", "cancelled", "cancelled"]
    assert "2 not sent" in timeline(desk, "release.denied")[0]
    (row,) = approvals(desk, asked)
    assert told(desk, f"page:approval:{row.id}:denied")
    with pytest.raises(Conflict, match="nothing left to confirm"):
        do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, asked.id, seen(desk, asked), rules=USUAL)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_bars_as_in_the_console(desk: Desk, asked: Release) -> None:
    commander, officer = desk.case.people[Role.COMMANDER], desk.case.people[Role.PRIVACY_OFFICER]
    wrote = join(desk, "Wrote", Role.APPROVER)
    editors = [str(officer.id), str(wrote.id)]
    desk.case.store.write(lambda session: session.exec(update(Notice).values(editors=editors)))
    with pytest.raises(Forbidden, match="second person"):
        hear(desk, asked, wrote)
    with pytest.raises(Forbidden, match="needs the role approver"):
        hear(desk, asked, desk.case.people[Role.LEGAL])
    with pytest.raises(Forbidden, match="may not approve release"):
        hear(desk, asked, desk.case.people[Role.RESPONDER])
    with pytest.raises(Forbidden, match="requested this notice witnesses no approval"):
        hear(desk, asked, by=officer)
    with pytest.raises(Forbidden, match="request release"):
        hear(desk, asked, by=desk.case.people[Role.LEGAL])
    with pytest.raises(Invalid, match="nobody who could have said yes"):
        hear(desk, asked, commander)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_call_has_a_time_and_a_way_the_voice_was_known(desk: Desk, asked: Release) -> None:
    now = desk.case.clock.now()
    for at in (now + timedelta(seconds=1), now - timedelta(minutes=61), now - timedelta(minutes=40)):
        with pytest.raises(Invalid, match="at: is"):
            hear(desk, asked, at=at)
    with pytest.raises(Invalid, match="recognised"):
        hear(desk, asked, recognised=" ")
    other = Seen("0" * 64, asked.audience_digest, asked.facts_digest)
    spoken = Spoken(desk.case.people[Role.APPROVER].id, now, KNOWN_BY)
    with pytest.raises(Conflict, match="edition changed"):
        do(desk, desk.case.people[Role.COMMANDER], record_spoken_approval, asked.id, other, spoken)


def test_who_vouches_for_one_approval_gives_no_other(desk: Desk) -> None:
    release = request(desk, 1, TWICE)
    witness = join(desk, "Witness", Role.PRIVACY_OFFICER, Role.APPROVER)
    desk.case.move(0.5)
    hear(desk, release, by=witness)
    with pytest.raises(Forbidden, match="vouched"):
        say_yes(desk, witness, release)
    other = join(desk, "Other", Role.PRIVACY_OFFICER, Role.APPROVER)
    again = request(desk, 1, TWICE)
    desk.case.move(0.5)
    say_yes(desk, other, again)
    with pytest.raises(Forbidden, match="further one"):
        hear(desk, again, by=other)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_witness_fills_one_seat_and_who_asked_fills_none(desk: Desk) -> None:
    other, commander = join(desk, "Other", Role.APPROVER), desk.case.people[Role.COMMANDER]
    release = request(desk, 1, TWICE)
    desk.case.move(0.5)
    assert hear(desk, release).state is ReleaseState.REQUESTED
    with pytest.raises(Forbidden, match="further one"):
        hear(desk, release, other)
    assert len(approvals(desk, release)) == 1
    assert say_yes(desk, other, release).state is ReleaseState.APPROVED
    by_commander = ask(desk, desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(1))
    desk.case.move(0.5)
    with pytest.raises(Forbidden, match="requested this notice witnesses no approval"):
        hear(desk, by_commander, by=commander)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_nobody_confirmed_in_time_does_not_help_the_next_to_the_last_seat(desk: Desk) -> None:
    release, other = request(desk, 1, TWICE), join(desk, "Other", Role.APPROVER)
    desk.case.move(0.5)
    hear(desk, release)
    desk.case.move(12)  # nobody has swept yet
    with pytest.raises(Conflict, match="was not confirmed in time"):
        say_yes(desk, other, release, TWICE)
    assert desk.deliveries(release) == []
    do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, release.id, seen(desk, release), rules=USUAL)
    assert say_yes(desk, other, release, TWICE).state is ReleaseState.APPROVED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_that_others_have_still_to_approve_becomes_void(desk: Desk) -> None:
    release = request(desk, 1, TWICE)
    desk.case.move(0.5)
    assert hear(desk, release).state is ReleaseState.REQUESTED
    desk.case.move(12)
    sweep(desk)
    assert desk.release(release.id).state is ReleaseState.VOID


def test_what_has_gone_out_whole_is_written_down_once_and_told(desk: Desk, asked: Release) -> None:
    hear(desk, asked)
    desk.accept(asked)
    sweep(desk)
    assert desk.release(asked.id).state is ReleaseState.FINISHED
    desk.case.move(12)
    for _ in range(2):
        sweep(desk)
    (line,) = timeline(desk, "release.unconfirmed")
    assert "was finished already" in line
    assert {row.state for row in desk.deliveries(asked)} == {DeliveryState.ACCEPTED}


def test_a_confirmation_at_the_same_moment_wins_over_the_sweep(desk: Desk, asked: Release) -> None:
    hear(desk, asked)
    desk.case.move(12)
    due = desk.case.look(lambda session: unconfirmed(session, desk.case.clock.now()))
    do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, asked.id, seen(desk, asked), rules=USUAL)
    assert [do(desk, desk.case.people[Role.COMMANDER], stop_unconfirmed, one) for one in due] == [False]
    assert desk.release(asked.id).state is ReleaseState.APPROVED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_exactly_what_was_read_out_is_confirmed(desk: Desk, asked: Release) -> None:
    hear(desk, asked)

    def forge(session: Session) -> None:
        session.get_one(Release, asked.id).audience_digest = "0" * 64

    had = seen(desk, asked)
    desk.case.store.write(forge)
    with pytest.raises(Conflict, match="audience changed"):
        do(desk, desk.case.people[Role.APPROVER], confirm_spoken_approval, asked.id, had, rules=USUAL)
