"""The editor while somebody types: the checks and the preview follow, the cursor stays, a finding leads to its line."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SOOTHING = "We take your privacy seriously."
AT = "() => [document.activeElement.id, document.activeElement.selectionStart, document.activeElement.selectionEnd]"


def editor(console: Console, page: Page) -> str:
    """Opens the editor of the first notice; returns its text."""
    page.goto(f"{console.base}{console.stage.path}/notices")
    page.locator("#main a[href^='/notices/']").first.click()
    return page.locator("#text").input_value()


def type_below(page: Page, said: str) -> None:
    page.locator("#text").press("Control+End")
    page.keyboard.insert_text(said)


def test_what_is_typed_is_checked_beside_its_line_and_the_cursor_stays(console: Console) -> None:
    page = console.page("mara")
    text = editor(console, page).rstrip()
    page.locator("#text").fill(text)
    type_below(page, f"\n\n{SOOTHING}")
    line = len(text.split("\n")) + 2
    expect(page.locator(f"#line-{line}.warning")).to_be_attached()
    length = len(text) + 2 + len(SOOTHING)
    assert page.evaluate(AT) == ["text", length, length]
    expect(page.locator("#text")).to_have_value(f"{text}\n\n{SOOTHING}")
    link = page.locator(f"#findings a[data-line='{line}']")
    expect(link).to_contain_text(SOOTHING)
    page.locator("#subject").focus()
    link.click()
    assert page.evaluate(AT) == ["text", length - len(SOOTHING), length]
    assert list(faults(page)) == []
    page.reload()
    expect(page.locator("#restored")).to_be_visible()
    expect(page.locator(f"#line-{line}.warning")).to_be_attached()


def test_the_preview_follows_where_it_was_scrolled_to(console: Console) -> None:
    page = console.page("mara")
    text = editor(console, page)
    frame = page.frame_locator("#preview iframe")
    expect(frame.locator("body")).to_contain_text("What happened")
    family = "getComputedStyle(document.body).fontFamily"
    before = frame.locator("body").evaluate(f"() => {{ scrollTo(0, 200); return {family} }}")
    type_below(page, "\n\nWords nobody has saved.\n")
    expect(frame.locator("body")).to_contain_text("Words nobody has saved.")
    after = f"() => [scrollY, {family}]"
    assert frame.locator("body").evaluate(after) == [200, before]
    type_below(page, "{{ nobody }}")
    expect(page.locator("#preview pre")).to_contain_text("[nobody]")
    page.locator("#text").fill(f"{text}\n\nMended.\n")
    expect(frame.locator("body")).to_contain_text("Mended.")
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator("#preview pre")).to_contain_text("What happened")


def test_without_script_a_button_shows_and_checks(console: Console) -> None:
    signed_in = console.page("mara")
    editor(console, signed_in)
    context = console.browser.new_context(java_script_enabled=False, storage_state=signed_in.context.storage_state())
    page = context.new_page()
    console.seen.watch(page, console.base)
    page.goto(signed_in.url)
    page.locator("#text").fill(f"{SOOTHING}\n\nNot saved.\n")
    page.get_by_role("button", name="Show and check it").click()
    expect(page.locator("#findings")).to_contain_text("soothes instead of informing")
    expect(page.locator("#text")).to_have_value(f"{SOOTHING}\n\nNot saved.\n")
    page.get_by_role("button", name="Show the text in the field").click()
    expect(page.frame_locator("#preview iframe").locator("body")).to_contain_text("Not saved.")


def test_an_answer_that_is_an_error_takes_nothing_away(console: Console) -> None:
    page = console.page("mara")
    editor(console, page)
    page.route("**/trial?*", lambda route: route.fulfill(status=500, body="<p>no</p>", content_type="text/html"))
    with page.expect_response("**/trial?*"):
        type_below(page, "\n\nStill here.")
    page.wait_for_timeout(200)
    assert page.locator("#text").input_value().endswith("Still here.")
    expect(page.locator("#findings")).to_be_visible()
    console.seen.troubles.clear()
