"""A release needs a second person, is bound to what was seen, and dies with the facts its text rests on."""

import copy
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from incident.approval_rules import USUAL
from incident.errors import Conflict, Forbidden, IncidentError, Invalid, NotFound, Refused
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.queries.notices import read_release, releases_of
from incident.roles import Role
from incident.verbs.approvals import approve_release
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.releases import Request, refuse_release, request_release, resume_release, stop_release
from notifications.audience import NewMember
from notifications.ids import new_id
from notifications.in_app import notices_for
from notifications.message import message_id
from notifications.models import Audience, Channel, Delivery, DeliveryState, Member, Outgoing, Release, ReleaseState
from notifications.reader_tokens import Reader
from notifications.release import Seen, fault_of
from tests.incident.notices import FACTS, SENDER, Desk


@pytest.fixture
def asked(desk: Desk) -> Release:
    return desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users())


def facts(**changed: Any) -> dict[str, Any]:
    found = copy.deepcopy(FACTS)
    for path, value in changed.items():
        dataset, section, name = path.split("__")
        target = next(item for item in found["datasets"] if item["id"] == dataset)
        target.setdefault(section, {})[name] = value
    return found


def seen(desk: Desk, release: Release) -> Seen:
    actor = desk.case.people[Role.APPROVER]
    return desk.case.look(lambda session: read_release(session, desk.case.keys, actor, release.id).seen)


