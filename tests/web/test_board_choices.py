"""The board by choices and words, in timelines too; views that are saved."""

import re
from urllib.parse import urlencode

import pytest

from incident.models.incidents import Severity
from incident.verbs.entries import note
from incident.verbs.incidents import Report, open_incident, take_command
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def two(stage: Stage) -> tuple[str, str]:
    """Codenames of two incidents: a critical one that Mara commands, and a low one."""
    first, here = stage.path.rpartition("/")[2], stage.incident_id
    stage.act("mara", take_command, here, stage.people["mara"].id)
    stage.act("mara", note, here, "The zeppelin export lay in it.")
    other = stage.act("mara", open_incident, Report("Lost laptop", "other", Severity.LOW))
    return first, other.codename


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "both"),
        ({"severity": "critical"}, "first"),
        ({"severity": "low"}, "second"),
        ({"commander": "me"}, "first"),
        ({"commander": "nobody"}, "second"),
        ({"phase": "detection", "q": "laptop"}, "second"),
        ({"q": "zeppelin"}, "none"),
        ({"q": "ZEPPELIN export", "written": "yes"}, "first"),
        ({"severity": "<b>"}, "none"),
    ],
)
def test_what_is_chosen_is_shown(two: tuple[str, str], enter: Enter, chosen: dict[str, str], expected: str) -> None:
    html = enter("mara").get(f"/?{urlencode(chosen)}").text
    shown = {name for name in two if f'href="/incidents/{name}"' in html}
    assert shown == {"both": set(two), "first": {two[0]}, "second": {two[1]}, "none": set()}[expected]
    assert ("The zeppelin export lay in it." in html) is ("written" in chosen)


def test_a_view_is_saved_by_a_name_shown_and_forgotten(two: tuple[str, str], enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    assert (
        send(mara, "/views", name="Mine", query="severity=critical&evil=1").headers["location"] == "/?severity=critical"
    )
    board = mara.get("/").text
    assert 'href="/?severity=critical"' in board
    assert "Mine" not in lea.get("/").text
    here = mara.get("/?severity=critical").text
    action = here.partition('action="/views/')[2].partition('"')[0]
    assert send(lea, f"/views/{action}").status_code == 404
    assert send(mara, f"/views/{action}").status_code == 303
    mara.get("/")  # where it can be undone
    assert "Mine" not in mara.get("/").text


@pytest.mark.parametrize(("name", "query"), [("", "q=x"), ("x" * 81, "q=x"), ("All", ""), ("All", "evil=1")])
def test_a_view_needs_a_name_and_a_choice(two: tuple[str, str], enter: Enter, name: str, query: str) -> None:
    assert send(enter("mara"), "/views", name=name, query=query).status_code == 422


def test_so_many_views_and_no_more(two: tuple[str, str], enter: Enter) -> None:
    mara = enter("mara")
    codes = [send(mara, "/views", name=f"View {number}", query=f"q={number}").status_code for number in range(21)]
    assert codes == [303] * 20 + [409]


@pytest.mark.parametrize(("words", "found"), [("Erkennung", 2), ("Hoch", 0), ("kritisch", 1), ("low", 1), ("mara", 1)])
def test_words_are_found_as_the_board_says_them_to_its_reader(
    two: tuple[str, str], enter: Enter, words: str, found: int
) -> None:
    mara = enter("mara")
    mara.cookies.set("language", "de")
    html = mara.get(f"/?{urlencode({'q': words})}").text
    assert sum(f'href="/incidents/{name}"' in html for name in two) == found


def test_a_thousand_incidents_are_read_a_page_at_a_time(stage: Stage, enter: Enter) -> None:
    opened = [
        stage.act("mara", open_incident, Report(f"Laptop {number}", "other", Severity.LOW)).codename
        for number in range(130)
    ]
    mara = enter("mara")
    pages = [mara.get(path).text for path in ("/", "/?page=2", "/?page=3")]
    shown = [re.findall(r'class="title clamp" href="/incidents/([a-z0-9-]+)"', html) for html in pages]
    assert [len(names) for names in shown] == [50, 50, 31]
    assert len({name for names in shown for name in names}) == 131
    assert {*opened} < {name for names in shown for name in names}
    assert all('<span class="tally-mark">131</span>' in html for html in pages)
    assert 'rel="next" href="/?page=2"' in pages[0]
    assert 'rel="next"' not in pages[2]
    assert 'rel="next" href="/?q=laptop&amp;page=3"' in mara.get("/?q=laptop&page=2").text
    assert "All of them stand on the pages before" in mara.get("/?page=9").text
    assert mara.get("/?page=0").status_code == 422


def test_what_waits_for_something_is_listed_where_the_board_leads(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert 'href="/deadlines#waiting"' in mara.get("/").text
    html = mara.get("/deadlines").text
    waiting = html.partition('id="waiting"')[2].partition("</section>")[0]
    assert f'href="{played.path}/duties"' in waiting
