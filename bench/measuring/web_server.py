"""One web application under uvicorn in a process of its own: ours, a route that does nothing, or a peer, all alike.

Uvicorn is set as `seventytwo web` sets it: one process, its own choice of loop and parser, access lines written.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.measuring.programs import program
from bench.measuring.workplace import settings_in
from bench.peers import intake_apps
from incident.app import create_app
from incident.installation import open_installation
from notifications.clock import SystemClock

NOTHING = {"intake": "00000000-0000-7000-8000-000000000000", "repeat": False}
READY_SECONDS = 120.0


def fastapi_route() -> FastAPI:
    """A FastAPI route that reads the body and answers 202, and one to GET."""
    app = FastAPI(openapi_url=None)

    @app.get("/nothing")
    async def nothing() -> dict[str, object]:
        return NOTHING

    @app.post("/hooks/{slug}", status_code=202)
    async def take(slug: str, request: Request) -> dict[str, object]:
        assert slug
        await request.body()
        return NOTHING

    return app


def starlette_route() -> Starlette:
    """The same as a plain Starlette route."""

    async def take(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse(NOTHING, 202)

    return Starlette(routes=[Route("/hooks/{slug}", take, methods=["POST"])])


PEERS: dict[str, Callable[[Path, str], FastAPI]] = {
    "commit": intake_apps.commit_each,
    "session": intake_apps.session_each,
}
NO_OPS: dict[str, Callable[[], FastAPI | Starlette]] = {"fastapi": fastapi_route, "starlette": starlette_route}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server as its client sees it."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor the server's process has used so far; 0 where the system does not say (Linux does)."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return 0.0
        user, kernel = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")

    def halt(self) -> None:
        """Let it do nothing until it is let go on: what it reads afterwards is not the next candidate's trouble."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@contextlib.contextmanager
def serving(name: str, home: Path, secret: str = "") -> Iterator[Server]:
    """A running server: `ours` over the installation in `home`, one of NO_OPS, or one of PEERS that asks a secret."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=512) as listening,
        (home / f"said-{name}.log").open("wb") as log,
    ):
        port, descriptor = listening.getsockname()[1], listening.fileno()
        arguments = (name, str(home), str(descriptor), secret)
        with program("bench.measuring.web_server", *arguments, keep=[descriptor], output=log) as process:
            _await_answer(port)
            assert process.poll() is None
            server = Server(port, process.pid)
            try:
                yield server
            finally:
                server.go_on()


def _await_answer(port: int) -> None:
    """Ask until something answers; the listening socket holds the question while the program starts."""
    end = time.monotonic() + READY_SECONDS
    with socket.create_connection(("127.0.0.1", port), timeout=READY_SECONDS) as asking:
        asking.sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        while asking.recv(4096):
            assert time.monotonic() < end, "the server does not answer"


def _run(name: str, home: Path, descriptor: int, secret: str) -> None:
    if name == "ours":
        installation = open_installation(settings_in(home), SystemClock())
        app: FastAPI | Starlette = create_app(installation)
    else:
        app = NO_OPS[name]() if name in NO_OPS else PEERS[name](home, secret)
    config = uvicorn.Config(app, timeout_graceful_shutdown=2, server_header=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
