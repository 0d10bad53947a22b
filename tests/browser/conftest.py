"""The console in a process of this test, and a real Chromium that notes everything it should not have seen."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from notifications.clock import SystemClock
from notifications.store import Store
from tests.web.stage import PASSWORD, Stage, fill_registers, open_case, open_stage, play

STARTS_WITHIN = 20.0


@dataclass
class Seen:
    """What a page did that it must not do."""

    troubles: list[str] = field(default_factory=list)

    def watch(self, page: Page, base: str) -> None:
        page.on("console", lambda said: self._said(said))
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("request", lambda asked: self._asked(asked.url, base))

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.troubles.append(f"{said.type}: {said.text}")

    def _asked(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:")):
            self.troubles.append(f"left the host: {url}")


@dataclass
class Console:
    """A running console: its address, its case, and what the browsers saw."""

    base: str
    stage: Stage
    browser: Browser
    seen: Seen = field(default_factory=Seen)

    def page(self, who: str, scheme: str = "light", width: int = 1440) -> Page:
        """A browser of its own, signed in."""
        viewport: Any = {"width": width, "height": 900}
        context = self.browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        self.seen.watch(page, self.base)
        page.goto(f"{self.base}/")
        page.fill("#email", f"{who}@example.org")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.base}/")
        return page


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """One a test: while Playwright runs, no other test of this process could start an event loop."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "No Chromium on this machine: make test installs it, or apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def console(store: Store, tmp_path: Path, chromium: Browser) -> Iterator[Console]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stage = open_stage(store, SystemClock(), tmp_path, port=port)
    fill_registers(stage)
    open_case(stage)
    play(stage)
    config = uvicorn.Config(stage.app(), port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    _wait_for(server)
    made = Console(f"http://127.0.0.1:{port}", stage, chromium)
    yield made
    for context in chromium.contexts:
        context.close()
    server.should_exit = True
    thread.join()


def _wait_for(server: uvicorn.Server) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not server.started:
        assert time.monotonic() < end, "the console did not start"
        threading.Event().wait(0.05)
