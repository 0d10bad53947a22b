"""The end of an incident: what a review asks, what is said to be left open, where its file and its record are had."""

from html import unescape

import pytest
from sqlmodel import col, select

from incident.models.incidents import Task
from incident.models.law import Obligation
from incident.phases import Guard, Move, Phase
from incident.verbs.incidents import take_command, write_review
from incident.verbs.moves import move
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


PASSING = [guard for guard in Guard if guard is not Guard.REASON]


def reviewed(stage: Stage) -> None:
    """The incident in its review, with steps left open in its runbook."""
    here = stage.incident_id
    rows = [
        Task(incident_id=here, key=f"own-{at}", position=at, phase=Phase.INVESTIGATION, step={"title": title})
        for at, title in enumerate(("Count who read what", "Collect the logs"))
    ]
    stage.installation.store.write(lambda session: session.add_all(rows))
    stage.act("mara", take_command, here, stage.people["mara"].id)
    stage.act("mara", write_review, here, "What happened, what helped, what changes.")
    for name in (Move.CONTAIN, Move.INVESTIGATE, Move.RECOVER, Move.REVIEW):
        stage.act("mara", move, here, stage.version(), name, passing=PASSING, reason="drill")


def left(stage: Stage) -> None:
    """The incident closed like that."""
    reviewed(stage)
    stage.act("mara", move, stage.incident_id, stage.version(), Move.CLOSE, passing=PASSING, reason="drill")


def test_closing_says_that_the_incident_is_closed_and_reopening_says_its_phase(stage: Stage, enter: Enter) -> None:
    reviewed(stage)
    mara = enter("mara")
    passing, version = [str(guard) for guard in PASSING], str(stage.version())
    closed = send(mara, f"{stage.path}/moves", move="close", version=version, reason="drill", passing=passing)
    assert closed.status_code == 303, closed.text[:2000]
    assert "The incident is closed." in mara.get(stage.path).text
    assert send(mara, f"{stage.path}/moves", version=str(stage.version()), move="reopen", reason="x").status_code == 303
    assert "The incident is in the phase you chose." in mara.get(stage.path).text


def test_a_closed_incident_says_which_steps_were_left_open_and_where_its_file_is(stage: Stage, enter: Enter) -> None:
    left(stage)
    lea = enter("lea")
    overview = unescape(lea.get(stage.path).text)
    assert "Left open in the runbook" in overview
    assert "Next in the runbook" not in overview
    assert f'href="{stage.path}/evidence#case-file"' in overview
    closed = unescape(enter("mara").get(stage.path).text)
    assert "Reopen the incident</summary>" in closed
    assert "Other moves" not in closed
    lea = enter("lea")
    report = unescape(lea.get(f"{stage.path}/situation").text)
    assert "No task is open." not in report
    with stage.installation.store.read() as session:
        number = len(session.exec(select(Task).where(col(Task.incident_id) == stage.incident_id)).all())
    assert f"{number} tasks were left open." in report


def test_a_review_says_what_it_asks_and_leads_to_the_step_of_the_runbook(stage: Stage, enter: Enter) -> None:
    title = "Write down why it could be open"
    row = Task(incident_id=stage.incident_id, key="own", position=1, phase=Phase.REVIEW, step={"title": title})
    task_id = row.id
    stage.installation.store.write(lambda session: session.add(row))
    html = unescape(enter("mara").get(f"{stage.path}/review").text)
    assert "which control should have stopped it" in html
    assert "each change with who does it and by when" in html
    assert f'<a href="{stage.path}/tasks#task-{task_id}">Write down why it could be open</a>' in html


def test_the_duty_to_record_leads_to_the_register(played: Stage, enter: Enter) -> None:
    wanted = (col(Obligation.incident_id) == played.incident_id, col(Obligation.duty) == "eu-gdpr-33-5-record")
    with played.installation.store.read() as session:
        duty = session.exec(select(Obligation.id).where(*wanted)).first()
    html = enter("mara").get(f"{played.path}/duties/{duty}").text
    assert 'href="/register">Breach register</a>' in html
    assert "Write the notice" not in html
