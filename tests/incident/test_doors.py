"""The doors as the settings have them: what is missing is named, what comes in is on disk, trouble is said."""

import asyncio
import logging
import os
import smtplib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from incident.channel_rules import NextChannel
from incident.doors import check_doors, incoming_rules_of, lmtp_door, look_into, mailbox_of
from incident.installation import Installation, NotReady
from incident.keys import KeyRing
from incident.settings import BadSettings, Settings, read_settings
from notifications.clock import MovableClock
from notifications.incoming import MailState, ReceivedMail
from notifications.store import Store
from tests.notifications.test_bounces import raw

MAIL = raw("postfix-failed").replace(b"\n", b"\r\n")


def installed(store: Store, clock: MovableClock, home: Path, **settings: object) -> Installation:
    return Installation(Settings(home=home, **settings), clock, store, KeyRing(os.urandom(32), clock))  # type: ignore[arg-type]


def free_port() -> int:
    async def ask() -> int:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        async with server:
            return int(server.sockets[0].getsockname()[1])

    return asyncio.run(ask())


def test_every_door_is_closed_until_it_is_set(store: Store, clock: MovableClock, tmp_path: Path) -> None:
    closed = installed(store, clock, tmp_path)
    check_doors(closed.settings)
    assert mailbox_of(closed, lambda: None) is None
    rules = incoming_rules_of(closed.settings)
    assert not rules.channels.channels
    assert rules.own_domains == frozenset({"example.org"})


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"lmtp_port": 2424}, "INCOMING_ADDRESSES"),
        ({"imap_host": "imap.example"}, "IMAP_USER"),
        ({"imap_host": "imap.example", "imap_user": "desk"}, "IMAP_PASSWORD"),
        ({"imap_host": "imap.example", "imap_user": "desk", "imap_client_id": "x"}, "IMAP_REFRESH_TOKEN"),
    ],
)
def test_a_door_that_lacks_something_is_not_opened(settings: dict[str, object], missing: str) -> None:
    with pytest.raises(NotReady, match=missing):
        check_doors(Settings(**settings))  # type: ignore[arg-type]


def test_a_password_or_a_refresh_token_opens_a_mailbox() -> None:
    check_doors(Settings(imap_host="imap.example", imap_user="desk", imap_password=SecretStr("x")))
    token: dict[str, Any] = {"imap_token_url": "https://id.example/token", "imap_client_id": "c"}
    check_doors(Settings(imap_host="imap.example", imap_user="desk", imap_refresh_token=SecretStr("x"), **token))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INCOMING_ADDRESSES", "bounces"),
        ("SES_TOPICS", "events"),
        ("SENDGRID_KEY", "none"),
        ("POSTMARK_SECRET", "short"),
        ("IMAP_TOKEN_URL", "http://id.example"),
        ("NEXT_CHANNELS", '{"peeple": ["in_app"]}'),
        ("NEXT_CHANNELS", '{"*": ["pigeon"]}'),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SEVENTYTWO_{name}", value)
    with pytest.raises(BadSettings, match=name):
        read_settings()


def test_the_next_channels_are_read_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVENTYTWO_NEXT_CHANNELS", '{"people": ["in_app", "postal"], "*": ["postal"]}')
    rules = incoming_rules_of(read_settings()).channels
    assert rules.channels_for("people") == (NextChannel.IN_APP, NextChannel.POSTAL)
    assert rules.channels_for("customer") == (NextChannel.POSTAL,)
    assert rules.channels_for("people", ours=False) == (NextChannel.POSTAL,)


@pytest.mark.parametrize(
    ("lost", "total", "many"), [(0, 0, False), (99, 2000, False), (200, 2000, True), (1000, 10**6, True), (1, 3, True)]
)
def test_too_many_are_a_number_or_a_share(lost: int, total: int, many: bool) -> None:
    assert incoming_rules_of(Settings()).channels.too_many(lost, total) is many


def test_a_mail_handed_in_is_on_disk_and_the_worker_is_told(store: Store, clock: MovableClock, tmp_path: Path) -> None:
    port, told = free_port(), []
    desk = installed(store, clock, tmp_path, lmtp_port=port, incoming_addresses="bounces@notices.example")

    def hand_in() -> None:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("", ["bounces@notices.example"], MAIL)

    async def work() -> None:
        async with lmtp_door(desk, lambda: told.append("mail")):
            await asyncio.to_thread(hand_in)

    asyncio.run(work())
    with store.read() as session:
        row = session.exec(select(ReceivedMail)).one()
    assert (row.state, row.door, row.size, told) == (MailState.OPEN, "lmtp", len(MAIL), ["mail"])


def test_a_mailbox_that_does_not_answer_is_said_and_stops_nothing(
    store: Store, clock: MovableClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    access: dict[str, object] = {"imap_host": "127.0.0.1", "imap_port": free_port(), "imap_user": "desk"}
    box = mailbox_of(installed(store, clock, tmp_path, imap_password=SecretStr("hunter2"), **access), lambda: None)
    assert box is not None
    with caplog.at_level(logging.WARNING):
        look_into(box)
    assert "mailbox: 127.0.0.1" in caplog.text
    assert "hunter2" not in caplog.text
