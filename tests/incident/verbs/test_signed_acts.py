"""Where only passkeys count, a public page is published, corrected and withdrawn by one, and a call confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from incident.approval_rules import ApprovalRules
from incident.errors import Conflict, Forbidden, NotFound, Refused
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.verbs.announcing import ToPublish, correct_announcement, publish_announcement, withdraw_announcement
from incident.verbs.releases import Request, request_release
from incident.verbs.signatures import Signable, Signed, Signing
from incident.verbs.signed_acts import (
    Confirming,
    Publishing,
    Withdrawing,
    begin_confirmation,
    begin_publication,
    begin_withdrawal,
    finish_confirmation,
    finish_publication,
    finish_withdrawal,
)
from incident.verbs.spoken import Spoken, confirm_spoken_approval, deny_spoken_approval, record_spoken_approval
from notifications.ids import new_id
from notifications.models import Announcement, Edition, Release, ReleaseState
from tests.incident.approving import approvals, do, seen, timeline
from tests.incident.keyholders import Keyholder, challenges, counter
from tests.incident.notices import SENDER, Desk

BY_PASSKEY = ApprovalRules(passkey_only=True)
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def holder(desk: Desk) -> Keyholder:
    return Keyholder(desk.case)


@pytest.fixture
def edition(desk: Desk) -> Edition:
    return desk.freeze(desk.start(NoticeKind.ANNOUNCEMENT))


def signed_by(holder: Keyholder, begin: Callable[..., Signing], asked: Signable) -> Signed:
    row = holder.kept[0] if holder.kept else holder.enrol(count=4)
    signing = holder.case.act(holder.role, begin, asked)
    return Signed(row.id, signing.challenge, row.sign_count, row.sign_count + 1)


def publish(holder: Keyholder, edition: Edition) -> Announcement:
    asked = Publishing(ToPublish(edition.id, edition.digest))
    signed = signed_by(holder, begin_publication, asked)
    return holder.case.act(Role.APPROVER, finish_publication, signed, asked, BY_PASSKEY)


def test_a_click_publishes_nothing_where_only_passkeys_count_and_a_signature_does(
    holder: Keyholder, edition: Edition, desk: Desk
) -> None:
    asked = ToPublish(edition.id, edition.digest)
    with pytest.raises(Refused, match="with your passkey"):
        holder.case.act(Role.APPROVER, publish_announcement, asked, rules=BY_PASSKEY)
    public = publish(holder, edition)
    assert (counter(holder.case, holder.kept[0]), challenges(holder.case)) == (5, 0)
    assert timeline(desk, "announcement.published")[0].startswith("Announcement published with a passkey: ")
    with pytest.raises(Refused, match="with your passkey"):
        holder.case.act(
            Role.APPROVER, correct_announcement, public.id, replace(asked, correction="x"), rules=BY_PASSKEY
        )
    withdrawal = (desk.incident_id, public.id, "It concerned another system.")
    with pytest.raises(Refused, match="with your passkey"):
        holder.case.act(Role.APPROVER, withdraw_announcement, *withdrawal, rules=BY_PASSKEY)
    gone = Withdrawing(*withdrawal)
    signed = signed_by(holder, begin_withdrawal, gone)
    holder.case.act(Role.APPROVER, finish_withdrawal, signed, gone, BY_PASSKEY)
    assert timeline(desk, "announcement.withdrawn")[0].startswith("Announcement withdrawn with a passkey: ")


@ONE_KIND
def test_a_signature_publishes_what_was_seen_and_nothing_else(holder: Keyholder, edition: Edition, desk: Desk) -> None:
    public = publish(holder, edition)
    later = desk.freeze(desk.start(NoticeKind.ANNOUNCEMENT, dataset="lists"))
    asked = Publishing(ToPublish(later.id, later.digest, "The lists are concerned too."), public.id)
    signed = signed_by(holder, begin_publication, asked)
    for wrong in (
        replace(asked, asked=replace(asked.asked, correction="Something else.")),
        replace(asked, corrects=None),
        replace(asked, asked=replace(asked.asked, edition_id=edition.id, digest=edition.digest)),
    ):
        with pytest.raises(Conflict, match="begin again"):
            holder.case.act(Role.APPROVER, finish_publication, signed, wrong, BY_PASSKEY)
    holder.case.act(Role.APPROVER, finish_publication, signed, asked, BY_PASSKEY)
    with pytest.raises(Conflict, match="answered already"):
        holder.case.act(Role.APPROVER, finish_publication, signed, asked, BY_PASSKEY)
    assert timeline(desk, "announcement.corrected") == [
        "Announcement corrected with a passkey: The lists are concerned too."
    ]


@ONE_KIND
def test_nobody_is_asked_to_sign_what_they_may_not_do(holder: Keyholder, edition: Edition, desk: Desk) -> None:
    asked = Publishing(ToPublish(edition.id, edition.digest))
    with pytest.raises(Refused, match="no passkey"):
        holder.case.act(Role.APPROVER, begin_publication, asked)
    holder.enrol()
    for role in (Role.PRIVACY_OFFICER, Role.RESPONDER):
        with pytest.raises(Forbidden):
            holder.case.act(role, begin_publication, asked)
        with pytest.raises(Forbidden):
            holder.case.act(role, begin_withdrawal, Withdrawing(desk.incident_id, new_id(), "x"))
    with pytest.raises(Conflict, match="not the one you read"):
        holder.case.act(Role.APPROVER, begin_publication, replace(asked, asked=replace(asked.asked, digest="0" * 64)))
    with pytest.raises(NotFound):
        holder.case.act(Role.APPROVER, begin_withdrawal, Withdrawing(desk.incident_id, new_id(), "x"))
    assert challenges(holder.case) == 0


def test_a_call_is_confirmed_by_a_signature_and_denied_without_one(desk: Desk, holder: Keyholder) -> None:
    first, second = (_heard(desk) for _ in range(2))
    shown = seen(desk, first)
    with pytest.raises(Refused, match="Confirm this with your passkey"):
        holder.case.act(Role.APPROVER, confirm_spoken_approval, first.id, shown, rules=BY_PASSKEY)
    assert approvals(desk, first)[0].confirmed_at is None
    asked = Confirming(first.id, shown)
    signed = signed_by(holder, begin_confirmation, asked)
    other = Confirming(second.id, seen(desk, second))
    with pytest.raises(Conflict, match="begin again"):
        holder.case.act(Role.APPROVER, finish_confirmation, signed, other, BY_PASSKEY)
    holder.case.act(Role.APPROVER, finish_confirmation, signed, asked, BY_PASSKEY)
    assert approvals(desk, first)[0].confirmed_at is not None
    assert "confirms with a passkey the approval by telephone" in timeline(desk, "release.confirmed")[0]
    assert holder.case.act(Role.APPROVER, deny_spoken_approval, second.id).state is ReleaseState.VOID


def test_purposes_tell_every_part_apart() -> None:
    asked = ToPublish(new_id(), "d", "a|b")
    purposes = {
        Publishing(asked).purpose,
        Publishing(replace(asked, digest="d|a", correction="b")).purpose,
        Publishing(asked, asked.edition_id).purpose,
        Withdrawing(new_id(), asked.edition_id, "a|b").purpose,
    }
    assert len(purposes) == 4
    assert max(map(len, purposes)) <= 200


def _heard(desk: Desk) -> Release:
    edition, audience = desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users(3)
    officer = desk.case.people[Role.PRIVACY_OFFICER]
    release = do(desk, officer, request_release, Request(edition.id, audience.id, SENDER), BY_PASSKEY)
    desk.case.move(0.5)
    at = desk.case.clock.now() - timedelta(minutes=10)
    spoken = Spoken(desk.case.people[Role.APPROVER].id, at, "called back on the number we keep")
    return do(desk, desk.case.people[Role.COMMANDER], record_spoken_approval, release.id, seen(desk, release), spoken)
