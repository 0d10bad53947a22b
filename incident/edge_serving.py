"""`seventytwo edge`: released in-app notices on a machine of its own, with no database, no keys and no incident."""

import logging
import os
import threading
from pathlib import Path

import uvicorn

from incident.settings import BadSettings, Settings
from notifications.clock import Clock, SystemClock
from notifications.edge.copy import Copy
from notifications.edge.door import Door, door_app
from notifications.edge.feeding import Feeder, client_for
from notifications.sealing import KEY_BYTES
from notifications.store import Store

GRACE_SECONDS = 2
AT_ONCE = 400  # requests in hand; beyond that a browser gets 503 at once and shows nothing


class Edge:
    """One edge: its copy in a folder, what keeps it in step, and what it answers."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, token = settings, settings.edge_token
        if not settings.edge_source or token is None or not settings.reader_secrets:
            raise BadSettings(
                "An edge needs SEVENTYTWO_EDGE_SOURCE, SEVENTYTWO_EDGE_TOKEN and SEVENTYTWO_IN_APP_SECRETS: "
                "where seventytwo answers, its token of the role edge, and the secret the host signs with"
            )
        self._store, key = open_copy(settings.edge_place)
        copy = Copy(self._store, key)
        self._client = client_for(settings.edge_source, token.get_secret_value())
        self.feeder = Feeder(copy, self._client, clock)
        self.door = Door(copy, clock, settings.reader_secrets, lambda: self.feeder.fresh_at)
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="feeder", daemon=True)

    def start(self) -> None:
        """Begin to ask seventytwo; what the folder holds is shown meanwhile."""
        self._keeper.start()

    def stop(self) -> None:
        self._ending.set()
        self._client.close()
        if self._keeper.is_alive():
            self._keeper.join(GRACE_SECONDS)
        self._store.close()

    def server(self) -> uvicorn.Server:
        """What listens."""
        settings = self._settings
        config = uvicorn.Config(
            door_app(self.door, settings.origins),
            host=settings.edge_host,
            port=settings.edge_port,
            timeout_graceful_shutdown=GRACE_SECONDS,
            limit_concurrency=AT_ONCE,
            access_log=False,
            server_header=False,
        )
        return uvicorn.Server(config)

    def _keep(self) -> None:
        self.feeder.run(self._ending, self._settings.edge_seconds)


def run_edge(settings: Settings) -> int:
    """Serve until a signal ends it. Returns the status. Raises BadSettings."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    edge = Edge(settings, SystemClock())
    edge.start()
    try:
        edge.server().run()
    finally:
        edge.stop()
    return 0


def open_copy(folder: Path) -> tuple[Store, bytes]:
    """The copy of this folder and the key it is sealed with; without its key a copy is begun anew."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place, file = folder / "key", folder / "edge.db"
    if not place.is_file() or len(place.read_bytes()) != KEY_BYTES:
        for name in ("edge.db", "edge.db-wal", "edge.db-shm"):
            (folder / name).unlink(missing_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as written:
            written.write(os.urandom(KEY_BYTES))
            written.flush()
            os.fsync(written.fileno())
    store = Store(f"sqlite:///{file}")
    store.check()
    return store, place.read_bytes()