def test_an_approved_release_has_one_row_for_every_member(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    assert release.state is ReleaseState.APPROVED
    rows = desk.deliveries(release)
    assert [row.person for row in rows] == ["u0", "u1", "u2"]
    assert {row.state for row in rows} == {DeliveryState.PENDING}
    assert {row.occasion for row in rows} == {f"edition:{release.edition_id}"}
    for row in rows:
        assert row.member_id is not None
        assert row.message_id == message_id(release.edition_id, row.member_id, 1, "brightdesk.example")
        assert row.next_at == desk.case.clock.now()
        assert not row.possible_duplicate
        assert row.attempt == 0
    assert desk.case.look(lambda session: fault_of(session, desk.case.keys, desk.release(release.id))) == ""


def test_nothing_is_there_to_send_before_the_approval(desk: Desk, asked: Release) -> None:
    assert desk.deliveries(asked) == []


@pytest.mark.proves("F52")
def test_who_wrote_froze_or_asked_may_not_approve(desk: Desk, asked: Release) -> None:
    both = frozenset({Role.PRIVACY_OFFICER, Role.COMMANDER, Role.APPROVER})
    for role in (Role.PRIVACY_OFFICER, Role.COMMANDER):
        actor = desk.case.people[role]
        desk.case.people[Role.GUEST] = type(actor)(actor.id, actor.name, both)
        with pytest.raises(Forbidden, match="second person"):
            desk.case.act(Role.GUEST, approve_release, asked.id, seen(desk, asked))
    assert desk.release(asked.id).state is ReleaseState.REQUESTED


def test_approving_needs_the_role(desk: Desk, asked: Release) -> None:
    with pytest.raises(Forbidden, match="approve release"):
        desk.case.act(Role.DECIDER, approve_release, asked.id, seen(desk, asked))


@pytest.mark.parametrize("part", ["edition", "audience", "facts"])
def test_what_was_not_seen_is_not_approved(desk: Desk, asked: Release, part: str) -> None:
    had = seen(desk, asked)
    other = Seen(
        **{name: ("0" * 64 if name == part else getattr(had, name)) for name in ("edition", "audience", "facts")}
    )
    with pytest.raises(Conflict, match=part):
        desk.case.act(Role.APPROVER, approve_release, asked.id, other)


@pytest.mark.proves("F52")
def test_of_two_approvals_at_once_one_wins(desk: Desk, asked: Release) -> None:
    had, won, lost = seen(desk, asked), [], []

    def try_it() -> None:
        try:
            won.append(desk.case.act(Role.APPROVER, approve_release, asked.id, had))
        except IncidentError as error:
            lost.append(str(error))

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(lost) == 1
    assert any(why in lost[0] for why in ("can no longer become approved", "approved this release already"))
    assert len(desk.deliveries(asked)) == 3


@pytest.mark.proves("F51")
def test_a_fact_the_text_rests_on_voids_the_release_and_cancels_what_waits(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    desk.accept(release, lambda row: row.person == "u0")
    desk.save(facts(accounts__exposure__exfiltration="confirmed"))
    after = desk.release(release.id)
    assert after.state is ReleaseState.VOID
    assert "accounts/exposure.exfiltration" in after.reason
    states = {row.person: row.state for row in desk.deliveries(release)}
    assert states == {"u0": DeliveryState.ACCEPTED, "u1": DeliveryState.CANCELLED, "u2": DeliveryState.CANCELLED}


def test_a_moment_the_text_states_voids_the_release(desk: Desk, asked: Release) -> None:
    from incident.models.law import AnchorRecord
    from incident.verbs.anchors import Moment, correct_moment

    query = select(AnchorRecord.id).where(col(AnchorRecord.name) == "occurred_from")
    anchor = desk.case.look(lambda session: session.exec(query).one())
    corrected = Moment(desk.case.clock.now() - timedelta(days=9), "older logs found", "occurred_from")
    desk.case.act(Role.RESPONDER, correct_moment, desk.incident_id, desk.case.organisation, anchor, corrected)
    assert desk.release(asked.id).state is ReleaseState.VOID


def test_a_fact_the_text_does_not_rest_on_leaves_the_release_alone(desk: Desk, asked: Release) -> None:
    desk.save(facts(accounts__people__count=2500, lists__exposure__exfiltration="confirmed"))
    assert desk.release(asked.id).state is ReleaseState.REQUESTED
    assert desk.approve(asked).state is ReleaseState.APPROVED


def test_a_release_that_has_gone_out_whole_is_not_voided_afterwards(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    desk.accept(release)
    desk.save(facts(accounts__exposure__exfiltration="confirmed"))
    assert desk.release(release.id).state is ReleaseState.APPROVED


def test_people_of_another_controller_cannot_be_written_to(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE, "lists"))
    with pytest.raises(Refused, match="controller of these people is another party"):
        desk.request(edition, desk.users())


def test_stopping_holds_what_waits_and_resuming_lets_it_go(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    desk.accept(release, lambda row: row.person == "u0")
    desk.case.act(Role.RESPONDER, stop_release, release.id, "wrong sender name")
    assert [row.state for row in desk.deliveries(release)] == ["accepted", "held", "held"]
    assert desk.case.look(lambda session: fault_of(session, desk.case.keys, desk.release(release.id)))
    desk.case.act(Role.APPROVER, resume_release, release.id)
    assert [row.state for row in desk.deliveries(release)] == ["accepted", "pending", "pending"]


def test_a_refused_release_can_be_asked_for_again(desk: Desk, asked: Release) -> None:
    desk.case.act(Role.APPROVER, refuse_release, asked.id, "the contact is wrong")
    assert desk.release(asked.id).state is ReleaseState.REFUSED
    again = desk.request(
        desk.case.look(lambda s: read_release(s, desk.case.keys, desk.case.people[Role.APPROVER], asked.id)).edition,
        desk.users(2),
    )
    assert desk.approve(again).state is ReleaseState.APPROVED


def test_an_added_release_reaches_only_those_added(desk: Desk, asked: Release) -> None:
    first = desk.approve(asked)
    view = desk.case.look(lambda s: read_release(s, desk.case.keys, desk.case.people[Role.APPROVER], first.id))
    added = desk.audience(Channel.EMAIL, [NewMember("u2", "u2@example.net"), NewMember("u9", "u9@example.net")])
    second = desk.approve(desk.request(view.edition, added))
    assert [row.person for row in desk.deliveries(second)] == ["u9"]


@pytest.mark.proves("F51")
def test_a_changed_member_or_text_is_noticed_before_sending(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    changed = update(Member).where(col(Member.person) == "u1").values(digest="0" * 64)
    desk.case.store.write(lambda session: session.exec(changed))
    fault = desk.case.look(lambda session: fault_of(session, desk.case.keys, desk.release(release.id)))
    assert fault == "the audience is not the one that was approved"


def test_the_approvers_are_told_once_without_facts(desk: Desk, asked: Release) -> None:
    occasion = f"page:release:{asked.id}:requested"
    rows = desk.case.look(lambda s: list(s.exec(select(Delivery).where(col(Delivery.occasion) == occasion)).all()))
    assert [row.person for row in rows] == [str(desk.case.people[Role.APPROVER].id)]
    assert desk.case.look(lambda s: s.get(Outgoing, occasion)) is not None


def test_releases_of_an_incident_are_listed(desk: Desk, asked: Release) -> None:
    actor = desk.case.people[Role.AUDITOR]
    assert [row.id for row in desk.case.look(lambda s: releases_of(s, actor, desk.incident_id))] == [asked.id]
    assert asked.subject == incident_subject(desk.incident_id)
    assert isinstance(asked.id, UUID)
    assert desk.case.look(lambda s: s.exec(select(Notice)).one()).editors


def test_what_is_not_there_is_not_found(desk: Desk, asked: Release) -> None:
    with pytest.raises(NotFound):
        desk.case.act(Role.COMMANDER, request_release, Request(new_id(), asked.audience_id, SENDER), USUAL)
    with pytest.raises(NotFound):
        desk.case.act(Role.APPROVER, refuse_release, new_id(), "no")
    with pytest.raises(NotFound):
        desk.case.look(lambda s: read_release(s, desk.case.keys, desk.case.people[Role.APPROVER], new_id()))


def test_changed_facts_stop_a_request_an_approval_and_a_resumption(desk: Desk) -> None:
    edition, changed = desk.freeze(desk.start(NoticeKind.PEOPLE)), facts(accounts__exposure__exfiltration="confirmed")
    release = desk.approve(desk.request(edition, desk.users()))
    desk.case.act(Role.RESPONDER, stop_release, release.id, "wait for the lab")
    desk.save(changed)
    assert desk.release(release.id).state is ReleaseState.VOID
    with pytest.raises(Conflict):
        desk.case.act(Role.APPROVER, resume_release, release.id)
    with pytest.raises(Refused, match="draft the notice anew"):
        desk.request(edition, desk.users())
    with pytest.raises(Conflict):
        desk.approve(release)


def test_a_sender_that_is_no_address_and_a_missing_reason_are_named(desk: Desk, asked: Release) -> None:
    with pytest.raises(Invalid, match="sender"):
        desk.case.act(Role.COMMANDER, request_release, Request(asked.edition_id, asked.audience_id, "nobody"), USUAL)
    with pytest.raises(Invalid, match="reason"):
        desk.case.act(Role.APPROVER, refuse_release, asked.id, " ")


def test_an_empty_audience_and_one_of_another_case_cannot_be_released(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE))
    with pytest.raises(Conflict, match="no members"):
        desk.request(edition, desk.audience(Channel.EMAIL, []))
    foreign = desk.users()
    elsewhere = update(Audience).where(col(Audience.id) == foreign.id).values(subject="incident:other")
    desk.case.store.write(lambda session: session.exec(elsewhere))
    with pytest.raises(Conflict, match="another case"):
        desk.request(edition, foreign)
    with pytest.raises(NotFound):
        Importer(desk.case.store, desk.case.keys, desk.case.people[Role.PRIVACY_OFFICER], desk.case.clock).fill(
            desk.incident_id, foreign.id, []
        )


@pytest.mark.proves("F53")
def test_a_frozen_audience_takes_nobody_and_an_audience_needs_a_name(desk: Desk, asked: Release) -> None:
    importer = Importer(desk.case.store, desk.case.keys, desk.case.people[Role.PRIVACY_OFFICER], desk.case.clock)
    with pytest.raises(Conflict, match="frozen"):
        importer.fill(desk.incident_id, asked.audience_id, [(2, NewMember("u9", "u9@example.net"))])
    with pytest.raises(Invalid, match="name"):
        desk.case.act(Role.PRIVACY_OFFICER, open_audience, desk.incident_id, " ", Channel.EMAIL)


def test_an_in_app_release_is_readable_at_once(desk: Desk) -> None:
    release = desk.released(NoticeKind.IN_APP, desk.users(2, Channel.IN_APP))
    assert {row.state for row in desk.deliveries(release)} == {DeliveryState.ACCEPTED}
    with desk.case.store.read() as session:
        (notice,) = notices_for(session, desk.case.keys, Reader("u0"))
    assert notice.rendered.subject == "Security incident: your data are affected"


def test_a_text_changed_in_the_database_is_noticed_before_sending(desk: Desk, asked: Release) -> None:
    release = desk.approve(asked)
    other = desk.freeze(desk.start(NoticeKind.IN_APP))
    forged = update(Release).where(col(Release.id) == release.id).values(edition_id=other.id)
    desk.case.store.write(lambda session: session.exec(forged))
    fault = desk.case.look(lambda session: fault_of(session, desk.case.keys, desk.release(release.id)))
    assert fault == "the text is not the one that was approved"
