"""What a worker is started with: its lock, its relay, and the settings of the process that keeps it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from incident.channel_rules import NextChannel
from incident.installation import NotReady
from incident.mail_relays import relays_of
from incident.roles import Role
from incident.serving import environment_of
from incident.settings import Settings
from incident.worker import lock_path


def test_the_lock_of_an_embedded_database_lies_beside_it_whoevers_home_it_is_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'seventytwo.db'}"
    places = {lock_path(Settings(home=tmp_path / home, database_url=url)) for home in ("one", "two")}
    assert places == {tmp_path / "seventytwo.db.worker.lock"}


def test_on_a_server_every_node_has_a_lock_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://db.example/seventytwo")
    assert lock_path(settings) == tmp_path / "worker.lock"


def test_the_relay_greets_with_the_domain_mails_come_from_and_its_password_is_not_shown() -> None:
    settings = Settings(smtp_host="mail.example", smtp_user="desk", smtp_password=SecretStr("hunter2"))
    (relay,) = relays_of(settings)
    assert (relay.host, relay.security, relay.user, relay.password) == ("mail.example", "starttls", "desk", "hunter2")
    assert relay.greets_as == settings.mail_from.partition("@")[2]
    assert "hunter2" not in repr(relay)


def test_a_second_relay_has_settings_of_its_own() -> None:
    settings = Settings(smtp_host="a.example", smtp_backup_host="b.example", smtp_backup_port=465, smtp_messages=7)
    settings.smtp_backup_security = "tls"
    found = [(relay.host, relay.port, relay.security, relay.messages) for relay in relays_of(settings)]
    assert found == [("a.example", 25, "starttls", 7), ("b.example", 465, "tls", 7)]


def test_a_rate_of_nothing_is_refused_and_names_its_domain() -> None:
    with pytest.raises(ValueError, match=r"slow\.example: a rate is a number"):
        Settings(domain_rates={"slow.example": 0})


def test_clear_text_to_another_machine_is_refused() -> None:
    with pytest.raises(NotReady, match=r"clear text to mail\.example"):
        relays_of(Settings(smtp_host="mail.example", smtp_security="clear"))


def test_a_child_reads_the_settings_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        home=tmp_path,
        kek=SecretStr("c2VjcmV0"),
        smtp_password=SecretStr("hunter2"),
        promise_hours=0,
        secure_cookies=False,
        sweep_seconds=0.5,
        organisation="Näh & Söhne",
        approvals={"*": [Role.APPROVER, Role.LEGAL]},
        next_channels={"people": [NextChannel.IN_APP, NextChannel.POSTAL]},
    )
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
