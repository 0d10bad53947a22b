"""The hand-over by API: one program writes, another takes over, and what is refused says why."""

from incident.roles import Role
from tests.api.conftest import Front


def test_a_note_is_written_read_and_taken_once(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    writer, taker = front.program(Role.RESPONDER), front.program(Role.COMMANDER)
    assert writer.get(f"{there}/handover").json() == {"handover": None}
    made = writer.post(f"{there}/handovers", json={"runs": "Logs are copied.", "worries": "A second bucket."})
    assert made.status_code == 201
    seq = made.json()["seq"]
    pinned = taker.get(f"{there}/handover").json()["handover"]
    assert (pinned["seq"], pinned["runs"], pinned["awaited"]) == (seq, "Logs are copied.", "")
    assert (pinned["taken_at"], pinned["taken_by"]) == (None, "")
    assert writer.put(f"{there}/handovers/{seq}/acknowledgement").status_code == 409  # one's own
    assert taker.put(f"{there}/handovers/{seq}/acknowledgement").status_code == 200
    assert taker.put(f"{there}/handovers/{seq}/acknowledgement").status_code == 409
    assert taker.get(f"{there}/handover").json()["handover"]["taken_by"] == "program incident_commander"


def test_an_empty_note_and_one_that_is_not_there_are_refused(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    program = front.program(Role.RESPONDER)
    refused = program.post(f"{there}/handovers", json={"runs": " "})
    assert refused.status_code == 422
    assert refused.json()["faults"][0]["field"] == "runs"
    assert program.put(f"{there}/handovers/7/acknowledgement").status_code == 404
