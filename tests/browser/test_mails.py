"""Mails in a browser: they fit a telephone, fetch nothing, and axe-core finds nothing, in light and in dark."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from notifications.rendering import Templates
from tests.browser.mail_pictures import SHIPPED, photograph, pictures, wanted_in
from tests.browser.screenshots import Scheme

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("words", "scheme", "width"),
    [(["people", "de"], "dark", 390), (["customer", "pl"], "light", 390), (["market", "pt-BR", "empty"], "dark", 800)],
)
def test_a_mail_is_legible_and_stands_alone(
    browser_program: Path, words: list[str], scheme: Scheme, width: int
) -> None:
    found = list(pictures(Templates([SHIPPED]), wanted_in(words)))
    assert found
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=["--no-sandbox"])
        assert [said for picture in found for said in photograph(browser, picture, scheme, width)] == []
        browser.close()
