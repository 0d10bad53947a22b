"""A deputy approves in another's place while the time runs, and whatever bars one of the two bars the other."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.people import Notice, UserAccount
from incident.models.releasing import Deputy
from incident.notice_kinds import NoticeKind
from incident.roles import Actor, Role
from incident.verbs.deputies import name_deputy, revoke_deputy
from incident.verbs.releases import refuse_release
from notifications.ids import new_id
from notifications.models import Delivery, Release, ReleaseState
from tests.incident.approving import TWICE, approvals, ask, do, join, say_yes, timeline
from tests.incident.notices import Desk


@pytest.fixture
def asked(desk: Desk) -> Release:
    return ask(desk, desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2))


def stands_in(desk: Desk, deputy: Actor, principal: Actor, hours: int = 48) -> Deputy:
    now = desk.case.clock.now()
    return do(desk, principal, name_deputy, deputy.id, now, now + timedelta(hours=hours))


def edited(desk: Desk, release: Release, by: Actor) -> None:
    """Somebody more among those who wrote a version."""
    writers = desk.case.look(lambda session: session.exec(select(Notice.editors)).one())
    desk.case.store.write(lambda session: session.exec(update(Notice).values(editors=[*writers, str(by.id)])))


def test_a_deputy_approves_in_the_place_of_another_and_both_are_named(desk: Desk, asked: Release) -> None:
    approver, dana = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL)
    with pytest.raises(Forbidden, match="a person who stands in"):
        say_yes(desk, dana, asked)
    stands_in(desk, dana, approver)
    assert say_yes(desk, dana, asked).state is ReleaseState.APPROVED
    (row,) = approvals(desk, asked)
    assert (row.role, row.by, row.for_user) == ("approver", dana.id, approver.id)
    assert "Dana, standing in for approver" in timeline(desk, "release.approved")[0]


def test_only_while_the_time_runs_and_nobody_ended_it(desk: Desk, asked: Release) -> None:
    approver, dana = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL)
    now = desk.case.clock.now()
    row = do(desk, approver, name_deputy, dana.id, now + timedelta(hours=1), now + timedelta(hours=3))
    with pytest.raises(Forbidden):
        say_yes(desk, dana, asked)
    desk.case.move(1)
    do(desk, dana, refuse_release, asked.id, "the contact is wrong")  # the place of another is theirs for this too
    again = desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(1))
    do(desk, approver, revoke_deputy, row.id)
    with pytest.raises(Forbidden):
        say_yes(desk, dana, again)
    stands_in(desk, dana, approver, hours=1)
    desk.case.move(1)
    with pytest.raises(Forbidden):
        say_yes(desk, dana, again)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_bars_the_one_stood_in_for_bars_the_deputy(desk: Desk, asked: Release) -> None:
    approver, dana = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL)
    stands_in(desk, dana, approver)
    edited(desk, asked, approver)
    with pytest.raises(Forbidden, match="Whom you stand in for wrote"):
        say_yes(desk, dana, asked)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_deputy_who_wrote_or_asked_is_barred(desk: Desk, asked: Release) -> None:
    approver, dana = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL)
    stands_in(desk, dana, approver)
    stands_in(desk, desk.case.people[Role.COMMANDER], approver)
    edited(desk, asked, dana)
    for barred in (dana, desk.case.people[Role.COMMANDER]):
        with pytest.raises(Forbidden, match="second person"):
            say_yes(desk, barred, asked)


def test_one_person_and_their_deputy_take_one_seat_of_a_release(desk: Desk) -> None:
    release = ask(desk, desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2), TWICE)
    approver, dana, eric = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL), join(desk, "E", Role.LEGAL)
    for deputy in (dana, eric):
        stands_in(desk, deputy, approver)
    say_yes(desk, dana, release)
    with pytest.raises(Forbidden, match="approved it already"):
        say_yes(desk, eric, release)
    with pytest.raises(Forbidden, match="approved this release already"):
        say_yes(desk, approver, release)
    stands_in(desk, eric, join(desk, "Other", Role.APPROVER))
    assert say_yes(desk, eric, release).state is ReleaseState.APPROVED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebody_disabled_has_no_deputy(desk: Desk, asked: Release) -> None:
    approver, dana = desk.case.people[Role.APPROVER], join(desk, "Dana", Role.LEGAL)
    stands_in(desk, dana, approver)
    gone = update(UserAccount).where(col(UserAccount.id) == approver.id).values(disabled_at=desk.case.clock.now())
    desk.case.store.write(lambda session: session.exec(gone))
    with pytest.raises(Forbidden):
        say_yes(desk, dana, asked)


def test_deputies_are_asked_for_their_approval_too(desk: Desk) -> None:
    dana = join(desk, "Dana", Role.LEGAL)
    stands_in(desk, dana, desk.case.people[Role.APPROVER])
    release = ask(desk, desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2))
    rows = select(Delivery.person).where(col(Delivery.occasion) == f"page:release:{release.id}:requested")
    told = set(desk.case.look(lambda session: session.exec(rows).all()))
    assert told == {str(dana.id), str(desk.case.people[Role.APPROVER].id)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_name_whom_and_for_how_long(desk: Desk) -> None:
    now, day = desk.case.clock.now(), timedelta(days=1)
    approver, legal = desk.case.people[Role.APPROVER], desk.case.people[Role.LEGAL]
    wrong = [
        (approver, approver.id, now, now + day, "deputy"),
        (approver, desk.case.people[Role.RESPONDER].id, now, now + day, "deputy"),
        (approver, new_id(), now, now + day, "deputy"),
        (approver, legal.id, now + day, now, "ends_at"),
        (approver, legal.id, now - day, now, "ends_at"),
        (approver, legal.id, now, now + 400 * day, "ends_at"),
    ]
    for by, deputy, begins, ends, field in wrong:
        with pytest.raises(Invalid) as refused:
            do(desk, by, name_deputy, deputy, begins, ends)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(Forbidden, match="depute"):
        do(desk, desk.case.people[Role.RESPONDER], name_deputy, legal.id, now, now + day)
    with pytest.raises(Forbidden, match="for oneself"):
        do(desk, legal, name_deputy, desk.case.people[Role.DECIDER].id, now, now + day, approver.id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_administrator_names_and_ends_another_persons_on_the_record(desk: Desk) -> None:
    now, approver, legal = desk.case.clock.now(), desk.case.people[Role.APPROVER], desk.case.people[Role.LEGAL]
    admin = join(desk, "Root", Role.ADMINISTRATOR)
    span = (now, now + timedelta(days=1))
    row = do(desk, admin, name_deputy, legal.id, *span, approver.id)
    with pytest.raises(Conflict, match="named for a part of this time"):
        do(desk, approver, name_deputy, legal.id, *span)
    with pytest.raises(Forbidden, match="the two themselves"):
        do(desk, desk.case.people[Role.DECIDER], revoke_deputy, row.id)
    do(desk, admin, revoke_deputy, row.id)
    with pytest.raises(Conflict, match="over already"):
        do(desk, legal, revoke_deputy, row.id)
    with pytest.raises(NotFound):
        do(desk, legal, revoke_deputy, new_id())
    with pytest.raises(Invalid, match="principal"):
        do(desk, admin, name_deputy, legal.id, *span, desk.case.people[Role.RESPONDER].id)
    lines = select(EntryHeader.action).where(col(EntryHeader.subject) == ADMINISTRATION)
    said = desk.case.look(lambda s: s.exec(lines.order_by(col(EntryHeader.seq))).all())
    assert list(said) == ["deputy.named", "deputy.revoked"]
