"""Payloads captured from monitors and made to break readers, through the real route; where they are present."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from incident.models.intake import IntakeState
from incident.phases import Phase
from incident.queries.timeline import read_timeline
from incident.roles import system
from tests.hooks.gate import ALERTMANAGER, SIGNED, Gate, event
from tests.incident.monitor import alert, notification

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"


def bodies(folder: str) -> dict[str, bytes]:
    """Every payload of a folder by name; none where the collection is not present."""
    paths = sorted((PAYLOADS / folder).glob("*.json"))
    return {path.stem: path.read_bytes() for path in paths if not path.name.endswith(".headers.json")}


def headers_of(folder: str, name: str) -> dict[str, str]:
    said = json.loads((PAYLOADS / folder / f"{name}.headers.json").read_bytes())
    return {key.lower(): value for key, value in said.items() if not key.startswith("_")}


def test_no_hostile_payload_is_our_fault_and_the_next_one_works(gate: Gate, say: Callable[[str], None]) -> None:
    hostile, tried = bodies("hostile"), 0
    for slug in (ALERTMANAGER, SIGNED):
        for name, body in hostile.items():
            proof = headers_of("hostile", name) | gate.proof(slug, body, delivery=f"{slug}-{name}")
            answer = gate.post(body, slug, proof)
            assert answer.status_code in (202, 415), (slug, name, answer.text)
            good = event(name, key=name) if slug == SIGNED else notification(alert(name), group=name)
            after = gate.post(good, slug, gate.proof(slug, good, delivery=f"{slug}-{name}-next"))
            assert after.status_code == 202
            assert gate.intakes()[-1].state is IntakeState.APPLIED, (slug, name)
            tried += 1
    assert IntakeState.OPEN not in gate.states()
    say(f"hostile deliveries posted: {tried}")


def test_a_captured_group_is_one_incident_that_a_resolve_does_not_close(gate: Gate, say: Callable[[str], None]) -> None:
    captured = bodies("alertmanager")
    for name in sorted(captured, key=["v4_firing", "v4_partial_resolved", "v4_resolved"].index):
        assert gate.post(captured[name]).status_code == 202
    say(f"captured Alertmanager notifications posted: {len(captured)}")
    opened = gate.incidents()
    assert [(row.phase, row.kind, row.closed_at) for row in opened] == (
        [(Phase.DETECTION, "public_bucket", None)] if captured else []
    )
    said = alert_lines(gate, opened[0].id) if opened else {}
    assert list(said) == (["alert.joined", "alert.resolved"] if captured else [])
    assert [len(texts) for texts in said.values()] == ([1, 2] if captured else [])
    assert all(text.endswith("of 2. This closes nothing.") for text in said.get("alert.resolved", ()))
    assert sorted(row.seen for row in gate.alerts()) == ([2, 3] if captured else [])


def alert_lines(gate: Gate, incident_id: UUID) -> dict[str, list[str]]:
    """What the timeline says of alerts, by action."""
    keys, reader = gate.stage.installation.keys, system("test")
    lines = gate.look(lambda session: read_timeline(session, keys, reader, incident_id))[::-1]
    said: dict[str, list[str]] = {}
    for line in lines:
        if line.action.startswith("alert."):
            said.setdefault(line.action, []).append(line.text)
    return said
