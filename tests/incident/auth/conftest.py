"""One installation with a person who signs in, on a clock that can be moved, behind a small app."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from fastapi import Depends, FastAPI, Form
from fastapi.testclient import TestClient

from incident import auth
from incident.auth import passwords
from incident.auth.csrf import require_same_origin
from incident.auth.dependencies import acting, api_actor, current_actor
from incident.auth.edge import Edge
from incident.keys import KeyRing
from incident.roles import Action, Actor, operator
from incident.settings import Settings
from incident.verbs.people import NewUser, add_user
from notifications.clock import MovableClock
from notifications.store import Store

PASSWORD = "correct horse battery staple"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # the real cost is tested once
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
OPERATOR = operator("root")


@dataclass(frozen=True, slots=True)
class House:
    """The edge and its movable clock."""

    edge: Edge
    clock: MovableClock

    def add(self, email: str, *roles: str) -> UUID:
        new = NewUser(email, email.partition("@")[0].title(), roles or ("responder",), HASHED)
        return self.edge.write(OPERATOR, lambda act: add_user(act, new)).id

    def move(self, **by: float) -> None:
        self.clock.move(timedelta(**by))


@pytest.fixture
def house(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(passwords, "_nobody", lambda: HASHED)
    clock = MovableClock(START)
    settings = Settings(home=tmp_path, public_url="https://incident.example.org")
    return House(Edge(store, KeyRing(os.urandom(32), clock), clock, settings), clock)


def small_app(edge: Edge) -> FastAPI:
    """An app of five routes that ask who acts in every way there is."""
    app = FastAPI()
    app.state.store, app.state.keys = edge.store, edge.keys
    app.state.clock, app.state.settings = edge.clock, edge.settings
    auth.install(app)

    @app.get("/page")
    def page(by: Annotated[Actor, Depends(current_actor)]) -> dict[str, str]:
        return {"name": by.name}

    @app.post("/notes")
    def add_note(by: Annotated[Actor, Depends(acting(Action.NOTE))], text: Annotated[str, Form()]) -> dict[str, str]:
        return {"name": by.name, "text": text}

    @app.put("/customers")
    def put_customer(
        by: Annotated[Actor, Depends(acting(Action.CUSTOMERS, people=False))], body: dict[str, str]
    ) -> dict[str, str]:
        return body | {"name": by.name}

    @app.get("/me")
    def me(by: Annotated[Actor, Depends(api_actor)]) -> dict[str, str]:
        return {"name": by.name}

    @app.post("/anywhere", dependencies=[Depends(require_same_origin)])
    def anywhere() -> None:
        return None

    return app


@pytest.fixture
def browser(house: House) -> Iterator[Callable[[], TestClient]]:
    """Makes clients that behave like a browser on the public address."""
    app = small_app(house.edge)
    opened: list[TestClient] = []

    def open_one() -> TestClient:
        client = TestClient(app, base_url="https://incident.example.org", follow_redirects=False)
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()
