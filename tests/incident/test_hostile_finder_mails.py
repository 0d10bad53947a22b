"""Hostile mails to a security address: taken or set aside, shown safely, and none of them stops another."""

import pytest

from incident.queries.timeline import read_timeline
from incident.roles import system
from notifications.incoming import MailState
from tests.incident.cases import LawCase
from tests.incident.reporting import FINDER, Desk, written

HOW = "I found your bucket. I looked at one file and copied nothing. Regards, Ann"
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return Desk(case)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"From: a@b.example\r\nFrom: c@d.example\r\nSubject: x\r\n\r\nHello",
        b"From: =?utf-8?q?=0d=0aBcc:x@y.example?= <a@b.example>\r\nSubject: =?utf-8?b?4oCuZXZpbA==?=\r\n\r\n{{7*7}}",
        b'From: a@b.example\r\nSubject: <script>alert(1)</script>\r\n\r\n=HYPERLINK("http://x")',
        b"From: a@b.example\r\nSubject: \xff\xfe\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfe\x00",
        b"From: a@b.example\r\nSubject: " + b"A" * 50_000 + b"\r\n\r\nx",
        b"From: a@b.example\r\nMessage-ID: <\x00@x>\r\nReferences: <\x00a@b>\r\n\r\nx",
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<b>" * 20_000,
        b"From: a@b.example\r\nDate: Mon, 99 Foo 99999 99:99:99 +9999\r\nSubject: \r\n\r\n",
        b"From: " + b"a@b.example, " * 5000 + b"\r\n\r\nx",
    ],
)
def test_hostile_mails_are_taken_or_set_aside_and_stop_nothing(desk: Desk, raw: bytes) -> None:
    (kept,) = desk.come_in(raw)
    assert desk.received(kept).state in (MailState.SETTLED, MailState.QUARANTINED)
    for incident in desk.incidents():
        read = desk.case.look(lambda session, of=incident: read_timeline(session, desk.case.keys, system("t"), of.id))  # type: ignore[misc]
        assert all("\u202e" not in line.text for line in read)


@embedded
def test_a_round_that_waited_long_for_name_servers_leaves_the_rest_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.name_records.Lookups.spent", property(lambda self: bool(self._known)))
    for number in range(3):
        sender = f"n{number}@finder.example"
        desk.receive(FINDER.sign(desk.dated(written(HOW, sender=sender))))
    found = [desk.round() for _ in range(3)]
    assert [(one.answers, one.more) for one in found] == [(1, True), (1, True), (1, False)]
    assert len(desk.incidents()) == 3
