"""One mail over one connection: what each answer and each loss makes of it, and of the connection."""

from collections.abc import AsyncIterator

import pytest

from notifications.smtp import Mail, Patience, Relay
from notifications.transitions import Fate, Outcome, Reply
from tests.notifications.one_mail import NotBegun, Posting, posting
from tests.smtp_sink import Gate, Script, Sink

pytestmark = pytest.mark.anyio
PATIENT = Patience(connect=20, command=20, final_dot=20)
HURRIED = Patience(connect=20, command=0.05, final_dot=0.05)
MESSAGE = b"Message-ID: <1@sender.example>\r\n\r\nHello\r\n"
MAIL = Mail("n@sender.example", "u1@mail.example", MESSAGE)
SECOND = Mail("n@sender.example", "u2@mail.example", MESSAGE)


def relay(sink: Sink, patience: Patience = PATIENT, messages: int = 100) -> Relay:
    return Relay("127.0.0.1", sink.port, "clear", patience=patience, messages=messages)


@pytest.fixture(autouse=True, params=["one command at a time", "pipelining"])
def manner(request: pytest.FixtureRequest, sink: Sink) -> str:
    """Whether the relay takes several commands at once: what comes of a mail is the same."""
    if request.param != "pipelining":
        sink.extensions.remove("PIPELINING")
    return str(request.param)


@pytest.fixture
async def line(sink: Sink) -> AsyncIterator[Posting]:
    opened = await posting(relay(sink))
    yield opened
    await opened.close()


async def tried(sink: Sink, script: Script, patience: Patience = PATIENT) -> tuple[Outcome, bool]:
    """What becomes of a mail to a relay that does this, and whether the connection is still good for another."""
    sink.scripts["*"] = script
    opened = await posting(relay(sink, patience))
    try:
        outcome = await opened.send(MAIL, first_try=False)
        if "rset" in (script.drop, *script.replies):
            await opened.line.gone()
        return outcome, opened.usable
    finally:
        await opened.close()


async def test_a_mail_arrives_as_it_is_with_one_recipient(sink: Sink, line: Posting) -> None:
    outcome = await line.send(MAIL, first_try=True)
    assert outcome == Outcome(Fate.ACCEPTED, Reply(250, "2.0.0", "2.0.0 queued as 1"))
    (taken,) = sink.taken
    assert (taken.sender, taken.recipient, taken.message) == (MAIL.sender, MAIL.recipient, MESSAGE)
    assert sink.commands[1:] == ["MAIL FROM:<n@sender.example>", "RCPT TO:<u1@mail.example>", "DATA"]


@pytest.mark.parametrize(
    "message",
    [
        b"A: b\r\n\r\n.\r\n",
        b"A: b\r\n\r\n..\r\n.dot\r\n...\r\nend",
        b".first line\r\n",
        b"A: b\r\n\r\nlast line has no end\r\n.",
        b"\r\n\r\n\r\n",
        b"A: b\r\n\r\nQUIT\r\n.\r\nMAIL FROM:<x@evil.example>\r\n",
    ],
)
async def test_dots_at_the_beginning_of_lines_survive(sink: Sink, line: Posting, message: bytes) -> None:
    await line.send(Mail(MAIL.sender, MAIL.recipient, message), first_try=True)
    assert (await line.send(SECOND, first_try=True)).fate is Fate.ACCEPTED
    assert [taken.message for taken in sink.taken] == [
        message if message.endswith(b"\n") else message + b"\r\n",
        MESSAGE,
    ]


