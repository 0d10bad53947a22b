"""`seventytwo assets`: declared, confirmed, listed, imported and taken back on the machine; hints of an incident."""

from pathlib import Path

import pytest
import typer

from incident.commands.opened import Opened
from incident.errors import Invalid, NotFound
from incident.models.incidents import Severity
from incident.verbs.incidents import Report, open_incident
from tests.incident.commands.conftest import Type
from tests.incident.hinting import LEAK, hear, signal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EXPORTS = ("assets", "declare", "bucket", "exports-*", "--holds", "categories=name,contact", "--holds", "regions=de")


def test_an_asset_is_declared_confirmed_and_taken_back(type_command: Type) -> None:
    assert "Nothing is declared yet" in type_command("assets", "list")
    assert type_command(*EXPORTS) == "bucket exports-*: new.\n"
    assert type_command(*EXPORTS) == "bucket exports-*: confirmed.\n"
    listed = type_command("assets", "list")
    assert listed.startswith("bucket exports-*: data.categories: contact, name; reach: DE (")
    assert "by operator" in listed
    assert type_command("assets", "withdraw", "bucket", "exports-*") == "bucket exports-*: taken back.\n"
    with pytest.raises(NotFound):
        type_command("assets", "withdraw", "bucket", "exports-*")
    with pytest.raises(Invalid, match="names no part"):
        type_command("assets", "declare", "bucket", "x", "--holds", "souls=many")


def test_a_file_is_imported_and_broken_lines_are_a_status(type_command: Type, tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    file.write_text("kind,name,categories\nbucket,exports-*,name contact\nboat,x,name\n")
    with pytest.raises((SystemExit, typer.Exit)):
        type_command("assets", "import", str(file))
    assert "exports-*" in type_command("assets", "list")


def test_hints_of_an_incident_are_printed_as_no_facts(type_command: Type) -> None:
    type_command(*EXPORTS)
    with Opened() as opened:
        made = opened.write(lambda act: open_incident(act, Report("Bucket", "public_bucket", Severity.HIGH)))
        opened.write(lambda act: hear(act, made.id, signal(LEAK)))
    said = type_command("assets", "hints", made.codename)
    assert f"breach.cause = misconfiguration: {LEAK.why} (1) [all data sets open]" in said
    assert "data.categories = contact, name: as declared for bucket exports-* on" in said
    assert said.endswith("3 hints, no facts, from 1 of 1 alerts.\n")
