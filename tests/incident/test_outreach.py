"""People inside hear of a release by codename; no subject carries a fact of the case."""

import pytest

from incident.outreach import Happened, ReleaseNews, messages_about
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


def test_the_approvers_are_asked_and_nobody_else() -> None:
    (message,) = messages_about(Happened.REQUESTED, NEWS)
    assert message.roles == {Role.APPROVER}
