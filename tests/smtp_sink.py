"""A mail server for tests that does what it is told: refuses, stalls or hangs up at any command; keeps what it took.

It takes one command after the other, several at once (RFC 2920), and whole mails (RFC 3030) once its `extensions` have
CHUNKING.
"""

import asyncio
import base64
import re
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail the server has: it answered, or would have answered, the final dot with 250."""

    recipient: str
    message_id: str
    sender: str = ""
    message: bytes = b""


class Gate:
    """Somewhere the server stops until it is let through: `arrived` says that it stands there."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()

    async def wait(self) -> None:
        self.arrived.set()
        await self.open.wait()


@dataclass(slots=True)
class Script:
    """What the server does to one mail. A reply per command; `drop`: where it hangs up instead of answering.

    Places: greeting, ehlo, starttls, auth, mail, rcpt, data, body (in the middle), dot (it has the mail and says
    nothing), after (it says 250, then hangs up), rset. `slow`: seconds before it answers the final dot; `drip`: between
    the bytes of that answer. `gates`: where it waits first. `times`: for so many transactions, then no more.
    """

    replies: dict[str, str] = field(default_factory=dict)
    drop: str = ""
    slow: float = 0.0
    drip: float = 0.0
    times: int = -1
    gates: dict[str, Gate] = field(default_factory=dict)

    def take(self) -> "Script":
        """This script, or the plain one once it is used up."""
        if self.times == 0:
            return Script()
        self.times -= 1 if self.times > 0 else 0
        return self


class Sink:
    """The server. `scripts` by recipient, "*" for everybody else, "" for what happens before there is a recipient.

    `tls` is offered by STARTTLS, or with `tls_at_once` spoken from the first byte. `users` may sign in (AUTH PLAIN).
    Beyond `limit` connections at once it greets with 421.
    """

    def __init__(
        self,
        keep: Callable[[Taken], None] | None = None,
        tls: ssl.SSLContext | None = None,
        *,
        tls_at_once: bool = False,
    ) -> None:
        self.taken: list[Taken] = []
        self.scripts: dict[str, Script] = {}
        self.connections = 0
        self.open_connections = 0
        self.most_at_once = 0
        self.commands: list[str] = []
        self.encrypted: list[str] = []  # those of the commands that came over TLS
        self.extensions: list[str] = ["8BITMIME", "PIPELINING"]
        self.users: dict[str, str] = {}
        self.limit = 0
        self._keep = keep or self.taken.append
        self._tls = tls
        self._tls_at_once = tls_at_once
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def copies(self) -> Counter[str]:
        """How many mails each recipient has."""
        return Counter(mail.recipient for mail in self.taken)

    async def __aenter__(self) -> "Sink":
        at_once = self._tls if self._tls_at_once else None
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=at_once)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self.hang_up()

    async def stop_listening(self) -> None:
        """Take no further connection; those there are go on."""
        assert self._server is not None
        self._server.close()

    async def hang_up(self) -> None:
        """End every connection, as a server that is restarted does."""
        for session in tuple(self._sessions):
            session.cancel()
        await self.idle()

    async def idle(self) -> None:
        """Wait until every connection has ended."""
        while self._sessions:
            await asyncio.wait(tuple(self._sessions))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        self.connections += 1
        self.open_connections += 1
        self.most_at_once = max(self.most_at_once, self.open_connections)
        try:
            await _Session(self, reader, writer, None if self._tls_at_once else self._tls).serve()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
            pass  # nobody waits for a session, cancelled or not
        finally:
            self.open_connections -= 1
            self._sessions.discard(session)
            writer.close()

    def script(self, recipient: str) -> Script:
        return self.scripts.get(recipient) or self.scripts.get("*") or Script()

    def keep(self, mail: Taken) -> None:
        self._keep(mail)


class _HangUp(ConnectionError):
    pass


