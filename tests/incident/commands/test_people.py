"""`seventytwo user`: a first administrator on an empty installation, and somebody shut out at once."""

import pytest

from incident.errors import Conflict, Invalid, NotFound
from tests.incident.commands.conftest import Type


def add(type_command: Type, email: str = "ada@example.org", *roles: str) -> str:
    listed = [word for role in roles or ("administrator",) for word in ("--role", role)]
    return type_command("user", "add", email, "--name", "Ada Nowak", *listed)


def test_the_first_administrator_is_made_on_an_empty_installation(type_command: Type) -> None:
    assert type_command("user", "list") == "Nobody may sign in yet: seventytwo user add --help\n"
    said = add(type_command)
    assert said.startswith("ada@example.org may sign in. Password, shown once: ")
    listed = type_command("user", "list")
    assert listed == "ada@example.org  Ada Nowak  (administrator; UTC)\n"
    assert said.split()[-1] not in listed


def test_a_role_nobody_knows_adds_nobody(type_command: Type) -> None:
    with pytest.raises(Invalid, match="admin is no role"):
        add(type_command, "ada@example.org", "admin")
    assert "Nobody" in type_command("user", "list")


def test_somebody_who_leaves_is_shut_out_and_may_come_back(type_command: Type) -> None:
    add(type_command)
    add(type_command, "ben@example.org", "responder")
    assert type_command("user", "disable", "Ben@example.org") == "Ben@example.org may not sign in any more.\n"
    assert "ben@example.org  Ada Nowak  (responder; UTC, disabled " in type_command("user", "list")
    assert type_command("user", "enable", "ben@example.org") == "ben@example.org may sign in again.\n"
    assert "disabled" not in type_command("user", "list")


def test_roles_and_password_change_for_who_has_an_account(type_command: Type) -> None:
    add(type_command)
    add(type_command, "ben@example.org", "responder")
    type_command("user", "roles", "ben@example.org", "--role", "approver", "--role", "decider")
    assert "(approver, decider; UTC)" in type_command("user", "list")
    said = type_command("user", "password", "ben@example.org")
    assert said.startswith("ben@example.org has another password. Password, shown once: ")
    with pytest.raises(NotFound, match=r"Nobody signs in as eve@example\.org"):
        type_command("user", "password", "eve@example.org")


def test_the_last_administrator_stays(type_command: Type) -> None:
    add(type_command)
    with pytest.raises(Conflict, match="Nobody would be left to administer"):
        type_command("user", "disable", "ada@example.org")
    with pytest.raises(Conflict, match="Nobody would be left to administer"):
        type_command("user", "roles", "ada@example.org", "--role", "responder")


def test_whoever_is_added_before_any_administrator_is_added_with_a_warning(type_command: Type) -> None:
    said = add(type_command, "ada@example.org", "approver")
    assert "ada@example.org may sign in." in said
    assert "There is no administrator yet" in said
    assert "seventytwo user add ADDRESS --name NAME --role administrator" in said
    assert "no administrator" not in add(type_command, "ben@example.org", "administrator")
    assert "no administrator" not in add(type_command, "cleo@example.org", "approver")
