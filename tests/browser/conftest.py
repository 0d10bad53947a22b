"""The console in a process of this test, and a real Chromium that notes everything it should not have seen."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from notifications.clock import SystemClock
from notifications.store import Store
from tests.browser.server import free_port, serving
from tests.browser.watching import Seen
from tests.databases import Content
from tests.web import kept
from tests.web.stage import PASSWORD, Stage, open_stage

expect.set_options(timeout=30_000)  # a page may wait for its turn: other tests use the processors as well


@dataclass
class Console:
    """A running console: its address, its case, and what the browsers saw."""

    base: str
    stage: Stage
    browser: Browser
    seen: Seen = field(default_factory=Seen)
    running: ExitStack = field(default_factory=ExitStack)

    def restart(self, meanwhile: Callable[[], object]) -> None:
        """End the process's server, do something, and start another at the same address."""
        self.running.close()
        meanwhile()
        self.running.enter_context(serving(self.stage))

    def end(self) -> None:
        """Close every browser. Raises AssertionError for what a page did that it must not do and no test means."""
        for context in self.browser.contexts:
            context.close()
        assert self.seen.left() == []

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
def chromium(browser_program: Path) -> Iterator[Browser]:
    """One a test: while Playwright runs, no other test of this process could start an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def content(request: pytest.FixtureRequest) -> Content | None:
    """What a console shows is played once, by the clock that browsers have too."""
    return kept.played_today if "console" in request.fixturenames else None


@pytest.fixture
def console(store: Store, tmp_path: Path, chromium: Browser) -> Iterator[Console]:
    stage = open_stage(store, SystemClock(), tmp_path, port=free_port())
    with ExitStack() as running:
        base = running.enter_context(serving(stage))
        console = Console(base, stage, chromium, running=running)
        yield console
        console.end()
