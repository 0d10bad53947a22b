"""Settings come from SEVENTYTWO_* and say what they mean."""

import pytest

from incident.settings import Settings


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(f"SEVENTYTWO_{name.upper()}", "")
    assert Settings() == plain


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEK", "SMTP_PASSWORD"):
        monkeypatch.setenv(f"SEVENTYTWO_{name}", "hunter2")
    assert "hunter2" not in repr(Settings())
