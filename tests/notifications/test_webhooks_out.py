"""One request: to the address that was judged and no other, and what came of it by the phase in which it ended."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from notifications.address_guard import Address, Allowed
from notifications.transitions import Fate
from notifications.webhooks_out import Answer, Patience, Post, Transport, wait_of
from tests.certificates import Authority, new_authority
from tests.notifications.receiver import Receiver, Script

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HERE = Allowed(loopback=True)
LOCAL = (ip_address("127.0.0.1"),)
BODY = b'{"a":1}'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("certificates"))


class Names:
    """A name server that answers one thing after another."""

    def __init__(self, *answers: Sequence[Address]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def post(url: str, allowed: Allowed = HERE, patience: Patience | None = None) -> Answer:
    async with Transport(allowed, patience=patience) as transport:
        return await transport.post(Post(url, BODY, {"Content-Type": "application/json"}), NOW)


async def test_a_request_arrives_with_its_body_and_an_accepted_one_leaves_no_words(receiver: Receiver) -> None:
    answer = await post(receiver.url)
    assert answer.outcome.fate is Fate.ACCEPTED
    assert (answer.outcome.reply.code, answer.outcome.reply.text) == (200, "")
    (taken,) = receiver.taken
    assert (taken.line, taken.body) == ("POST /hooks/Secret-Path HTTP/1.1", BODY)
    assert taken.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert taken.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.ACCEPTED), (202, Fate.ACCEPTED), (204, Fate.ACCEPTED), (301, Fate.REJECTED), (400, Fate.REJECTED),
        (404, Fate.REJECTED), (408, Fate.DEFERRED), (410, Fate.REJECTED), (425, Fate.DEFERRED), (429, Fate.DEFERRED),
        (500, Fate.DEFERRED), (502, Fate.DEFERRED), (503, Fate.DEFERRED),
    ],
)  # fmt: skip
async def test_what_each_status_means(receiver: Receiver, status: int, fate: Fate) -> None:
    receiver.script(Script(status, b"" if status == 204 else b"no", {} if status != 204 else {"Content-Length": "0"}))
    answer = await post(receiver.url)
    assert (answer.outcome.fate, answer.outcome.reply.code, answer.gone) == (fate, status, status == 410)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    async with Receiver() as other:
        receiver.script(Script(307, b"", {"Location": other.url}))
        assert (await post(receiver.url)).outcome.fate is Fate.REJECTED
        assert other.connections == 0


@pytest.mark.parametrize(
    ("drop", "fate"), [("accepted", Fate.UNCERTAIN), ("head", Fate.UNCERTAIN), ("body", Fate.UNCERTAIN)]
)
async def test_a_connection_lost_once_the_body_has_begun_is_a_doubt(receiver: Receiver, drop: str, fate: Fate) -> None:
    receiver.script(Script(drop=drop))
    answer = await post(receiver.url)
    assert answer.outcome.fate is fate
    assert "no answer came" in answer.outcome.reply.text


async def test_nobody_there_is_no_doubt() -> None:
    async with Receiver() as gone:
        url = gone.url
    answer = await post(url)
    assert (answer.outcome.fate, answer.outcome.reply.text) == (Fate.DEFERRED, "not sent: no connection")


async def test_a_slow_answer_is_a_doubt_and_takes_no_longer_than_we_wait(receiver: Receiver) -> None:
    receiver.script(Script(stall=30))
    answer = await post(receiver.url, patience=Patience(read=0.05))
    assert (answer.outcome.fate, answer.outcome.reply.text.endswith("too long")) == (Fate.UNCERTAIN, True)
    assert (await post(receiver.url, patience=Patience(whole=0.5))).outcome.fate is Fate.UNCERTAIN


async def test_of_an_answer_a_line_is_kept_with_nothing_hidden_in_it(receiver: Receiver) -> None:
    receiver.script(Script(400, "\u202e<b>no\r\n\tgood\x00".encode() + b"\xff" + b"x" * 100_000))
    said = (await post(receiver.url)).outcome.reply.text
    assert said.startswith("\\u202e<b>no good\\u0000\\ufffdxxx")
    assert len(said) < 250


async def test_an_endless_answer_is_not_read_and_a_compressed_one_not_unpacked(receiver: Receiver) -> None:
    receiver.script(Script(500, b"\x1f\x8b" + b"\x00" * 10, {"Content-Encoding": "gzip", "Content-Length": "99999999"}))
    answer = await asyncio.wait_for(post(receiver.url, patience=Patience(read=0.2)), 5)
    assert answer.outcome.fate is Fate.DEFERRED
    assert receiver.taken[0].headers["accept-encoding"] == "identity"


async def test_the_answer_to_when_again(receiver: Receiver) -> None:
    receiver.script(Script(429, b"slow down", {"Retry-After": "120"}))
    assert (await post(receiver.url)).wait == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("", None), ("soon", None), ("-5", None), ("1.5", None), ("0", timedelta()), ("90", timedelta(seconds=90)),
        ("999999999", timedelta(hours=24)), ("Tue, 24 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Tue, 24 Nov 2026 08:00:00 GMT", timedelta()), ("Tue, 24 Nov 2099 08:00:00 GMT", timedelta(hours=24)),
        ("Tue, 99 Nov 2026 08:00:00 GMT", None),
    ],
)  # fmt: skip
async def test_retry_after_is_seconds_or_a_date(header: str, wait: timedelta | None) -> None:
    assert wait_of(header, NOW) == wait


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:{port}/", "https://2130706433:{port}/", "https://0x7f.1:{port}/", "https://0177.0.0.1:{port}/",
     "https://127.1:{port}/", "https://localhost:{port}/", "https://LOCALHOST.:{port}/", "https://[::1]:{port}/",
     "https://[::ffff:127.0.0.1]:{port}/", "http://127.0.0.1:{port}/", "https://0.0.0.0:{port}/"],
)  # fmt: skip
async def test_this_machine_is_out_of_reach_in_every_notation(receiver: Receiver, url: str) -> None:
    answer = await post(url.format(port=receiver.port), Allowed())
    assert answer.outcome.fate in (Fate.REJECTED, Fate.DEFERRED)  # a notation the resolver does not know
    assert answer.outcome.reply.text.startswith("not sent")
    assert receiver.connections == 0


@pytest.mark.parametrize("answers", [("169.254.169.254",), ("10.0.0.5",), ("8.8.8.8", "127.0.0.1"), ("::ffff:7f00:1",)])
async def test_a_name_that_leads_inside_is_refused_with_no_connection(receiver: Receiver, answers: list[str]) -> None:
    names = Names([ip_address(one) for one in answers])
    async with Transport(Allowed(), resolve=names) as transport:
        answer = await transport.post(Post(f"https://hooks.example:{receiver.port}/", BODY), NOW)
    assert answer.outcome.fate is Fate.REJECTED
    assert answer.outcome.reply.text.startswith("not sent: the address leads")
    assert receiver.connections == 0


async def test_the_connection_goes_to_the_address_that_was_judged_under_the_name_that_was_asked_for(
    authority: Authority,
) -> None:
    """The name exists nowhere but in our own look-up, and its second answer is never asked for (DNS rebinding)."""
    names = Names(LOCAL, [ip_address("169.254.169.254")])
    async with Receiver(authority.server(name="hooks.example")) as receiver:
        async with Transport(HERE, resolve=names, trust=authority.trusting()) as transport:
            answer = await transport.post(Post(f"https://hooks.example:{receiver.port}/x", BODY), NOW)
        assert answer.outcome.fate is Fate.ACCEPTED
        (taken,) = receiver.taken
    assert names.asked == [("hooks.example", receiver.port)]
    assert taken.headers["host"] == f"hooks.example:{receiver.port}"
    assert taken.sni == "hooks.example"


async def test_a_certificate_for_another_name_or_of_nobody_we_trust_gets_nothing(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = new_authority(tmp_path)
    for server in (authority.server(name="other.example"), stranger.server(name="hooks.example")):
        async with Receiver(server) as receiver:
            async with Transport(HERE, resolve=Names(LOCAL), trust=authority.trusting()) as transport:
                answer = await transport.post(Post(f"https://hooks.example:{receiver.port}/x", BODY), NOW)
            assert receiver.taken == []
        assert answer.outcome.fate is Fate.DEFERRED
        assert "TLS failed" in answer.outcome.reply.text


async def test_the_second_address_is_tried_when_the_first_takes_no_connection(receiver: Receiver) -> None:
    names = Names([ip_address("127.0.0.9"), ip_address("127.0.0.1")])
    async with Transport(HERE, resolve=names) as transport:
        answer = await transport.post(Post(f"http://localhost:{receiver.port}/x", BODY), NOW)
    assert answer.outcome.fate is Fate.ACCEPTED
    assert receiver.taken[0].headers["host"] == f"localhost:{receiver.port}"


async def test_a_name_nobody_knows_is_tried_again(receiver: Receiver) -> None:
    answer = await post("https://no-such-name.invalid/", patience=Patience(resolve=30, whole=60))
    assert (answer.outcome.fate, answer.outcome.reply.text) == (
        Fate.DEFERRED,
        "not sent: its name cannot be resolved",
    )


async def test_proxies_of_the_environment_get_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await post(receiver.url)).outcome.fate is Fate.ACCEPTED
        assert proxy.connections == 0


async def test_an_address_is_in_no_log_and_in_no_answer(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    receiver.script(Script(drop="head"), Script(500, b"x"), Script())
    said = [(await post(receiver.url)).outcome.reply.text for _ in range(3)]
    said.append((await post(f"https://user:w@127.0.0.1:{receiver.port}/Secret-Path")).outcome.reply.text)
    assert "Secret-Path" not in caplog.text + " ".join(said)
