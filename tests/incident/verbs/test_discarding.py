"""A draft is thrown away with a reason and then takes no change; one that was asked to be released stays."""

import pytest

from incident.approval_rules import USUAL
from incident.errors import Conflict, Forbidden, Invalid, Refused
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.queries.notices import is_released
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.announcing import ToPublish, publish_announcement
from incident.verbs.notices import discard_notice, edit_notice, redraft_notice, tick_warning
from incident.verbs.releases import Request, refuse_release, request_release
from notifications.findings import Finding, Level
from tests.incident.notices import AT_ONCE, SENDER, TEMPLATES, WRITTEN_IN, Desk

WHY = "Counsel wants one notice for both data sets."


def discarded(desk: Desk, kind: NoticeKind = NoticeKind.PEOPLE) -> Notice:
    notice = desk.start(kind)
    return desk.case.act(Role.PRIVACY_OFFICER, discard_notice, notice.id, notice.version, WHY)


def test_a_discarded_draft_says_why_on_the_timeline_and_stays_readable(desk: Desk) -> None:
    notice = discarded(desk)
    assert notice.discarded_at == desk.case.clock.now()
    assert "en" in desk.view(notice).draft.texts
    actor, keys = desk.case.people[Role.AUDITOR], desk.case.keys
    lines = desk.case.look(lambda session: read_timeline(session, keys, actor, desk.incident_id))
    said = [line for line in lines if line.action == "notice.discarded"]
    assert [line.text for line in said] == [f"Draft of a notice (people) discarded: {WHY}"]


def test_a_discarded_draft_takes_no_change_and_goes_to_nobody(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    edition = desk.freeze(notice)
    audience, brief = desk.users(), desk.brief(NoticeKind.PEOPLE)
    row = desk.case.act(Role.PRIVACY_OFFICER, discard_notice, notice.id, notice.version, WHY)
    act, text = desk.case.act, desk.view(notice).draft.texts["en"]
    warning = Finding(Level.WARNING, "hedge", "text", "is there", "mend it")
    asked = Request(edition.id, audience.id, SENDER, sending=AT_ONCE)
    written = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, WRITTEN_IN)
    for attempt in (
        lambda: act(Role.RESPONDER, edit_notice, notice.id, row.version, "en", text),
        lambda: act(Role.RESPONDER, redraft_notice, notice.id, row.version, brief, written),
        lambda: act(Role.RESPONDER, tick_warning, notice.id, row.version, warning, "so"),
        lambda: act(Role.RESPONDER, discard_notice, notice.id, row.version, "again"),
        lambda: desk.freeze(notice),
        lambda: act(Role.COMMANDER, request_release, asked, USUAL),
    ):
        with pytest.raises(Conflict, match="discarded"):
            attempt()


def test_an_edition_of_a_discarded_announcement_is_not_published(desk: Desk) -> None:
    notice = desk.start(NoticeKind.ANNOUNCEMENT)
    edition = desk.freeze(notice)
    desk.case.act(Role.PRIVACY_OFFICER, discard_notice, notice.id, notice.version, WHY)
    asked = ToPublish(edition.id, edition.digest)
    with pytest.raises(Conflict, match="discarded"):
        desk.case.act(Role.APPROVER, publish_announcement, asked, rules=USUAL)


def test_what_was_asked_for_or_published_stays_also_when_it_was_refused(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    release = desk.request(desk.freeze(notice), desk.users())
    desk.case.act(Role.APPROVER, refuse_release, release.id, "The second sentence is wrong.")
    public = desk.start(NoticeKind.ANNOUNCEMENT)
    edition = desk.freeze(public)
    desk.case.act(Role.APPROVER, publish_announcement, ToPublish(edition.id, edition.digest), rules=USUAL)
    for row in (notice, public):
        with pytest.raises(Refused, match="its record stays"):
            desk.case.act(Role.PRIVACY_OFFICER, discard_notice, row.id, row.version, WHY)
    other = desk.start(NoticeKind.IN_APP)
    found = desk.case.look(lambda session: [is_released(session, row.id) for row in (notice, public, other)])
    assert found == [True, True, False]


def test_a_draft_is_discarded_with_a_reason_at_its_version_and_by_its_writers_only(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    with pytest.raises(Invalid, match="reason"):
        desk.case.act(Role.PRIVACY_OFFICER, discard_notice, notice.id, notice.version, " ")
    with pytest.raises(Conflict, match="version"):
        desk.case.act(Role.PRIVACY_OFFICER, discard_notice, notice.id, notice.version + 1, WHY)
    with pytest.raises(Forbidden):
        desk.case.act(Role.AUDITOR, discard_notice, notice.id, notice.version, WHY)
