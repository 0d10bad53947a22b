"""The door for returning mail: takes what is for us, says 250 only for what is kept, and 451 for our own trouble."""

import asyncio
import smtplib
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlmodel import Session, select

from notifications.addresses import is_ours
from notifications.incoming import MailState, ReceivedMail
from notifications.lmtp import listening
from notifications.received import Incoming, keep_mail, raw_mail
from notifications.store import StoreUnavailable
from tests.notifications.outbox import Outbox
from tests.notifications.test_bounces import raw

T = TypeVar("T")
ADDRESSES = ("bounces@notices.example", "@reply.example")
MAIL = raw("postfix-failed").replace(b"\n", b"\r\n")
pytestmark = pytest.mark.anyio


class Desk:
    """What a door hands in, and what it does about it."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.trouble: Exception | None = None

    def keep(self, mail: Incoming) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept.append(mail)


async def talk(desk: Desk, work: Callable[[smtplib.LMTP], T]) -> T:
    def talking(port: int) -> T:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
            client.ehlo_or_helo_if_needed()
            return work(client)

    async with listening("127.0.0.1", 0, ADDRESSES, desk.keep) as port:
        return await asyncio.to_thread(talking, port)


async def test_a_mail_for_us_is_kept_byte_for_byte() -> None:
    desk = Desk()
    refused = await talk(desk, lambda client: client.sendmail("", ["Bounces@Notices.example"], MAIL))
    assert refused == {}
    assert desk.kept == [Incoming(MAIL, "lmtp", "Bounces@Notices.example", "")]


async def test_who_wrote_it_is_told_from_nobody() -> None:
    desk = Desk()
    await talk(desk, lambda client: client.sendmail("ann@mail.example", ["anything@reply.example"], MAIL))
    assert desk.kept[0].sender == "ann@mail.example"


async def test_mail_for_others_is_refused() -> None:
    desk = Desk()

    def ask(client: smtplib.LMTP) -> tuple[int, bytes]:
        client.mail("")
        return client.rcpt("ceo@notices.example")

    assert (await talk(desk, ask))[0] == 550


async def test_a_second_recipient_is_for_the_next_transaction() -> None:
    desk = Desk()

    def ask(client: smtplib.LMTP) -> list[int]:
        client.mail("")
        return [client.rcpt("a@reply.example")[0], client.rcpt("b@reply.example")[0]]

    assert await talk(desk, ask) == [250, 452]


async def test_what_could_not_be_kept_is_brought_again() -> None:
    desk = Desk()
    desk.trouble = StoreUnavailable("locked")

    def ask(client: smtplib.LMTP) -> int:
        client.mail("")
        client.rcpt("a@reply.example")
        return client.data(MAIL)[0]

    assert await talk(desk, ask) == 451
    desk.trouble = None
    assert await talk(desk, ask) == 250


async def test_long_lines_are_taken_and_too_large_mails_are_not() -> None:
    desk = Desk()

    def ask(client: smtplib.LMTP) -> list[int]:
        answers = []
        for body in (b"X: y\r\n\r\n" + b"a" * 200_000 + b"\r\n", b"X: y\r\n\r\n" + (b"a" * 998 + b"\r\n") * 10_600):
            client.mail("")
            client.rcpt("a@reply.example")
            answers.append(client.data(body)[0])
        return answers

    assert await talk(desk, ask) == [250, 552]
    assert len(desk.kept) == 1


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("bounces@notices.example", True),
        ("BOUNCES+x@notices.example", True),
        ("any@REPLY.example", True),
        ("any@sub.reply.example", False),
        ("other@notices.example", False),
        ("@reply.example", False),
        ("bounces", False),
    ],
)
async def test_addresses_are_ours_whole_with_a_tag_or_by_domain(address: str, ours: bool) -> None:
    assert is_ours(address, ADDRESSES) is ours


async def test_equal_bytes_are_kept_once_and_counted(outbox: Outbox) -> None:
    def keep() -> bool:
        return outbox.write(
            lambda session: keep_mail(session, outbox.keys, Incoming(MAIL, "lmtp", "a", ""), outbox.clock.now())
        ).repeat

    assert [keep(), keep(), keep()] == [False, True, True]

    def look(session: Session) -> tuple[int, MailState, bool | None, bytes | None]:
        row = session.exec(select(ReceivedMail)).one()
        assert row.raw_sealed is not None
        assert b"Undelivered" not in row.raw_sealed
        return row.repeats, row.state, row.from_nobody, raw_mail(session, outbox.keys, row)

    assert outbox.look(look) == (2, MailState.OPEN, True, MAIL)
