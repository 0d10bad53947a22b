"""One breach from the alert of a monitor to the closed incident, by three people with a mouse each."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Console
from tests.browser.deciding import advise, decide_awareness, decide_risk, file_it
from tests.browser.hands import Mouse
from tests.browser.hearing import ASKS, BOUNCED, QUESTION, Door, answer, close, close_out
from tests.browser.opening import TITLE, add_monitor, contain, from_the_board, save_facts
from tests.browser.server import free_port, serving
from tests.browser.story import Story
from tests.browser.telling import publish, tell_customers, tell_people, to_the_incident
from tests.web.served import everything_over

pytestmark = [pytest.mark.browser, pytest.mark.untraced]
STEP = 2  # minutes; a step of the ramp is one of them


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    told = Story(tmp_path / "home", free_port(), canary_from=20, canary_size=5, ramp_minutes=1)
    yield told
    told.stage.installation.close()


@pytest.fixture
def console(story: Story, chromium: Browser) -> Iterator[Console]:
    with serving(story.stage, everything_over) as base:
        console = Console(base, story.stage, chromium)
        yield console
        console.end()


def aside(work: Callable[[], None]) -> None:
    """Do it in another thread: no event loop runs beside Playwright's in this one."""
    failed: list[BaseException] = []

    def attempt() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (raised below, in the thread of the test)
            failed.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def test_the_whole_story_with_the_mouse_alone(story: Story, console: Console) -> None:
    mara, ines, lea = (Mouse(console.page(who)) for who in ("mara", "ines", "lea"))
    base, door = console.base, Door(story)

    def post() -> None:
        story.after(STEP)
        aside(story.post)

    monitor = add_monitor(mara, base)
    monitor.alert(TITLE, "first", story.clock.now())
    expect(ines.page.get_by_role("link", name=TITLE).first).to_be_visible()
    monitor.alert(TITLE, "again", story.clock.now())
    path = from_the_board(mara)
    expect(mara.page.get_by_text("2 alerts in all").first).to_be_visible()
    contain(mara)
    save_facts(mara)
    decide_awareness(mara)
    advise(mara)
    decide_risk(ines)
    file_it(mara)
    tell_customers(mara, ines, base, post)
    publish(mara, ines, base)
    to_the_incident(mara, path)
    tell_people(mara, ines, base, post)
    aside(partial(door.bounce, BOUNCED))
    expect(mara.page.locator("#live")).to_contain_text("Bounced")
    aside(partial(door.question, ASKS, QUESTION))
    close_out(mara, lambda: aside(door.write_reports))
    to_the_incident(mara, path)
    answer(mara, lea)
    to_the_incident(mara, path)
    aside(story.post)
    close(mara)
