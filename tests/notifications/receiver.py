"""A receiver of webhooks on this machine: a real HTTP server that answers, or breaks off, as its script says."""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Script:
    """What is done with one request. `drop`: where the connection is closed instead: accepted, head, body."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    drop: str = ""
    stall: float = 0  # seconds before the answer


@dataclass(frozen=True)
class Request:
    """What came in."""

    line: str
    headers: dict[str, str]
    body: bytes
    sni: str | None = None


class Receiver:
    """Takes requests one after another; the last script goes on when the others are used up."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.scripts: deque[Script] = deque([Script()])
        self.taken: list[Request] = []
        self.connections = 0
        self.port = 0
        self._tls, self._host = tls, host
        self._names: list[str | None] = []
        self._server: asyncio.Server | None = None
        if tls is not None:
            tls.sni_callback = lambda _socket, name, _context: self._names.append(name)

    async def __aenter__(self) -> "Receiver":
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://{self._host}:{self.port}/hooks/Secret-Path"

    def script(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        try:
            await self._exchange(reader, writer, script)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, script: Script) -> None:
        if script.drop == "accepted":
            return
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        if script.drop == "head":
            return
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.taken.append(Request(head[0], headers, body, self._names[-1] if self._names else None))
        if script.drop == "body":
            return
        await asyncio.sleep(script.stall)
        given = {"Content-Length": str(len(script.body)), "Connection": "close", **script.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"HTTP/1.1 {script.status} x\r\n{lines}\r\n".encode() + script.body)
        await writer.drain()