class _Session:
    """One connection."""

    def __init__(
        self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext | None
    ) -> None:
        self.sink, self.reader, self.writer, self.tls = sink, reader, writer, tls
        self.sender = self.recipient = ""
        self.before = self.script = Script()
        self.begun = False  # a sender was taken

    async def serve(self) -> None:
        self.before = self.sink.scripts.get("", Script()).take()
        full = self.sink.limit and self.sink.open_connections > self.sink.limit
        await self._answer(self.before, "greeting", "421 4.7.0 too many" if full else "220 sink.example ESMTP")
        while line := await self.reader.readline():
            command = line.decode("latin-1").strip()
            self.sink.commands.append(command)
            if self.writer.get_extra_info("sslcontext"):
                self.sink.encrypted.append(command)
            verb = command.split(" ")[0].upper()
            if verb == "QUIT":
                await self._say("221 2.0.0 bye")
                return
            await self._obey(verb, command)

    async def _obey(self, verb: str, command: str) -> None:
        if verb == "EHLO":
            more = [*self.sink.extensions, *(["AUTH PLAIN"] if self.sink.users else [])]
            more += ["STARTTLS"] if self.tls else []
            lines = "\r\n".join(f"250-{word}" for word in ("sink.example", *more))
            await self._answer(self.before, "ehlo", f"{lines}\r\n250 SIZE 1000000")
        elif verb == "STARTTLS" and self.tls:
            await self._start_tls(self.tls)
        elif verb == "AUTH":
            await self._sign_in(command)
        elif verb == "RSET":
            self.recipient = ""
            await self._answer(self.script, "rset", "250 2.0.0 forgotten")
        else:
            await self._transact(verb, command)

    async def _transact(self, verb: str, command: str) -> None:
        if verb == "MAIL":
            self.sender, self.recipient = command.partition("<")[2].rstrip(">"), ""
            self.begun = self.before.replies.get("mail", "250").startswith("2")
            await self._answer(self.before, "mail", "250 2.1.0 sender ok")
        elif verb == "RCPT" and not self.begun:
            await self._say("503 5.5.1 who sends it?")
        elif verb == "RCPT":
            self.recipient = command.partition("<")[2].rstrip(">")
            self.script = self.sink.script(self.recipient).take()
            if not self.script.replies.get("rcpt", "250").startswith("2"):
                self.recipient = ""
            await self._answer(self.script, "rcpt", "250 2.1.5 recipient ok")
        elif verb == "DATA" and not self.recipient and "data" not in self.script.replies:
            await self._say("554 5.5.1 no valid recipients")
        elif verb == "DATA":
            await self._data(self.script)
        elif verb == "BDAT":
            await self._chunk(self.script, int(command.split(" ")[1]))
        else:
            await self._say("502 5.5.2 what?")

    async def _start_tls(self, tls: ssl.SSLContext) -> None:
        await self._answer(self.before, "starttls", "220 2.0.0 go")
        if self.before.replies.get("starttls", "220").startswith("220"):
            await self.writer.start_tls(tls)
            self.tls = None

    async def _sign_in(self, command: str) -> None:
        said = base64.b64decode(command.split(" ")[-1]).decode().split("\0")
        known = len(said) == 3 and self.sink.users.get(said[1]) == said[2]
        await self._answer(self.before, "auth", "235 2.7.0 welcome" if known else "535 5.7.8 who?")

    async def _data(self, script: Script) -> None:
        await self._answer(script, "data", "354 go ahead")
        if not script.replies.get("data", "354").startswith("354"):
            return
        message = await self.reader.readuntil(b"\n")
        await self._middle(script)
        while not (b"\r\n" + message).endswith(b"\r\n.\r\n"):
            message += await self.reader.readuntil(b"\n")
        await self._whole(script, (b"\r\n" + message[:-3]).replace(b"\r\n.", b"\r\n")[2:])

    async def _chunk(self, script: Script, octets: int) -> None:
        """One mail in one chunk; what was refused before is still sent (RFC 3030 §3) and thrown away."""
        half = await self.reader.readexactly(octets // 2)
        if not self.recipient:
            await self.reader.readexactly(octets - len(half))
            await self._say(script.replies.get("data", "554 5.5.1 no valid recipients"))
            return
        await self._middle(script)
        message = half + await self.reader.readexactly(octets - len(half))
        await self._whole(script, message)

    async def _middle(self, script: Script) -> None:
        await self._pass(script, "body")
        if script.drop == "body":
            raise _HangUp

    async def _whole(self, script: Script, message: bytes) -> None:
        """It has the whole mail: keep it if that is what the answer says."""
        reply = script.replies.get("dot", f"250 2.0.0 queued as {len(self.sink.taken) + 1}")
        if reply.startswith("250"):
            found = MESSAGE_ID.search(message)
            self.sink.keep(Taken(self.recipient, found[1].decode() if found else "", self.sender, message))
        if script.slow:
            await asyncio.sleep(script.slow)
        await self._pass(script, "dot")
        if script.drop == "dot":
            raise _HangUp
        await self._say(reply, script.drip)
        if script.drop == "after":
            raise _HangUp

    async def _answer(self, script: Script, place: str, usual: str) -> None:
        await self._pass(script, place)
        if script.drop == place:
            raise _HangUp
        reply = script.replies.get(place, usual)
        await self._say(reply)
        if reply.startswith("421"):
            raise _HangUp

    async def _pass(self, script: Script, place: str) -> None:
        if place in script.gates:
            await script.gates[place].wait()

    async def _say(self, reply: str, drip: float = 0.0) -> None:
        said = reply.encode("utf-8", "surrogateescape") + b"\r\n"
        for piece in (said[n : n + 1] for n in range(len(said))) if drip else (said,):
            self.writer.write(piece)
            await self.writer.drain()
            if drip:
                await asyncio.sleep(drip)
