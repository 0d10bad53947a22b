"""A text that is changed voids what was asked for of the earlier one, and what was sent stays sent."""

from dataclasses import replace

import pytest

from incident.errors import Forbidden
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.verbs.notices import edit_notice
from incident.verbs.releases import stop_release
from notifications.models import ReleaseState
from tests.incident.approving import timeline
from tests.incident.notices import Desk


def test_a_text_changed_after_it_was_asked_for_voids_the_request(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    release = desk.request(desk.freeze(notice), desk.users(2))
    text = desk.view(notice).draft.texts["en"]
    desk.case.act(Role.APPROVER, edit_notice, notice.id, notice.version, "en", text)  # nothing changed
    assert desk.release(release.id).state is ReleaseState.REQUESTED
    other = replace(text, subject=f"Again: {text.subject}")
    desk.case.act(Role.APPROVER, edit_notice, notice.id, notice.version + 1, "en", other)
    after = desk.release(release.id)
    assert (after.state, after.reason) == (ReleaseState.VOID, "Its text was changed since it was asked for")
    assert "Its text was changed" in timeline(desk, "release.voided")[0]
    again = desk.request(desk.freeze(notice), desk.users(2))
    with pytest.raises(Forbidden, match="second person"):  # any editor, although this one froze and asked for nothing
        desk.approve(again)


def test_what_is_being_sent_goes_on_when_the_next_text_is_written_and_what_was_stopped_does_not(desk: Desk) -> None:
    notice = desk.start(NoticeKind.PEOPLE)
    release = desk.approve(desk.request(desk.freeze(notice), desk.users(2)))
    text = desk.view(notice).draft.texts["en"]
    for version, state in ((0, ReleaseState.APPROVED), (1, ReleaseState.VOID)):
        other = replace(text, subject=f"{version} {text.subject}")
        desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, notice.version + version, "en", other)
        assert desk.release(release.id).state is state
        if state is ReleaseState.APPROVED:
            desk.case.act(Role.RESPONDER, stop_release, release.id, "a wrong contact")
