"""Tasks by keyboard: from row to row, taken, handed on, done."""

import pytest
from playwright.sync_api import expect

from incident.models.incidents import Severity
from incident.runbooks import usable
from incident.verbs.incidents import Report, open_incident
from tests.browser.accessibility import faults
from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_task_is_found_taken_and_done_by_keys_alone(console: Console) -> None:
    book = usable(console.stage.installation.settings.runbook_folders)["public_bucket"]
    console.stage.act("mara", open_incident, Report("A second bucket", "public_bucket", Severity.HIGH), book)
    page = console.page("mara")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/tasks")
    rows = page.locator("article.own-task")
    second = rows.nth(1).locator("h3").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1).locator("a.title")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_text("Take the task, or say that it is done")).to_be_visible()
    page.keyboard.press("Escape")
    expect(rows.nth(1).locator("a.title")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#toast-words")).to_contain_text("The task is yours.")
    page.keyboard.press("1")
    page.wait_for_url("**/tasks?whose=mine")
    expect(rows).to_have_count(1)
    expect(rows.locator("h3")).to_have_text(second)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label("What was done, or why it is skipped")).to_be_focused()
    page.keyboard.type("The logs are kept.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have no task")).to_be_visible()
    assert console.seen.troubles == []


def test_the_page_of_tasks_keeps_what_was_chosen_in_its_address(console: Console) -> None:
    book = usable(console.stage.installation.settings.runbook_folders)["ransomware"]
    console.stage.act("mara", open_incident, Report("Shares encrypted", "ransomware", Severity.HIGH), book)
    page = console.page("mara", width=390)
    page.goto(f"{console.base}/tasks?whose=all")
    page.get_by_text("Filter tasks").click()
    page.get_by_label("Runbook").select_option(label="Ransomware")
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**kind=ransomware**")
    expect(page.get_by_label("Runbook")).to_have_value("ransomware")
    page.get_by_role("button", name="Take it").first.click()
    page.wait_for_url("**kind=ransomware")
    assert console.seen.troubles == []
    assert list(faults(page)) == []
