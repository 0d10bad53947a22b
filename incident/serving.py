"""The web process, and `serve`: the web process with one worker child that is started again when it dies."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import IO

import uvicorn
from pydantic import SecretStr

from incident.app import create_app
from incident.installation import Installation, open_installation
from incident.settings import Settings
from incident.web.events import hub_of
from notifications.clock import SystemClock
from notifications.store import Store

log = logging.getLogger(__name__)
MISCONFIGURED = 2
DRAIN_SECONDS = 35.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
GRACE_SECONDS = 2


class WorkerChild:
    """Keeps one worker process running. It ends within a second of this process: it sees our end of a pipe close."""

    def __init__(self, settings: Settings, output: IO[bytes] | None = None) -> None:
        self._output = output  # where what it says goes; None: where we say things
        self._environment = os.environ | environment_of(settings)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._read, self._write = os.pipe()
        self._keeper = threading.Thread(target=self._keep, name="worker child", daemon=True)
        self.misconfigured = threading.Event()

    @property
    def pid(self) -> int | None:
        """The worker's process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Let the worker drain, then end it."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._keeper.join()
        os.close(self._read)
        os.close(self._write)

    def _keep(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = time.monotonic()
            status = self._run_once()
            if self._stopping.is_set():
                return
            if status == MISCONFIGURED:
                self.misconfigured.set()
                os.kill(os.getpid(), signal.SIGTERM)
                return
            pause = 1.0 if time.monotonic() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
            if status:  # one that was asked to end says nothing: the same signal may be on its way to us
                log.error("serve: the worker ended with status %s; started again in %.0f s", status, pause)
            self._stopping.wait(pause)

    def _run_once(self) -> int:
        command = [sys.executable, "-m", "incident.worker", "--parent-fd", str(self._read)]
        with self._lock:
            if self._stopping.is_set():
                return 0
            self._process = subprocess.Popen(  # noqa: S603 (our own module)
                command,
                env=self._environment,
                pass_fds=(self._read,),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
            )
        return self._process.wait()


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as the environment of another process."""
    found = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            found[f"SEVENTYTWO_{name.upper()}"] = json.dumps(plain) if isinstance(plain, dict | list) else str(plain)
    return found


def serve(settings: Settings) -> int:
    """The web process and one worker child, for a single machine. Returns the status."""
    _end_cleanly()
    installation = open_installation(settings, SystemClock())
    child = WorkerChild(settings)
    try:
        child.start()
        _serve_web(installation)
    except SystemExit:  # a signal, given on by the web server once it has ended
        log.info("serve: ending")
    finally:
        child.stop()
        installation.close()
    return MISCONFIGURED if child.misconfigured.is_set() else 0


def run_web(settings: Settings) -> int:
    """The web process alone. Returns the status."""
    installation = open_installation(settings, SystemClock())
    try:
        _serve_web(installation)
    finally:
        installation.close()
    return 0


def _serve_web(installation: Installation) -> None:
    settings = installation.settings
    config = uvicorn.Config(
        create_app(installation),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    WebServer(config, installation.store).run()


class WebServer(uvicorn.Server):
    """A web server that first lets the streams of open pages end: one that is cut off says so at length in the log."""

    def __init__(self, config: uvicorn.Config, store: Store) -> None:
        super().__init__(config)
        self._store = store

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub_of(self._store).close()
        await super().shutdown(sockets)


def _end_cleanly() -> None:
    """A signal ends by way of SystemExit, so that the child can drain; the web server catches it while it runs."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
