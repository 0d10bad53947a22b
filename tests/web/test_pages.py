"""Every page of the console renders with real data, on both databases, and says what it should."""

import re

import pytest
from fastapi.testclient import TestClient

from incident.settings import Settings
from incident.web.pages import Pages
from notifications.wording import worded
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.samples import pages
from tests.web.samples.board import shell
from tests.web.stage import CUSTOMERS, Stage

SECTIONS = (
    *("", "/timeline", "/tasks", "/facts", "/assessment", "/duties", "/customers", "/notices", "/people", "/evidence"),
    "/review",
)
OTHERS = ("/", "/incidents/new", "/register", "/quarantine", "/incoming", "/announcements", "/mailbox", "/in-app-demo")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def pages_of(stage: Stage, browser: TestClient) -> list[str]:
    notices = links(browser.get(f"{stage.path}/notices").text, "/notices/")
    assert len(notices) == 4
    return [*OTHERS, *(stage.path + section for section in SECTIONS), *notices, f"{notices[0]}?locale=de&view=phone"]


def test_every_page_renders_and_has_no_inline_style_or_script(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for path in pages_of(played, browser):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text[:2000])
        assert not INLINE.search(answer.text), (path, INLINE.search(answer.text))


def test_a_fresh_incident_has_all_its_pages_too(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for section in SECTIONS:
        answer = browser.get(stage.path + section)
        assert answer.status_code == 200, (section, answer.text[:2000])


def test_the_board_shows_the_next_deadline_and_customers_told(played: Stage, enter: Enter) -> None:
    html = enter("mara").get("/").text
    assert played.incident is not None
    assert played.incident.codename in html
    assert f"1 of {len(CUSTOMERS)}" in html
    assert "Next deadline" in html


@pytest.mark.parametrize(("language", "said"), [("en", "start"), ("de", "Der Durchlauf lief noch nie:")])
def test_a_command_in_what_is_wrong_with_the_system_is_set_as_one(language: str, said: str) -> None:
    template, values = pages()["deadlines"]
    problem = worded("The sweep has never run: start `seventytwo worker` (or `serve`).")
    there = shell(problems=(problem,), language=language)
    html = Pages(Settings().template_folders).render(template, **{**values, "shell": there})
    assert f"{said} <code>seventytwo worker</code>" in html
    assert "<code>serve</code>)" in html
    assert "`" not in html


def test_a_refused_move_lists_what_is_missing_with_links(stage: Stage, enter: Enter) -> None:
    html = enter("mara").get(stage.path).text
    assert "Nobody commands this incident" in html
    assert f'href="{stage.path}#name-commander"' in html
    assert 'name="move" value="contain"' in html  # passing it, with a reason


def test_the_next_deadline_says_why(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(played.path).text
    assert "Why this moment" in html
    assert "Start: 2026-11-24 07:30" in html  # awareness was decided 90 minutes before nine


def test_a_page_the_browser_has_is_answered_304(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    first = browser.get(played.path)
    again = browser.get(played.path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    send(browser, f"{played.path}/notes", text="Something new")
    assert browser.get(played.path, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_who_may_not_see_incidents_gets_none(played: Stage, enter: Enter) -> None:
    browser = enter("")
    assert browser.get(played.path).headers["location"].startswith("/login?next=")
    html = enter("ines").get(played.path).text
    assert "The incident commander moves the incident." in html  # an approver reads, and moves nothing


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_search_finds_by_title_and_says_when_there_is_nothing(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "1 incident for" in browser.get("/?q=bucket").text
    assert "Nothing found" in browser.get("/?q=zeppelin").text
