"""GitHub's events beyond the expected ones: older bodies, forms, advisories withdrawn, what is refused."""

import json
from urllib.parse import urlencode

import pytest

from incident.adapters.answers import Asked, Noted
from incident.adapters.github import ADAPTER, ALERTS
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable

REPOSITORY = {"full_name": "verein/members", "private": True}


def read(event: str, document: object) -> Signal:
    (signal,) = ADAPTER.read({"x-github-event": event} if event else {}, json.dumps(document).encode())
    return signal


def alert(action: str = "created", **members: object) -> dict[str, object]:
    return {"action": action, "alert": {"number": 7, **members}, "repository": REPOSITORY}


@pytest.mark.parametrize("event", ALERTS)
@pytest.mark.parametrize("state", ["resolved", "fixed", "dismissed", "auto_dismissed", "closed"])
def test_a_state_other_than_open_is_the_end_of_the_same_alert(event: str, state: str) -> None:
    begun, ended = read(event, alert(state="open")), read(event, alert(state=state))
    assert (begun.state, ended.state) == (SignalState.FIRING, SignalState.RESOLVED)
    assert begun.key == ended.key == f"{event}:verein/members#7"


@pytest.mark.parametrize("action", ["dismiss", "resolve", "fixed", "revoked", "closed_by_user"])
def test_without_a_state_the_action_says_that_it_is_over(action: str) -> None:
    assert read("repository_vulnerability_alert", alert(action)).state is SignalState.RESOLVED


@pytest.mark.parametrize(
    "action", ["created", "reopened", "reintroduced", "validated", "assigned", "appeared_in_branch"]
)
def test_other_actions_leave_it_open(action: str) -> None:
    assert read("secret_scanning_alert", alert(action, resolution=None)).state is SignalState.FIRING


def test_a_further_place_of_a_secret_is_the_same_alert() -> None:
    document = alert(state="open", secret_type="slack_api_token") | {"location": {"type": "commit"}}
    assert read("secret_scanning_alert_location", document).key == "secret_scanning_alert:verein/members#7"


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ({"security_severity_level": "critical", "severity": "note"}, Severity.CRITICAL),
        ({"security_severity_level": None, "severity": "warning"}, Severity.MEDIUM),
        ({"severity": "none"}, Severity.INFO),
        ({"severity": None}, None),
        ({"severity": "fatal"}, None),
    ],
)
def test_the_security_severity_goes_before_the_rules_own(rule: dict[str, object], severity: Severity | None) -> None:
    assert read("code_scanning_alert", alert(rule={"id": "x", **rule})).severity is severity


def test_without_a_description_the_rule_is_named_by_what_there_is() -> None:
    assert read("code_scanning_alert", alert(rule={"id": "js/xss", "description": " "})).title == "js/xss"
    assert read("code_scanning_alert", alert()).title == "code_scanning_alert:verein/members#7"


def test_a_withdrawn_advisory_is_over() -> None:
    advisory = {"ghsa_id": "GHSA-1", "summary": "Flaw", "severity": "high", "withdrawn_at": "2026-02-02T00:00:00Z"}
    signal = read("security_advisory", {"action": "withdrawn", "security_advisory": advisory})
    assert (signal.state, signal.severity, signal.key) == (
        SignalState.RESOLVED,
        Severity.HIGH,
        "security_advisory:GHSA-1",
    )


def test_the_other_content_type_is_a_form_with_the_same_json() -> None:
    body = urlencode({"payload": json.dumps(alert(secret_type="schlüssel & key"))}).encode()
    (signal,) = ADAPTER.read({"x-github-event": "secret_scanning_alert"}, body)
    assert signal.title == "schlüssel & key"


@pytest.mark.parametrize(
    "body", [b"payload=", b"payload=%ff", b"payload=\xff", b"payload=%7B", b"payload=" + b"&a=1" * 9]
)
def test_a_broken_form_waits_in_quarantine(body: bytes) -> None:
    with pytest.raises(Unreadable):
        ADAPTER.read({"x-github-event": "secret_scanning_alert"}, body)


def test_without_the_header_the_shape_says_which_event_it_is() -> None:
    assert read("", alert(secret_type="a")).key.startswith("secret_scanning_alert:")
    assert read("", alert(rule={"id": "a"})).key.startswith("code_scanning_alert:")
    assert read("", alert(security_advisory={"summary": "a"})).key.startswith("dependabot_alert:")


@pytest.mark.parametrize("event", ["push", "public", "repository_advisory"])
def test_an_event_that_is_no_alert_waits_in_quarantine_under_its_name(event: str) -> None:
    with pytest.raises(Unreadable, match=event):
        read(event, alert())


@pytest.mark.parametrize(
    "document",
    [{"alert": []}, {"alert": {"number": 1}}, {"alert": {}, "repository": REPOSITORY}, {"alert": {"number": {}}}],
)
def test_without_a_repository_and_a_number_no_alert_is_told_from_another(document: object) -> None:
    with pytest.raises(Unreadable, match="alert"):
        read("dependabot_alert", document)


@pytest.mark.parametrize("event", ["ping", "meta", "secret_scanning_scan", "installation"])
def test_what_comes_unasked_is_noted(event: str) -> None:
    assert isinstance(ADAPTER.answer_to(Asked({"x-github-event": event}, b"{}")), Noted)


def test_an_alert_is_never_only_noted() -> None:
    assert ADAPTER.answer_to(Asked({"x-github-event": "secret_scanning_alert"}, b"{}")) is None
