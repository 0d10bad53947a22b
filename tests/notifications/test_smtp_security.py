"""TLS is required and verified, passwords go over it alone, and clear text leaves no machine."""

import ssl
from pathlib import Path

import pytest

from notifications.smtp import Mail, Relay, RelayTrouble, Security
from notifications.transitions import Fate
from tests.certificates import LONG_AGO, Authority, new_authority
from tests.notifications.one_mail import Posting, posting
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio
MAIL = Mail("n@sender.example", "u1@mail.example", b"Message-ID: <1@sender.example>\r\n\r\nHello\r\n")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("certificates"))


async def opened(sink: Sink, security: Security, tls: ssl.SSLContext | None, user: str = "", word: str = "") -> Posting:
    return await posting(Relay("127.0.0.1", sink.port, security, user, word, tls=tls))


async def refused(sink: Sink, security: Security, tls: ssl.SSLContext | None) -> str:
    """Why no connection came about; nothing of a mail or a sign-in was said."""
    with pytest.raises(RelayTrouble) as trouble:
        await opened(sink, security, tls, "us", "s3cret")
    assert not any(command.startswith(("AUTH", "MAIL", "RCPT", "DATA")) for command in sink.commands)
    assert sink.taken == []
    return str(trouble.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_nothing_of_a_mail_is_said_before_the_connection_is_encrypted(
    authority: Authority, security: Security
) -> None:
    async with Sink(tls=authority.server(), tls_at_once=security == "tls") as sink:
        sink.users = {"us": "s3cret"}
        line = await opened(sink, security, authority.trusting(), "us", "s3cret")
        assert (await line.send(MAIL, first_try=True)).fate is Fate.ACCEPTED
        await line.close()
    clear = sink.commands[: len(sink.commands) - len(sink.encrypted)]
    assert clear == (["EHLO localhost", "STARTTLS"] if security == "starttls" else [])
    assert [command.split(" ")[0] for command in sink.encrypted] == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.proves("F28")
async def test_a_relay_that_offers_no_starttls_gets_nothing(authority: Authority) -> None:
    async with Sink() as sink:
        assert "STARTTLS" in await refused(sink, "starttls", authority.trusting())


@pytest.mark.proves("F28")
async def test_a_relay_that_refuses_starttls_gets_nothing(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        sink.scripts[""] = Script({"starttls": "454 4.7.0 not now"})
        assert "not now" in await refused(sink, "starttls", authority.trusting())


@pytest.mark.proves("F28")
async def test_a_relay_that_hangs_up_at_starttls_gets_nothing(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        sink.scripts[""] = Script(drop="starttls")
        await refused(sink, "starttls", authority.trusting())


@pytest.mark.proves("F28")
async def test_tls_at_once_with_a_relay_that_speaks_clear_text_gets_nothing(authority: Authority) -> None:
    async with Sink() as sink:
        await refused(sink, "tls", authority.trusting())


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("fault", ["of another authority", "of another machine", "expired", "unknown to this machine"])
@pytest.mark.proves("F28")
async def test_a_bad_certificate_is_refused(
    authority: Authority, tmp_path: Path, security: Security, fault: str
) -> None:
    tls: ssl.SSLContext | None = authority.trusting()
    server = authority.server()
    if fault == "of another authority":
        server = new_authority(tmp_path).server()
    elif fault == "of another machine":
        server = authority.server("127.0.0.2")
    elif fault == "expired":
        server = authority.server(until=LONG_AGO)
    else:
        tls = None
    async with Sink(tls=server, tls_at_once=security == "tls") as sink:
        assert "certificate verify failed" in await refused(sink, security, tls)


async def test_a_wrong_password_is_trouble_and_no_mail_is_to_blame(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        sink.users = {"us": "another"}
        with pytest.raises(RelayTrouble, match="who"):
            await opened(sink, "starttls", authority.trusting(), "us", "s3cret")
    assert sink.taken == []


async def test_a_relay_that_knows_no_sign_in_is_trouble(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        with pytest.raises(RelayTrouble, match="AUTH"):
            await opened(sink, "starttls", authority.trusting(), "us", "s3cret")


@pytest.mark.parametrize("host", ["relay.sender.example", "10.0.0.1", "127.0.0.1.sender.example", "::2"])
async def test_clear_text_to_another_machine_is_refused_by_the_settings(host: str) -> None:
    with pytest.raises(ValueError, match="smtp_security: clear text"):
        Relay(host, 25, "clear")
    assert Relay(host, 25, "starttls").security == "starttls"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
async def test_clear_text_within_this_machine_is_allowed(host: str) -> None:
    assert Relay(host, 25, "clear").host == host


async def test_the_password_is_not_shown() -> None:
    assert "s3cret" not in repr(Relay("relay.sender.example", 25, password="s3cret"))
