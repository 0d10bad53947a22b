"""`seventytwo customers shares`: each customer's own figures from a file, and the status a script sees."""

from pathlib import Path

import pytest
from sqlmodel import select

from incident.errors import Invalid, NotFound
from incident.keys import KeyRing, read_key_file
from incident.law.circumstances import Organisation
from incident.models.incidents import Severity
from incident.models.releasing import CustomerShare
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident
from notifications.clock import SystemClock
from notifications.store import Store
from tests.incident.commands.conftest import Type

FACTS = {"datasets": [{"id": "lists", "role": "processor", "controllers": ["acme", "blue"]}]}


@pytest.fixture
def codename(type_command: Type, store: Store, tmp_path: Path) -> str:
    """An incident whose facts name two customers of the register."""
    register = tmp_path / "customers.csv"
    register.write_text("host_id,legal_name\nacme,Acme Ltd\nblue,Blue GmbH\n")
    type_command("customers", "import", str(register))
    clock = SystemClock()
    keys = KeyRing(read_key_file(tmp_path / "key-encryption-key"), clock)

    def begin(act: Act) -> str:
        incident = open_incident(act, Report("Public bucket", "public_bucket", Severity.HIGH))
        save_facts(act, incident.id, Organisation("main", "DE", "Europe/Berlin"), FACTS)
        return incident.codename

    return store.write(lambda session: begin(Act(session, keys, operator("test"), clock.now())))


def test_figures_are_read_from_a_file(type_command: Type, codename: str, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "shares.csv"
    file.write_text('host_id;people;countries\nacme;12;"DE:10;AT:2"\nblue;4;\n')
    assert type_command("customers", "shares", codename, str(file)) == (
        "2 shares stored, 0 unchanged, 0 lines refused.\n"
    )
    assert type_command("customers", "shares", codename, str(file), "--dataset", "lists").startswith("0 shares stored")
    with store.read() as session:
        rows = {row.host_id: (row.people, row.reach) for row in session.exec(select(CustomerShare)).all()}
    assert rows == {"acme": (12, {"AT": 2, "DE": 10}), "blue": (4, {})}


def test_a_refused_line_is_a_status_of_its_own(type_command: Type, codename: str, tmp_path: Path) -> None:
    file = tmp_path / "shares.csv"
    file.write_text("host_id,people\nacme,12\nnobody,4\n")
    with pytest.raises(SystemExit) as ended:
        type_command("customers", "shares", codename, str(file))
    assert ended.value.code == 1
    with pytest.raises(Invalid, match="no data set we process"):
        type_command("customers", "shares", codename, str(file), "--dataset", "accounts")
    with pytest.raises(NotFound):
        type_command("customers", "shares", "no-such", str(file))
