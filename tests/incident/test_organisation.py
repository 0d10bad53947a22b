"""What the settings say of the organisation, and runbooks of which a faulty one loses no alert and is named."""

import logging
from pathlib import Path

import pytest

from incident.organisation import organisation_of, reception_of
from incident.settings import Settings


def test_a_faulty_runbook_of_ones_own_gives_way_and_is_named_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "ransomware.toml").write_text('kind = "ransomware"\n')
    with caplog.at_level(logging.WARNING):
        reception = reception_of(Settings(runbooks_folder=tmp_path, mail_from="notices@nimbus.example"))
    assert {"ransomware", "public_bucket", "leaked_credentials", "misdirected_email"} <= set(reception.runbooks)
    assert len(reception.runbooks["ransomware"].tasks) > 5
    assert f"{tmp_path / 'ransomware.toml'} is not used" in caplog.text
    assert "title" in caplog.text
    assert reception.domain == "nimbus.example"


def test_no_promise_is_no_duty() -> None:
    assert organisation_of(Settings(promise_hours=0)).promise_hours is None
    assert organisation_of(Settings()).promise_hours == 72
