"""The way to a relay: connected by aiosmtplib with required and verified TLS, then taken over to carry mails.

The library's exception is the same whether a connection was lost before or after the final dot, and it waits for the
answer to every command. So what is said once the connection is open is our own: `smtp_conversation`.
"""

import asyncio
import ipaddress
import os
import re
import ssl
from dataclasses import dataclass, field
from typing import Literal, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from notifications.smtp_desk import Mail as Mail
from notifications.smtp_desk import Manner
from notifications.smtp_line import Line
from notifications.smtp_replies import Phase, read_reply

NOT_CONNECTED = re.compile(r"\[Errno (\d+)\] Connect call failed")
NUMBER = re.compile(r"\[Errno -?\d+\] ")
Security = Literal["starttls", "tls", "clear"]


class RelayTrouble(Exception):
    """No usable connection: refused, no TLS, bad certificate, bad sign-in. No mail is to blame; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait; RFC 5321 §4.5.3.2 asks for 5 minutes a command and 10 after the final dot."""

    connect: float = 30
    command: float = 300
    final_dot: float = 600

    def of(self, phase: Phase) -> float:
        """For the answer that is due in this phase."""
        return self.final_dot if phase is Phase.BODY else self.command


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
    chunking: bool = False  # whole mails one after the other (RFC 3030) where the relay offers it
    tls: ssl.SSLContext | None = None  # None: the machine's certificates, verified

    def __post_init__(self) -> None:
        if self.security == "clear" and not _is_loopback(self.host):
            raise ValueError(
                f"smtp_security: clear text to {self.host} would show every notice to the network; "
                "use starttls or tls, or a relay on this machine (127.0.0.1)"
            )


async def connect(relay: Relay) -> Line:
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
        raise RelayTrouble(f"{relay.host}:{relay.port}: {_heard(error)}") from error
    return _taken_over(relay, client)


def _taken_over(relay: Relay, client: SMTP) -> Line:
    """The library's connection as ours: from here on it hears and says nothing there."""
    transport = client.transport
    if transport is None or transport.is_closing():
        client.close()
        raise RelayTrouble(f"{relay.host}:{relay.port}: the connection ended as soon as it was open")
    offers = client.supports_extension
    manner = Manner(offers("pipelining"), relay.chunking and offers("chunking"), relay.messages)
    return Line(cast(asyncio.Transport, transport), manner, relay.patience.of)


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


def _heard(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException) and error.code > 0:
        return read_reply(error.code, error.message).text
    return read_reply(0, in_words(error) or type(error).__name__).text


def in_words(error: BaseException) -> str:
    """What the system or the library says, with words in place of numbers of the system's errors."""
    text = NOT_CONNECTED.sub(lambda found: os.strerror(int(found[1])).lower(), str(error))
    return NUMBER.sub("", text)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
