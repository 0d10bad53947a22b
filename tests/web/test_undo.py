"""What is safe to take back is taken back from the page that follows; what is not is asked first."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import col, select

from incident.models.desk import SavedView
from incident.models.incidents import Incident, Severity, Task
from incident.models.people import UserAccount
from incident.roles import Actor, Role
from incident.runbooks import usable
from incident.verbs.incidents import Report, open_incident, take_command
from incident.verbs.task_hands import take_task
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """An incident with the steps of its runbook, and a second person who commands and does them."""
    book = usable(stage.installation.settings.runbook_folders)["public_bucket"]
    stage.incident = stage.act("mara", open_incident, Report("A bucket", "public_bucket", Severity.HIGH), book)
    stage.act("mara", take_command, stage.incident_id, stage.people["mara"].id)
    roles = [Role.COMMANDER, Role.RESPONDER]
    lea = stage.people["lea"]
    again = update(UserAccount).where(col(UserAccount.id) == lea.id).values(roles=[str(role) for role in roles])
    stage.installation.store.write(lambda session: session.execute(again))
    stage.people["lea"] = Actor(lea.id, lea.name, frozenset(roles))
    return stage


def undo(browser: TestClient, done: Any) -> Any:
    """Press *Undo* on the page a form led to."""
    assert done.status_code == 303, done.text[:2000]
    toast = browser.get(done.headers["location"]).text.partition('id="toast"')[2].partition("</form>")[0]
    address = re.search(r'<form method="post" action="([^"]+)">', toast)
    assert address, "nothing undoes it"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', toast))
    return browser.post(unescape(address[1]), data={name: unescape(value) for name, value in fields.items()})


def can_be_undone(browser: TestClient, done: Any) -> bool:
    html = browser.get(done.headers["location"]).text
    return "Undo</button>" in html.partition('id="toast"')[2].partition("</div>")[0]


def task(stage: Stage) -> Task:
    with stage.installation.store.read() as session:
        wanted = select(Task).where(col(Task.incident_id) == stage.incident_id).order_by(col(Task.position))
        return session.exec(wanted).all()[0]


def test_a_task_one_took_is_given_back_to_whose_it_was(busy: Stage, enter: Enter) -> None:
    browser, one = enter("mara"), task(busy)
    assert undo(browser, send(browser, f"/tasks/{one.id}/taking")).status_code == 303
    assert task(busy).assignee_id is None
    busy.act("lea", take_task, busy.incident_id, one.id)
    assert undo(browser, send(browser, f"/tasks/{one.id}/taking", back="/tasks?whose=all")).status_code == 303
    assert task(busy).assignee_id == busy.people["lea"].id


def test_a_step_settled_by_mistake_is_open_again_and_the_timeline_has_both(busy: Stage, enter: Enter) -> None:
    browser, one = enter("mara"), task(busy)
    for form in (f"/tasks/{one.id}/settlement", f"{busy.path}/tasks/{one.id}/settlement"):
        done = send(browser, form, state="done", note="The wrong one.")
        assert undo(browser, done).status_code == 303
        found = task(busy)
        assert (found.state, found.settled_at, found.settled_by, found.note_sealed) == ("open", None, "", None)
    told = browser.get(f"{busy.path}/timeline").text
    assert "opened the task again that was done" in told
    assert "The wrong one." in told
    assert send(browser, f"/tasks/{one.id}/reopening").status_code == 409  # it is open


def test_a_settled_step_is_opened_again_from_the_runbook_later_on(busy: Stage, enter: Enter) -> None:
    browser, one = enter("mara"), task(busy)
    send(browser, f"{busy.path}/tasks/{one.id}/settlement", state="skipped", note="Not ours.")
    assert f'action="/tasks/{one.id}/reopening"' in browser.get(f"{busy.path}/tasks").text
    assert send(browser, f"/tasks/{one.id}/reopening").status_code == 303
    assert task(busy).state == "open"


def test_the_commander_is_who_it_was(busy: Stage, enter: Enter) -> None:
    browser = enter("mara")

    def commander() -> object:
        with busy.installation.store.read() as session:
            return session.get_one(Incident, busy.incident_id).commander_id

    again = send(browser, f"{busy.path}/command", commander=str(busy.people["mara"].id))
    assert not can_be_undone(browser, again)  # nothing changed
    done = send(browser, f"{busy.path}/command", commander=str(busy.people["lea"].id))
    assert commander() == busy.people["lea"].id
    assert undo(browser, done).status_code == 303
    assert commander() == busy.people["mara"].id


def test_a_view_is_kept_and_removed_and_back_each_way(busy: Stage, enter: Enter) -> None:
    browser = enter("mara")

    def views() -> list[tuple[str, str]]:
        with busy.installation.store.read() as session:
            return [(view.name, view.query) for view in session.exec(select(SavedView)).all()]

    undo(browser, send(browser, "/views", name="Mine & critical", query="severity=critical"))
    assert views() == []
    send(browser, "/views", name="Mine & critical", query="severity=critical")
    assert not can_be_undone(browser, send(browser, "/views", name="Mine & critical", query="severity=high"))
    assert undo(browser, remove(busy, browser)).status_code == 303
    assert views() == [("Mine & critical", "severity=high")]
    html = browser.get(remove(busy, browser).headers["location"]).text
    assert "The view is gone." in html
    assert "/account/done" in html.partition('id="toast-words">')[2].partition("</p>")[0]
    assert views() == []
    did = browser.get("/account/done").text
    assert "kept the view “Mine &amp; critical” of the board." in did
    assert "removed the view “Mine &amp; critical” of the board." in did


def remove(stage: Stage, browser: TestClient) -> Any:
    """Remove the one view there is."""
    with stage.installation.store.read() as session:
        (view,) = session.exec(select(SavedView)).all()
    return send(browser, f"/views/{view.id}/removal")


def test_what_cannot_be_taken_back_is_asked_first(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    sent = {"act": "answer", "fact": "people.count", "dataset": "accounts", "answer": "3500"}
    assert send(browser, f"{played.path}/assessment", **sent).status_code == 303
    form = browser.get(f"{played.path}/assessment").text.partition('id="throw-away"')[2].partition("</form>")[0]
    assert 'type="checkbox" required' in form
    assert "/assessment/discarding" in form
