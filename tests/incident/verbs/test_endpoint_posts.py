"""Endpoints hear what people inside are told, once, in our words alone; of what is hidden they hear less or nothing."""

import json
from typing import Any

import pytest
from sqlmodel import Session, col, select, update

from incident.endpoint_events import FOR_ROOMS, WANTED, EventType
from incident.errors import Invalid
from incident.models.incidents import Incident
from incident.models.people import UserAccount
from incident.notice_kinds import NoticeKind
from incident.outreach import Happened, InternalMessage, ReleaseNews, messages_about, opened_message
from incident.roles import Role, Visibility
from incident.sweep import tick
from incident.verbs.audiences import open_audience
from incident.verbs.messages import post
from incident.verbs.releases import refuse_release
from incident.verbs.settling import releases_to_settle
from notifications.audience import NewMember
from notifications.endpoints import person_of
from notifications.ids import new_id
from notifications.models import Channel, Delivery, Outgoing
from notifications.webhook_bodies import content_place
from tests.incident.cases import LawCase
from tests.incident.notices import Desk
from tests.incident.verbs.test_endpoints import add

TITLE = "Public bucket"


def events(case: LawCase) -> list[dict[str, Any]]:
    """What endpoints are told, in the order it was said; each with to how many."""

    def read(session: Session) -> list[dict[str, Any]]:
        rows = session.exec(
            select(Delivery).where(col(Delivery.occasion).startswith("event:")).order_by(col(Delivery.id))
        )
        found = []
        for occasion in dict.fromkeys(row.occasion for row in rows.all()):
            row = session.get_one(Outgoing, occasion)
            said = json.loads(case.keys.open(session, row.content_sealed, content_place(row.occasion, row.scope)))
            to = session.exec(select(Delivery).where(col(Delivery.occasion) == row.occasion)).all()
            found.append({**said, "to": {one.person for one in to}, "sent": len(to)})
        return found

    return case.look(read)


def opened(case: LawCase) -> InternalMessage:
    return opened_message(case.incident_id, "amber-heron", "high")


def show(case: LawCase, visibility: Visibility) -> None:
    statement = update(Incident).where(col(Incident.id) == case.incident_id).values(visibility=visibility)
    case.store.write(lambda session: session.exec(statement))


def test_an_opened_incident_is_told_once_to_whoever_wants_to_hear_of_it(case: LawCase) -> None:
    room = add(case, "room", events=FOR_ROOMS).endpoint
    program = add(case, "program", "webhook", events=WANTED).endpoint
    add(case, "other", events=("release.void",))
    for _ in range(2):
        case.act(Role.RESPONDER, post, case.incident_id, opened(case), "example.org")
    (said,) = events(case)
    assert said["to"] == {person_of(room.id), person_of(program.id)}
    codename = case.look(lambda session: session.get_one(Incident, case.incident_id)).codename
    assert said["type"] == "incident.opened"
    assert said["facts"] == {"incident": codename, "severity": "high", "title": TITLE, "kind": "public bucket"}
    assert said["path"] == f"/incidents/{codename}"


def test_it_is_told_also_where_nobody_gets_a_mail(case: LawCase) -> None:
    add(case, events=FOR_ROOMS)
    case.store.write(lambda session: session.exec(update(UserAccount).values(disabled_at=case.clock.now())))
    assert case.act(Role.RESPONDER, post, case.incident_id, opened(case), "example.org") == 0
    assert len(events(case)) == 1


def test_a_restricted_incident_goes_by_its_codename_and_a_sealed_one_is_not_spoken_of(case: LawCase) -> None:
    add(case, events=FOR_ROOMS)
    show(case, Visibility.SEALED)
    message = opened(case)
    case.act(Role.RESPONDER, _post_hidden, case.incident_id, message)
    assert events(case) == []
    show(case, Visibility.RESTRICTED)
    case.act(Role.RESPONDER, _post_hidden, case.incident_id, message)
    (said,) = events(case)
    assert set(said["facts"]) == {"incident", "severity"}
    assert TITLE not in json.dumps(said["facts"])


def _post_hidden(act: Any, incident_id: Any, message: InternalMessage) -> int:
    return post(act, incident_id, message, "example.org")


def test_a_release_is_followed_without_the_words_that_people_typed(desk: Desk) -> None:
    add(desk.case, events=FOR_ROOMS)
    edition, audience = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(2)
    refused = desk.request(edition, audience)
    desk.case.act(Role.APPROVER, refuse_release, refused.id, "Anna Albrecht is named in it")
    release = desk.approve(desk.request(edition, audience))
    desk.accept(release)
    tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())
    said = [one for one in events(desk.case) if one["type"].startswith("release.")]
    assert [one["type"] for one in said] == [
        "release.requested",
        "release.refused",
        "release.requested",
        "release.approved",
        "release.finished",
    ]
    assert {one["facts"]["recipients"] for one in said} == {"2"}
    assert said[-1]["path"] == f"/releases/{release.id}"
    assert "Anna" not in json.dumps([one["facts"] for one in said] + [one["headline"] for one in said])


def test_a_reminder_names_the_law_and_no_customer(desk: Desk) -> None:
    add(desk.case, events=("deadline.reminder",))
    desk.case.move(60)
    tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())
    said = events(desk.case)
    assert said
    assert all(one["headline"].startswith("Deadline: ") for one in said)
    assert "Acme" not in str([one["facts"] for one in said])


@pytest.mark.parametrize("happened", Happened)
def test_whatever_happens_to_a_release_has_its_word(happened: Happened) -> None:
    (message,) = messages_about(happened, ReleaseNews(new_id(), "amber-heron", "people", 7, "because of Anna"))
    assert message.event is not None
    assert message.event.type == f"release.{happened}"
    assert "Anna" not in message.event.said + str(message.event.facts)


def test_a_notice_in_the_product_is_pushed_when_its_release_is_finished(desk: Desk) -> None:
    host = add(desk.case, "host", "webhook", events=("notice.released",)).endpoint
    add(desk.case, "room", events=FOR_ROOMS)
    members = [NewMember("u1"), NewMember("", account="acme", role="admin")]
    audience = desk.audience(Channel.IN_APP, members)
    release = desk.released(NoticeKind.IN_APP, audience)
    assert desk.case.look(releases_to_settle) == [release.id]
    for _ in range(2):
        tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())
    mine = select(Delivery).where(col(Delivery.occasion) == f"notice:{release.id}")
    (row,) = desk.case.look(lambda session: list(session.exec(mine).all()))
    assert (row.person, row.channel, row.release_id) == (person_of(host.id), Channel.WEBHOOK, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_carries_messages_to_endpoints_is_no_channel_of_an_audience(case: LawCase) -> None:
    for channel in (Channel.WEBHOOK, Channel.CHAT):
        with pytest.raises(Invalid, match="reaches no people"):
            case.act(Role.PRIVACY_OFFICER, open_audience, case.incident_id, "x", channel)


def test_every_event_is_said_in_words_and_a_room_gets_no_notices() -> None:
    assert EventType.TEST not in WANTED
    assert EventType.NOTICE_RELEASED in set(WANTED) - set(FOR_ROOMS)
