"""A door for mail that comes back: an LMTP listener (RFC 2033) that says 250 only for what is on disk."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from notifications.addresses import is_ours
from notifications.received import LARGEST_MAIL, Incoming

log = logging.getLogger(__name__)
DOOR = "lmtp"
LONGEST_LINE = 1024 * 1024  # reports return mails with lines beyond what SMTP allows
PATIENCE_SECONDS = 120.0
MOST_CONNECTIONS = 50
Keep = Callable[[Incoming], object]


class _Listener(LMTP):
    """One connection. What is kept is what came, with lines of any length."""

    line_length_limit = LONGEST_LINE


class _Handler:
    """Takes mail for our addresses, one recipient a transaction, so that there is one answer to each mail."""

    def __init__(self, keep: Keep, addresses: Collection[str]) -> None:
        self._keep = keep
        self._addresses = frozenset(address.lower() for address in addresses)

    async def handle_RCPT(
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address, self._addresses):
            return "550 5.1.1 no such address here"
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient a transaction"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)  # the library's empty one
        mail = Incoming(bytes(envelope.original_content or b""), DOOR, envelope.rcpt_tos[0], sender)
        await asyncio.to_thread(self._keep, mail)
        return "250 2.0.0 kept"

    async def handle_exception(self, _error: Exception) -> str:
        """Our own trouble is no reason to lose a mail: whoever brings it tries again."""
        log.exception("lmtp: a mail could not be kept")
        return "451 4.3.0 it could not be kept; try again later"


@asynccontextmanager
async def listening(host: str, port: int, addresses: Collection[str], keep: Keep) -> AsyncIterator[int]:
    """Listen while the block runs; gives the port (of 0 a free one). Raises OSError where the port is taken.

    `keep` runs in a thread and returns once the mail is committed; what it raises is answered with 451. Whoever reaches
    the port can hand in mail: keep it on this machine or a network of one's own.
    """
    loop = asyncio.get_running_loop()
    handler = _Handler(keep, addresses)

    def connection() -> _Listener:
        return _Listener(
            handler,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname="seventytwo",
            ident="LMTP",
            timeout=PATIENCE_SECONDS,
            loop=loop,
        )

    server = await loop.create_server(connection, host, port, backlog=MOST_CONNECTIONS)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
