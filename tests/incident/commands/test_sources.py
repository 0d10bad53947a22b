"""`seventytwo source`: a monitor is let in, its secret changed without a gap, and turned away again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.cli import app
from incident.errors import Conflict, Invalid, NotFound

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an installation and returns what it printed; what the operator got wrong is raised."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEVENTYTWO_PUBLIC_URL", "https://incident.example.org")

    def source(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["source", *arguments])
        if result.exception is not None:
            raise result.exception
        return result.output

    return source


def add(run: Run, *more: str) -> str:
    return run("add", "alertmanager", "--adapter", "alertmanager", "--scheme", "bearer", *more)


def test_adding_one_prints_its_address_and_its_secret_once(run: Run) -> None:
    address, secret = add(run).splitlines()
    assert address == "POST https://incident.example.org/hooks/alertmanager"
    made = secret.removeprefix("Secret, shown once: ")
    assert len(made) >= 32
    assert made not in run("list")


def test_the_list_says_how_each_proves_itself_and_what_came(run: Run) -> None:
    assert run("list") == "No monitor may post yet: seventytwo source add --help\n"
    add(run)
    line = "alertmanager: alertmanager by bearer; secret 0 days old; 0 received; 0 in quarantine; 0 refused\n"
    assert run("list") == line


def test_a_secret_is_rotated_and_the_older_one_retired(run: Run) -> None:
    add(run)
    assert run("rotate", "alertmanager").startswith("Secret, shown once: ")
    assert "secret 0 days and 0 days old" in run("list")
    with pytest.raises(Conflict, match="two live secrets"):
        run("rotate", "alertmanager")
    assert run("retire", "alertmanager") == "alertmanager: the newer secret alone is good now.\n"
    with pytest.raises(Conflict, match="one live secret"):
        run("retire", "alertmanager")


def test_one_is_disabled_and_enabled_again(run: Run) -> None:
    add(run)
    assert run("disable", "alertmanager") == "alertmanager may no longer post.\n"
    assert "DISABLED" in run("list")
    assert run("enable", "alertmanager") == "alertmanager may post again.\n"
    assert "DISABLED" not in run("list")
    with pytest.raises(NotFound, match="no source nowhere"):
        run("disable", "nowhere")


def test_rules_come_from_a_file(run: Run, tmp_path: Path) -> None:
    add(run)
    rules = tmp_path / "rules.toml"
    rules.write_text('join = "source"\n[[matches]]\nkind = "ransomware"\ntitle = "*encrypt*"\n')
    assert run("rules", "alertmanager", str(rules)) == f"alertmanager: its rules are those of {rules}.\n"
    rules.write_text("join = everything\n")
    with pytest.raises(Invalid, match="is no TOML"):
        run("rules", "alertmanager", str(rules))
    rules.write_text('join = "everything"\n')
    with pytest.raises(Invalid, match="one of group, source"):
        run("rules", "alertmanager", str(rules))
