"""The hooks of a whole installation as a monitor sees them: in this process, or over a real socket."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from incident.adapters.authenticity import standard_webhooks_signature
from incident.app import create_app
from incident.models.incidents import Incident
from incident.models.intake import Intake, IntakeState, Refusal, SignalRow
from incident.verbs.sources import add_source
from tests.web.stage import Stage

T = TypeVar("T")
PATIENCE = 180.0  # seconds after which something that must happen is given up
ALERTMANAGER, SIGNED, BASIC = "alertmanager", "signed", "basic"


class Gate:
    """An installation with three sources and a client that posts to them."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.clock = stage, stage.installation.clock
        self.app = create_app(stage.installation)
        self.client = TestClient(self.app)
        self.secrets = {
            ALERTMANAGER: stage.act("operator", add_source, ALERTMANAGER, "alertmanager", "bearer").secret,
            SIGNED: stage.act("operator", add_source, SIGNED, "standard_webhooks", "standard_webhooks").secret,
            BASIC: stage.act("operator", add_source, BASIC, "alertmanager", "basic").secret,
        }

    def proof(self, slug: str, body: bytes, delivery: str = "msg-1", secret: str = "") -> dict[str, str]:
        """The headers that prove a delivery, made as the monitor would at this moment."""
        known = secret or self.secrets[slug]
        if slug == SIGNED:
            at = int(self.clock.now().timestamp())
            signature = standard_webhooks_signature(known, delivery, at, body)
            return {"webhook-id": delivery, "webhook-timestamp": str(at), "webhook-signature": signature}
        word, said = ("Bearer", known) if slug == ALERTMANAGER else ("Basic", base64.b64encode(known.encode()).decode())
        return {"authorization": f"{word} {said}"}

    def post(self, body: bytes, slug: str = ALERTMANAGER, headers: Mapping[str, str] | None = None) -> Any:
        """Post a delivery; without headers it proves itself."""
        usual = {"content-type": "application/json"}
        return self.client.post(
            f"/hooks/{slug}", content=body, headers=usual | dict(self.proof(slug, body) if headers is None else headers)
        )

    def look(self, query: Callable[[Session], T]) -> T:
        with self.stage.installation.store.read() as session:
            return query(session)

    def rows(self, table: type[T]) -> list[T]:
        return list(self.look(lambda session: session.exec(select(table)).all()))

    def intakes(self) -> list[Intake]:
        return sorted(self.rows(Intake), key=lambda row: row.id)

    def states(self) -> list[IntakeState]:
        return [row.state for row in self.intakes()]

    def incidents(self) -> list[Incident]:
        return self.rows(Incident)

    def alerts(self) -> list[SignalRow]:
        return self.rows(SignalRow)

    def refusals(self) -> dict[str, int]:
        return {row.reason: row.count for row in self.rows(Refusal)}

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on a port of this machine, 0 for a free one; gives the address."""
        config = uvicorn.Config(self.app, port=port, log_level="warning", timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            until("the server is there", lambda: server.started)
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def until(what: str, holds: Callable[[], bool]) -> None:
    """Look again and again until it holds. Raises AssertionError when it takes too long."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        threading.Event().wait(0.02)


def event(title: str = "Bucket is public", **more: Any) -> bytes:
    """The body of a signed source."""
    return json.dumps({"title": title, "key": "bucket-7", "severity": "critical", **more}).encode()
