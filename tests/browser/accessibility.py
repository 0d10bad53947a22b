"""What axe-core finds on a page (WCAG 2.2 A and AA, and its best practices), as lines to read."""

from collections.abc import Iterator
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AT_REST: dict[str, object] = {
    "preload": False,  # it fetches no style sheet a second time, from where there is none
    "rules": {"target-size": {"enabled": True}},  # the one rule WCAG 2.2 adds to AA, which axe leaves out by itself
}


def faults(page: Page) -> Iterator[str]:
    """Every rule a page breaks, with how often, the first place and what axe says of it."""
    for found in _axe().run(page, options=AT_REST).response["violations"]:
        first = found["nodes"][0]
        place = " ".join(map(str, first["target"]))
        yield f"axe {found['id']} at {len(found['nodes'])} places, first {place}: {found['help']}"


@cache
def _axe() -> Axe:
    return Axe()
