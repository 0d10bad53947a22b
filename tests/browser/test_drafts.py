"""Nothing typed is lost: after an error, the end of a session, beside somebody else's text; toasts are read out."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Console
from tests.web.stage import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LINE = "Asked the provider for a copy of the logs"
BACK = "What you had typed is back."


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"))


def written(page: Page, text: str) -> None:
    page.get_by_label("Add a line").fill(text)
    page.wait_for_timeout(500)


def test_a_line_comes_back_until_it_is_stored_and_then_no_more(console: Console) -> None:
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    written(page, LINE)
    page.goto(console.base)
    page.goto(console.base + console.stage.path)
    expect(page.get_by_label("Add a line")).to_have_value(LINE)
    expect(page.locator("#spoken")).to_contain_text(BACK)
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.locator("#spoken")).to_have_text("The line is on the timeline.")
    assert drafts(page) == 0
    expect(page.get_by_label("Add a line")).to_have_value("")
    written(page, "no, not that")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Add a line")).to_have_value("")
    assert drafts(page) == 0
    assert page.evaluate("localStorage.length") == 0
    assert console.seen.troubles == []


def test_a_line_survives_the_end_of_the_session(console: Console) -> None:
    console.seen.means("401")  # what a page without a session asks for meanwhile
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/timeline")
    written(page, LINE)
    page.context.clear_cookies()
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.get_by_text("What you had typed is kept.")).to_be_visible()
    page.fill("#email", "mara@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{console.stage.path}/timeline")
    expect(page.get_by_label("Add a line")).to_have_value(LINE)


def test_it_is_gone_for_whoever_signs_in_next_and_when_one_signs_out(console: Console) -> None:
    console.seen.means("401")  # what a page without a session asks for meanwhile
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    written(page, LINE)
    page.context.clear_cookies()
    page.goto(console.base + console.stage.path)
    page.fill("#email", "lea@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{console.stage.path}")
    expect(page.get_by_label("Add a line")).to_have_value("")
    assert drafts(page) == 0
    written(page, LINE)
    assert drafts(page) == 1
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    assert drafts(page) == 0


def test_what_was_refused_comes_back_on_the_form(console: Console) -> None:
    console.seen.means("409")
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/duties")
    page.locator("#awareness-form summary").click()
    why = page.get_by_label("Why this moment", exact=True)
    why.fill("The provider told us at nine.")
    page.get_by_label("Clue", exact=True).select_option("told")
    page.wait_for_timeout(500)
    page.evaluate("for (const input of document.querySelectorAll('[name=version]')) input.value = '1'")
    page.get_by_role("button", name="Decide", exact=True).first.click()
    expect(page.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(page.get_by_text("The provider told us at nine.")).to_be_visible()
    page.get_by_role("link", name="Read it again").click()
    expect(why).to_have_value("The provider told us at nine.")
    expect(why).to_be_visible()


def test_what_was_refused_is_kept_where_the_refusal_was_left_before_its_script_ran(console: Console) -> None:
    console.seen.means("409", "net::ERR_FAILED")
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/duties")
    page.locator("#awareness-form summary").click()
    why = page.get_by_label("Why this moment", exact=True)
    why.fill("The provider told us at nine.")
    page.get_by_label("Clue", exact=True).select_option("told")
    page.evaluate("for (const input of document.querySelectorAll('[name=version]')) input.value = '1'")
    page.route("**/drafts.js*", lambda route: route.abort())
    page.get_by_role("button", name="Decide", exact=True).first.click()
    expect(page.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    page.unroute("**/drafts.js*")
    page.get_by_role("link", name="Read it again").click()
    expect(why).to_have_value("The provider told us at nine.")


def test_so_it_is_where_the_refusal_has_the_address_of_the_form(console: Console) -> None:
    """Sending a form to its own address leaves no trace in the browser's history."""
    console.seen.means("409", "net::ERR_FAILED", "Failed to fetch")
    page, other = console.page("mara"), console.page("lea")
    for one in (page, other):
        one.route("**/events*", lambda route: route.abort())
        one.goto(f"{console.base}{console.stage.path}/facts")
        one.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
    count = "[name='datasets.1.people.count']"
    other.fill(count, "41")
    other.get_by_role("button", name="Save as version").click()
    expect(other.get_by_text(re.compile("Version 2")).first).to_be_visible()
    page.fill(count, "57")
    page.route("**/drafts.js*", lambda route: route.abort())
    page.get_by_role("button", name="Save as version").click()
    expect(page.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    page.unroute("**/drafts.js*")
    page.get_by_role("link", name="Read it again").click()
    expect(page.locator(count)).to_have_value("57")
    expect(page.locator(".theirs").first).to_contain_text("41")


def test_both_versions_stand_side_by_side_where_somebody_else_saved(console: Console) -> None:
    mara, ines = console.page("mara"), console.page("mara")
    for page in (mara, ines):
        page.goto(f"{console.base}{console.stage.path}/notices")
        page.get_by_role("link", name="E-mail to the people affected").click()
    subject = mara.get_by_label("Subject")
    subject.fill("What mara typed")
    mara.wait_for_timeout(500)
    ines.get_by_label("Subject").fill("What was saved meanwhile")
    ines.get_by_role("button", name="Save").first.click()
    ines.wait_for_load_state()
    mara.reload()
    expect(subject).to_have_value("What mara typed")
    expect(mara.locator(".theirs")).to_contain_text("What was saved meanwhile")


def test_what_a_lost_connection_did_not_send_is_there_a_page_further_on(console: Console) -> None:
    console.seen.means("net::ERR_")
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    written(page, LINE)
    page.route("**/notes", lambda route: route.abort("connectionreset"))
    with pytest.raises(Error, match="ERR_CONNECTION_RESET"), page.expect_navigation():
        page.get_by_role("button", name="Add to the timeline").click()
    page.unroute("**/notes")
    stays_until_it_is_stored(page, console)


def test_what_a_proxy_refused_to_pass_on_is_there_a_page_further_on(console: Console) -> None:
    console.seen.means("502")
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    written(page, LINE)
    page.route(
        "**/notes", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")
    )
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.get_by_role("heading", name="Bad Gateway")).to_be_visible()
    page.unroute("**/notes")
    stays_until_it_is_stored(page, console)


