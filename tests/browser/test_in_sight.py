"""However far somebody scrolls, and however narrow the window is: the countdown and the button that stops are there."""

import pytest
from playwright.sync_api import Page

from incident.verbs.entries import note
from tests.browser.conftest import Console
from tests.web.sending import going_release

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
WIDTHS = (1440, 1000, 901, 390)
LINES = 40  # a timeline of several windows
STEP = 300  # px
FARTHEST = 80  # stops of the Tab key on the way up
PASSES = f"""(wanted) => {{
  const inside = (node) => {{
    const box = node.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    const hit = box.width > 0 && y > 0 && y < innerHeight && document.elementFromPoint(x, y);
    return Boolean(hit) && (node.contains(hit) || hit.contains(node));
  }};
  const missed = [];
  for (let y = 0; y <= document.documentElement.scrollHeight - innerHeight; y += {STEP}) {{
    scrollTo(0, y);
    if (![...document.querySelectorAll(wanted)].some(inside)) missed.push(y);
  }}
  return [missed, document.documentElement.scrollHeight / innerHeight];
}}"""
COVERED = """(over) => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  if (!one.closest("#main")) return ["", ""];
  const lid = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest(over);
  return [one.outerHTML.slice(0, 90), lid && !lid.contains(one) ? lid.className : ""];
}"""


def scrolled(page: Page, wanted: str) -> list[int]:
    """Where, from the top to the end, none of what is wanted can be seen or pressed; the page is several windows."""
    missed, windows = page.evaluate(PASSES, wanted)
    assert windows > 2
    return list(missed)


def covered(page: Page, over: str) -> list[str]:
    """What has the focus under something that floats, on the way with the Tab key from the end of a page to its top."""
    last = "[...document.querySelectorAll('#main a, #main button, #main summary')].pop()"
    page.evaluate(f"scrollTo(0, 0); {last}.focus()")
    found = []
    for _ in range(FARTHEST):
        what, lid = page.evaluate(COVERED, over)
        if not what:
            break
        found += [f"{lid} over {what}"] if lid else []
        page.keyboard.press("Shift+Tab")
    else:
        raise AssertionError("the Tab key did not come to the top")
    return found


def test_the_countdown_stays_in_sight_and_covers_nothing_that_has_the_focus(console: Console) -> None:
    for number in range(LINES):
        console.stage.act("mara", note, console.stage.incident_id, f"Line {number} of a long night")
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/timeline")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert scrolled(page, ".deadline .remains, .due-bar time") == [], width
        assert covered(page, ".due-bar, .side") == [], width


def test_what_stops_a_release_is_always_within_reach(console: Console) -> None:
    release = going_release(console.stage)
    page = console.page("ines")
    page.goto(f"{console.base}/releases/{release}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 420})
        assert scrolled(page, ".stop-now, #stop button") == [], width
        found = covered(page, ".stop-now")  # news of the sending may move the page under the focus, once
        assert (found and covered(page, ".stop-now")) == [], width
