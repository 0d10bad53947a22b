"""What stands against asking: an old text, a segment without one, an order a law fixes; additions."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from incident.approval_rules import USUAL
from incident.errors import Conflict, NotFound, Refused
from incident.models.law import Obligation
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.verbs.audiences import open_audience
from incident.verbs.notices import edit_notice
from incident.verbs.releases import Request, request_release
from incident.verbs.standing_approvals import Standing, give_standing_approval
from notifications.audience import NewMember
from notifications.ids import new_id
from notifications.models import Audience, Channel, Delivery, Edition, Member, Release, ReleaseState
from tests.incident.approving import do, join, timeline
from tests.incident.notices import FACTS, SENDER, Desk


def people(*names: str, segment: str = "") -> list[NewMember]:
    return [NewMember(name, f"{name}@example.net", segment=segment) for name in names]


def adding(desk: Desk, audience: Audience, *names: str) -> Audience:
    """An audience of people found later, who are not in the first one."""
    made = desk.case.act(
        Role.PRIVACY_OFFICER, open_audience, desk.incident_id, "found later", Channel.EMAIL, audience.id
    )
    desk.fill(made, people(*names))
    return made


def request(desk: Desk, edition: Edition, audience: Audience, **more: Any) -> Release:
    return desk.case.act(Role.COMMANDER, request_release, Request(edition.id, audience.id, SENDER, **more), USUAL)


def test_people_found_later_join_by_a_release_of_the_same_text(desk: Desk) -> None:
    edition, first = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(3)
    release = desk.approve(request(desk, edition, first))
    later = adding(desk, first, "u7", "u8")
    added = request(desk, edition, later, adds_to=release.id)
    assert (added.adds_to, added.recipients) == (release.id, 2)
    assert "2 newly found recipients" in timeline(desk, "release.requested")[0]
    desk.approve(added)
    third = adding(desk, later, "u9")  # of the chain: to the addition, for the first release
    assert desk.approve(request(desk, edition, third, adds_to=release.id)).state is ReleaseState.APPROVED
    told = select(Delivery.person).where(col(Delivery.occasion) == f"edition:{edition.id}")
    assert sorted(desk.case.look(lambda s: s.exec(told).all())) == ["u0", "u1", "u2", "u7", "u8", "u9"]


def test_nobody_gets_the_same_edition_twice_however_often_they_are_listed(desk: Desk) -> None:
    edition, first = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(3)
    release = desk.approve(request(desk, edition, first))
    later = adding(desk, first, "u7")
    moved = update(Member).where(col(Member.audience_id) == later.id).values(person="u1")
    added = request(desk, edition, later, adds_to=release.id)
    desk.case.store.write(lambda session: session.exec(moved))  # as if two imports had raced
    desk.approve(added)
    assert desk.deliveries(added) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_addition_adds_to_a_release_of_the_same_text_that_went_out(desk: Desk) -> None:
    edition, first = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2)
    waiting = request(desk, edition, first)
    with pytest.raises(Conflict, match="is requested"):
        request(desk, edition, adding(desk, first, "u7"), adds_to=waiting.id)
    release, stranger = desk.approve(waiting), desk.audience(Channel.EMAIL, people("u8"))
    with pytest.raises(Conflict, match="adds nobody to"):
        request(desk, edition, stranger, adds_to=release.id)
    with pytest.raises(NotFound):
        request(desk, edition, stranger, adds_to=new_id())
    other = desk.start(NoticeKind.GENERIC)
    with pytest.raises(Conflict, match="sent another text"):
        request(desk, desk.freeze(other), adding(desk, first, "u9"), adds_to=release.id)


def reworded(desk: Desk, notice: Notice) -> Notice:
    text = desk.view(notice).draft.texts["en"]
    more = replace(text, text=f"{text.text}\nCorrection: the bucket was open a day longer.\n")
    return desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, notice.version, "en", more)


def test_an_edition_whose_text_was_changed_since_is_not_asked_for(desk: Desk) -> None:
    notice, first = desk.start(NoticeKind.PEOPLE), desk.users(2)
    edition = desk.freeze(notice)
    release = desk.approve(request(desk, edition, first))
    changed = reworded(desk, notice)
    with pytest.raises(Refused, match="text of the notice was changed since edition 1"):
        request(desk, edition, desk.users(2))
    added = request(desk, edition, adding(desk, first, "u7"), adds_to=release.id)  # they get what the others got
    assert added.state is ReleaseState.REQUESTED
    assert request(desk, desk.freeze(changed), desk.users(2)).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_standing_approval_does_not_reach_back_to_a_text_that_was_corrected(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edition = desk.freeze(notice)
    ends = desk.case.clock.now() + timedelta(days=30)
    standing = Standing(NoticeKind.PEOPLE, edition.template_digest, ends)
    do(desk, desk.case.people[Role.APPROVER], give_standing_approval, standing, USUAL)
    reworded(desk, notice)
    with pytest.raises(Refused, match="changed since edition 1"):
        request(desk, edition, desk.users(2))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_segment_the_text_is_not_written_for_is_refused(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE))
    mixed = desk.audience(Channel.EMAIL, [*people("u0"), *people("u1", "u2", segment="bank")])
    with pytest.raises(Refused, match=r"“bank” \(2 people\)"):
        request(desk, edition, mixed)


def marylanders() -> dict[str, Any]:
    found = copy.deepcopy(FACTS)
    found["datasets"][0]["reach"] = {"US-MD": 3}
    found["datasets"][0]["data"]["categories"] = ["name", "national_id"]
    found["datasets"][0]["people"] = {"count": 3, "kinds": ["users"]}
    return found


@pytest.fixture
def maryland(desk: Desk) -> Desk:
    desk.save(marylanders())
    return desk


def first_told(desk: Desk) -> Obligation:
    return desk.case.obligations()["us-md-regulator", "Attorney General of Maryland"]


def test_where_a_law_wants_somebody_told_before_the_people_it_is_named(maryland: Desk) -> None:
    edition = maryland.freeze(maryland.start(NoticeKind.PEOPLE))
    assert first_told(maryland).rule["before"] == ["data_subjects"]
    with pytest.raises(Refused, match=r"Attorney General of Maryland, before the residents are told"):
        request(maryland, edition, maryland.users(1))
    with pytest.raises(Refused):  # a reason is for the privacy officer to give
        request(maryland, edition, maryland.users(1), order_reason="they will hear of it today")
    met = update(Obligation).where(col(Obligation.id) == first_told(maryland).id)
    maryland.case.store.write(lambda session: session.exec(met.values(met_at=maryland.case.clock.now())))
    assert request(maryland, edition, maryland.users(1)).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_privacy_officer_passes_the_order_with_a_reason_on_the_timeline(maryland: Desk) -> None:
    edition = maryland.freeze(maryland.start(NoticeKind.PEOPLE))
    officer, why = join(maryland, "Officer", Role.PRIVACY_OFFICER), "Bank details: every hour counts."
    asked = Request(edition.id, maryland.users(1).id, SENDER, order_reason=why)
    do(maryland, officer, request_release, asked, USUAL)
    (line,) = timeline(maryland, "release.requested")
    assert "People are told first, although a law wants otherwise" in line
    assert "Attorney General of Maryland" in line
    assert why in line


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_order_stands_between_other_audiences(maryland: Desk) -> None:
    customers = maryland.customers({})
    edition = maryland.freeze(maryland.start(NoticeKind.CUSTOMER))
    assert request(maryland, edition, customers).state is ReleaseState.REQUESTED