async def test_a_connection_carries_one_mail_after_the_other_up_to_its_number(sink: Sink) -> None:
    opened = await posting(relay(sink, messages=2))
    assert opened.usable
    await opened.send(MAIL, first_try=True)
    assert opened.usable
    await opened.send(SECOND, first_try=True)
    assert not opened.usable
    await opened.close()
    assert sink.connections == 1
    assert [command for command in sink.commands if command.startswith("RCPT")] == [
        "RCPT TO:<u1@mail.example>",
        "RCPT TO:<u2@mail.example>",
    ]
    assert sink.commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("place", "reply", "expected"),
    [
        ("rcpt", "450 4.2.1 greylisted", Outcome(Fate.DEFERRED, Reply(450, "4.2.1", "4.2.1 greylisted"))),
        ("rcpt", "550 5.1.1 nobody", Outcome(Fate.REJECTED, Reply(550, "5.1.1", "5.1.1 nobody"))),
        (
            "rcpt",
            "550-5.1.1 nobody\r\n550 5.1.1 here",
            Outcome(Fate.REJECTED, Reply(550, "5.1.1", "5.1.1 nobody 5.1.1 here")),
        ),
        ("data", "452 4.3.1 full", Outcome(Fate.DEFERRED, Reply(452, "4.3.1", "4.3.1 full"))),
        ("data", "554 no", Outcome(Fate.REJECTED, Reply(554, "", "no"))),
        ("dot", "451 4.3.0 later", Outcome(Fate.DEFERRED, Reply(451, "4.3.0", "4.3.0 later"))),
        ("dot", "554 5.6.0 no", Outcome(Fate.REJECTED, Reply(554, "5.6.0", "5.6.0 no"))),
    ],
)
async def test_a_refused_mail_does_not_spoil_the_next(
    sink: Sink, line: Posting, place: str, reply: str, expected: Outcome
) -> None:
    sink.scripts[MAIL.recipient] = Script({place: reply})
    assert await line.send(MAIL, first_try=True) == expected
    assert line.usable
    assert (await line.send(SECOND, first_try=True)).fate is Fate.ACCEPTED
    assert [taken.recipient for taken in sink.taken] == [SECOND.recipient]
    assert sink.connections == 1
    assert ("RSET" in sink.commands) == (place != "dot")


@pytest.mark.parametrize(
    ("reply", "fate"), [("451 4.7.1 slow down", Fate.DEFERRED), ("550 5.1.8 bad sender", Fate.REJECTED)]
)
async def test_a_refused_sender(sink: Sink, reply: str, fate: Fate) -> None:
    sink.scripts[""] = Script({"mail": reply})
    outcome, usable = await tried(sink, Script())
    assert (outcome.fate, usable) == (fate, True)


@pytest.mark.parametrize("place", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("way", ["lost", "421 4.3.2 closing", "what?", "250"])
async def test_a_connection_that_ends_before_the_body_leaves_the_mail_untouched(
    sink: Sink, place: str, way: str
) -> None:
    if way == "250" and place != "data":
        way = "what?"
    sink.scripts["" if place == "mail" else "*"] = Script(drop=place) if way == "lost" else Script({place: way})
    opened = await posting(relay(sink))
    if way == "250":
        assert (await opened.send(MAIL, first_try=False)).fate is Fate.DEFERRED
    else:
        with pytest.raises(NotBegun) as ended:
            await opened.send(MAIL, first_try=True)
        assert ended.value.reply.code == (421 if way.startswith("421") else None)
    assert not opened.usable
    assert sink.taken == []
    await opened.close()


@pytest.mark.parametrize("place", ["body", "dot"])
async def test_a_connection_lost_after_the_body_began_leaves_the_mail_uncertain(sink: Sink, place: str) -> None:
    outcome, usable = await tried(sink, Script(drop=place))
    assert (outcome.fate, usable, outcome.reply.code) == (Fate.UNCERTAIN, False, None)
    assert len(sink.taken) == (1 if place == "dot" else 0)


async def test_a_connection_lost_after_the_250_changes_nothing(sink: Sink, line: Posting) -> None:
    sink.scripts["*"] = Script(drop="after")
    assert (await line.send(MAIL, first_try=True)).fate is Fate.ACCEPTED
    with pytest.raises(NotBegun):
        await line.send(SECOND, first_try=True)
    assert not line.usable
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("reply", "fate", "code"),
    [
        ("250 gr\udcfc\udcdfe \x1b[31m", Fate.ACCEPTED, 250),
        ("250 " + "x" * 5000, Fate.ACCEPTED, 250),
        ("250-2.0.0 one\r\n250 2.0.0 two", Fate.ACCEPTED, 250),
        ("250", Fate.ACCEPTED, 250),
        ("299 2.9.9 never heard of", Fate.ACCEPTED, 299),
        ("OK queued", Fate.UNCERTAIN, None),
        ("250 " + "x" * 9000, Fate.UNCERTAIN, None),
        ("354 go ahead again", Fate.UNCERTAIN, 354),
        ("25 0", Fate.UNCERTAIN, None),
        ("650 from elsewhere", Fate.UNCERTAIN, 650),
        ("-55 below zero", Fate.UNCERTAIN, None),
        ("421 4.3.2 shutting down", Fate.DEFERRED, 421),
    ],
)
async def test_only_an_answer_that_is_one_decides_about_a_sent_body(
    sink: Sink, reply: str, fate: Fate, code: int | None
) -> None:
    outcome, usable = await tried(sink, Script({"dot": reply}))
    assert (outcome.fate, outcome.reply.code) == (fate, code)
    assert usable == (fate is Fate.ACCEPTED)
    assert len(outcome.reply.text) <= 500
    assert outcome.reply.text.isprintable()


