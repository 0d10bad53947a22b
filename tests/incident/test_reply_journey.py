"""A question through the real door to an answer at a real relay; and two programs that never answer each other."""

import asyncio
import smtplib
from email import message_from_bytes
from email.message import Message
from functools import partial

import pytest
from sqlmodel import Session

from incident.models.replies import Reply
from incident.verbs.received_mail import receive_mail
from notifications.composing import Composer, From
from notifications.ledger import Worker
from notifications.lmtp import listening
from notifications.models import DeliveryState
from notifications.received import Incoming
from notifications.replies import ReplyClass
from notifications.sending import Sender
from notifications.smtp import connect
from tests.incident.answering import Mailbag
from tests.incident.verbs.test_answers import Bank
from tests.notifications.dispatch import relay, run
from tests.smtp_sink import Sink

pytestmark = pytest.mark.anyio
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS = "notices@brightdesk.example"
ASKER = "u0@example.net"
SIGNED = "If a question is left, simply answer this mail. Kind regards Brightdesk"
SAID = "Your name and your e-mail address. Ask Miriam Vogt, data protection officer at privacy@brightdesk.example."


class PostOffice(Bank):
    """The bag with a door people's mails come in by, and a relay ours go out by."""

    async def deliver(self, sink: Sink) -> list[Message]:
        composer = Composer(self.case.store, self.case.keys, self.case.clock, From(OURS, "Brightdesk"))
        sender = Sender(
            self.case.store, self.case.clock, Worker("here.1"), composer, partial(connect, relay(sink)), None
        )
        await run(sender)
        return [message_from_bytes(mail.message) for mail in sink.taken if mail.recipient == ASKER]

    async def come_in(self, *mails: bytes) -> None:
        """By LMTP, as a mail server hands them over."""

        def hand_over(port: int) -> None:
            with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
                for mail in mails:
                    client.sendmail("u0@example.net", [OURS], mail.replace(b"\n", b"\r\n"))

        async with listening("127.0.0.1", 0, (OURS,), self._keep) as port:
            await asyncio.to_thread(hand_over, port)
        await asyncio.to_thread(self.round)

    def _keep(self, mail: Incoming) -> None:
        def keep(session: Session) -> None:
            receive_mail(self.act(session), mail)

        self.case.store.write(keep)

    def newest(self) -> Reply:
        return max(self.replies(), key=lambda one: (one.received_at, str(one.id)))


async def test_from_the_door_to_the_relay(bag: Mailbag) -> None:
    office = PostOffice(bag.desk)
    version = office.approve(office.draft())
    question = office.written("Which of my data was it?")
    await office.come_in(question, office.written("Away until Monday.", "Auto-Submitted: auto-replied"))
    reply = next(one for one in office.replies() if one.kind is ReplyClass.QUESTION)
    office.send(reply, version)
    async with Sink() as sink:
        (mail,) = await office.deliver(sink)
        assert len(await office.deliver(sink)) == 1  # nothing is due any more
    asked = message_from_bytes(question)
    assert mail["In-Reply-To"] == asked["Message-ID"]
    assert mail["References"].split() == [office.row().message_id, asked["Message-ID"]]
    assert (mail["Subject"], mail["From"]) == ("Re: Your data", f"Brightdesk <{OURS}>")
    assert mail["Message-ID"] == f"<reply.{reply.id.hex}.1@brightdesk.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    said = mail.get_payload(decode=True)
    assert isinstance(said, bytes)
    assert " ".join(said.decode().split()) == f"Hello, {SAID} {SIGNED}"
    assert [one.state for one in office.ledger()] == [DeliveryState.ACCEPTED]


@embedded
async def test_two_programs_never_answer_each_other(bag: Mailbag) -> None:
    """The other side answers whatever it gets, forever; ours goes out once, because a person sent it."""
    office = PostOffice(bag.desk)
    version = office.approve(office.draft())
    await office.come_in(office.written("Which of my data was it?"))
    office.send(office.newest(), version)
    async with Sink() as sink:
        for turn in range(5):
            mails = await office.deliver(sink)
            assert len(mails) == 1
            marks = (("Auto-Submitted: auto-replied",), ("X-Autoreply: yes",), ("Precedence: bulk",))[turn % 3]
            echo = office.written(f"Ticket {turn}: which data?", *marks, answers=str(mails[-1]["Message-ID"]))
            await office.come_in(echo)
    assert len(office.ledger()) == 1
    automatic = [one for one in office.replies() if one.automatic]
    assert [one.incident_id for one in automatic] == [office.desk.incident_id] * 5
    assert {(one.kind, one.settled_by) for one in automatic} == {(ReplyClass.OUT_OF_OFFICE, "rules")}


@embedded
async def test_our_own_answer_coming_back_to_us_is_no_question(bag: Mailbag) -> None:
    office = PostOffice(bag.desk)
    version = office.approve(office.draft())
    await office.come_in(office.written("Which of my data was it?"))
    office.send(office.newest(), version)
    async with Sink() as sink:
        await office.deliver(sink)
        (ours,) = [mail.message for mail in sink.taken if mail.recipient == ASKER]
        await office.come_in(ours.replace(b"\r\n", b"\n"))
    assert sum(not one.automatic for one in office.replies()) == 1
    assert len(office.replies()) == 2
