"""The pages of people on call: a team is made, its layers and steps said, somebody stands in, a calendar is read."""

import re

import pytest

from tests.web.conftest import Enter
from tests.web.reading import send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = "/on-call"
TEAM = f"{PAGE}/platform"
LAYER = {"layer": "first", "begins": "2026-11-23", "at": "09:00", "zone": "Europe/Berlin"}
FEED = re.compile(r"https?://[^/\s]+(/on-call-calendars/[A-Za-z0-9_-]+\.ics)")


def test_a_team_is_made_and_says_who_is_on_call(enter: Enter) -> None:
    mara = enter("mara")
    assert "No team yet" in mara.get(PAGE).text
    assert send(mara, PAGE, name="platform").headers["location"] == TEAM
    assert "Nobody is on call now" in mara.get(TEAM).text
    people = "mara@example.org\r\nlea@example.org\r\n"
    assert send(mara, f"{TEAM}/layers", **LAYER, people=people).status_code == 303
    html = mara.get(TEAM).text
    assert "Handed over Monday at 09:00, Europe/Berlin, every week" in html
    assert "Nobody is on call" not in html
    board = mara.get(PAGE).text
    assert "Mara Lindqvist" in board
    assert "Takes what names no team" in board


def test_somebody_stands_in_and_does_not_any_more(enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    send(mara, PAGE, name="platform")
    send(mara, f"{TEAM}/layers", **LAYER, people="mara@example.org")
    span = {"begins": "2026-11-24T09:30", "ends": "2026-11-26T09:30"}
    assert send(lea, f"{TEAM}/stand-ins", person="lea@example.org", layer="first", **span).status_code == 303
    html = lea.get(TEAM).text
    assert "stands in" in html
    (action,) = re.findall(r'action="([^"]+/revocation)"', html)
    assert send(lea, action).status_code == 303
    assert "/revocation" not in lea.get(TEAM).text


def test_steps_are_said_and_what_cannot_be_read_is_named(enter: Enter) -> None:
    mara = enter("mara")
    send(mara, PAGE, name="platform")
    assert send(mara, f"{TEAM}/steps", steps="team wait 5\r\nresponders wait 10\r\n").status_code == 303
    html = mara.get(TEAM).text
    assert '<dd class="wrap">Everybody of the team; 5 min for an answer</dd>' in html
    assert "Whoever is on call;" not in html
    refused = send(mara, f"{TEAM}/steps", steps="everybody wait 5")
    assert refused.status_code == 422
    assert "is none of them" in refused.text


def test_the_calendar_is_read_without_a_sign_in_and_by_its_address_only(enter: Enter) -> None:
    mara, stranger = enter("mara"), enter("")
    send(mara, PAGE, name="platform")
    send(mara, f"{TEAM}/layers", **LAYER, people="mara@example.org")
    made = send(mara, f"{TEAM}/calendars")
    assert made.headers["cache-control"] == "no-store"
    found = FEED.search(made.text)
    assert found
    answer = stranger.get(found[1])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Mara Lindqvist on call: platform" in answer.text.replace("\r\n ", "").replace("\\,", ",")
    assert stranger.get(found[1], headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert stranger.get(found[1].replace(".ics", "x.ics")).status_code == 404
    assert found[1] not in mara.get(TEAM).text


def test_a_number_is_kept_and_shown_to_nobody(enter: Enter) -> None:
    lea = enter("lea")
    assert send(lea, f"{PAGE}/number", number="+49 30 123456").status_code == 303
    html = lea.get(PAGE).text
    assert "Kept" in html
    assert "123456</" not in html.replace("+49 30 123456. Kept sealed", "")
    assert send(lea, f"{PAGE}/number", number="12").status_code == 422


def test_a_reader_has_no_forms_of_an_administrator(enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    send(mara, PAGE, name="platform")
    html = lea.get(TEAM).text
    assert f"{TEAM}/steps" not in html
    assert send(lea, f"{TEAM}/retirement").status_code == 403
    assert send(mara, f"{TEAM}/retirement").status_code == 303
    assert mara.get(TEAM).status_code == 404
