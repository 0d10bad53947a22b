"""A case in full swing behind the whole console, on both databases, and browsers that are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from incident.auth import passwords
from notifications.clock import MovableClock
from notifications.store import Store
from tests.databases import Content
from tests.web import kept
from tests.web.stage import HASHED, PASSWORD, Stage, open_stage

Enter = Callable[[str], TestClient]


@pytest.fixture
def content(request: pytest.FixtureRequest) -> Content | None:
    """A test with a stage begins where it was left; one that opens its own gets an empty database."""
    if "played" in request.fixturenames:
        return kept.played
    return kept.opened if "stage" in request.fixturenames else None


@pytest.fixture
def stage(store: Store, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """An installation with people and registers, and an incident nobody has touched."""
    monkeypatch.setattr(passwords, "_nobody", lambda: HASHED)
    return open_stage(store, clock, tmp_path)


@pytest.fixture
def played(stage: Stage) -> Stage:
    """The same incident in investigation, with facts, decisions, a customer told and drafts."""
    return stage


@pytest.fixture
def enter(stage: Stage) -> Iterator[Enter]:
    """Signs somebody in and gives their browser."""
    app, opened = stage.app(), []

    def sign_in(who: str) -> TestClient:
        browser = TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False)
        opened.append(browser)
        if who:
            answer = browser.post("/login", data={"email": f"{who}@example.org", "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return browser

    yield sign_in
    for browser in opened:
        browser.close()
