"""What a reader asked for: no motion, twice the size, and a report that keeps itself current."""

import pytest
from playwright.sync_api import expect

from incident.phases import Move
from incident.verbs.moves import move
from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
MOVING = """[...document.querySelectorAll("*")].map((node) => getComputedStyle(node)).filter((style) =>
    parseFloat(style.transitionDuration) > 0 || style.animationName !== "none").length"""
SECTIONS = ("", "/timeline", "/tasks", "/facts", "/assessment", "/duties", "/customers", "/notices", "/evidence")


def test_nothing_moves_for_who_asked_for_no_motion(console: Console) -> None:
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/tasks")
    assert page.evaluate(MOVING) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == 0


def test_at_twice_the_size_nothing_sticks_out(console: Console) -> None:
    page = console.page("mara", width=640)  # a window of 1280 pixels at 200 %
    for path in ("/", "/deadlines", "/tasks", *(f"{console.stage.path}{section}" for section in SECTIONS)):
        page.goto(console.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path


def test_the_situation_report_is_current_by_itself(console: Console) -> None:
    page, stage = console.page("ines"), console.stage
    page.goto(f"{console.base}{stage.path}/situation")
    page.wait_for_selector("html[data-live]")
    expect(page.locator(".facts-line")).to_contain_text("Investigation since")
    page.evaluate("window.stays = true")
    stage.act("mara", move, stage.incident_id, stage.version(), Move.RECOVER)
    expect(page.locator(".facts-line")).to_contain_text("Recovery since")
    assert page.evaluate("window.stays")
