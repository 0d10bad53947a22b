"""Sources are known for a moment: what is changed here holds at once, what another process changes within a second."""

import asyncio

import pytest
from sqlalchemy import text

from incident.hooks.postings import GOOD_FOR, Postings
from incident.queries.sources import Posting
from incident.verbs.sources import add_source, retire_secret, rotate_secret, set_enabled
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.hooks.test_group_commit import edge_of
from tests.incident.monitor import alert, notification

BODY = notification(alert("exports-eu-1"))


def test_a_change_of_this_process_holds_for_the_next_delivery(gate: Gate) -> None:
    assert gate.post(BODY).status_code == 202
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=False)
    assert gate.post(BODY).status_code == 404
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=True)
    after = gate.stage.act("operator", rotate_secret, ALERTMANAGER)
    assert [gate.post(BODY).status_code, gate.post(BODY, headers=bearer(after)).status_code] == [202, 202]
    gate.stage.act("operator", retire_secret, ALERTMANAGER)
    assert [gate.post(BODY).status_code, gate.post(BODY, headers=bearer(after)).status_code] == [401, 202]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_of_another_process_holds_within_a_second(gate: Gate) -> None:
    now = [0.0]
    postings, edge = Postings(lambda: now[0]), edge_of(gate)

    def known() -> Posting | None:
        return asyncio.run(postings.of(edge, ALERTMANAGER))

    assert known() is not None
    statement = text("UPDATE source SET enabled = false")  # as another process does: nothing is heard of it here
    gate.stage.installation.store.write(lambda session: session.execute(statement))
    now[0] = GOOD_FOR / 2
    assert known() is not None
    now[0] = GOOD_FOR
    assert known() is None


def test_a_source_that_is_not_there_is_looked_up_every_time(gate: Gate) -> None:
    assert gate.client.post("/hooks/later", content=BODY).status_code == 404
    gate.stage.act("operator", add_source, "later", "alertmanager", "bearer")
    assert gate.client.post("/hooks/later", content=BODY).status_code == 401


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}
