"""`seventytwo oncall`: a team made on the machine, its turns printed, somebody who stands in."""

import pytest
from sqlmodel import Session

from incident.errors import Invalid, NotFound
from incident.models.people import UserAccount
from notifications.ids import new_id
from notifications.store import Store
from tests.conftest import START
from tests.incident.commands.conftest import Type

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _people(database_url: str) -> None:
    def add(session: Session) -> None:
        for name in ("Ada", "Bea"):
            who = f"{name.lower()}@example.org"
            row = UserAccount(id=new_id(), email=who, name=name, roles=["responder"], password="-", created_at=START)
            session.add(row)

    store = Store(database_url)
    store.write(add)
    store.close()


def test_a_team_takes_turns(type_command: Type) -> None:
    assert "No team yet" in type_command("oncall", "show")
    assert type_command("oncall", "add", "platform").startswith("Team platform made, the default one.")
    assert "NOBODY is on call" in type_command("oncall", "show")
    people = ("--person", "ada@example.org", "--person", "bea@example.org")
    type_command("oncall", "layer", "platform", "first", *people, "--begins", "2026-01-05T08:30", "--zone", "UTC")
    shown = type_command("oncall", "show", "platform")
    assert "platform, default: " in shown
    assert " 08:30 to " in shown
    assert "step 1: on-call wait 10" in shown
    steps = type_command("oncall", "steps", "platform", "--step", "team wait 5")
    assert steps == "1. team wait 5\n"
    span = ("--from", "2100-01-01T09:00", "--to", "2100-01-02T09:00")
    made = type_command("oncall", "override", "platform", "bea@example.org", *span).split()[-1]
    assert made in type_command("oncall", "show", "platform")
    assert type_command("oncall", "revoke", "platform", made) == "Ended.\n"
    with pytest.raises(NotFound):
        type_command("oncall", "revoke", "platform", made)
    address = type_command("oncall", "calendar", "platform")
    assert address.startswith("https://incident.example.org/on-call-calendars/")
    assert type_command("oncall", "drop", "platform", "first") == "Layer first of team platform dropped.\n"
    assert type_command("oncall", "retire", "platform") == "Team platform given up.\n"


def test_what_cannot_be_used_is_named(type_command: Type) -> None:
    type_command("oncall", "add", "platform")
    with pytest.raises(Invalid, match=r"people: carl@example\.org cannot be put on call"):
        type_command("oncall", "layer", "platform", "first", "--person", "carl@example.org", "--begins", "2026-01-05")
    with pytest.raises(Invalid, match="names no moment"):
        type_command("oncall", "override", "platform", "ada@example.org", "--from", "soon", "--to", "later")
