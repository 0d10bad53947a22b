"""Commands as an operator types them, on an installation of either kind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incident.cli import app

Type = Callable[..., str]


@pytest.fixture
def type_command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Runs a command and returns what it printed; what the operator got wrong is raised, a status too."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path))
    monkeypatch.setenv("SEVENTYTWO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEVENTYTWO_PUBLIC_URL", "https://incident.example.org")

    def typed(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments)
        if result.exception is not None:
            raise result.exception
        return result.output

    return typed
