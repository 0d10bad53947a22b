"""`seventytwo endpoint`: added with its address from the input, tested, changed, switched off, and its log read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.cli import app
from incident.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Run = Callable[..., str]
ROOM = "https://hooks.slack.example/services/SecretPath\n"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an installation and returns what it printed; what the operator got wrong is raised."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)

    def endpoint(*arguments: str, given: str = "") -> str:
        result = CliRunner().invoke(app, ["endpoint", *arguments], input=given)
        if result.exception is not None:
            raise result.exception
        return result.output

    return endpoint


def test_a_chat_is_added_tested_and_switched_off(run: Run) -> None:
    assert "No endpoint" in run("list")
    added = run("add", "room", "--kind", "slack", "--event", "release.approved", given=ROOM)
    assert added == "room is told of release.approved.\n"
    assert run("test", "room") == "A test waits for the worker: seventytwo endpoint log room\n"
    assert run("log", "room").split("  ")[1:] == ["endpoint.test", "pending\n"]
    assert run("disable", "room") == "room is off.\n"
    with pytest.raises(Conflict, match="switched off"):
        run("test", "room")
    assert run("enable", "room") == "room is on.\n"
    listed = run("list")
    assert "room: slack at hooks.slack.example; release.approved; in seven days 0 accepted" in listed
    assert "SecretPath" not in listed


def test_a_program_gets_a_secret_that_is_rotated(run: Run) -> None:
    arguments = ("add", "host", "--kind", "webhook", "--event", "notice.released")
    first, secret = run(*arguments, given="https://app.host.example/x\n").splitlines()
    assert first == "host is told of notice.released."
    assert secret.startswith("Secret, shown once: whsec_")
    assert run("rotate", "host").startswith("Secret, shown once: whsec_")
    assert run("retire", "host") == "host: the newer secret alone signs now.\n"
    changed = run("change", "host", "--event", "incident.opened", "--address", given="https://other.example/y\n")
    assert changed == "host is told of incident.opened.\n"
    assert "host: webhook at other.example; secret 0 days old; incident.opened" in run("list")


def test_what_cannot_be_used_is_named(run: Run) -> None:
    with pytest.raises(Invalid, match="url: leads into a private network"):
        run("add", "room", "--kind", "slack", "--event", "release.approved", given="https://10.0.0.1/\n")
    with pytest.raises(NotFound):
        run("log", "nowhere")


def test_the_events_are_listed_in_words(run: Run) -> None:
    lines = run("events").splitlines()
    assert "incident.opened: An alert opened an incident" in lines
    (only,) = [line for line in lines if line.endswith("(kind webhook only)")]
    assert only.startswith("notice.released: ")
