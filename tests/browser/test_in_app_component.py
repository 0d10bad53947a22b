"""A product's page with the component on it: whatever becomes of the edge, the page is there, whole and at once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from notifications.clock import MovableClock, SystemClock
from notifications.reader_tokens import Reader
from tests.browser.accessibility import faults
from tests.browser.hosts import Held, Host, hosting, saying, silent
from tests.browser.server import free_port

pytestmark = pytest.mark.browser
AT_ONCE = 1900  # milliseconds until the page has loaded, on a busy machine; less than the component waits
GIVEN_UP = 4000  # milliseconds after which the component waits for nothing any more: two for an answer, and the rest
SETTLED = """async () => {
  const there = customElements.whenDefined("seventytwo-notices").then(() => true);
  if (!(await Promise.race([there, new Promise((done) => setTimeout(done, 300, false))]))) return 0;
  const began = performance.now();
  await document.querySelector("seventytwo-notices").refresh();
  return performance.now() - began;
}"""
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
TEXT = f"Dear Anna,\n\nThe area was open. {HOSTILE}\n\nWhat you can do\n---\n\n- Read https://status.nimbus.example/a\n"
TEXTS = {
    "en": {"subject": f"Your list was readable {HOSTILE}", "text": TEXT},
    "de": {"subject": "Hallo", "text": "Offen."},
}
LIES: dict[str, Any] = {
    "no notices": {"notices": "many"},
    "null": None,
    "broken notices": {"notices": [None, 7, "x", {}, {"id": "1" * 32}, {"id": "../x", "subject": "s"}]},
}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(SystemClock().now())


@pytest.fixture
def held(tmp_path: Path, clock: MovableClock) -> Iterator[Held]:
    with Held(tmp_path, clock) as made:
        yield made


@contextmanager
def edge_of(kind: str, held: Held, origin: str) -> Iterator[str]:
    """An edge in one of the states it can be in."""
    with ExitStack() as stack:
        if kind == "up":
            yield stack.enter_context(held.serving(origin))
        elif kind == "dead":
            yield f"http://127.0.0.1:{free_port()}"
        elif kind == "silent":
            yield stack.enter_context(silent())
        elif kind == "broken":
            yield stack.enter_context(saying(free_port(), 500, b"<h1>Internal error</h1>", "text/html"))
        elif kind == "garbage":
            yield stack.enter_context(saying(free_port(), 200, b"\x00\xff{]" * 4000))
        else:
            yield stack.enter_context(saying(free_port(), 200, json.dumps(LIES[kind]).encode()))


def opened(browser: Browser, base: str, **context: Any) -> tuple[Page, list[str]]:
    """The page in a browser of its own, and what it said that it must not say."""
    page, said = browser.new_context(**context).new_page(), []
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("console", lambda one: said.append(one.text) if "Content Security Policy" in one.text else None)
    page.goto(base)
    return page, said


def unharmed(page: Page) -> None:
    """The page's load, its own script and its place on the screen are as without the component."""
    done = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < done < AT_ONCE
    assert page.evaluate("window.ran") == "yes"
    page.click("#work")
    expect(page.locator("#done")).to_have_text("done")


FAILING = ("dead", "silent", "broken", "garbage")
CASES = [(kind, "edge") for kind in FAILING] + [(kind, "product") for kind in (*FAILING, *LIES)]


@pytest.mark.parametrize(("kind", "script"), CASES)
def test_an_edge_that_fails_leaves_the_page_as_it_is(
    chromium: Browser, held: Held, clock: MovableClock, kind: str, script: str
) -> None:
    port = free_port()
    with edge_of(kind, held, f"http://127.0.0.1:{port}") as edge:
        host = Host(edge, clock, script=edge if script == "edge" else "")
        with hosting(host, port) as base:
            page, said = opened(chromium, base)
            unharmed(page)
            before = page.locator("#below").bounding_box()
            assert page.evaluate(SETTLED) < GIVEN_UP
            assert page.locator("#below").bounding_box() == before
            assert page.locator("seventytwo-notices").evaluate("one => one.shadowRoot?.childElementCount ?? 0") == 0
            assert said == []
            page.context.close()


@pytest.mark.parametrize("answers", [True, False])
def test_without_a_token_nothing_is_asked_and_nothing_waits(
    chromium: Browser, held: Held, clock: MovableClock, answers: bool
) -> None:
    port = free_port()
    held.hold(TEXTS)
    with held.serving(f"http://127.0.0.1:{port}") as edge, ExitStack() as stack:
        base = stack.enter_context(hosting(Host(edge, clock, signed_in=False, answers=answers), port))
        page, said = opened(chromium, base)
        unharmed(page)
        assert page.evaluate(SETTLED) < GIVEN_UP
        assert page.locator("seventytwo-notices .title").count() == 0
        assert said == []
        page.context.close()


def test_a_notice_is_read_with_the_keyboard_and_stays_read(chromium: Browser, held: Held, clock: MovableClock) -> None:
    port = free_port()
    held.hold(TEXTS)
    with held.serving(f"http://127.0.0.1:{port}") as edge, hosting(Host(edge, clock, script=edge), port) as base:
        page, said = opened(chromium, base)
        expect(page.get_by_role("region", name="Security notices")).to_be_visible()
        unharmed(page)
        expect(page.get_by_role("status")).to_have_text("Security notices. Unread: 1")
        toggle = page.get_by_role("button", expanded=False)
        assert HOSTILE in toggle.inner_text()
        toggle.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
        link = page.get_by_role("link", name="https://status.nimbus.example/a")
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert list(faults(page)) == []
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Marked as read.")
        expect(page.get_by_role("button", expanded=False)).to_be_focused()
        assert page.evaluate("window.unread") == [1, 0]
        assert list(faults(page)) == []
        page.reload()
        expect(page.get_by_text("Read on")).to_be_visible()
        assert page.evaluate("window.hacked") is None
        assert said == []
        page.context.close()
    assert [mark.reader for mark in held.copy.waiting(9)] == ["u-1"]


