"""The public page is published by a second person and never changed silently."""

import copy
from dataclasses import replace

import pytest

from incident.approval_rules import USUAL
from incident.errors import Conflict, Forbidden, NotFound, Refused
from incident.notice_kinds import NoticeKind
from incident.notice_texts import dress
from incident.queries.notices import read_notice
from incident.roles import Role
from incident.verbs.announcing import ToPublish, correct_announcement, publish_announcement, withdraw_announcement
from incident.verbs.notices import edit_notice
from notifications.announcements import PublicPage, public_page
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Announcement, Edition
from tests.incident.notices import FACTS, PROFILE, TEMPLATES, Desk


@pytest.fixture
def edition(desk: Desk) -> Edition:
    return desk.freeze(desk.start(NoticeKind.ANNOUNCEMENT))


@pytest.fixture
def published(desk: Desk, edition: Edition) -> Announcement:
    return desk.case.act(Role.APPROVER, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)


def newer(desk: Desk, edition: Edition) -> Edition:
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    view = desk.case.look(lambda s: read_notice(s, desk.case.keys, actor, edition.notice_id))
    text = view.draft.texts["en"]
    longer = Text(text.subject, text.text + "\nWe added a telephone hour on weekdays.\n")
    dressed = dress(TEMPLATES, NoticeKind.ANNOUNCEMENT, "en", longer, PROFILE)
    notice = desk.case.act(Role.PRIVACY_OFFICER, edit_notice, edition.notice_id, view.notice.version, "en", dressed)
    return desk.freeze(notice)


def page(desk: Desk, announcement: Announcement, locale: str = "en") -> PublicPage:
    found = desk.case.look(lambda s: public_page(s, announcement.public_id, locale))
    assert found is not None
    return found


def test_a_published_page_is_read_in_the_readers_language(desk: Desk, published: Announcement) -> None:
    assert page(desk, published, "de").current.title == "Sicherheitsvorfall: Brightdesk, 24. November 2026"
    assert page(desk, published, "fr").current.locale == "en"
    assert desk.case.look(lambda s: public_page(s, "nothing", "en")) is None


def test_whoever_wrote_it_may_not_publish_it(desk: Desk, edition: Edition) -> None:
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    desk.case.people[Role.GUEST] = type(actor)(actor.id, actor.name, frozenset({Role.APPROVER}))
    with pytest.raises(Forbidden, match="second person"):
        desk.case.act(Role.GUEST, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)
    with pytest.raises(Forbidden):
        desk.case.act(Role.RESPONDER, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)


def test_what_was_not_read_and_what_is_no_longer_true_is_not_published(desk: Desk, edition: Edition) -> None:
    with pytest.raises(Conflict, match="not the one you read"):
        desk.case.act(Role.APPROVER, publish_announcement, ToPublish(edition.id, "0" * 64), rules=USUAL)
    with pytest.raises(NotFound):
        desk.case.act(Role.APPROVER, publish_announcement, ToPublish(new_id(), "0" * 64), rules=USUAL)
    facts = copy.deepcopy(FACTS)
    facts["datasets"][0]["exposure"]["exfiltration"] = "confirmed"
    desk.save(facts)
    with pytest.raises(Refused, match="have changed"):
        desk.case.act(Role.APPROVER, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)


def test_a_notice_for_people_is_not_for_everybody(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.PEOPLE))
    with pytest.raises(Refused, match="not for everybody"):
        desk.case.act(Role.APPROVER, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)


def test_a_correction_says_why_and_keeps_what_was_said(desk: Desk, edition: Edition, published: Announcement) -> None:
    later = newer(desk, edition)
    desk.case.move(2)
    asked = ToPublish(later.id, later.digest, "A telephone hour was added.")
    with pytest.raises(Conflict, match="never edited silently"):
        desk.case.act(Role.APPROVER, correct_announcement, published.id, replace(asked, correction=" "), rules=USUAL)
    desk.case.act(Role.APPROVER, correct_announcement, published.id, asked, rules=USUAL)
    with pytest.raises(Conflict, match="says this already"):
        desk.case.act(Role.APPROVER, correct_announcement, published.id, asked, rules=USUAL)
    with pytest.raises(Conflict, match="public already"):
        desk.case.act(Role.APPROVER, publish_announcement, asked, rules=USUAL)
    shown = page(desk, published)
    assert [version.number for version in shown.versions] == [2, 1]
    assert shown.current.correction == "A telephone hour was added."
    assert "telephone hour" not in shown.versions[1].body_text
    assert shown.announcement.updated_at > shown.announcement.published_at


def test_a_withdrawn_page_stays_and_says_so(desk: Desk, edition: Edition, published: Announcement) -> None:
    withdraw = (desk.incident_id, published.id)
    with pytest.raises(Conflict, match="reason"):
        desk.case.act(Role.APPROVER, withdraw_announcement, *withdraw, "", rules=USUAL)
    desk.case.act(Role.APPROVER, withdraw_announcement, *withdraw, "It concerned another system.", rules=USUAL)
    assert page(desk, published).announcement.reason == "It concerned another system."
    with pytest.raises(Conflict, match="withdrawn before"):
        desk.case.act(Role.APPROVER, withdraw_announcement, *withdraw, "again", rules=USUAL)
    later = newer(desk, edition)
    asked = ToPublish(later.id, later.digest, "more")
    with pytest.raises(Conflict, match="publish a new one"):
        desk.case.act(Role.APPROVER, correct_announcement, published.id, asked, rules=USUAL)
    with pytest.raises(NotFound):
        desk.case.act(Role.APPROVER, withdraw_announcement, desk.incident_id, new_id(), "x", rules=USUAL)
