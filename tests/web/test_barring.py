"""Beside the phases stands which tasks bar a move, each with the link that leads to it."""

from html import unescape

import pytest

from incident.models.incidents import Task
from incident.phases import Guard, Move, Phase
from incident.verbs.moves import move
from incident.verbs.tasks import Settled, settle_task
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TITLES = ("Close the bucket", "Stop the logs", "Close signed links", "Log every request")


def test_open_tasks_of_a_phase_that_bar_nothing_are_told_beside_the_move_that_leaves_it(
    stage: Stage, enter: Enter
) -> None:
    task = Task(
        incident_id=stage.incident_id, key="own", position=0, phase=Phase.DETECTION, step={"title": "Keep the logs"}
    )
    task_id = task.id
    stage.installation.store.write(lambda session: session.add(task))
    mara = enter("mara")
    told = f'<a href="{stage.path}/tasks">1 task of this phase is open</a>'
    assert told in mara.get(stage.path).text.partition('id="leaves-contain"')[2]
    stage.act("mara", settle_task, stage.incident_id, task_id, Settled.DONE, "kept for 90 days")
    assert told not in mara.get(stage.path).text


def test_open_tasks_that_bar_a_move_are_named_with_their_links(stage: Stage, enter: Enter) -> None:
    stage.act("mara", move, stage.incident_id, stage.version(), Move.CONTAIN, passing=[Guard.COMMANDER], reason="drill")
    rows = [
        Task(
            incident_id=stage.incident_id, key=f"own-{at}", position=at, phase=Phase.CONTAINMENT, step={"title": title}
        )
        for at, title in enumerate(TITLES)
    ]
    ids = [row.id for row in rows]
    stage.installation.store.write(lambda session: session.add_all(rows))
    mara = enter("mara")
    html = unescape(mara.get(stage.path).text)
    for task_id, title in list(zip(ids, TITLES, strict=True))[:3]:
        assert f'<a href="{stage.path}/tasks#task-{task_id}">{title}</a>' in html
    assert f'<a href="{stage.path}/tasks">and 1 more</a>' in html
    refused = send(mara, f"{stage.path}/moves", move="investigate", version=str(stage.version()))
    assert refused.status_code == 409
    assert "“Close signed links” and 1 more." in unescape(refused.text)