@pytest.mark.parametrize(
    ("script", "fate", "commands"),
    [
        (Script({"rcpt": "250 ok\r\n250 ok"}), None, 3),
        (Script({"data": "354 go\r\n250 2.0.0 queued", "dot": "554 no"}), None, 4),
        (Script({"rcpt": "550 5.1.1 nobody\r\n250 ok"}), Fate.REJECTED, 3),
        (Script({"dot": "250 2.0.0 queued\r\n554 no"}), Fate.ACCEPTED, 4),
        (Script({"dot": "421 4.3.2 closing\r\n421 4.3.2 closing"}), Fate.DEFERRED, 4),
    ],
)
@pytest.mark.proves("F29")
async def test_a_relay_that_says_more_than_it_was_asked_is_not_believed_for_the_next_answer(
    sink: Sink, line: Posting, manner: str, script: Script, fate: Fate | None, commands: int
) -> None:
    sink.scripts["*"] = script
    if fate is None and manner == "pipelining" and "rcpt" in script.replies:
        assert (await line.send(MAIL, first_try=True)).fate is Fate.DEFERRED  # a 250 for DATA
        assert not line.begun
    elif fate is None:
        with pytest.raises(NotBegun):
            await line.send(MAIL, first_try=True)
        assert not line.begun
    else:
        assert (await line.send(MAIL, first_try=True)).fate is fate
    await line.line.gone()
    assert not line.usable
    assert len(sink.commands) == (4 if manner == "pipelining" else commands)


async def test_a_relay_that_says_nothing_after_the_body_leaves_the_mail_uncertain(sink: Sink) -> None:
    outcome, usable = await tried(sink, Script(gates={"dot": Gate()}), HURRIED)
    assert (outcome.fate, usable) == (Fate.UNCERTAIN, False)
    assert "imed out" in outcome.reply.text


async def test_a_relay_that_says_nothing_before_the_body_leaves_the_mail_untouched(sink: Sink) -> None:
    with pytest.raises(NotBegun, match="imed out"):
        await tried(sink, Script(gates={"rcpt": Gate()}), HURRIED)


@pytest.mark.parametrize(
    "answer", [Script({"rcpt": "550 no"}, drop="rset"), Script({"rcpt": "550 no", "rset": "500 ?"})]
)
async def test_a_relay_that_cannot_forget_a_refused_mail_gets_no_other_on_this_connection(
    sink: Sink, answer: Script
) -> None:
    outcome, usable = await tried(sink, answer)
    assert (outcome.fate, usable) == (Fate.REJECTED, False)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example>\r\nRCPT TO:<evil@x.example",
        "a@b.example\r\nDATA",
        "a@b.example\n",
        "a b@c.example",
        "<a@b.example>",
        "ä@b.example",
        "a\x00@b.example",
        "",
        "x" * 255,
    ],
)
async def test_an_address_that_would_say_more_than_an_address_is_refused(
    sink: Sink, line: Posting, address: str
) -> None:
    for mail in (Mail(address, MAIL.recipient, MESSAGE), Mail(MAIL.sender, address, MESSAGE)):
        with pytest.raises(ValueError, match="cannot stand in a mail's envelope"):
            await line.send(mail, first_try=True)
    assert sink.commands == ["EHLO localhost"]
    assert (await line.send(MAIL, first_try=True)).fate is Fate.ACCEPTED


async def test_a_connection_that_the_relay_closed_while_idle_is_not_usable(sink: Sink, line: Posting) -> None:
    await sink.hang_up()
    with pytest.raises(NotBegun):
        await line.send(MAIL, first_try=True)
    assert not line.usable
    await line.close()
