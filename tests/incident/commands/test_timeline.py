"""`seventytwo note` and `seventytwo audit verify`: a line in one command, and whether the timeline still says it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from freezegun import freeze_time
from sqlalchemy import text
from sqlmodel import select

from incident.errors import NotFound
from incident.keys import KeyRing, read_key_file
from incident.models.incidents import Incident, Severity
from incident.queries.timeline import read_timeline
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.incidents import Report, open_incident
from notifications.clock import SystemClock
from notifications.store import Store
from tests.incident.commands.conftest import Type


@pytest.fixture
def codename(type_command: Type, store: Store, tmp_path: Path) -> str:
    """An incident of the installation the commands work on."""
    type_command("user", "list")  # makes the key
    clock = SystemClock()
    keys = KeyRing(read_key_file(tmp_path / "key-encryption-key"), clock)

    def begin(act: Act) -> str:
        return open_incident(act, Report("Public bucket", "public_bucket", Severity.HIGH)).codename

    return store.write(lambda session: begin(Act(session, keys, operator("test"), clock.now())))


def test_a_line_is_one_command_and_keeps_its_true_time(type_command: Type, codename: str, store: Store) -> None:
    said = type_command("note", codename, "00:00 ACL removed")
    assert said.startswith(f"{codename} line 2, ")
    with store.read() as session:
        row = session.execute(text("SELECT actor, action, hash FROM entry_header WHERE seq = 2")).one()
    assert (row.actor.startswith("system:operator "), row.action) == (True, "noted")
    assert said.split()[-1] == row.hash[:12]


def test_a_time_of_day_is_read_by_the_machines_clock_and_the_organisations_zone(
    type_command: Type, codename: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEVENTYTWO_ZONE", "Europe/Berlin")
    with freeze_time("2026-10-25 02:10:00"):  # 03:10 there; 02:30 came twice this night, and the earlier one is meant
        type_command("note", codename, "02:30 ACL removed")
        type_command("note", codename, "3:20 nobody knew yet")
    keys = KeyRing(read_key_file(tmp_path / "key-encryption-key"), SystemClock())
    with store.read() as session:
        incident = session.exec(select(Incident)).one()
        lines = read_timeline(session, keys, operator("test"), incident.id, limit=2)
    assert [line.occurred_at for line in lines] == [
        datetime(2026, 10, 24, 1, 20, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]


def test_a_line_for_no_incident_is_refused(type_command: Type, codename: str) -> None:
    with pytest.raises(NotFound):
        type_command("note", "no-such", "18:14 ACL removed")


def test_verification_says_what_holds_and_what_no_checkpoint_covers(type_command: Type, codename: str) -> None:
    said = type_command("audit", "verify")
    assert "Not under a checkpoint yet: incident:" in said
    assert said.endswith("The timeline holds.\n")


def test_a_broken_timeline_ends_with_status_1(type_command: Type, codename: str, store: Store) -> None:
    store.write(lambda session: session.execute(text("UPDATE entry_body SET sealed = salt")))
    with pytest.raises(SystemExit) as ended:
        type_command("audit", "verify")
    assert ended.value.code == 1
