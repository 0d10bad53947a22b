"""The generic source: what a mapping reads, what is wrong with one when it is saved, and that no body breaks it."""

import json
import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident.adapters.answers import Asked
from incident.adapters.fields import KEY_LENGTH, TITLE_LENGTH, one_line
from incident.adapters.generic import ADAPTER
from incident.adapters.mappings import BadMapping, read_mapping
from incident.adapters.rule_documents import BadRules, read_rules
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable
from incident.adapters.trying import attempt

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BODY = json.loads(
    """{"alerts": [{"id": 7, "rule": {"name": "Bucket is public"}, "level": "P1", "status": "open",
        "since": 1767225600, "target": {"bucket": "scans", "zone": "eu-1"}, "tags": [{"name": "a"}, {"name": "b"}]}]}"""
)


def shipped() -> dict[str, Any]:
    """The mapping that the snippet shows."""
    return tomllib.loads(ADAPTER.snippet[ADAPTER.snippet.index("[mapping]") :])


def read(document: object, **mapping: object) -> tuple[Signal, ...]:
    rules = {"mapping": {"title": "title", **mapping}}
    read_rules(rules)
    return ADAPTER.with_rules(rules).read({}, json.dumps(document).encode())


def test_the_snippets_mapping_reads_the_snippets_body() -> None:
    read_rules(shipped())
    (signal,) = ADAPTER.with_rules(shipped()).read({}, json.dumps(BODY).encode())
    assert (signal.title, signal.severity, signal.key) == ("Bucket is public", Severity.CRITICAL, "7")
    assert (signal.source, signal.state) == ("generic", SignalState.FIRING)
    assert signal.started_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert signal.asset == Asset(AssetKind.BUCKET, "scans", "eu-1")
    assert signal.labels == {"tags": "a, b"}
    assert signal.group == "Bucket is public"


def test_a_body_can_be_tried_by_rules_that_are_not_saved() -> None:
    asked = Asked({}, json.dumps(BODY).encode())
    trial = attempt(ADAPTER.with_rules(shipped()), asked, (), NOW)
    assert [signal.key for signal in trial.signals or ()] == ["7"]
    assert attempt(ADAPTER, asked, (), NOW).trouble.startswith("This source has no mapping")
    assert attempt(ADAPTER.with_rules({"mapping": {}}), asked, (), NOW).trouble.startswith("rules.mapping.title: is")


def test_other_adapters_read_as_ever_whatever_the_rules() -> None:
    from incident.adapters.alertmanager import ADAPTER as OTHER

    assert OTHER.with_rules(shipped()) is OTHER


@pytest.mark.parametrize(
    ("word", "said", "severity"),
    [
        ("Critical", {}, Severity.CRITICAL),
        ("sev1", {"SEV1": "high"}, Severity.HIGH),
        (5, {"5": "low"}, Severity.LOW),
        ("purple", {}, None),
        ("purple", {"*": "medium"}, Severity.MEDIUM),
        ("low", {"low": "high", "*": "medium"}, Severity.HIGH),
        (None, {"*": "medium"}, None),
        ([], {"*": "medium"}, None),
    ],
)
def test_each_word_of_severity(word: object, said: dict[str, str], severity: Severity | None) -> None:
    (signal,) = read({"title": "x", "level": word}, severity="level", severities=said)
    assert signal.severity is severity


@pytest.mark.parametrize(
    ("word", "said", "state"),
    [
        ("resolved", {}, SignalState.RESOLVED),
        ("OK", {"ok": "resolved"}, SignalState.RESOLVED),
        (False, {"true": "firing", "false": "resolved"}, SignalState.RESOLVED),
        (None, {"ok": "resolved"}, SignalState.FIRING),
        ("muted", {"*": "informational"}, SignalState.INFORMATIONAL),
    ],
)
def test_each_word_of_state(word: object, said: dict[str, str], state: SignalState) -> None:
    (signal,) = read({"title": "x", "status": word}, state="status", states=said)
    assert signal.state is state


