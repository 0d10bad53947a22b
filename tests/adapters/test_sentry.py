"""Sentry's hooks beyond the expected ones: errors, every change of an issue, what tells of no alert."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.answers import Asked, Noted
from incident.adapters.sentry import ADAPTER
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable


def read(action: str | None, **data: object) -> Signal:
    (signal,) = ADAPTER.read({}, json.dumps({"action": action, "data": data}).encode())
    return signal


@pytest.mark.parametrize(
    ("action", "status", "state"),
    [
        ("created", "unresolved", SignalState.FIRING),
        ("unresolved", "unresolved", SignalState.FIRING),
        ("unresolved", "resolved", SignalState.FIRING),
        ("assigned", "unresolved", SignalState.FIRING),
        ("assigned", "resolved", SignalState.RESOLVED),
        ("resolved", "resolved", SignalState.RESOLVED),
        ("archived", "ignored", SignalState.RESOLVED),
        ("ignored", None, SignalState.RESOLVED),
        (None, "ignored", SignalState.RESOLVED),
        (None, None, SignalState.FIRING),
    ],
)
def test_what_was_done_to_an_issue_decides_and_else_its_status(
    action: str | None, status: str | None, state: SignalState
) -> None:
    assert read(action, issue={"id": "5", "status": status}).state is state


@pytest.mark.parametrize(
    ("action", "severity", "state"),
    [
        ("critical", Severity.CRITICAL, SignalState.FIRING),
        ("warning", Severity.MEDIUM, SignalState.FIRING),
        ("open", None, SignalState.FIRING),
        ("resolved", None, SignalState.RESOLVED),
    ],
)
def test_the_action_of_a_metric_alert_is_state_and_severity(
    action: str, severity: Severity | None, state: SignalState
) -> None:
    signal = read(action, metric_alert={"id": 4, "alert_rule": {"name": "Errors"}})
    assert (signal.key, signal.title, signal.severity, signal.state) == ("metric_alert:4", "Errors", severity, state)


@pytest.mark.parametrize("member", ["event", "error"])
def test_an_event_and_an_error_are_of_their_issue(member: str) -> None:
    event = {"issue_url": "https://sentry.io/api/0/issues/1117540176/", "level": "fatal", "timestamp": 1566248777.677}
    signal = read("created", **{member: event | {"metadata": {"value": "heck is not defined"}}})
    assert (signal.key, signal.title) == ("issue:1117540176", "heck is not defined")
    assert (signal.severity, signal.state) == (Severity.CRITICAL, SignalState.FIRING)
    assert signal.started_at == datetime(2019, 8, 19, 21, 6, 17, 677000, tzinfo=UTC)


def test_an_event_says_nothing_of_the_person_at_the_browser() -> None:
    event = {
        "issue_id": "1",
        "user": {"ip_address": "203.0.113.9", "email": "ines@verein.example"},
        "request": {"cookies": "session=1", "url": "https://verein.example/?name=ines"},
        "tags": [["user", "ip:203.0.113.9"]],
    }
    signal = read("triggered", event=event, triggered_rule="Login errors")
    assert signal.labels == {"action": "triggered", "rule": "Login errors"}


def test_an_event_names_its_project_in_its_address_and_its_categories_in_a_tag() -> None:
    url = "https://sentry.io/api/0/projects/verein/login/events/e4874d66/"
    tags = [["level", "error"], None, ["data_categories", "name+health, nonsense"], ["data_categories"]]
    signal = read("triggered", event={"issue_id": "1", "project": 1, "url": url, "tags": tags})
    assert str(signal.asset) == "application login"
    assert [(hint.fact, hint.value) for hint in signal.hints] == [("data.categories", ("name", "health"))]


@pytest.mark.parametrize("resource", ["installation", "comment", "seer", "preprod_artifact"])
def test_what_tells_of_no_alert_is_noted(resource: str) -> None:
    assert isinstance(ADAPTER.answer_to(Asked({"sentry-hook-resource": resource}, b"{}")), Noted)


def test_an_alert_is_never_only_noted() -> None:
    for resource in ("issue", "event_alert", "metric_alert", "error", "activity_alert", ""):
        assert ADAPTER.answer_to(Asked({"sentry-hook-resource": resource}, b"{}")) is None


@pytest.mark.parametrize(
    "data", [{}, {"issue": []}, {"issue": {}}, {"event": {"issue_url": "https://x.example/"}}, {"metric_alert": {}}]
)
def test_without_an_id_no_alert_is_told_from_another(data: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match=r"data"):
        read("triggered", **data)
