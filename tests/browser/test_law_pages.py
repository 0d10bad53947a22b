"""Duties and assessment in a real browser: live, without a script, by the keyboard, and while others write."""

import pytest
from playwright.sync_api import Page, expect

from incident.organisation import organisation_of
from incident.verbs.entries import note
from incident.verbs.facts import save_facts
from tests.browser.conftest import Console
from tests.browser.test_console import fits
from tests.web.stage import PASSWORD
from tests.web.worldwide import worldwide_facts

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def at(console: Console, page: Page, section: str) -> Page:
    page.goto(f"{console.base}{console.stage.path}/{section}")
    return page


def world(console: Console) -> None:
    stage = console.stage
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), worldwide_facts())


def test_what_an_answer_would_change_stays_when_others_write(console: Console) -> None:
    page = at(console, console.page("mara"), "assessment?ask=protection.key&dataset=accounts")
    page.wait_for_selector("html[data-live]")
    page.get_by_label("Yes, it was not reached").check()
    effect = page.locator("#effect")
    expect(effect).to_contain_text("not kept yet")
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/assessment" in answer.url):
        console.stage.act("ines", note, console.stage.incident_id, "Logs asked for.")
    page.wait_for_timeout(300)
    expect(effect).to_contain_text("not kept yet")
    page.get_by_label("No, it was reached").check()
    expect(effect).not_to_contain_text("Nothing differs")


def test_what_an_answer_would_change_shows_before_it_is_kept_and_then_comes_true(console: Console) -> None:
    page = at(console, console.page("mara"), "assessment?ask=protection.key&dataset=accounts")
    page.get_by_label("Yes, it was not reached").check()
    effect = page.locator("#effect")
    expect(effect).to_contain_text("With this answer, which is not kept yet")
    page.get_by_role("button", name="Keep and go on").click()
    expect(effect).to_contain_text("1 answer")
    expect(effect).not_to_contain_text("not kept yet")
    page.get_by_role("link", name="Back: Is the key safe?").click()
    expect(page.get_by_label("Yes, it was not reached")).to_be_checked()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.locator("#main").get_by_role("status")).to_contain_text("Saved as version 2")
    assert console.seen.troubles == []


def test_an_answer_in_the_making_survives_what_others_write(console: Console) -> None:
    page = at(console, console.page("mara"), "assessment?ask=reach&dataset=accounts")
    page.wait_for_selector("html[data-live]")
    field = page.get_by_label("Where do the people live?")
    field.fill("BR = 12")
    console.stage.act("lea", note, console.stage.incident_id, "something else happens")
    page.wait_for_timeout(1200)
    expect(field).to_have_value("BR = 12")
    field.press("Tab")
    expect(page.locator("#effect")).to_contain_text("not kept yet")
    assert console.seen.troubles == []


def test_a_question_is_answered_by_the_keyboard_alone(console: Console) -> None:
    page = at(console, console.page("mara"), "assessment?ask=breach.misuse_seen")
    page.get_by_label("Yes", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep and go on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Back: Has misuse been seen?")).to_be_visible()
    assert console.seen.troubles == []


@pytest.mark.parametrize("width", [1440, 390])
def test_states_are_ticked_at_once_counted_and_decided_while_others_write(console: Console, width: int) -> None:
    world(console)
    page = at(console, console.page("ines", width=width), "duties")
    page.wait_for_selector("html[data-live]")
    bar = page.locator(".chosen-bar")
    expect(bar).to_be_hidden()
    states = page.locator(".bundle", has=page.get_by_text("notices to residents")).first
    states.locator("> .tick input").check()
    expect(bar).to_be_visible()
    console.stage.act("lea", note, console.stage.incident_id, "something else happens")
    page.wait_for_timeout(1500)
    expect(states.locator("> .tick input")).to_be_checked()
    bar.get_by_role("link", name="Decide them together").click()
    page.get_by_label("What they have in common").fill("not personal information under these laws")
    page.locator("#together").get_by_label("Reason").fill("Work addresses only.")
    page.locator("#together").get_by_role("button", name="Not due").click()
    expect(page.locator("#not-due .tally-mark").first).not_to_have_text("0")
    page.locator("#not-due > summary").click()
    expect(page.get_by_text("Work addresses only.").first).to_be_attached()
    assert fits(page)
    assert console.seen.troubles == []


def test_what_is_folded_twice_is_fetched_when_it_is_unfolded(console: Console) -> None:
    world(console)
    page = at(console, console.page("mara"), "duties")
    states = page.locator(".bundle").first
    states.locator("> details > summary").click()
    one = states.locator(".duty").first
    one.locator("> details > summary").click()
    expect(one.get_by_text("Why this date").or_(one.get_by_text("In force")).first).to_be_visible()
    assert console.seen.troubles == []


def test_duties_and_assessment_work_without_javascript(console: Console) -> None:
    world(console)
    context = console.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    at(console, page, "duties")
    page.fill("#email", "mara@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/duties")
    page.locator(".bundle > details > summary").first.click()
    page.locator(".bundle .duty > details > summary").first.click()
    page.get_by_role("link", name="on a page of its own").first.click()
    expect(page.get_by_text("In force", exact=True)).to_be_visible()
    page.get_by_role("link", name="All duties").click()
    page.get_by_role("link", name="Answer it").click()
    question = page.locator("#question h2").inner_text()
    page.get_by_role("button", name="I do not know").click()
    expect(page.get_by_role("link", name=f"Back: {question}")).to_be_visible()
    at(console, page, "assessment?ask=data.form&dataset=accounts")
    page.get_by_label("Paper", exact=True).check()
    page.get_by_role("button", name="Only show what it would change").click()
    expect(page.locator("#effect")).to_contain_text("not kept yet")
    expect(page.get_by_label("Paper", exact=True)).to_be_checked()
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.locator("#effect")).to_contain_text("1 answer")
