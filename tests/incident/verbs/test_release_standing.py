"""First notices approved in peacetime: for exactly these templates, by somebody who had no part in the text."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from incident.approval_rules import USUAL, ApprovalRules
from incident.drafting import Account, Offer
from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.incidents import Incident, Membership
from incident.models.people import UserAccount
from incident.models.releasing import StandingApproval
from incident.notice_kinds import NoticeKind
from incident.roles import Actor, Role, Visibility
from incident.verbs.notices import edit_notice
from incident.verbs.standing_approvals import Standing, give_standing_approval, revoke_standing_approval
from notifications.ids import new_id
from notifications.models import Edition, ReleaseState
from notifications.release import Way
from tests.incident.approving import approvals, ask, do, join, say_yes, timeline
from tests.incident.notices import ACCOUNT, Desk

HALF_A_YEAR = timedelta(days=180)


def frozen(desk: Desk, account: Account = ACCOUNT) -> Edition:
    return desk.freeze(desk.start(NoticeKind.PEOPLE, account=account))


def give(desk: Desk, by: Actor, edition: Edition, rules: ApprovalRules = USUAL) -> StandingApproval:
    ends = desk.case.clock.now() + HALF_A_YEAR
    return do(desk, by, give_standing_approval, Standing(NoticeKind.PEOPLE, edition.template_digest, ends), rules)


def test_the_first_notice_straight_from_the_templates_goes_out_when_it_is_asked_for(desk: Desk) -> None:
    approver, edition = desk.case.people[Role.APPROVER], frozen(desk)
    assert edition.template_digest
    give(desk, approver, edition)
    release = ask(desk, edition, desk.users(2))
    assert release.state is ReleaseState.APPROVED
    assert [(row.by, row.way) for row in approvals(desk, release)] == [(approver.id, Way.STANDING)]
    assert len(desk.deliveries(release)) == 2
    assert "by the standing approval approver gave on 2026-11-24" in timeline(desk, "release.approved")[0]


def test_only_the_first_of_its_kind_on_an_incident(desk: Desk) -> None:
    edition = frozen(desk)
    give(desk, desk.case.people[Role.APPROVER], edition)
    ask(desk, edition, desk.users(1))
    assert ask(desk, edition, desk.users(2)).state is ReleaseState.REQUESTED


def test_the_others_of_the_quorum_are_still_asked(desk: Desk) -> None:
    rules = ApprovalRules(roles={"*": (Role.LEGAL, Role.APPROVER)})
    edition = frozen(desk)
    give(desk, desk.case.people[Role.APPROVER], edition, rules)
    release = ask(desk, edition, desk.users(2), rules)
    assert release.state is ReleaseState.REQUESTED
    assert [(row.seat, row.way) for row in approvals(desk, release)] == [(1, Way.STANDING)]
    with pytest.raises(Forbidden, match="approved this release already"):
        say_yes(desk, desk.case.people[Role.APPROVER], release)
    assert say_yes(desk, desk.case.people[Role.LEGAL], release).state is ReleaseState.APPROVED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_edited_text_and_a_persons_own_words_need_a_person(desk: Desk) -> None:
    give(desk, desk.case.people[Role.APPROVER], frozen(desk))
    for told in (
        replace(ACCOUNT, happened={"en": "An export was public.", "de": "Ein Export war öffentlich."}),
        replace(ACCOUNT, taken=("We sealed the doors.",)),
        replace(ACCOUNT, offer=Offer(" ", 12, "Call +1 900 555 0100 and give your password.")),
        replace(ACCOUNT, offer=Offer("Guard", 12, " ")),
    ):
        edition = desk.freeze(desk.ticked(desk.start(NoticeKind.PEOPLE, account=told)))
        assert edition.template_digest == ""
        assert ask(desk, edition, desk.users(1)).state is ReleaseState.REQUESTED
    notice = desk.start(NoticeKind.PEOPLE)
    text = desk.view(notice).draft.texts["en"]
    edited = desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, notice.version, "en", text)
    assert ask(desk, desk.freeze(edited), desk.users(1)).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_template_another_kind_or_one_that_is_over_fits_nothing(desk: Desk) -> None:
    edition, approver = frozen(desk), desk.case.people[Role.APPROVER]
    ends = desk.case.clock.now() + HALF_A_YEAR
    do(desk, approver, give_standing_approval, Standing(NoticeKind.PEOPLE, "0" * 64, ends), USUAL)
    do(desk, approver, give_standing_approval, Standing(NoticeKind.GENERIC, edition.template_digest, ends), USUAL)
    row = give(desk, approver, edition)
    do(desk, approver, revoke_standing_approval, row.id)
    soon = Standing(NoticeKind.PEOPLE, edition.template_digest, desk.case.clock.now() + timedelta(hours=1))
    do(desk, approver, give_standing_approval, soon, USUAL)
    desk.case.move(1)
    assert ask(desk, edition, desk.users(1)).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_wrote_or_asked_or_lost_the_role_or_sees_nothing_of_it_has_approved_nothing(desk: Desk) -> None:
    edition = frozen(desk)
    writer = replace(desk.case.people[Role.PRIVACY_OFFICER], roles=frozenset({Role.PRIVACY_OFFICER, Role.APPROVER}))
    give(desk, writer, edition)
    former = join(desk, "Former", Role.APPROVER)
    give(desk, former, edition)
    lost = update(UserAccount).where(col(UserAccount.id) == former.id).values(roles=["legal"])
    desk.case.store.write(lambda session: session.exec(lost))
    assert ask(desk, edition, desk.users(1)).state is ReleaseState.REQUESTED
    give(desk, desk.case.people[Role.APPROVER], edition)
    audience = desk.users(1)
    hidden = update(Incident).values(visibility=Visibility.RESTRICTED)
    desk.case.store.write(lambda session: session.exec(hidden))
    let_in(desk, desk.case.people[Role.COMMANDER])
    assert ask(desk, edition, audience).state is ReleaseState.REQUESTED
    let_in(desk, desk.case.people[Role.APPROVER])
    assert ask(desk, edition, audience).state is ReleaseState.APPROVED


def let_in(desk: Desk, person: Actor) -> None:
    row = Membership(incident_id=desk.incident_id, user_id=person.id, since=desk.case.clock.now())
    desk.case.store.write(lambda session: session.add(row))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_given_in_a_role_the_kind_asks_for_and_for_a_year_at_most(desk: Desk) -> None:
    approver, now = desk.case.people[Role.APPROVER], desk.case.clock.now()
    good = Standing(NoticeKind.PEOPLE, "a" * 64, now + HALF_A_YEAR)
    for changed, field in (
        ({"ends_at": now + timedelta(days=367)}, "ends_at"),
        ({"ends_at": now}, "ends_at"),
        ({"template_digest": ""}, "template_digest"),
        ({"kind": NoticeKind.ANNOUNCEMENT}, "kind"),
        ({"kind": NoticeKind.PEOPLE_UPDATE}, "kind"),
    ):
        with pytest.raises(Invalid) as refused:
            do(desk, approver, give_standing_approval, replace(good, **changed), USUAL)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(Forbidden, match="approved as approver"):
        do(desk, desk.case.people[Role.LEGAL], give_standing_approval, good, USUAL)
    with pytest.raises(Forbidden, match="approve release"):
        do(desk, desk.case.people[Role.RESPONDER], give_standing_approval, good, USUAL)
    row = do(desk, approver, give_standing_approval, good, USUAL)
    with pytest.raises(Conflict, match="approved this already"):
        do(desk, approver, give_standing_approval, good, USUAL)
    with pytest.raises(Forbidden, match="Who gave it"):
        do(desk, desk.case.people[Role.LEGAL], revoke_standing_approval, row.id)
    do(desk, join(desk, "Other", Role.APPROVER), revoke_standing_approval, row.id)
    with pytest.raises(Conflict, match="over already"):
        do(desk, approver, revoke_standing_approval, row.id)
    with pytest.raises(NotFound):
        do(desk, approver, revoke_standing_approval, new_id())
    lines = select(EntryHeader.action).where(col(EntryHeader.subject) == ADMINISTRATION)
    said = desk.case.look(lambda s: s.exec(lines.order_by(col(EntryHeader.seq))).all())
    assert list(said) == ["standing.given", "standing.revoked"]
