"""An incident turns out to be of another kind as well: the steps of that runbook come after its own, once."""

from html import unescape

import pytest

from incident.models.incidents import Severity
from incident.runbooks import load
from incident.settings import shipped
from incident.verbs.incidents import Report, open_incident
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOOKS = load([shipped("runbooks")])


@pytest.fixture
def reported(stage: Stage) -> Stage:
    book = BOOKS["external_report"]
    stage.incident = stage.act("mara", open_incident, Report("Seen from outside", book.kind, Severity.HIGH), book)
    return stage


def test_the_steps_of_another_runbook_are_added_and_those_there_stay(reported: Stage, enter: Enter) -> None:
    mara = enter("mara")
    form = mara.get(f"{reported.path}/tasks").text.split('id="add-runbook"')[1]
    assert 'value="ransomware"' in form
    assert 'value="external_report"' not in form
    assert send(mara, f"{reported.path}/runbooks", kind="ransomware").status_code == 303
    html = unescape(mara.get(f"{reported.path}/tasks").text)
    own, more = BOOKS["external_report"].tasks, BOOKS["ransomware"].tasks
    there = {task.key for task in own}
    added = [task for task in more if task.key not in there]  # who leads is named, and the review written, once
    assert 0 < len(added) < len(more)
    assert all(task.title in html for task in (*own, *added))
    said = f"Tasks of the runbook “{BOOKS['ransomware'].title}” added: {len(added)}."
    assert said in mara.get(f"{reported.path}/timeline").text


def test_they_are_added_once_and_only_by_who_works_on_it_and_of_a_runbook_there_is(
    reported: Stage, enter: Enter
) -> None:
    mara = enter("mara")
    assert send(mara, f"{reported.path}/runbooks", kind="public_bucket").status_code == 303
    again = send(mara, f"{reported.path}/runbooks", kind="public_bucket")
    assert again.status_code == 409
    assert "Every task of this runbook is here already." in again.text
    assert send(mara, f"{reported.path}/runbooks", kind="no_such").status_code == 404
