"""Settings come from SEVENTYTWO_* and say what they mean."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from incident.approval_rules import ApprovalRules
from incident.organisation import approval_rules_of, profile_of
from incident.roles import Role
from incident.settings import BadSettings, Settings, read_settings
from notifications.branding import read_logo
from tests.pictures import png


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


def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVENTYTWO_PORT", "hunter2")
    monkeypatch.setenv("SEVENTYTWO_SMTP_SECURITY", "none")
    with pytest.raises(
        BadSettings, match=r"(?=.*SEVENTYTWO_PORT: [^;]*integer)(?=.*SEVENTYTWO_SMTP_SECURITY: [^;]*'starttls')"
    ) as bad:
        read_settings()
    assert "hunter2" not in str(bad.value)


def test_a_command_says_in_one_line_which_setting_is_wrong() -> None:
    environment = {**os.environ, "SEVENTYTWO_PORT": "x"}
    command = [sys.executable, "-c", "from incident.cli import main; main()", "audit", "verify"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("seventytwo: SEVENTYTWO_PORT: ")
    assert ran.stderr.count("\n") == 1


def test_origins_of_the_host_are_listed_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().origins == ()
    monkeypatch.setenv("SEVENTYTWO_HOST_ORIGINS", "https://app.example.org, http://localhost:3000,")
    assert read_settings().origins == ("https://app.example.org", "http://localhost:3000")


def test_a_brand_is_a_colour_and_a_small_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (Settings().brand_colour, Settings().logo) == ("#1f5f8b", "")
    (tmp_path / "logo.png").write_bytes(png())
    monkeypatch.setenv("SEVENTYTWO_BRAND_COLOUR", "#B23A48")
    monkeypatch.setenv("SEVENTYTWO_LOGO_FILE", str(tmp_path / "logo.png"))
    found = profile_of(read_settings())
    assert (found.colour, found.logo) == ("#b23a48", read_logo(png()).uri)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("BRAND_COLOUR", b"", "BRAND_COLOUR: .*six hexadecimal digits"),
        ("LOGO_FILE", b"<svg/>", "LOGO_FILE: .*SVG may carry script.*save it as PNG"),
        ("LOGO_FILE", png() + b"\0" * 25_000, "LOGO_FILE: .*more than 24576"),
        ("LOGO_FILE", None, "LOGO_FILE: .*cannot be read: No such file"),
    ],
)
def test_a_brand_that_mails_cannot_carry_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    file = tmp_path / "hunter2"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(f"SEVENTYTWO_{name}", str(file))
    with pytest.raises(BadSettings, match=message) as bad:
        read_settings()
    assert "hunter2" not in str(bad.value)


def test_who_approves_is_asked_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = approval_rules_of(Settings())
    assert usual == ApprovalRules(roles={"*": (Role.APPROVER,)})
    monkeypatch.setenv("SEVENTYTWO_APPROVALS", '{"*": ["approver"], "people": ["legal", "approver"]}')
    monkeypatch.setenv("SEVENTYTWO_APPROVAL_HOURS", "8")
    monkeypatch.setenv("SEVENTYTWO_APPROVAL_WAY", "passkey")
    monkeypatch.setenv("SEVENTYTWO_SINGLE_CONTROL_MINUTES", "15")
    rules = approval_rules_of(read_settings())
    assert rules.quorum("people") == (Role.LEGAL, Role.APPROVER)
    assert rules.quorum("customer") == (Role.APPROVER,)
    assert (rules.holds, rules.single_control) == (timedelta(hours=8), timedelta(minutes=15))
    assert rules.passkey_only
    monkeypatch.setenv("SEVENTYTWO_APPROVALS", '{"people": ["legal"]}')
    assert approval_rules_of(read_settings()).quorum("customer") == (Role.APPROVER,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"poeple": ["approver"]}', "did you mean people"),
        ('{"*": []}', "name at least one of"),
        ('{"*": ["responder"]}', "name at least one of"),
        ('{"*": ["nobody"]}', "SEVENTYTWO_APPROVALS"),
    ],
)
def test_who_cannot_approve_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, written: str, said: str) -> None:
    monkeypatch.setenv("SEVENTYTWO_APPROVALS", written)
    with pytest.raises(BadSettings, match=said):
        read_settings()


@pytest.mark.parametrize(
    "origin", ["*", "https://app.example.org/", "app.example.org", "https://*.example.org", "null"]
)
def test_what_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("SEVENTYTWO_HOST_ORIGINS", f"https://app.example.org,{origin}")
    with pytest.raises(BadSettings, match="SEVENTYTWO_HOST_ORIGINS"):
        read_settings()


def test_links_in_notices_may_lead_to_the_hosts_of_the_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVENTYTWO_CONTACT_EMAIL", "privacy@brightdesk.example")
    monkeypatch.setenv("SEVENTYTWO_MAIL_FROM", "notices@mail.brightdesk.example")
    monkeypatch.setenv("SEVENTYTWO_PUBLIC_URL", "https://console.brightdesk.example")
    own = {"brightdesk.example", "mail.brightdesk.example", "console.brightdesk.example"}
    assert read_settings().own_hosts == own
    monkeypatch.setenv("SEVENTYTWO_LINK_HOSTS", "status.example, help.example")
    assert read_settings().own_hosts == {"status.example", "help.example"}


@pytest.mark.parametrize("host", ["https://status.example", "status.example/incident", "localhost", "*.example"])
def test_what_is_no_host_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("SEVENTYTWO_LINK_HOSTS", f"help.example,{host}")
    with pytest.raises(BadSettings, match="SEVENTYTWO_LINK_HOSTS"):
        read_settings()