def stays_until_it_is_stored(page: Page, console: Console) -> None:
    """Back, on to another page, and to the form again: what was typed is there; once it is stored, it is not."""
    page.go_back()
    expect(page.get_by_label("Add a line")).to_have_value(LINE)
    assert drafts(page) == 1
    page.goto(console.base)
    page.goto(console.base + console.stage.path)
    expect(page.get_by_label("Add a line")).to_have_value(LINE)
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.locator("#spoken")).to_have_text("The line is on the timeline.")
    assert drafts(page) == 0


def test_a_text_that_somebody_else_saved_is_not_replaced_unread(console: Console) -> None:
    console.seen.means("409")
    mara, ines = console.page("mara"), console.page("mara")
    for page in (mara, ines):
        page.goto(f"{console.base}{console.stage.path}/notices")
        page.get_by_role("link", name="E-mail to the people affected").click()
    text, theirs = mara.get_by_label("Text", exact=True), ines.get_by_label("Text", exact=True)
    before = text.input_value()
    theirs.fill(f"{before}\nA sentence of somebody else.\n")
    text.fill(f"{before}\nA sentence of mine.\n")
    mara.wait_for_timeout(500)
    ines.get_by_role("button", name="Save the text").click()
    ines.wait_for_load_state()
    mara.get_by_role("button", name="Save the text").click()
    mara.get_by_role("link", name="Read it again").click()
    expect(text).to_have_value(f"{before}\nA sentence of mine.\n")
    expect(mara.locator(".theirs p")).to_have_text("A sentence of somebody else.")
    expect(mara.locator("#restored")).to_contain_text("Somebody else saved the same meanwhile")
    mara.get_by_role("button", name="Save the text").click()  # the browser refuses: the box is not ticked
    mara.wait_for_timeout(300)
    ines.reload()
    expect(theirs).to_have_value(f"{before}\nA sentence of somebody else.\n")
    text.fill(f"{before}\nA sentence of mine.\nA sentence of somebody else.\n")
    mara.get_by_label("I have read it.").check()
    mara.get_by_role("button", name="Save the text").click()
    mara.wait_for_load_state()
    ines.reload()
    expect(theirs).to_have_value(f"{before}\nA sentence of mine.\nA sentence of somebody else.\n")
