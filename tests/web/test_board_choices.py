"""The board by choices and words, in timelines too; views that are saved."""

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
    assert "Mine" not in mara.get("/").text


@pytest.mark.parametrize(("name", "query"), [("", "q=x"), ("x" * 81, "q=x"), ("All", ""), ("All", "evil=1")])
def test_a_view_needs_a_name_and_a_choice(two: tuple[str, str], enter: Enter, name: str, query: str) -> None:
    assert send(enter("mara"), "/views", name=name, query=query).status_code == 422


def test_so_many_views_and_no_more(two: tuple[str, str], enter: Enter) -> None:
    mara = enter("mara")
    codes = [send(mara, "/views", name=f"View {number}", query=f"q={number}").status_code for number in range(21)]
    assert codes == [303] * 20 + [409]