@pytest.mark.parametrize(
    ("began", "expected"),
    [
        ("2026-01-01T01:00:00+01:00", datetime(2026, 1, 1, tzinfo=UTC)),
        (1767225600, datetime(2026, 1, 1, tzinfo=UTC)),
        ("1767225600.5", datetime(2026, 1, 1, 0, 0, 0, 500000, UTC)),
        (1767225600000, datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01 00:00:00", None),
        ("nan", None),
        ("1e999", None),
        ("9" * 400, None),
        (True, None),
        ({}, None),
    ],
)
def test_each_form_of_a_time(began: object, expected: datetime | None) -> None:
    (signal,) = read({"title": "x", "since": began}, started_at="since")
    assert signal.started_at == expected


def test_without_a_key_title_and_asset_tell_alerts_apart() -> None:
    first, second, third = read([{"title": "x", "on": name} for name in "aba"], alerts="@", asset="on")
    assert first.key == third.key != second.key


def test_a_label_of_the_convention_is_a_hint() -> None:
    (signal,) = read({"title": "x", "classes": ["health", "shoes"]}, labels={"data_categories": "join(',', classes)"})
    assert [hint.value for hint in signal.hints] == [("health",)]


@pytest.mark.parametrize(
    ("document", "mapping", "reason"),
    [
        ({}, {}, r"^alert 1: mapping.title \(title\) gives no text"),
        ({"title": "x"}, {"key": "id"}, r"mapping.key \(id\) gives no text"),
        ({"title": "x", "s": "muted"}, {"state": "s"}, "the state 'muted' is not among mapping.states"),
        ({"a": 1}, {"alerts": "b"}, r"mapping.alerts \(b\) gives nothing"),
        ([{"title": "x"}, {}], {"alerts": "@"}, "^alert 2: "),
        ([0] * 5001, {"alerts": "@"}, "more than 5,000"),
        ({"title": ["x"]}, {}, "gives no text"),
    ],
)
def test_what_decides_must_be_given(document: object, mapping: dict[str, object], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(document, **mapping)


@pytest.mark.parametrize(
    ("mapping", "field", "reason"),
    [
        ([], "mapping", "must be a table"),
        ({}, "mapping.title", "is missing"),
        ({"title": 5}, "mapping.title", "in quotes"),
        ({"title": "a."}, "mapping.title", "ends too early"),
        ({"title": "x", "sevrity": "y"}, "mapping.sevrity", "is not known; there are alerts, title"),
        ({"title": "x", "asset_kind": "moon"}, "mapping.asset_kind", "must be one of account"),
        ({"title": "x", "severities": {"P1": "worst"}}, "mapping.severities.P1", "must be one of critical"),
        ({"title": "x", "states": {"P1": "over"}}, "mapping.states.P1", "must be one of firing"),
        ({"title": "x", "states": ["a"]}, "mapping.states", "must be a table"),
        ({"title": "x", "labels": {"": "a"}}, "mapping.labels", "name that is empty"),
        ({"title": "x", "labels": {"a": "b["}}, "mapping.labels.a", "ends too early"),
        ({"title": "x", "labels": {str(one): "a" for one in range(51)}}, "mapping.labels", "at most 50"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_when_it_is_saved(mapping: object, field: str, reason: str) -> None:
    with pytest.raises(BadMapping, match=reason) as caught:
        read_mapping(mapping)
    assert caught.value.field == field
    with pytest.raises(BadRules) as refused:
        read_rules({"mapping": mapping})
    assert refused.value.field == f"rules.{field}"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "rule", "name", "level", "status", "since"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(alerts=JSON)
def test_no_body_breaks_it(alerts: object) -> None:
    body = json.dumps({"alerts": alerts}).encode()
    for signal in attempt(ADAPTER.with_rules(shipped()), Asked({}, body), (), NOW).signals or ():
        assert signal.title == one_line(signal.title, TITLE_LENGTH) != ""
        assert 0 < len(signal.key) <= KEY_LENGTH
