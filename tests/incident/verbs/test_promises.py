"""The promised next update lies ahead: at drafting, when the text is frozen, asked for, approved and resumed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incident.approval_rules import USUAL
from incident.drafting import Account
from incident.errors import Invalid, Refused
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_filing
from incident.roles import Role
from incident.verbs.announcing import ToPublish, publish_announcement
from incident.verbs.notices import edit_notice
from incident.verbs.releases import resume_release, stop_release
from notifications.formats import Formats
from notifications.models import ReleaseState
from tests.incident.notices import ACCOUNT, PROFILE, TEMPLATES, Desk

PAST = "promised for .*, which is past"


def soon(desk: Desk) -> Account:
    """An account that promises the next update in two hours."""
    return replace(ACCOUNT, next_update=desk.case.clock.now() + timedelta(hours=2))


def in_two_hours(desk: Desk) -> Notice:
    return desk.start(NoticeKind.PEOPLE, account=soon(desk))


def test_nobody_drafts_a_promise_that_is_past(desk: Desk) -> None:
    now: datetime = desk.case.clock.now()
    for at in (now, now - timedelta(days=6)):
        with pytest.raises(Invalid) as refused:
            desk.start(NoticeKind.PEOPLE, account=replace(ACCOUNT, next_update=at))
        assert [fault.field for fault in refused.value.faults] == ["next_update"]
        brief = desk.brief(NoticeKind.PEOPLE, account=replace(ACCOUNT, next_update=at))
        with pytest.raises(Invalid, match="next_update"):
            write_filing(TEMPLATES, "gdpr-33-3", brief, "en")


def test_a_promise_that_went_by_stops_the_freezing_until_it_is_taken_out(desk: Desk) -> None:
    notice = in_two_hours(desk)
    assert not desk.check(notice).findings
    desk.case.move(3)
    assert {finding.rule for finding in desk.check(notice).findings} == {"past_promise"}
    with pytest.raises(Refused) as refused:
        desk.freeze(notice)
    assert "past_promise" in {missing.guard for missing in refused.value.missing}
    version, ahead = notice.version, desk.view(notice).draft.next_update
    assert ahead is not None
    for locale, text in desk.view(notice).draft.texts.items():
        promised = Formats(locale, PROFILE.zone).moment(ahead)
        assert promised in text.text
        lines = [line for line in text.text.splitlines() if promised not in line]
        without = replace(text, text="\n".join(lines))
        desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, version, locale, without)
        version += 1
    notice = desk.view(notice).notice
    assert "past_promise" not in {finding.rule for finding in desk.check(notice).findings}
    release = desk.approve(desk.request(desk.freeze(notice), desk.users(2)))
    assert release.state is ReleaseState.APPROVED


def test_a_promise_that_goes_by_meanwhile_stops_the_asking_the_approval_and_the_going_on(desk: Desk) -> None:
    edition = desk.freeze(in_two_hours(desk))
    asked, going = desk.request(edition, desk.users(2)), desk.approve(desk.request(edition, desk.users(3)))
    desk.case.act(Role.RESPONDER, stop_release, going.id, "a wrong contact")
    desk.case.move(3)
    with pytest.raises(Refused, match=PAST):
        desk.request(edition, desk.users(4))
    with pytest.raises(Refused, match=PAST):
        desk.approve(asked)
    with pytest.raises(Refused, match=PAST):
        desk.case.act(Role.APPROVER, resume_release, going.id)
    assert desk.release(asked.id).state is ReleaseState.REQUESTED


def test_an_announcement_with_a_promise_that_is_past_is_not_published(desk: Desk) -> None:
    edition = desk.freeze(desk.start(NoticeKind.ANNOUNCEMENT, account=soon(desk)))
    desk.case.move(3)
    seen = ToPublish(edition.id, edition.digest)
    with pytest.raises(Refused, match=PAST):
        desk.case.act(Role.APPROVER, publish_announcement, seen, rules=USUAL)
