"""Nothing typed is lost: after an error, the end of a session, beside somebody else's text; toasts are read out."""

import pytest
from playwright.sync_api import Page, expect

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
    page = console.page("mara")
    page.goto(f"{console.base}{console.stage.path}/timeline")
    written(page, LINE)
    page.context.clear_cookies()
    page.get_by_role("button", name="Add to the timeline").click()
    page.fill("#email", "mara@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{console.stage.path}/timeline")
    expect(page.get_by_label("Add a line")).to_have_value(LINE)


def test_it_is_gone_for_whoever_signs_in_next_and_when_one_signs_out(console: Console) -> None:
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
    page.evaluate("for (const input of document.querySelectorAll('[name=version]')) input.value = '1'")
    page.route("**/drafts.js*", lambda route: route.abort())
    page.get_by_role("button", name="Decide", exact=True).first.click()
    expect(page.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    page.unroute("**/drafts.js*")
    page.get_by_role("link", name="Read it again").click()
    expect(why).to_have_value("The provider told us at nine.")


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
