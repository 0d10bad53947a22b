"""Open tasks over all incidents: whose they are, who may take them, and that doing one leaves its proof."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.incidents import Evidence, Severity, Task
from incident.queries.open_tasks import PAGE, Due, OpenTasks, Wanted, Whose, read_open_tasks
from incident.queries.timeline import read_timeline
from incident.roles import Role, Visibility
from incident.runbooks import usable
from incident.verbs.evidence import Finding
from incident.verbs.incidents import Report, open_incident
from incident.verbs.task_hands import hand_task, incident_of_task, settle_with_evidence, take_task
from incident.verbs.tasks import Settled
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import send, token
from tests.web.stage import Stage

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """A second incident, with the tasks of its runbook."""
    book = usable(stage.installation.settings.runbook_folders)["public_bucket"]
    stage.incident = stage.act("mara", open_incident, Report("A bucket", "public_bucket", Severity.HIGH), book)
    return stage


def tasks(stage: Stage, who: str, whose: Whose, **more: object) -> OpenTasks:
    with stage.installation.store.read() as session:
        wanted, now = Wanted(whose, **more), stage.installation.clock.now()  # type: ignore[arg-type]
        return read_open_tasks(session, stage.installation.keys, stage.people[who], wanted, now)


def first(stage: Stage, role: Role = Role.RESPONDER) -> UUID:
    with stage.installation.store.read() as session:
        mine = (col(Task.incident_id) == stage.incident_id, col(Task.role) == role)
        return session.exec(select(Task.id).where(*mine).order_by(col(Task.position))).first() or UUID(int=0)


def last_line(stage: Stage) -> tuple[str, str]:
    with stage.installation.store.read() as session:
        keys, reader = stage.installation.keys, stage.people["mara"]
        line = read_timeline(session, keys, reader, stage.incident_id, limit=1)[0]
        return line.action, line.text


def test_who_takes_a_task_has_it_and_the_timeline_says_so(busy: Stage) -> None:
    assert tasks(busy, "mara", Whose.MINE).found == 0
    free = tasks(busy, "mara", Whose.FREE).found
    task = busy.act("mara", take_task, busy.incident_id, first(busy))
    assert [line.task.id for line in tasks(busy, "mara", Whose.MINE).lines] == [task.id]
    assert tasks(busy, "mara", Whose.FREE).found == free - 1
    assert last_line(busy) == ("task.taken", f"Mara Lindqvist took the task: {task.step['title']}.")
    with pytest.raises(Conflict, match="yours already"):
        busy.act("mara", take_task, busy.incident_id, task.id)


def test_only_what_ones_roles_can_do_is_free_to_take(busy: Stage) -> None:
    roles = {line.task.role for line in tasks(busy, "lea", Whose.FREE).lines}
    assert roles <= {"legal", "auditor", ""}
    assert tasks(busy, "lea", Whose.ALL).found > tasks(busy, "lea", Whose.FREE).found


def test_a_task_is_taken_over_handed_on_and_given_back(busy: Stage) -> None:
    task = busy.act("mara", take_task, busy.incident_id, first(busy))
    busy.act("ines", take_task, busy.incident_id, task.id)
    assert "over from Mara Lindqvist" in last_line(busy)[1]
    busy.act("ines", hand_task, busy.incident_id, task.id, busy.people["mara"].id)
    assert last_line(busy)[1].startswith("Ines Moreau handed the task to Mara Lindqvist")
    busy.act("mara", hand_task, busy.incident_id, task.id, None)
    assert tasks(busy, "mara", Whose.MINE).found == 0
    with pytest.raises(Invalid, match="nobody who may do tasks"):
        busy.act("mara", hand_task, busy.incident_id, task.id, UUID(int=7))


def test_done_with_evidence_keeps_both_or_neither(busy: Stage) -> None:
    task_id, proof = first(busy), Finding("access.log", b"GET /exports", "text/plain")
    with pytest.raises(Invalid):
        busy.act("mara", settle_with_evidence, task_id, Settled.DONE, " ", proof)
    with busy.installation.store.read() as session:
        assert session.exec(select(Evidence)).all() == []
    busy.act("mara", settle_with_evidence, task_id, Settled.DONE, "Kept.", proof)
    with busy.installation.store.read() as session:
        assert session.exec(select(Evidence)).one().task_id == task_id
        assert session.get_one(Task, task_id).state == "done"
    with pytest.raises(Conflict):
        busy.act("mara", take_task, busy.incident_id, task_id)


@ONE
def test_the_runbook_takes_the_file_that_proves_a_step_and_shows_it_there(busy: Stage, enter: Enter) -> None:
    task_id, browser = first(busy), enter("mara")
    page = f"{busy.path}/tasks"
    assert f'id="file-{task_id}"' in browser.get(page).text
    sent = {"csrf_token": token(browser), "state": "done", "note": "Kept."}
    proof = {"file": ("access.log", b"GET /exports", "text/plain")}
    assert browser.post(f"{page}/{task_id}/settlement", data=sent, files=proof).status_code == 303
    with busy.installation.store.read() as session:
        (kept,) = session.exec(select(Evidence.id).where(col(Evidence.task_id) == task_id)).all()
    step = browser.get(page).text.partition(f'id="task-{task_id}"')[2].partition("</article>")[0]
    assert f'href="{busy.path}/evidence/{kept}" download>access.log<' in step


def test_tasks_are_chosen_by_time_incident_and_kind(busy: Stage, clock: MovableClock) -> None:
    every = tasks(busy, "mara", Whose.ALL)
    assert every.kinds == ("public_bucket",)
    assert busy.incident is not None
    assert every.incidents == ((busy.incident.codename, "A bucket"),)
    parts = [tasks(busy, "mara", Whose.ALL, due=due).found for due in Due]
    assert sum(parts) == every.found
    assert tasks(busy, "mara", Whose.ALL, incident="no-such").found == 0
    assert tasks(busy, "mara", Whose.ALL, kind="ransomware").found == 0
    clock.move(timedelta(days=30))
    assert tasks(busy, "mara", Whose.ALL, due=Due.LATE).found == every.found
    dues = [line.task.due_at for line in every.lines]
    assert dues == sorted(dues, key=lambda at: (at is None, at))


def test_a_task_of_an_incident_one_may_not_know_is_not_there(busy: Stage) -> None:
    book = usable(busy.installation.settings.runbook_folders)["public_bucket"]
    hidden = Report("Payroll", "public_bucket", Severity.HIGH, Visibility.SEALED)
    before = tasks(busy, "ines", Whose.ALL)
    busy.incident = busy.act("mara", open_incident, hidden, book)
    after = tasks(busy, "ines", Whose.ALL)
    assert (after.found, after.incidents, after.counts) == (before.found, before.incidents, before.counts)
    with pytest.raises(NotFound):
        busy.act("ines", incident_of_task, first(busy))


def test_who_may_not_do_tasks_takes_none(busy: Stage) -> None:
    busy.people["audit"] = type(busy.people["lea"])(busy.people["lea"].id, "Audit", frozenset({Role.AUDITOR}))
    assert tasks(busy, "audit", Whose.FREE).found == 0
    with pytest.raises(Forbidden):
        busy.act("audit", take_task, busy.incident_id, first(busy))


def test_many_are_shown_a_page_at_a_time(busy: Stage) -> None:
    book = usable(busy.installation.settings.runbook_folders)["public_bucket"]
    for _ in range(4):
        busy.act("mara", open_incident, Report("Another", "public_bucket", Severity.LOW), book)
    pages = [tasks(busy, "mara", Whose.ALL, page=page) for page in (1, 2)]
    assert len(pages[0].lines) == PAGE
    assert pages[0].found > PAGE
    seen = [line.task.id for page in pages for line in page.lines]
    assert len(set(seen)) == len(seen)


@ONE
def test_the_page_takes_hands_on_and_does_without_a_script(busy: Stage, enter: Enter) -> None:
    browser, task_id = enter("mara"), first(busy)
    assert 'aria-current="page" data-key="2"' in browser.get("/tasks").text  # nothing is mine yet: what is free
    back = "/tasks?whose=free&kind=public_bucket"
    assert send(browser, f"/tasks/{task_id}/taking", back=back).headers["location"] == back
    assert f'action="/tasks/{task_id}/settlement"' in browser.get("/tasks").text
    assert "1 task is yours" in browser.get("/").text
    carried = {"csrf_token": token(browser), "state": "done", "note": "Kept.", "back": "/tasks?whose=mine"}
    answer = browser.post(
        f"/tasks/{task_id}/settlement", data=carried, files={"file": ("a.log", b"GET /", "text/plain")}
    )
    assert answer.headers["location"] == "/tasks?whose=mine"
    assert "You have no task" in browser.get("/tasks?whose=mine").text
    assert "a.log" in browser.get(f"{busy.path}/evidence").text


@ONE
def test_a_form_of_tasks_that_is_wrong_is_answered_in_words(busy: Stage, enter: Enter) -> None:
    browser, task_id = enter("mara"), first(busy)
    assert send(browser, f"/tasks/{task_id}/settlement", state="burnt", note="x").status_code == 422
    assert send(browser, f"/tasks/{task_id}/handing", to="nobody").status_code == 422
    assert send(browser, f"/tasks/{UUID(int=5)}/taking").status_code == 404
    assert send(browser, f"/tasks/{task_id}/taking", back="https://elsewhere.example/").headers["location"] == "/"
    assert browser.get("/tasks?whose=whoever&due=never").status_code == 200
