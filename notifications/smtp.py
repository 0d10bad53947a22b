"""Mail to a relay: connected by aiosmtplib with required TLS, one recipient a transaction, the phase recorded by us.

The library's exception is the same whether the connection was lost before or after the final dot. So the commands are
given one by one here: a loss before the first byte of the body raises NotBegun, one after it makes the mail uncertain.
"""

import asyncio
import contextlib
import ipaddress
import re
import ssl
from dataclasses import dataclass, field, replace
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notifications.smtp_replies import SERVICE_CLOSING, Phase, fate_of, goes_ahead, read_reply
from notifications.transitions import Fate, Outcome, Reply

PATH = re.compile(r"[!-;=?-~]{1,254}")
Security = Literal["starttls", "tls", "clear"]


class RelayTrouble(Exception):
    """No usable connection: refused, no TLS, bad certificate, bad sign-in. No mail is to blame; nothing was sent."""


class NotBegun(Exception):
    """The connection ended before the first byte of this body: nothing of it was sent. `reply` says what was heard."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait; RFC 5321 §4.5.3.2 asks for 5 minutes a command and 10 after the final dot."""

    connect: float = 30
    command: float = 300
    final_dot: float = 600


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail goes. Raises ValueError for clear text to another machine."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    greets_as: str = "localhost"  # what EHLO says
    patience: Patience = Patience()
    messages: int = 100  # of one connection; then a new one
    tls: ssl.SSLContext | None = None  # None: the machine's certificates, verified

    def __post_init__(self) -> None:
        if self.security == "clear" and not _is_loopback(self.host):
            raise ValueError(
                f"smtp_security: clear text to {self.host} would show every notice to the network; "
                "use starttls or tls, or a relay on this machine (127.0.0.1)"
            )


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as bytes, with its envelope."""

    sender: str
    recipient: str
    message: bytes


class Connection:
    """One connection to a relay, for one mail after the other."""

    def __init__(self, relay: Relay, client: SMTP) -> None:
        self._relay = relay
        self._client = client
        self._left = relay.messages
        self.begun = False  # whether anything of the last mail's body was said

    @property
    def usable(self) -> bool:
        """Whether another mail may go over it."""
        return self._left > 0 and self._client.is_connected

    async def send(self, mail: Mail, *, first_try: bool) -> Outcome:
        """Try one mail.

        Raises NotBegun when the connection ended before the body began, ValueError for an address that SMTP cannot say.
        """
        self._left -= 1
        self.begun = False
        refusal = await self._open_envelope(mail, first_try)
        if refusal is not None:
            return refusal
        return await self._send_body(mail.message, first_try)

    async def close(self) -> None:
        """Say goodbye where somebody still listens."""
        try:
            with contextlib.suppress(SMTPException, OSError, ValueError):
                await self._client.quit(timeout=2)
        finally:
            self._client.close()

    async def _open_envelope(self, mail: Mail, first_try: bool) -> Outcome | None:
        commands = (
            (Phase.MAIL, b"MAIL", b"FROM:<" + _path(mail.sender) + b">"),
            (Phase.RCPT, b"RCPT", b"TO:<" + _path(mail.recipient) + b">"),
            (Phase.DATA, b"DATA", b""),
        )
        for phase, verb, argument in commands:
            reply = await self._command(verb, argument)
            if not goes_ahead(phase, reply.code or 0):
                await self._clear_envelope(reply)
                return Outcome(fate_of(phase, reply, first_try=first_try), reply)
        return None

    async def _command(self, verb: bytes, argument: bytes = b"") -> Reply:
        words = (verb, argument) if argument else (verb,)
        try:
            answer = await self._client.execute_command(*words, timeout=self._relay.patience.command)
        except (SMTPException, OSError) as error:
            self._client.close()
            raise NotBegun(_heard(error)) from error
        reply = read_reply(answer.code, answer.message)
        if reply.code == SERVICE_CLOSING or (self._close_out_of_step() and answer.code < 400):
            self._client.close()
            raise NotBegun(reply)
        return reply

    def _close_out_of_step(self) -> bool:
        """End a connection whose relay said more than it was asked: the rest would pass for the next answer."""
        if not getattr(self._client.protocol, "_buffer", b""):
            return False
        self._client.close()
        return True

    async def _clear_envelope(self, reply: Reply) -> None:
        """RSET after a refusal; an answer that is none of RFC 5321's ends the connection, which may be out of step."""
        if not 400 <= (reply.code or 0) < 600:
            self._client.close()
            return
        with contextlib.suppress(NotBegun):
            if not 200 <= ((await self._command(b"RSET")).code or 0) < 300:
                self._client.close()

    async def _send_body(self, message: bytes, first_try: bool) -> Outcome:
        """From the first write on the relay may have the mail, until it says what it did with it."""
        protocol = self._client.protocol
        if protocol is None or not protocol.is_connected:
            raise NotBegun(Reply(text="the connection ended before the body"))
        self.begun = True
        try:
            protocol.write(_with_final_dot(message))
            answer = await protocol.read_response(timeout=self._relay.patience.final_dot)
        except (SMTPException, OSError) as error:
            self._client.close()
            return Outcome(Fate.UNCERTAIN, _heard(error))
        reply = read_reply(answer.code, answer.message)
        if not (200 <= answer.code < 300 or 400 <= answer.code < 600):  # no answer to a body: it may have the mail
            self._client.close()
            return Outcome(Fate.UNCERTAIN, reply)
        if not self._close_out_of_step() and reply.code == SERVICE_CLOSING:
            self._client.close()
        return Outcome(fate_of(Phase.BODY, reply, first_try=first_try), reply)


async def connect(relay: Relay) -> Connection:
    """A connection that is encrypted and signed in as the settings demand. Raises RelayTrouble, which says why not."""
    client: SMTP | None = None
    try:
        client = _client(relay)
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
    except (SMTPException, OSError, ValueError, asyncio.CancelledError) as error:
        if client is not None:
            client.close()
        if isinstance(error, asyncio.CancelledError):
            raise
        raise RelayTrouble(f"{relay.host}:{relay.port}: {_heard(error).text}") from error
    return Connection(relay, client)


def _client(relay: Relay) -> SMTP:
    return SMTP(
        hostname=relay.host,
        port=relay.port,
        local_hostname=relay.greets_as,
        timeout=relay.patience.connect,
        use_tls=relay.security == "tls",
        start_tls=relay.security == "starttls",
        tls_context=relay.tls if relay.security != "clear" else None,
        username=relay.user or None,
        password=relay.password or None,
    )


def _path(address: str) -> bytes:
    if not PATH.fullmatch(address):
        raise ValueError(f"{address!r} cannot stand in a mail's envelope")
    return address.encode()


def _with_final_dot(message: bytes) -> bytes:
    """Ready for DATA (RFC 5321 §4.5.2): lines end with CRLF already, a dot that begins one is doubled."""
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _heard(error: BaseException) -> Reply:
    if isinstance(error, SMTPResponseException) and error.code > 0:
        return read_reply(error.code, error.message)
    return replace(read_reply(0, str(error) or type(error).__name__), code=None)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