def test_while_the_edge_is_away_a_page_that_is_open_keeps_its_notices_and_tells_later(
    chromium: Browser, held: Held, clock: MovableClock
) -> None:
    port, there = free_port(), free_port()
    origin = f"http://127.0.0.1:{port}"
    release = held.hold(TEXTS)
    look = "document.querySelector('seventytwo-notices').refresh()"
    with hosting(Host(f"http://127.0.0.1:{there}", clock), port) as base:
        with held.serving(origin, there):
            page, _ = opened(chromium, base)
            page.get_by_role("button", expanded=False).click()
        page.evaluate(look)
        page.get_by_role("button", name="Mark as read").click()
        page.wait_for_timeout(300)
        assert held.copy.waiting(9) == []
        with held.serving(origin, there):
            page.evaluate(look)
            assert [mark.reader for mark in held.copy.waiting(9)] == ["u-1"]
            expect(page.get_by_text("Read on")).to_be_visible()
            held.copy.hide_all_but([])  # withdrawn
            page.evaluate(look)
            assert page.locator("seventytwo-notices .title").count() == 0
            held.copy.publish(release)
            page.evaluate(look)
            expect(page.get_by_text("Read on")).to_be_visible()
        page.context.close()


def test_somebody_of_support_reads_and_cannot_mark(chromium: Browser, held: Held, clock: MovableClock) -> None:
    port = free_port()
    held.hold(TEXTS)
    support = Reader("u-1", {"acme": ("admin",)}, impersonated=True)
    with held.serving(f"http://127.0.0.1:{port}") as edge, hosting(Host(edge, clock, reader=support), port) as base:
        page, _ = opened(chromium, base)
        page.get_by_role("button", expanded=False).click()
        expect(page.get_by_text("nothing is recorded")).to_be_visible()
        assert page.get_by_role("button", name="Mark as read").count() == 0
        assert list(faults(page)) == []
        page.context.close()
    assert held.copy.waiting(9) == []


def test_in_the_corner_nothing_of_the_page_moves_and_escape_leads_back(
    chromium: Browser, held: Held, clock: MovableClock
) -> None:
    port = free_port()
    held.hold(TEXTS)
    with held.serving(f"http://127.0.0.1:{port}") as edge:
        host = Host(edge, clock, attributes='placement="corner" locale="de"', language="de")
        with hosting(host, port) as base:
            size: dict[str, Any] = {"viewport": {"width": 390, "height": 800}}
            host.signed_in = False  # the same page without a notice, whose margins are the host's own
            page, _ = opened(chromium, base, **size)
            before = page.locator("#below").bounding_box()
            page.context.close()
            host.signed_in = True
            page, said = opened(chromium, base, **size, color_scheme="dark")
            pill = page.get_by_role("button", name="Sicherheitshinweise (1)")
            expect(pill).to_be_visible()
            assert page.locator("#below").bounding_box() == before
            pill.click()
            expect(page.get_by_role("heading", name="Sicherheitshinweise")).to_be_focused()
            page.get_by_role("button", name="Hallo").click()
            expect(page.locator(".body").get_by_text("Offen.")).to_be_visible()
            assert list(faults(page)) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            page.keyboard.press("Escape")
            expect(pill).to_be_focused()
            assert list(faults(page)) == []
            assert page.locator("#below").bounding_box() == before
            assert said == []
            page.context.close()


def test_what_a_lying_edge_can_show_is_text_and_safe_links(chromium: Browser, held: Held, clock: MovableClock) -> None:
    spans = [{"text": "here", "href": "javascript:window.hacked=1"}, {"text": "there", "href": "data:text/html,x"}]
    lines = [spans, "x", [7, {"text": HOSTILE}], [{"text": "good", "href": "https://ok.example/"}]]
    kinds = ("paragraph", "bullets", "facts", "heading", "script")
    blocks = [*({"kind": kind, "lines": lines, "labels": [HOSTILE]} for kind in kinds), None]
    notice = {"id": "a" * 32, "subject": "x" * 100_000, "blocks": blocks, "locale": '"><script>', "read_at": 7}
    lie = {"notices": [{**notice, "published_at": "2026-11-24T09:00:00Z"}] * 3, "impersonated": "yes"}
    port = free_port()
    with saying(free_port(), 200, json.dumps(lie).encode()) as edge, hosting(Host(edge, clock), port) as base:
        page, said = opened(chromium, base)
        unharmed(page)
        page.locator("seventytwo-notices .toggle").first.click()
        links = page.locator("seventytwo-notices .body a")
        assert {link.get_attribute("href") for link in links.all()} == {"https://ok.example/"}
        assert page.locator("seventytwo-notices script, seventytwo-notices img").count() == 0
        assert page.evaluate("window.hacked") is None
        assert said == []
        page.context.close()


def test_a_script_element_that_names_the_edge_would_make_the_page_wait(
    chromium: Browser, held: Held, clock: MovableClock
) -> None:
    """What the docs warn of, and the proof that these tests would see it."""
    port = free_port()
    with ExitStack() as stack:
        edge = stack.enter_context(silent())
        host = Host(edge, clock, attributes=f'></seventytwo-notices><script defer src="{edge}/x.js"></script><b')
        base = stack.enter_context(hosting(host, port))
        page = chromium.new_page()
        page.goto(base, wait_until="commit")
        page.wait_for_timeout(AT_ONCE)
        assert page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") == 0
        page.close()
