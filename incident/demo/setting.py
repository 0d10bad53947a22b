"""Where the demo happens: a folder of its own, a mailbox instead of a relay, the web process and its worker child."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from incident.app import create_app
from incident.demo import cast
from incident.demo.mailbox import CaptureServer, Mailbox
from incident.errors import Fault, Invalid
from incident.installation import Installation
from incident.serving import WorkerChild
from incident.settings import Settings

HOST = "127.0.0.1"
LOG = "demo.log"
PATIENCE_SECONDS = 20


def settings_in(folder: Path, port: int, mail_port: int) -> Settings:
    """The settings of the demo. Mail can reach the mailbox on this machine and nothing else."""
    return Settings(
        home=folder,
        database_url="",
        host=HOST,
        port=port,
        organisation=cast.ORGANISATION,
        entity_name=cast.ENTITY_NAME,
        contact_name=cast.CONTACT,
        contact_email=f"privacy@{cast.DOMAIN}",
        contact_phone=cast.CONTACT_PHONE,
        postal_address=cast.ADDRESS,
        contact_words={"de": cast.CONTACT_IN_GERMAN},
        mail_from=f"security-notices@{cast.DOMAIN}",
        smtp_host=HOST,
        smtp_port=mail_port,
        smtp_security="clear",
        sweep_seconds=1.0,
        mailbox_folder=folder / "mailbox",
    )


def fresh_folder(home: Path) -> Path:
    """A folder that is empty or new. Raises Invalid for one in use: the demo never writes into an installation."""
    if home.exists() and any(home.iterdir()):
        raise Invalid(Fault("home", f"{home} is not empty", "name a new folder, or leave it out"))
    home.mkdir(parents=True, exist_ok=True)
    return home.resolve()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


@contextmanager
def mailbox(folder: Path) -> Iterator[int]:
    """A mail server that keeps everything as files and passes nothing on; gives its port."""
    capture = CaptureServer(Mailbox(folder / "mailbox"), free_port())
    capture.start()
    try:
        yield capture.port
    finally:
        capture.stop()


@contextmanager
def server(installation: Installation) -> Iterator[None]:
    """The web server in a thread and a worker child, as `serve` has them; what they log goes to a file."""
    with (installation.settings.home / LOG).open("ab") as log:
        _log_to(Path(log.name))
        child = WorkerChild(installation.settings, log)
        web, thread = _start_web(installation)
        child.start()
        try:
            yield
        finally:
            child.stop()
            web.should_exit = True
            thread.join(PATIENCE_SECONDS)  # whoever removes the folder must not meet a file it still writes


def _log_to(path: Path) -> None:
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "mail.log", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _start_web(installation: Installation) -> tuple[uvicorn.Server, threading.Thread]:
    settings = installation.settings
    app = create_app(installation)
    config = uvicorn.Config(app, settings.host, settings.port, log_config=None, timeout_graceful_shutdown=1)
    web = uvicorn.Server(config)
    thread = threading.Thread(target=web.run, name="web", daemon=True)
    thread.start()
    for _ in range(PATIENCE_SECONDS * 20):
        if web.started:
            return web, thread
        if not thread.is_alive():
            break
        time.sleep(0.05)
    mend = "name another: --port 8073, or --port 0 for a free one"
    raise Invalid(Fault("port", f"{settings.port} cannot be used on this machine", mend))
