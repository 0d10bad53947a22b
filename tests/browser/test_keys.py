"""Everything by keyboard: the palette, the keys of a page, its rows; and colours of high contrast."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def palette(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="A page, an incident, an act")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#palette-said")).not_to_be_empty()
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(words, ignore_case=True)


def test_the_palette_leads_to_an_incident_a_section_and_an_act(console: Console) -> None:
    page = console.page("mara")
    palette(page, "export bucket")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{console.stage.path}")
    palette(page, "duties")
    page.keyboard.press("Enter")
    page.wait_for_url("**/duties")
    palette(page, "go on to recovery")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{console.stage.path}#move-recover")
    expect(page.get_by_role("button", name="Go on to recovery")).to_be_focused()
    palette(page, "add a line")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Add a line")).to_be_focused()
    assert console.seen.troubles == []


def test_the_palette_is_read_out_as_it_is_used(console: Console) -> None:
    page = console.page("mara")
    palette(page, "board")
    field = page.get_by_role("combobox", name="A page, an incident, an act")
    first = field.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == first
    assert list(faults(page)) == []
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("zeppelin")
    expect(page.locator("#palette-said")).to_have_text("Nothing found.")


def test_a_key_after_g_leads_about_and_none_does_while_one_types(console: Console) -> None:
    page = console.page("mara")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/register")
    page.goto(console.base + console.stage.path)
    note = page.get_by_label("Add a line")
    note.focus()
    page.keyboard.type("g b ? / j")
    expect(note).to_have_value("g b ? / j")
    assert page.url == console.base + console.stage.path
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_j_and_k_go_from_row_to_row(console: Console) -> None:
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/duties")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("#main .rows > *").nth(1)
    assert second.evaluate("row => row.contains(document.activeElement)")
    page.keyboard.press("k")
    assert page.locator("#main .rows > *").first.evaluate("row => row.contains(document.activeElement)")


def test_the_keys_of_a_page_are_listed_and_can_be_switched_off(console: Console) -> None:
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Why this moment")).to_be_visible()
    expect(dialog.get_by_text("Breach register")).to_be_visible()
    assert list(faults(page)) == []
    dialog.get_by_role("button", name="Single keys off").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_high_contrast_is_a_choice_and_stays(console: Console) -> None:
    page = console.page("mara", "dark")
    page.locator(".account > summary").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="High contrast").click()
    page.goto(console.base + console.stage.path)
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert list(faults(page)) == []


def test_nothing_moves_when_a_page_goes_live(console: Console) -> None:
    page = console.page("mara")
    for path in ("/", console.stage.path, f"{console.stage.path}/duties", f"{console.stage.path}/tasks"):
        page.goto(console.base + path)
        page.wait_for_timeout(1500)
        moved = page.evaluate(
            """() => new Promise((done) => new PerformanceObserver((list) =>
                done(list.getEntries().map((one) => [one.value, ...one.sources.map((s) => s.node && s.node.outerHTML
                    ? s.node.outerHTML.slice(0, 90) : "")]))).observe({ type: "layout-shift", buffered: true })
                || setTimeout(() => done([]), 400))"""
        )
        assert moved == [], path
