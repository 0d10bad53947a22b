"""A generic source from its rules to an incident; without rules for it what it sends waits for a person."""

import json

import pytest

from incident.errors import Invalid
from incident.models.intake import IntakeState
from incident.verbs.sources import add_source, set_rules
from tests.hooks.gate import Gate

MAPPING = {"title": "rule.name", "key": "id", "severity": "level", "severities": {"p1": "critical"}}


def posted(gate: Gate, secret: str, number: int) -> int:
    body = json.dumps({"id": number, "rule": {"name": "Bucket is public"}, "level": "P1"}).encode()
    return int(gate.post(body, "own", {"authorization": f"Bearer {secret}"}).status_code)


def test_a_body_is_read_by_the_rules_of_its_source(gate: Gate) -> None:
    stage = gate.stage
    secret = stage.act("operator", add_source, "own", "generic", "bearer").secret
    assert posted(gate, secret, 1) == 202
    assert gate.states() == [IntakeState.QUARANTINED]
    stage.act("operator", set_rules, "own", {"default_kind": "public_bucket", "mapping": MAPPING})
    assert posted(gate, secret, 2) == 202
    (incident,) = gate.incidents()
    assert (incident.severity.value, [row.key for row in gate.alerts()]) == ("critical", ["2"])


def test_rules_with_an_expression_that_cannot_be_read_are_not_saved(gate: Gate) -> None:
    stage = gate.stage
    stage.act("operator", add_source, "own", "generic", "bearer")
    with pytest.raises(Invalid) as caught:
        stage.act("operator", set_rules, "own", {"mapping": MAPPING | {"key": "alert-id"}})
    assert "rules.mapping.key" in str(caught.value)
    assert "character 6" in str(caught.value)
