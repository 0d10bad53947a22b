"""Every page enlarged: at 200 % of 1440 px, and as narrow as WCAG 1.4.10 asks, nothing sticks out sideways."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.scenes import Scene
from tests.browser.screenshots import WALKS, photograph, walk_name, wanted_in

pytestmark = [pytest.mark.browser, pytest.mark.soak]
WIDTHS = (720, 320)
WIDEST = """(width) => [...document.querySelectorAll("#main *")].filter((one) =>
  !one.closest(".tabs, .scroll, pre") &&
  one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML.slice(0, 90)).slice(0, 1)"""


def too_wide(page: Page) -> Iterator[str]:
    """The same page in narrower windows, and the first thing that sticks out of each."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} px wide in {width}: {page.evaluate(WIDEST, width)}"


@pytest.mark.parametrize(("scene", "part"), WALKS, ids=walk_name)
def test_every_page_fits_enlarged(scene: Scene, part: tuple[int, int], browser_program: Path) -> None:
    assert photograph(scene, browser_program, replace(wanted_in(["light", "1440"]), part=part), judge=too_wide) == []
