"""A link to an entry leads to the page it stands on, also once fifty newer ones stand above it."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from incident.queries.timeline import PAGE
from incident.verbs.act import Act
from incident.verbs.entries import note
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def bury(stage: Stage) -> None:
    """A page of lines by somebody else above everything there is."""

    def write(act: Act) -> None:
        for number in range(PAGE + 5):
            note(act, stage.incident_id, f"Line {number}")

    stage.act("ines", write)


def target(browser: TestClient, html: str, said: str) -> str:
    """The entry that the link beside these words leads to, as the page it opens has it; "" where it is not there."""
    near = html[html.index(said) - 400 : html.index(said) + 400]
    href = unescape(re.findall(r'href="([^"]+/timeline[^"]*#entry-\d+)"', near)[0])
    path, _, anchor = href.partition("#")
    return browser.get(path).text.partition(f'id="{anchor}"')[2].partition("</li>")[0]


@ONE
def test_what_one_did_long_ago_is_found(played: Stage, enter: Enter) -> None:
    played.act("mara", note, played.incident_id, "Only mara wrote this")
    bury(played)
    browser = enter("mara")
    assert "Only mara wrote this" not in browser.get(f"{played.path}/timeline").text
    assert "Only mara wrote this" in target(browser, browser.get("/account/done").text, "Only mara wrote this")


@ONE
def test_a_look_of_long_ago_is_found_from_the_audit(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    send(mara, f"{notice}/audience")
    send(mara, f"{notice}/preview/recipients")
    bury(played)
    lea = enter("lea")
    html = lea.get("/admin/audit?act=audience.previewed").text
    assert played.path.rpartition("/")[2] in html
    href = unescape(re.findall(r'href="([^"]+/timeline[^"]*#entry-\d+)"', html)[0])
    path, _, anchor = href.partition("#")
    assert f'id="{anchor}"' in lea.get(path).text
