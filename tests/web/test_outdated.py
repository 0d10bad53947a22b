"""A notice that went out is marked once facts it rests on have changed, and leads on to its update."""

import re
from typing import Any

import pytest

from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.sending import sent_release
from tests.web.stage import Stage, facts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MARK = "Facts this text rests on have changed since it was written."
BEGIN = re.compile(r'<a href="([^"]+)">Begin an update</a>')


def change(stage: Stage, **exposure: str) -> None:
    said: dict[str, Any] = facts()
    said["datasets"][1]["exposure"] = said["datasets"][1]["exposure"] | exposure
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), said)


def row_of(html: str, state: str) -> str:
    """The row of the notice in this state, in the list."""
    table = html.partition('class="rowset stacked notices"')[2].partition("</table>")[0]
    return next(row for row in table.split("<tr>") if state in row)


def test_a_notice_that_went_out_is_marked_once_its_facts_have_changed(played: Stage, enter: Enter) -> None:
    sent_release(played)
    mara, where = enter("mara"), f"{played.path}/notices"
    assert MARK not in row_of(mara.get(where).text, "Finished")
    change(played, exfiltration="confirmed")
    html = mara.get(where).text
    assert MARK in row_of(html, "Finished")
    begin = BEGIN.search(row_of(html, "Finished"))
    assert begin is not None
    form = mara.get(begin[1].replace("&amp;", "&")).text
    assert re.search(r'<option value="people_update" selected>', form)
    assert re.search(r'<select class="form-select" id="follows".*?<option value="[0-9a-f-]{36}" selected>', form)


def test_the_mark_leads_to_the_update_that_is_drafted(played: Stage, enter: Enter) -> None:
    sent_release(played)
    change(played, exfiltration="confirmed")
    mara, where = enter("mara"), f"{played.path}/notices"
    drafted = send(mara, where, kind="people_update", locales=["en", "de"])
    assert drafted.status_code == 303, drafted.text[:2000]
    row = row_of(mara.get(where).text, "Finished")
    assert (MARK in row, f'<a href="{drafted.headers["location"]}">Go on with its update</a>' in row) == (True, True)
    assert "Begin an update" not in row


def test_a_draft_is_marked_too_and_one_whose_facts_stand_is_not(played: Stage, enter: Enter) -> None:
    mara, where = enter("mara"), f"{played.path}/notices"
    assert MARK not in mara.get(where).text.partition("</table>")[0]
    change(played, exfiltration="confirmed")
    html = mara.get(where).text.partition("</table>")[0]
    assert (MARK in html, "Begin an update" in html) == (True, False), "it is written again, and nobody has it yet"
