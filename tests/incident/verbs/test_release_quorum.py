"""Several people by their roles, each once and none who wrote or asked; in time, by a person, or alone after a wait."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Conflict, Forbidden, IncidentError, Refused
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.sweep import tick
from incident.verbs.approvals import approve_release
from incident.verbs.lapses import void_if_expired
from incident.verbs.people import add_api_token
from incident.verbs.releases import refuse_release, resume_release, stop_release
from notifications.models import Delivery, Outgoing, Release, ReleaseState
from notifications.release import Way, fault_of
from tests.incident.approving import TWICE, approvals, ask, do, join, say_yes, seen, timeline
from tests.incident.notices import Desk

TWO = ApprovalRules(roles={"*": (Role.APPROVER, Role.LEGAL)})
ALONE = replace(USUAL, single_control=timedelta(minutes=15))


def asked(desk: Desk, rules: ApprovalRules = USUAL, people: int = 2) -> Release:
    return ask(desk, desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(people), rules)


def test_nothing_goes_out_before_the_last_seat_is_taken(desk: Desk) -> None:
    release, approver, legal = asked(desk, TWO), desk.case.people[Role.APPROVER], desk.case.people[Role.LEGAL]
    assert say_yes(desk, legal, release).state is ReleaseState.REQUESTED
    assert desk.deliveries(release) == []
    assert "1 of 2; still wanted: approver" in timeline(desk, "release.seconded")[0]
    with pytest.raises(Forbidden, match="approved this release already"):
        say_yes(desk, legal, release)
    after = say_yes(desk, approver, release)
    assert (after.state, after.approved_by) == (ReleaseState.APPROVED, approver.id)
    assert len(desk.deliveries(release)) == 2
    given = [(row.seat, row.role, row.by, row.way) for row in approvals(desk, release)]
    assert given == [(0, "approver", approver.id, Way.CONSOLE), (1, "legal", legal.id, Way.CONSOLE)]
    assert desk.case.look(lambda session: fault_of(session, desk.case.keys, desk.release(release.id))) == ""


def test_who_holds_two_roles_takes_one_seat(desk: Desk) -> None:
    release, both = asked(desk, TWO), join(desk, "Both", Role.APPROVER, Role.LEGAL)
    say_yes(desk, both, release)
    with pytest.raises(Forbidden, match="another person"):
        say_yes(desk, both, release)
    assert desk.release(release.id).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_quorum_is_that_of_the_kind_when_it_was_asked_for(desk: Desk) -> None:
    release = asked(desk, TWICE)
    assert release.quorum == ["approver", "approver"]
    for name in ("One", "Two"):
        say_yes(desk, join(desk, name, Role.APPROVER), release, USUAL)
    assert desk.release(release.id).state is ReleaseState.APPROVED
    assert asked(desk, ApprovalRules(roles={"customer": (Role.LEGAL,)})).quorum == ["approver"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_role_the_quorum_does_not_ask_for_approves_refuses_and_resumes_nothing(desk: Desk) -> None:
    release, decider = asked(desk), desk.case.people[Role.DECIDER]
    with pytest.raises(Forbidden, match="needs the role approver"):
        say_yes(desk, decider, release)
    with pytest.raises(Forbidden, match="needs the role approver"):
        do(desk, decider, refuse_release, release.id, "no")
    desk.approve(release)
    do(desk, desk.case.people[Role.RESPONDER], stop_release, release.id, "wait")
    with pytest.raises(Forbidden, match="needs the role approver"):
        do(desk, decider, resume_release, release.id)


@pytest.mark.proves("F52")
def test_of_two_who_race_for_the_last_seat_one_wins(desk: Desk) -> None:
    release, people = asked(desk), [join(desk, name, Role.APPROVER) for name in ("One", "Two")]
    had, won, lost, together = seen(desk, release), [], [], threading.Barrier(2, timeout=60)

    def race(number: int) -> None:
        together.wait()
        try:
            won.append(do(desk, people[number], approve_release, release.id, had).approved_by)
        except IncidentError as error:
            lost.append(error)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.by for row in approvals(desk, release)] == won
    assert len(won) == 1
    (error,) = lost
    assert isinstance(error, Conflict)
    assert "can no longer become approved" in str(error)
    assert len(desk.deliveries(release)) == 2


def test_two_at_once_on_two_seats_both_count_and_let_it_go_out_once(desk: Desk) -> None:
    release, people = asked(desk, TWICE), [join(desk, name, Role.APPROVER) for name in ("One", "Two")]
    had, together = seen(desk, release), threading.Barrier(2, timeout=60)

    def approve(number: int) -> None:
        together.wait()
        do(desk, people[number], approve_release, release.id, had)

    threads = [threading.Thread(target=approve, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.release(release.id).state is ReleaseState.APPROVED
    assert {row.by for row in approvals(desk, release)} == {person.id for person in people}
    assert len(timeline(desk, "release.approved")) == 1


def test_a_request_not_approved_in_time_is_void_and_says_so(desk: Desk) -> None:
    release = asked(desk)
    assert release.expires_at == desk.case.clock.now() + timedelta(hours=24)
    desk.case.move(23)
    assert not do(desk, desk.case.people[Role.APPROVER], void_if_expired, release.id)
    desk.case.move(1)
    with pytest.raises(Conflict, match="time to approve it ended"):
        say_yes(desk, desk.case.people[Role.APPROVER], release)
    tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())
    after = desk.release(release.id)
    assert (after.state, after.reason) == (ReleaseState.VOID, "Not approved by everybody in time: ask for it again")
    assert "Not approved by everybody in time" in timeline(desk, "release.voided")[0]
    assert desk.case.look(lambda s: s.get(Outgoing, f"page:release:{release.id}:void")) is not None


def test_a_release_stopped_for_longer_than_an_approval_holds_is_asked_for_again(desk: Desk) -> None:
    rules = ApprovalRules(hours=2)
    release, responder = desk.approve(asked(desk, rules)), desk.case.people[Role.RESPONDER]
    desk.case.move(30)  # of sending: only the stop is counted
    do(desk, responder, stop_release, release.id, "wait", rules)
    desk.case.move(1)
    do(desk, desk.case.people[Role.APPROVER], resume_release, release.id)
    do(desk, responder, stop_release, release.id, "wait again", rules)
    desk.case.move(2)
    with pytest.raises(Conflict, match="stopped for longer"):
        do(desk, desk.case.people[Role.APPROVER], resume_release, release.id)
    tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())
    assert desk.release(release.id).state is ReleaseState.VOID


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_program_approves_nothing_whatever_its_roles(desk: Desk) -> None:
    from incident.models.people import ApiToken
    from incident.roles import Actor, operator

    release = asked(desk)
    do(desk, operator("root"), add_api_token, "robot", [Role.APPROVER])
    token = desk.case.look(lambda session: session.exec(select(ApiToken.id)).one())
    with pytest.raises(Forbidden, match="A program approves nothing"):
        say_yes(desk, Actor(token, "robot", frozenset({Role.APPROVER})), release)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_only_passkeys_count_a_click_is_refused_and_points_to_them(desk: Desk) -> None:
    release, rules, approver = asked(desk), replace(USUAL, passkey_only=True), desk.case.people[Role.APPROVER]
    with pytest.raises(Refused, match="/account/passkeys"):
        say_yes(desk, approver, release, rules)
    do(desk, approver, approve_release, release.id, seen(desk, release), way=Way.PASSKEY, rules=rules)
    assert [row.way for row in approvals(desk, release)] == [Way.PASSKEY]
    assert "with a passkey" in timeline(desk, "release.approved")[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_alone_after_a_wait_where_the_organisation_has_said_so(desk: Desk) -> None:
    everything = join(desk, "Solo", Role.COMMANDER, Role.PRIVACY_OFFICER, Role.APPROVER, Role.RESPONDER)
    desk.case.people[Role.PRIVACY_OFFICER] = desk.case.people[Role.COMMANDER] = everything
    release = asked(desk, ALONE)
    for rules in (USUAL, ALONE):
        with pytest.raises(Forbidden, match="second person"):
            say_yes(desk, everything, release, rules)
    desk.case.move(0.25)
    with pytest.raises(Forbidden, match="second person"):
        say_yes(desk, everything, release, USUAL)
    say_yes(desk, everything, release, ALONE)
    assert [(row.by, row.way) for row in approvals(desk, release)] == [(everything.id, Way.SINGLE)]
    assert "single control" in timeline(desk, "release.approved")[0]
    assert desk.case.look(lambda s: s.get(Outgoing, f"page:release:{release.id}:approved")) is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_alone_is_never_several(desk: Desk) -> None:
    everything = join(desk, "Solo", Role.COMMANDER, Role.PRIVACY_OFFICER, Role.APPROVER, Role.LEGAL)
    desk.case.people[Role.PRIVACY_OFFICER] = desk.case.people[Role.COMMANDER] = everything
    rules = replace(TWO, single_control=timedelta(minutes=15))
    release = asked(desk, rules)
    desk.case.move(1)
    with pytest.raises(Forbidden, match="second person"):
        say_yes(desk, everything, release, rules)


def test_everybody_who_can_take_a_seat_is_asked_and_no_writer(desk: Desk) -> None:
    writer = join(desk, "Writer", Role.PRIVACY_OFFICER, Role.LEGAL)
    desk.case.people[Role.PRIVACY_OFFICER] = writer
    release = asked(desk, TWO)
    rows = select(Delivery.person).where(col(Delivery.occasion) == f"page:release:{release.id}:requested")
    told = set(desk.case.look(lambda session: session.exec(rows).all()))
    assert told == {str(desk.case.people[role].id) for role in (Role.APPROVER, Role.LEGAL)}
