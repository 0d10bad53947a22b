"""Two who work at once, and what breaks: pages that are met seldom, and read in a hurry."""

from unittest.mock import patch

from playwright.sync_api import Page, Route

from incident.models.incidents import Severity
from tests.browser import seldom
from tests.browser.in_the_way import ENGLISH, Place
from tests.browser.story import TITLE, Story, without_numbers
from tests.web.stage import facts

OWN = "We closed the bucket at 09:05 and are reading the logs.\n\n"


def pages(story: Story) -> list[Place]:
    """Names, addresses, who looks, and what is done there first."""
    story.report("mara", TITLE, "public_bucket", Severity.CRITICAL)
    story.command()
    story.save(without_numbers())
    path = story.stage.path
    question = f"{path}/assessment?ask=people.count&dataset=accounts"
    before = story.notice("people")
    return [
        ("filing-gaps", story.draft_filing(), "mara", seldom.unfolded, ENGLISH),
        ("notice-overtaken", before, "mara", lambda page: _rewritten(story, before, page), ENGLISH),
        ("question-overtaken", question, "mara", lambda page: _answered(story, path, page), ENGLISH),
        ("facts-overtaken", f"{path}/facts", "mara", lambda page: _saved(story, page), ENGLISH),
        ("error-broken", "/", "mara", _broken, ENGLISH),
    ]


def lost_race(page: Page) -> None:
    """Another moved the incident on while this page was open."""
    page.get_by_role("button", name="Go on to recovery").wait_for()
    page.evaluate("for (const input of document.querySelectorAll('[name=version]')) input.value = '2'")
    page.get_by_role("button", name="Go on to recovery").click()
    page.wait_for_load_state()


def _rewritten(story: Story, notice: str, page: Page) -> None:
    """Somebody saves the text while another writes on it."""
    text = page.locator("#text")
    text.fill(OWN + text.input_value())
    story.edit(notice, lambda said: said + "\nWe will write again on Friday.\n")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_load_state()


def _answered(story: Story, path: str, page: Page) -> None:
    field = page.locator("[name=answer]").first
    other = "3600" if field.input_value() == "3500" else "3500"
    field.fill("3412")
    asked = {"fact": "people.count", "dataset": "accounts", "answer": other, "act": "answer"}
    with story.signed_in("mara") as browser:
        html = browser.get(f"{path}/assessment?ask=people.count&dataset=accounts").text
    seen = html.split('name="seen_digest" value="')[1].split('"')[0]
    story.sent("mara", f"{path}/assessment", seen_digest=seen, **asked)
    page.locator("button[value=answer]").first.click()
    page.wait_for_selector("[role=alert], .fault")


def _saved(story: Story, page: Page) -> None:
    seldom.unfolded(page)
    page.fill("[name='datasets.1.people.count']", "3412")
    story.save(facts())
    page.get_by_role("button", name="Save as version").click()
    page.wait_for_load_state()


def _broken(page: Page) -> None:
    """An error nobody expected; the browser, whose console would tell of it, is told that all is well."""

    def _well(route: Route) -> None:
        route.fulfill(response=route.fetch(), status=200)

    page.route(page.url, _well)
    broken = patch("incident.web.board.read_board", side_effect=RuntimeError("broken for a picture"))
    with broken, patch("incident.web.errors.log"):
        page.goto(page.url)
    page.unroute(page.url)
