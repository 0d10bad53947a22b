"""The console of a stage, served by uvicorn in a thread of this process."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from incident.installation import Installation
from incident.serving import WebServer
from tests.web.served import pages_over
from tests.web.stage import Stage

STARTS_WITHIN = 20.0


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(stage: Stage, over: Callable[[Installation], FastAPI] = pages_over) -> Iterator[str]:
    """Serve on the port of the stage's settings the pages, or what `over` makes of them; gives the address."""
    port = stage.installation.settings.port
    config = uvicorn.Config(over(stage.installation), port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = WebServer(config, stage.installation.store)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait_for(server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _wait_for(server: uvicorn.Server) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not server.started:
        assert time.monotonic() < end, "the console did not start"
        threading.Event().wait(0.05)
