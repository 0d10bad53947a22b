"""A report that comes through a real door, by LMTP from the mail server or out of a mailbox, opens an incident."""

import asyncio
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import SecretStr

from incident.doors import lmtp_door, look_into, mailbox_of
from incident.installation import Installation
from tests.certificates import new_authority
from tests.incident.cases import LawCase
from tests.incident.reporting import ANN, SECURITY, Desk, written
from tests.incident.test_doors import free_port
from tests.notifications.imap_server import ImapServer

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WORDS = "Your bucket nimbus-exports is open to everybody. I have copied nothing."


def installed(desk: Desk) -> Installation:
    return Installation(desk.settings, desk.case.clock, desk.case.store, desk.case.keys)


def check_one_opened(desk: Desk) -> None:
    """The next round opens one incident, whose finder is Ann, and answers her."""
    assert desk.round().troubles == ()
    (thread,) = desk.threads()
    contact = desk.opened(thread).contact
    assert contact is not None
    assert (contact.address, len(desk.incidents()), len(desk.letters())) == (ANN, 1, 1)


@embedded
def test_by_lmtp(case: LawCase) -> None:
    port = free_port()
    desk = Desk(case, lmtp_port=port)

    def hand_in(mail: EmailMessage) -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            return client.sendmail(ANN, [SECURITY, "nobody@brightdesk.example"], desk.dated(mail))

    async def work() -> dict[str, tuple[int, bytes]]:
        async with lmtp_door(installed(desk), lambda: None):
            return await asyncio.to_thread(hand_in, written(WORDS))

    refused = asyncio.run(work())
    assert (list(refused), refused["nobody@brightdesk.example"][0]) == (["nobody@brightdesk.example"], 550)
    check_one_opened(desk)


@embedded
def test_out_of_a_mailbox(case: LawCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = new_authority(tmp_path)
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    server = ImapServer(authority.server(), user="desk", password="hunter2")
    with server.running() as port:
        access = {
            "imap_host": "127.0.0.1",
            "imap_port": port,
            "imap_user": "desk",
            "imap_password": SecretStr("hunter2"),
        }
        desk = Desk(case, **access)
        server.mails[1] = b"Delivered-To: " + SECURITY.encode() + b"\r\n" + desk.dated(written(WORDS))
        box = mailbox_of(installed(desk), lambda: None)
        assert box is not None
        look_into(box)
        look_into(box)  # what was seen is left alone
    check_one_opened(desk)
