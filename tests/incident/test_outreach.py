"""People inside hear of a release by codename; no subject carries a fact of the case."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incident.outreach import Doubt, Happened, ReleaseNews, doubt_message, messages_about, spoken_message
from incident.roles import Role
from notifications.ids import new_id

NEWS = ReleaseNews(new_id(), "amber-heron", "people", 2400, "the contact is wrong", "https://console.example/r/1")


@pytest.mark.parametrize("happened", list(Happened))
def test_each_event_has_a_message_with_its_own_occasion(happened: Happened) -> None:
    (message,) = messages_about(happened, NEWS)
    assert message.occasion == f"page:release:{NEWS.release_id}:{happened}"
    assert message.subject.startswith("[amber-heron] ")
    assert "2,400" not in message.subject
    assert "\n" not in message.subject
    assert message.text.endswith("Reason: the contact is wrong\n\nhttps://console.example/r/1\n")
    assert message.roles


def test_who_is_wanted_is_asked_and_nobody_else() -> None:
    (message,) = messages_about(Happened.REQUESTED, NEWS)
    assert message.roles == {Role.APPROVER}
    (message,) = messages_about(Happened.REQUESTED, replace(NEWS, wanted=frozenset({Role.LEGAL})))
    assert message.roles == {Role.LEGAL}


def test_an_approver_is_asked_to_confirm_what_was_said_by_telephone() -> None:
    approver, until = new_id(), datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    message = spoken_message(NEWS, approver, "Jonas Weber", until)
    assert message.occasion == f"page:release:{NEWS.release_id}:spoken:{approver}"
    assert message.roles == frozenset()
    assert "by 2026-11-24 21:30 UTC" in message.text
    assert "Jonas Weber has written down" in message.text
    assert message.text.endswith("https://console.example/r/1\n")
    assert "2400" not in message.subject


@pytest.mark.parametrize("doubt", list(Doubt))
def test_those_in_charge_hear_of_an_approval_in_doubt(doubt: Doubt) -> None:
    approval = new_id()
    message = doubt_message(doubt, NEWS, approval, "Ines Moreau")
    assert message.occasion == f"page:approval:{approval}:{doubt}"
    assert message.roles == {Role.COMMANDER, Role.PRIVACY_OFFICER}
    assert "Ines Moreau" in message.text
    assert "Ines" not in message.subject
