"""A stock Postfix, told what our page says: a report it takes opens an incident, also when we were away at first."""

import asyncio
import re
import smtplib
from datetime import datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from incident.doors import lmtp_door
from incident.installation import Installation
from notifications.clock import SystemClock
from notifications.incoming import ReceivedMail
from notifications.received import raw_mail
from tests.faults.processes import until
from tests.incident.cases import LawCase
from tests.incident.reporting import ANN, DOMAIN, SECURITY, Desk, written
from tests.incident.test_doors import free_port
from tests.postfix import NoPostfix, Postfix, obtain

PAGE = Path(__file__).parents[2] / "docs" / "mail-intake.md"
WORDS = "Your bucket nimbus-exports is open to everybody. I have copied nothing."


def documented(port: int) -> str:
    """The lines that the page shows for Postfix, with our address and this port."""
    (block,) = re.findall(r"## Postfix\n.*?```\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(block).replace("security@example.org", SECURITY).replace("2424", str(port))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_it_took_while_we_were_away_opens_an_incident_detected_when_it_came(case: LawCase) -> None:
    try:
        copy = obtain()
    except NoPostfix as missing:
        pytest.skip(f"NOT RUN, a real Postfix is not to be had: {missing}")
    case.clock.set(SystemClock().now())
    port, door = free_port(), free_port()
    desk = Desk(case, lmtp_port=door, received_hops=1)
    with Postfix(copy, port, DOMAIN, documented(door)) as server:
        until("Postfix listens", lambda: "daemon started" in server.said(), server.said)
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.sendmail(ANN, [SECURITY], desk.dated(written(WORDS)))
        until("it found nobody", lambda: server.has("deferred"), server.said)
        asyncio.run(_opened(desk, server))
        case.clock.set(SystemClock().now())
        assert desk.round().troubles == ()
    (thread,) = desk.threads()
    assert (len(desk.incidents()), thread.detected_at) == (1, stamped(desk))
    assert "Received line 1" in thread.detected_how


def stamped(desk: Desk) -> datetime:
    """When Postfix had the mail, as its own Received line says."""

    def look(session: Session) -> bytes | None:
        return raw_mail(session, desk.case.keys, session.exec(select(ReceivedMail)).one())

    raw = desk.case.look(look)
    assert raw is not None
    line = str(message_from_bytes(raw)["Received"])
    assert "by mx.brightdesk.example (Postfix)" in line
    return parsedate_to_datetime(line.rpartition(";")[2].strip())


async def _opened(desk: Desk, server: Postfix) -> None:
    installation = Installation(desk.settings, SystemClock(), desk.case.store, desk.case.keys)
    async with lmtp_door(installation, lambda: None):
        await asyncio.to_thread(until, "it brought the mail", lambda: server.has("sent"), server.said)
