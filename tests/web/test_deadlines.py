"""Deadlines by day, the calendar of one person, the wall and the sheet of clocks."""

import re
from datetime import timedelta

import pytest

from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FEED = re.compile(r"https?://[^/\s<]+(/deadline-calendars/[A-Za-z0-9_-]+\.ics)")
TITLE = "Export bucket is readable by everybody"


def test_they_stand_by_day_and_link_to_their_duties(played: Stage, enter: Enter) -> None:
    html = enter("mara").get("/deadlines").text
    assert f"{played.path}/duties" in html
    assert "Tomorrow, " in html or "Today, " in html
    clock = played.installation.clock
    assert isinstance(clock, MovableClock)
    clock.move(timedelta(days=30))
    late = enter("mara").get("/deadlines").text
    assert '<h2 id="day-1">Late</h2>' in late


def test_the_calendar_shows_codenames_and_no_titles_and_closes(played: Stage, enter: Enter) -> None:
    mara, stranger, codename = enter("mara"), enter(""), played.path.rpartition("/")[2]
    made = send(mara, "/deadlines/calendar")
    assert made.headers["cache-control"] == "no-store"
    (address,) = FEED.findall(made.text)
    found = stranger.get(address)
    assert found.headers["content-type"] == "text/calendar; charset=utf-8"
    assert f"SUMMARY:{codename}: " in found.text
    assert "bucket" not in found.text
    assert stranger.get(address, headers={"if-none-match": found.headers["etag"]}).status_code == 304
    again = FEED.findall(send(mara, "/deadlines/calendar").text)[0]
    assert (stranger.get(address).status_code, stranger.get(again).status_code) == (404, 200)
    assert send(mara, "/deadlines/calendar/removal").status_code == 303
    assert stranger.get(again).status_code == 404
    assert send(mara, "/deadlines/calendar/removal").status_code == 404


def test_the_wall_names_no_titles(played: Stage, enter: Enter) -> None:
    html = enter("mara").get("/wall").text
    assert played.path.rpartition("/")[2] in html
    assert TITLE not in html


def test_the_sheet_has_each_clock_in_both_zones(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/clock-sheet").text
    assert "GDPR Art. 33(1)" in html or "Art. 33(1)" in html
    assert html.count(" UTC") > 2
    assert re.search(r"Start: \w{3} \d+ \w{3} \d{4}, \d\d:\d\d UTC\.", html)  # as moments stand everywhere


def test_a_page_of_duties_writes_the_moments_of_a_count_as_all_others(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for page in ("", "/duties"):
        html = re.sub(r' title="[^"]*"', "", browser.get(f"{played.path}{page}").text)
        assert re.search(r"Start: \w{3} \d+ \w{3} \d{4}, \d\d:\d\d CE?S?T\.", html), page
        assert not re.search(r">[^<]*\d{4}-\d\d-\d\d \d\d:\d\d[^<]*<", html), page
