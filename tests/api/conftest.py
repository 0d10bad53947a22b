"""The whole application on both databases, and clients that carry a program's token, a reader's, or a session."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from incident.auth import passwords
from incident.roles import Role
from incident.verbs.people import add_api_token
from notifications.clock import MovableClock
from notifications.store import Store
from tests.databases import Content
from tests.web import kept
from tests.web.served import everything_over
from tests.web.stage import HASHED, PASSWORD, Stage, open_stage

ORIGIN = "https://app.nimbus.example"
JSON = {"Accept": "application/json"}


@dataclass
class Front:
    """The application of one installation and those who call it."""

    stage: Stage
    app: FastAPI
    opened: list[TestClient] = field(default_factory=list)
    tokens: dict[Role, str] = field(default_factory=dict)

    def client(self, **headers: str) -> TestClient:
        made = TestClient(self.app, headers={**JSON, **headers}, follow_redirects=False, raise_server_exceptions=False)
        self.opened.append(made)
        return made

    def program(self, role: Role = Role.HOST) -> TestClient:
        """A program with a live token of this one role."""
        if role not in self.tokens:
            self.tokens[role] = self.stage.act("operator", add_api_token, f"program {role}", [role])
        return self.client(Authorization=f"Bearer {self.tokens[role]}")

    def signed_in(self, who: str) -> TestClient:
        """A browser with a session."""
        browser = self.client()
        answer = browser.post("/login", data={"email": f"{who}@example.org", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    def reader(self, person: str, **claims: Any) -> TestClient:
        """A browser in the host's product, with the token the host asked for."""
        answer = self.program().post("/api/in-app/tokens", json={"person": person, **claims})
        assert answer.status_code == 201, answer.text
        return self.client(Authorization=f"Bearer {answer.json()['token']}", Origin=ORIGIN)


@pytest.fixture
def content(request: pytest.FixtureRequest) -> Content | None:
    """A test with a stage begins where it was left; one that opens its own gets an empty database."""
    if "played" in request.fixturenames:
        return kept.played
    return kept.opened if "front" in request.fixturenames else None


@pytest.fixture
def front(store: Store, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """An installation with registers and an open incident, behind the application as it is served."""
    monkeypatch.setattr(passwords, "_nobody", lambda: HASHED)
    stage = open_stage(store, clock, tmp_path, host_origins=ORIGIN)
    made = Front(stage, everything_over(stage.installation))
    yield made
    for client in made.opened:
        client.close()


@pytest.fixture
def played(front: Front) -> Front:
    """The same with the incident in investigation: facts, decisions, a customer told, drafts."""
    return front
