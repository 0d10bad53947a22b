"""An edge beside a seventytwo that really listens, and releases made for readers in the product."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from sqlmodel import Session
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from incident.edge_serving import Edge
from incident.roles import Role
from incident.settings import Settings
from incident.verbs.people import add_api_token
from notifications.audience import NewMember, add_members, freeze, new_audience
from notifications.clock import Clock
from notifications.edge.door import door_app
from notifications.ids import new_id
from notifications.in_app import token_secret
from notifications.message import Text
from notifications.models import Channel, Release
from notifications.quorum import Yes
from notifications.reader_tokens import Reader, issue_token
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release
from tests.api.conftest import ORIGIN, Front
from tests.browser.server import free_port

SECRET = "the host and the edge know this: 72 hours"
NOTICES = "/api/in-app/notices"
TEXTS = {
    "en": Text("Notice for {{ name }}", "Hello {{ name }}", "<p>Hello {{ name }}</p>", fallbacks={"name": "you"}),
    "de": Text("Hinweis", "Hallo {{ name }}", "<p>Hallo {{ name }}</p>", fallbacks={"name": "Sie"}),
}
MEMBERS = (
    NewMember("u-1", "u1@mail.example", locale="de", region="DE", values={"name": "<b>Anna</b>", "unused": "private"}),
    NewMember("", account="acme", role="admin"),
)


def ask(front: Front, members: Sequence[NewMember] = MEMBERS, texts: Any = None) -> Release:
    """A notice in the product whose release is requested and not approved."""
    parts = front.stage.installation
    now = parts.clock.now()

    def request(session: Session) -> Release:
        token_secret(session, parts.keys)  # as the verb that approves does
        audience = new_audience(session, "incident:1", "everybody", Channel.IN_APP, now)
        assert add_members(session, parts.keys, audience.id, list(enumerate(members, 1))) == []
        freeze(session, audience.id, now)
        new = NewEdition(new_id(), "incident:1", "in_app", texts or TEXTS, "f" * 64)
        edition = freeze_edition(session, parts.keys, new, new_id(), now)
        return request_release(session, edition, audience.id, "n@example.org", new_id(), now)

    return parts.store.write(request)


def released(front: Front, members: Sequence[NewMember] = MEMBERS, texts: Any = None) -> Release:
    """A notice in the product that a second person released."""
    asked, now = ask(front, members, texts), front.stage.installation.clock.now()
    seen = Seen(asked.edition_digest, asked.audience_digest, "f" * 64)
    return change(front, asked, approve, seen, Yes(new_id()), (), now)


def change(front: Front, release: Release, how: Any, *words: Any) -> Release:
    """One of the steps of a release."""

    def work(session: Session) -> Release:
        row = session.get_one(Release, release.id)
        how(session, row, *words)
        return row

    return front.stage.installation.store.write(work)


class Machine:
    """The machine of an edge: its folder, what it holds, and browsers that ask it."""

    def __init__(self, front: Front, folder: Path, source: str, clock: Clock) -> None:
        if Role.EDGE not in front.tokens:
            front.tokens[Role.EDGE] = front.stage.act("operator", add_api_token, "edge", [Role.EDGE])
        settings: dict[str, Any] = {"edge_source": source, "edge_token": front.tokens[Role.EDGE]}
        self.settings = Settings(edge_folder=folder, in_app_secrets=SECRET, host_origins=ORIGIN, **settings)
        self.clock = clock
        self.edge = Edge(self.settings, clock)
        self.app = door_app(self.edge.door, self.settings.origins)

    def look(self) -> None:
        self.edge.feeder.look()

    def token(self, person: str, accounts: Any = None, impersonated: bool = False) -> str:
        """As the host's server makes it, without asking anybody."""
        return issue_token(SECRET.encode(), Reader(person, accounts or {}, impersonated), self.clock.now())

    def browser(self, person: str, accounts: Any = None, impersonated: bool = False) -> TestClient:
        headers = {"Authorization": f"Bearer {self.token(person, accounts, impersonated)}", "Origin": ORIGIN}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)

    def shown(self, person: str, accounts: Any = None) -> list[str]:
        return [one["text"] for one in self.browser(person, accounts).get(NOTICES).json()["notices"]]


@contextmanager
def listening(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """An application that listens on this machine; gives its address."""
    port = port or free_port()
    config = uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        for _ in range(400):
            if server.started:
                break
            threading.Event().wait(0.05)
        assert server.started, "it does not listen"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
