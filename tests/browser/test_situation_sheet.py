"""The situation report prints on one sheet of A4, fresh and in full swing."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.handing_over import pages
from tests.browser.screenshots import Photographer
from tests.browser.server import free_port, serving
from tests.browser.story import Story

pytestmark = pytest.mark.browser


def test_the_report_is_one_sheet(tmp_path: Path, browser_program: Path) -> None:
    story = Story(tmp_path / "home", free_port())
    reports = [path for name, path, *_ in pages(story) if name in ("situation", "situation-fresh")]
    with serving(story.stage) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=["--no-sandbox"])
        page = Photographer(browser, base, "light", 1440, None).tab_of("mara")[0]
        for path in reports:
            page.goto(base + path)
            sheets = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
            assert (box := re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheets)) is not None
            assert [round(float(side)) for side in box.groups()] == [595, 842]  # A4 in points
        browser.close()
    story.stage.installation.close()
