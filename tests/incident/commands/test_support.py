"""`seventytwo support` and `seventytwo replies`: thin over the same verbs, nobody's name among the arguments."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.cli import app
from incident.errors import Invalid, NotFound

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an installation and returns what it printed; what the operator got wrong is raised."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)

    def command(*arguments: str, given: str = "") -> str:
        result = CliRunner().invoke(app, list(arguments), input=given)
        if result.exception is not None:
            raise result.exception
        return result.output

    return command


def test_a_question_is_answered_and_kept_without_the_name(run: Run) -> None:
    said = run("support", "ask", "--by", "address", given="ann@mail.example\n")
    assert said == "Affected: not yet known.\nNo sentence is approved for this answer yet.\n"
    log = run("support", "log")
    assert "not yet known" in log
    assert "ann" not in log
    with pytest.raises(Invalid):
        run("support", "ask", "--by", "colour", given="x\n")


def test_the_bank_is_empty_at_first_and_no_incident_is_invented(run: Run) -> None:
    assert run("replies", "bank").startswith("The bank is empty")
    with pytest.raises(NotFound):
        run("replies", "count", "no-such")
