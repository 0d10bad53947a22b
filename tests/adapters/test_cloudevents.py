"""CloudEvents: the three modes, encoded headers, the handshake, numbers and words, and what is refused."""

import json
from typing import Any

import pytest

from incident.adapters.answers import Asked, Reply
from incident.adapters.cloudevents import ADAPTER
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable

EVENT: dict[str, Any] = {"specversion": "1.0", "type": "org.verein.exported", "source": "/members", "id": "e-1"}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=UTF-8"}
BINARY = {"ce-specversion": "1.0", "ce-type": "org.verein.exported", "ce-source": "/members", "ce-id": "e-1"}


def read(**members: object) -> Signal:
    return ADAPTER.read(STRUCTURED, json.dumps(EVENT | members).encode())[0]


def test_one_event_is_the_same_in_each_mode() -> None:
    structured = read(subject="a b", data={"rows": 9})
    batch = ADAPTER.read(
        {"content-type": "application/cloudevents-batch+json"},
        json.dumps([EVENT | {"subject": "a b", "data": {"rows": 9}}]).encode(),
    )
    headers = BINARY | {"ce-subject": "a%20b", "content-type": "application/json"}
    (binary,) = ADAPTER.read(headers, b'{"rows": 9}')
    for one in (*batch, binary):
        assert (one.title, one.key, one.asset, one.group) == (
            structured.title,
            structured.key,
            structured.asset,
            structured.group,
        )
        assert one.labels["data.rows"] == "9"
        assert one.state is SignalState.INFORMATIONAL


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ('"quoted \\"text\\""', 'quoted "text"'),
        ("100%", "100%"),
        ("%ff", "\ufffd"),
    ],
)
def test_headers_are_decoded_as_the_binding_says(sent: str, text: str) -> None:
    (signal,) = ADAPTER.read(BINARY | {"ce-subject": sent}, b"")
    assert signal.asset is not None
    assert signal.asset.name == text


def test_a_body_that_is_no_json_hides_no_event() -> None:
    (signal,) = ADAPTER.read(BINARY | {"content-type": "application/json"}, b"{")
    assert signal.key == "/members#e-1"


def test_events_of_one_body_are_told_apart_by_their_headers() -> None:
    assert ADAPTER.intake_key(BINARY, b"") == "/members#e-1"
    assert ADAPTER.intake_key(BINARY | {"ce-id": "%E2%82%AC"}, b"").startswith("sha256:")
    assert ADAPTER.intake_key(STRUCTURED | BINARY, b"").startswith("sha256:")


@pytest.mark.parametrize(
    ("members", "severity"),
    [
        ({"severitynumber": 24}, Severity.CRITICAL),
        ({"severitynumber": 21}, Severity.CRITICAL),
        ({"severitynumber": "17"}, Severity.HIGH),
        ({"severitynumber": 13, "severitytext": "FATAL"}, Severity.MEDIUM),
        ({"severitynumber": 9}, Severity.INFO),
        ({"severitynumber": 0, "severitytext": "ERROR"}, Severity.HIGH),
        ({"severitytext": "WARN2"}, Severity.MEDIUM),
        ({"severitytext": "trace"}, Severity.INFO),
        ({"severitytext": "loud"}, None),
        ({"severitynumber": 25}, None),
    ],
)
def test_the_severity_is_the_number_else_the_word(members: dict[str, object], severity: Severity | None) -> None:
    assert read(**members).severity is severity


def ask(method: str = "OPTIONS", **headers: str) -> Any:
    return ADAPTER.answer_to(Asked({name.replace("_", "-"): text for name, text in headers.items()}, b"", method))


def test_who_asks_may_send_and_is_told_how_often() -> None:
    answer = ask(webhook_request_origin="events.example.com")
    assert isinstance(answer, Reply)
    assert answer.unproven
    assert answer.headers == {
        "Allow": "POST",
        "WebHook-Allowed-Origin": "events.example.com",
        "WebHook-Allowed-Rate": "*",
    }
    rate = ask(webhook_request_origin="e.example", webhook_request_rate="-1")
    assert rate.headers["WebHook-Allowed-Rate"] == "*"


@pytest.mark.parametrize("origin", ["", "a b", "e.example\r\nSet-Cookie: x=1", "<script>", "x" * 300])
def test_who_does_not_say_who_asks_is_not_answered(origin: str) -> None:
    assert ask(webhook_request_origin=origin) is None
    assert ask("POST", webhook_request_origin="e.example") is None


@pytest.mark.parametrize(
    ("headers", "document", "reason"),
    [
        (STRUCTURED, EVENT | {"specversion": "0.3"}, "specversion must"),
        (STRUCTURED, EVENT | {"id": ""}, "^id is missing"),
        (STRUCTURED, [EVENT, {"id": "e-2"}], r"^\[1\].type is missing"),
        (STRUCTURED, [1], r"^\[0\] must be an event"),
        ({"content-type": "application/cloudevents+xml"}, EVENT, "of the formats JSON"),
        ({"ce-id": "1"}, EVENT, "^ce-type is missing"),
        ({}, {"a": 1}, "^type is missing"),
    ],
)
def test_what_decides_must_be_there(headers: dict[str, str], document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        ADAPTER.read(headers, json.dumps(document).encode())
