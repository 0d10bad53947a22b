"""`seventytwo page` and `seventytwo chat`: a team tried, its page read and acknowledged; who is who in a chat."""

import pytest
from sqlmodel import Session

from incident.errors import NotFound
from incident.models.people import UserAccount
from notifications.ids import new_id
from notifications.store import Store
from tests.conftest import START
from tests.incident.commands.conftest import Type

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _people(database_url: str) -> None:
    def add(session: Session) -> None:
        ada = "ada@example.org"
        row = UserAccount(id=new_id(), email=ada, name="Ada", roles=["responder"], password="-", created_at=START)
        session.add(row)

    store = Store(database_url)
    store.write(add)
    store.close()


def test_a_team_is_tried_and_the_page_acknowledged(type_command: Type) -> None:
    assert "Nobody was paged yet" in type_command("page", "list")
    type_command("oncall", "add", "platform")
    type_command("oncall", "layer", "platform", "first", "--person", "ada@example.org", "--begins", "2026-01-05")
    page_id = type_command("page", "test", "platform").split()[-1]
    assert "WAITS for an answer, step 1 of 3" in type_command("page", "list", "--waiting")
    shown = type_command("page", "show", page_id)
    assert "Ada by mail: pending" in shown
    assert type_command("page", "ack", page_id) == "Acknowledged.\n"
    assert "(command line)" in type_command("page", "show", page_id)
    assert type_command("page", "list", "--waiting") == "No page waits for an answer.\n"
    with pytest.raises(NotFound):
        type_command("page", "show", "amber-heron")


def test_members_of_a_chat_are_recorded_and_removed(type_command: Type) -> None:
    assert "Nobody may give commands" in type_command("chat", "list")
    type_command("chat", "add", "slack", "U1", "ada@example.org")
    assert type_command("chat", "list") == "slack U1: Ada <ada@example.org>\n"
    assert type_command("chat", "remove", "slack", "U1") == "Removed.\n"
    with pytest.raises(NotFound):
        type_command("chat", "remove", "slack", "U1")
