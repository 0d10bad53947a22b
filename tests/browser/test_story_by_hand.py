"""One breach from the report to the closed incident: with the keyboard alone, and on a telephone."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Console
from tests.browser.hands import Fingers, Hands
from tests.browser.server import free_port, serving
from tests.browser.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.untraced]
WHY = "The container is empty; the form asks for more."


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    told = Story(tmp_path / "home", free_port())
    yield told
    told.stage.installation.close()


@pytest.fixture
def console(story: Story, chromium: Browser) -> Iterator[Console]:
    with serving(story.stage) as base:
        console = Console(base, story.stage, chromium)
        yield console
        console.end()


@pytest.mark.parametrize(("means", "width"), [(Hands, 1440), (Fingers, 390)], ids=["keyboard", "telephone"])
def test_the_whole_story(story: Story, console: Console, means: type[Hands | Fingers], width: int) -> None:
    mara = means(console.page("mara", width=width))
    path = report(mara)
    into_investigation(mara)
    save_facts(mara)
    decide_awareness(mara)
    ines = means(console.page("ines", width=width))
    decide_risk(ines, path)
    release = ask_for_release(mara)
    approve(ines, console.base)
    expect(mara.page.get_by_text("Sending", exact=True)).to_be_visible()
    posting = threading.Thread(target=story.post)  # no event loop beside Playwright's in this thread
    posting.start()
    posting.join()
    expect(mara.page.locator("#live")).to_contain_text("Finished")
    assert release in mara.page.url
    close(mara, path)
    assert mara.troubles + ines.troubles == []


def report(hands: Hands | Fingers) -> str:
    """Two fields; returns the address of the incident."""
    page = hands.page
    hands.go("Report an incident", to="**/incidents/new")
    expect(page.get_by_label("What did you see?")).to_be_focused()
    page.keyboard.type("Laptop left on a train")
    hands.tick(page.locator("[name=kind][value=other]"))
    hands.push(page.get_by_role("button", name="Report it"))
    page.wait_for_url("**/incidents/*-*")
    return page.url


def into_investigation(hands: Hands | Fingers) -> None:
    """Somebody commands, evidence is kept, two moves."""
    page = hands.page
    hands.choose(page.get_by_label("Incident commander"), "Mara Lindqvist")
    hands.push(page.get_by_role("button", name="Name", exact=True))
    expect(page.get_by_text("Mara Lindqvist commands").first).to_be_visible()
    move(hands, "Go on to containment", "Containment")
    hands.go("evidence", to="**/evidence**")
    hands.write(page.get_by_label("Or text, as it was on the screen"), "Seat 12, 08:40, ticket 4711")
    hands.write(page.get_by_label("What it shows"), "The ticket")
    hands.push(page.get_by_role("button", name="Keep as evidence"))
    expect(page.get_by_text("The ticket").first).to_be_visible()
    move(hands, "Go on to investigation", "Investigation")


def move(hands: Hands | Fingers, button: str, phase: str) -> None:
    """The palette leads to the move and does not make it; Enter does."""
    hands.go(button, to="**#move-*")
    expect(hands.page.get_by_role("button", name=button)).to_be_focused()
    hands.enter()
    expect(hands.page.locator(".phases [aria-current=step]")).to_contain_text(phase)


def save_facts(hands: Hands | Fingers) -> None:
    """What is known: whose data, which, how many people."""
    page = hands.page
    hands.go("facts", to="**/facts**")
    hands.tick(page.locator("[name='breach.kinds'][value=confidentiality]"))
    hands.choose(page.locator("[name='breach.cause']"), "Lost device")
    hands.write(page.locator("[name='datasets.0.title']"), "Payroll")
    hands.tick(page.locator("[name='datasets.0.role'][value=controller]"))
    hands.write(page.locator("[name='datasets.0.people.count']"), "40")
    hands.tick(page.locator("[name='datasets.0.people.kinds'][value=users]"))
    hands.tick(page.locator("[name='datasets.0.data.categories'][value=name]"))
    hands.push(page.get_by_role("button", name="Save as version"))
    expect(page.locator("#toast-words")).to_contain_text("The facts are saved as a version.")


def decide_awareness(hands: Hands | Fingers) -> None:
    page = hands.page
    hands.go("duties", to="**/duties**")
    hands.choose(page.locator("#awareness-form #clue"), "A processor, a customer, the press or an attacker told us")
    hands.write(page.locator("#awareness-form #why"), "The owner called and said what was on it.")
    hands.push(page.locator("#awareness-form button[value=decide]"))
    expect(page.locator("#awareness .chip.met")).to_be_visible()


def decide_risk(hands: Hands | Fingers, path: str) -> None:
    """The decider finds on the board what waits for a decision and decides what rests on the facts."""
    page = hands.page
    found = page.get_by_role("link", name="The risk of 1 data set")
    if isinstance(hands, Hands):
        hands.press("j")
        expect(found).to_be_focused()
        hands.enter()
    else:
        hands.push(found)
    page.wait_for_url(re.compile(re.escape(path) + "/assessment#dataset-"))
    fold = page.locator("[id^=decide-]").first
    hands.write(fold.locator("textarea").first, "The disk is not encrypted and the data are payroll.")
    hands.push(fold.locator("button[value=high]"))
    expect(page.locator("#toast-words")).to_contain_text("The decision is on record.")


def ask_for_release(hands: Hands | Fingers) -> str:
    """A notice to the people affected, its audience, the request; returns the address of the release."""
    page = hands.page
    hands.go("notices", to="**/notices**")
    hands.choose(page.get_by_label("Notice", exact=True), "E-mail to the people affected")
    form = page.locator("#draft-form")
    hands.tick(form.locator("[name=taken]").first)
    hands.tick(form.locator("[name=planned]").nth(2))
    hands.push(page.get_by_role("button", name="Write from the facts"))
    page.wait_for_url(re.compile("/notices/[0-9a-f-]+$"))
    hands.push(page.get_by_role("button", name="Build it from the register"))
    hands.push(page.get_by_role("button", name="Ask for the release"))
    page.wait_for_url("**/releases/*")
    return page.url


def approve(hands: Hands | Fingers, base: str) -> None:
    """A second person comes from the board, types the number and approves."""
    page: Page = hands.page
    hands.go("board", to=f"{base}/")
    hands.push(page.locator("#asked-head").locator("xpath=ancestor::section").get_by_role("link").first)
    page.wait_for_url("**/releases/*")
    hands.write(page.get_by_label("How many people does this reach?"), "40")
    hands.push(page.get_by_role("button", name="Approve and send"))
    expect(page.get_by_text("Sending", exact=True)).to_be_visible()


def close(hands: Hands | Fingers, path: str) -> None:
    """Recovery, review, and closing with what is still open pinned and reasoned."""
    page = hands.page
    hands.push(page.locator(f"a[href='{path.removeprefix(path[: path.index('/incidents')])}']").first)
    page.wait_for_url(path)
    move(hands, "Go on to recovery", "Recovery")
    move(hands, "Go on to post-incident review", "Post-incident review")
    hands.go("review", to="**/review**")
    hands.write(page.locator("#main textarea[name=text]"), "Disks of laptops are encrypted from now on.")
    hands.push(page.get_by_role("button", name="Save the review"))
    expect(page.locator("#toast-words")).to_contain_text("The review is saved.")
    hands.go("overview", to=path)
    hands.write(page.locator("#pass-close"), WHY)
    hands.push(page.get_by_role("button", name="Close the incident all the same"))
    expect(page.locator(".phases [aria-current=step]")).to_contain_text("Closed")
