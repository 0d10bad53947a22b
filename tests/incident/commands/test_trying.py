"""`seventytwo intake try`: signals as JSON, or why there are none, by status; no installation is needed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from incident.cli import app
from incident.errors import Invalid
from tests.expected_signals import PAYLOADS

FIRING = PAYLOADS / "standard_webhooks/firing.json"
HEADERS = FIRING.with_suffix(".headers.json")
SECRET = json.loads((PAYLOADS / "TEST_SECRETS.json").read_bytes())["standard_webhooks"]
SIGNED_AT = "2026-08-08T08:08:08Z"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No installation: whatever would be stored would fail."""
    monkeypatch.setenv("SEVENTYTWO_HOME", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)


def attempt(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["intake", "try", *map(str, arguments)])


def test_what_proves_itself_is_printed_with_its_key_and_its_scheme(tmp_path: Path) -> None:
    result = attempt("standard_webhooks", FIRING, "--headers", HEADERS, "--secret", SECRET, "--at", SIGNED_AT)
    (signal,) = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(signal) == [
        *("title", "severity", "source", "key", "state", "started_at", "asset", "hints", "intake_key", "authentic")
    ]
    assert (signal["key"], signal["intake_key"]) == ("folder/letters", "msg_72_1")
    assert signal["authentic"] == "standard_webhooks"
    assert list(tmp_path.iterdir()) == []


def test_without_a_secret_nothing_is_verified() -> None:
    (signal,) = json.loads(attempt("standard_webhooks", FIRING).stdout)
    assert signal["authentic"] is None
    assert signal["intake_key"].startswith("sha256:")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--headers", HEADERS, "--secret", SECRET, "--at", "2026-08-08T08:14:08Z"], "stale"),
        (["--headers", HEADERS, "--secret", SECRET.replace("M", "N"), "--at", SIGNED_AT], "wrong"),
        (["--secret", SECRET], "missing"),
    ],
    ids=["late", "other secret", "no headers"],
)
def test_what_does_not_prove_itself_is_refused_with_status_3(more: list[object], reason: str) -> None:
    result = attempt("standard_webhooks", FIRING, *more)
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", f"refused: {reason}\n")


def test_what_cannot_be_read_would_wait_in_quarantine_with_status_1() -> None:
    result = attempt("alertmanager", FIRING)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "quarantine: alerts must be a list with at least one alert.\n"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["nagios", FIRING], "adapter"),
        (["alertmanager", FIRING, "--headers", FIRING.parent / "../README.md"], "README.md"),
        (["alertmanager", FIRING, "--at", "noon"], "at"),
    ],
    ids=["adapter", "headers", "moment"],
)
def test_a_wrong_command_is_told_by_its_field(arguments: list[object], field: str) -> None:
    error = attempt(*arguments).exception
    assert isinstance(error, Invalid)
    assert field in str(error)


def test_headers_that_are_nested_too_deeply_are_no_object(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    error = attempt("alertmanager", FIRING, "--headers", tmp_path / "deep.json").exception
    assert isinstance(error, Invalid)
    assert "deep.json: is no JSON object" in str(error)
