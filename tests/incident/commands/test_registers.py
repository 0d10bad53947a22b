"""The registers and the host's token from the command line: what is printed, and the status a script sees."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from incident.cli import app
from incident.verbs.customer_lines import COLUMNS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path / "var"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_files_are_imported_and_refused_lines_are_a_status_of_their_own(home: Path) -> None:
    customers, persons = home / "customers.csv", home / "persons.jsonl"
    customers.write_text("host_id,legal_name,contract_hours\nacme,Acme Ltd,24\n")
    persons.write_text('{"host_id": "u-1", "customer": "acme"}\n{"host_id": "u-2", "customer": "nobody"}\n')
    first = run("customers", "import", str(customers))
    assert (first.exit_code, first.stdout) == (0, "1 customers stored, 0 unchanged, 0 lines refused.\n")
    again = run("customers", "import", str(customers))
    assert (again.exit_code, again.stdout) == (0, "0 customers stored, 1 unchanged, 0 lines refused.\n")
    people = run("persons", "import", str(persons))
    assert (people.exit_code, people.stdout) == (1, "1 persons stored, 0 unchanged, 1 line refused.\n")
    assert people.stderr == "line 2, customer: is not in the register (store the customer first)\n"


@pytest.mark.usefixtures("home")
def test_a_token_is_made_and_ended_by_its_name() -> None:
    made = run("token", "add", "host platform", "--role", "host")
    assert made.stdout.startswith("72_")
    ended = run("token", "revoke", "host platform")
    assert (ended.exit_code, ended.stdout) == (0, "host platform may not come in any more.\n")
    assert run("token", "revoke", "host platform").exit_code == 1


def test_the_help_of_an_import_names_every_column() -> None:
    said = run("customers", "import", "--help").stdout
    assert [name for name in COLUMNS if name not in said] == []
