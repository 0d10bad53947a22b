"""Alertmanager's webhook, version 4: one signal for each alert, as documented and as on the wire."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.alertmanager import ADAPTER, fingerprint
from incident.adapters.documents import Json
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

SAMPLES = Path(__file__).parent / "samples/alertmanager"
CAPTURED = Path(__file__).parents[3] / "shared/payloads/alertmanager"


def read(document: object) -> tuple[Signal, ...]:
    return ADAPTER.read({}, json.dumps(document).encode())


def sample(name: str) -> dict[str, Json]:
    document: dict[str, Json] = json.loads((SAMPLES / f"{name}.json").read_bytes())
    return document


def one_alert(**changes: object) -> dict[str, object]:
    """The least an alert can be, with the given members changed."""
    return {"version": "4", "alerts": [{"labels": {"alertname": "Disk"}, **changes}]}


def test_a_firing_group_is_one_signal_for_each_alert() -> None:
    first, second = ADAPTER.read({}, (SAMPLES / "firing.json").read_bytes())
    assert first == Signal(
        title="Bucket invoices-eu-1 can be read by anyone",
        severity=Severity.CRITICAL,
        source="alertmanager",
        key=fingerprint(
            {
                "alertname": "BucketPublic",
                "data_class": "personal",
                "instance": "invoices-eu-1",
                "service": "invoices",
                "severity": "critical",
            }
        ),
        state=SignalState.FIRING,
        started_at=datetime(2026, 3, 14, 1, 59, 26, 535897, UTC),
        asset=Asset(AssetKind.HOST, "invoices-eu-1"),
        labels={
            "alertname": "BucketPublic",
            "data_class": "personal",
            "instance": "invoices-eu-1",
            "service": "invoices",
            "severity": "critical",
            "description": "Policy changed by deployment 1207; files named customers-*.csv",
        },
        link="https://prometheus.example.org/graph?g0.expr=bucket_public",
        group='{}:{alertname="BucketPublic", service="invoices"}',
    )
    assert second.asset == Asset(AssetKind.HOST, "invoices-us-1")
    assert second.started_at == datetime(2026, 3, 14, 1, 59, 56, 500000, UTC)
    assert second.group == first.group
    assert second.key != first.key


def test_one_alert_may_resolve_while_its_group_still_fires() -> None:
    resolved, firing = ADAPTER.read({}, (SAMPLES / "partly_resolved.json").read_bytes())
    assert (resolved.state, firing.state) == (SignalState.RESOLVED, SignalState.FIRING)
    assert resolved.labels["ended_at"] == "2026-03-14T02:11:00.250000+00:00"
    assert "ended_at" not in firing.labels


def test_a_resolved_alert_is_the_same_signal_key_and_start() -> None:
    firing = {signal.key: signal for signal in ADAPTER.read({}, (SAMPLES / "firing.json").read_bytes())}
    (resolved,) = ADAPTER.read({}, (SAMPLES / "resolved.json").read_bytes())
    assert resolved.state is SignalState.RESOLVED
    assert firing[resolved.key].started_at == resolved.started_at


def test_without_fingerprint_the_key_is_the_one_alertmanager_would_have_sent() -> None:
    (bare,) = ADAPTER.read({}, (SAMPLES / "truncated_without_fingerprint.json").read_bytes())
    whole = ADAPTER.read({}, (SAMPLES / "firing.json").read_bytes())[0]
    assert bare.key == whole.key


def test_the_fingerprint_is_prometheus_own() -> None:
    # client_golang's value of the empty label set is the FNV-1a offset itself.
    assert fingerprint({}) == "cbf29ce484222325"
    assert fingerprint({"a": "b"}) != fingerprint({"ab": ""})


def test_alerts_left_out_by_the_sender_are_noted() -> None:
    (signal,) = ADAPTER.read({}, (SAMPLES / "truncated_without_fingerprint.json").read_bytes())
    assert signal.labels["truncated_alerts"] == "9"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("critical", Severity.CRITICAL),
        ("PAGE", Severity.CRITICAL),
        ("error", Severity.HIGH),
        ("warning", Severity.MEDIUM),
        ("info", Severity.LOW),
        ("none", Severity.INFO),
        ("sev-whatever", None),
        (None, None),
    ],
)
def test_the_severity_label_is_put_on_our_scale(word: str | None, expected: Severity | None) -> None:
    labels = {"alertname": "Disk"} | ({"severity": word} if word else {})
    assert read(one_alert(labels=labels))[0].severity is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, SignalState.FIRING),
        ({"endsAt": "0001-01-01T00:00:00Z"}, SignalState.FIRING),
        ({"endsAt": "2026-03-14T02:00:00Z"}, SignalState.RESOLVED),
        ({"endsAt": "2026-03-14T02:00:00Z", "status": "firing"}, SignalState.FIRING),
        ({"status": "resolved"}, SignalState.RESOLVED),
    ],
)
def test_the_alerts_own_status_decides_then_its_end(changes: dict[str, object], expected: SignalState) -> None:
    assert read(one_alert(**changes))[0].state is expected


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"version": "5", "alerts": [{}]}, "version"),
        ({"version": "4"}, "alerts"),
        ({"version": "4", "alerts": []}, "alerts"),
        ({"version": "4", "alerts": {"0": {}}}, "alerts"),
        ({"version": "4", "alerts": ["x"]}, r"alerts\[0\] must be an object"),
        (one_alert(status="suppressed"), r"alerts\[0\].status"),
        (one_alert(status=["firing"]), r"alerts\[0\].status"),
        (one_alert(labels=None), "neither a fingerprint nor labels"),
        (one_alert(labels="x"), r"alerts\[0\].labels must be an object"),
        (one_alert(fingerprint=7), "fingerprint"),
    ],
    ids=range(10),
)
def test_what_decides_is_read_strictly(document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(document)


def test_a_start_that_is_no_time_is_kept_as_sent() -> None:
    (signal,) = read(one_alert(startsAt="14/03/2026 02:00"))
    assert signal.started_at is None
    assert signal.labels["started_at_as_sent"] == "14/03/2026 02:00"


def test_a_hostile_title_and_link_are_made_harmless() -> None:
    (signal,) = read(
        one_alert(
            annotations={"summary": "Down\r\nBcc: x@example.org"}, generatorURL="javascript:alert(document.cookie)"
        )
    )
    assert signal.title == "Down Bcc: x@example.org"
    assert signal.link is None


OPTIONAL_OF_DOCUMENT = (
    "receiver",
    "status",
    "groupLabels",
    "commonLabels",
    "commonAnnotations",
    "externalURL",
    "version",
)
OPTIONAL_OF_ALERT = ("status", "startsAt", "endsAt", "generatorURL", "fingerprint")


@given(
    st.sampled_from(["firing", "partly_resolved", "resolved"]),
    st.sets(st.sampled_from((*OPTIONAL_OF_DOCUMENT, "groupKey", "truncatedAlerts"))),
    st.sets(st.sampled_from(OPTIONAL_OF_ALERT)),
)
def test_title_source_and_key_survive_without_any_optional_field(name: str, outer: set[str], inner: set[str]) -> None:
    document = sample(name)
    whole = read(document)
    for field in outer:
        document.pop(field)
    assert isinstance(document["alerts"], list)
    for alert in document["alerts"]:
        assert isinstance(alert, dict)
        for field in inner:
            alert.pop(field)
    for before, after in zip(whole, read(document), strict=True):
        assert (before.title, before.source, before.key) == (after.title, after.source, after.key)


def test_the_captured_notifications_where_they_are_present(say: Callable[[str], None]) -> None:
    expected = {
        "v4_firing": [SignalState.FIRING, SignalState.FIRING],
        "v4_partial_resolved": [SignalState.RESOLVED, SignalState.FIRING],
        "v4_resolved": [SignalState.RESOLVED],
    }
    bodies = [path for path in sorted(CAPTURED.glob("*.json")) if not path.name.endswith(".headers.json")]
    for path in bodies:
        signals = ADAPTER.read({}, path.read_bytes())
        assert [signal.state for signal in signals] == expected[path.stem]
        for signal, alert in zip(signals, json.loads(path.read_bytes())["alerts"], strict=True):
            assert signal.key == fingerprint(alert["labels"]) == alert["fingerprint"]
            assert signal.title == alert["annotations"]["summary"]
            assert signal.severity is Severity.CRITICAL
    say(f"captured Alertmanager notifications read: {len(bodies)}")


def test_a_blank_fingerprint_is_none() -> None:
    assert read(one_alert(fingerprint=" \r\n"))[0].key == read(one_alert())[0].key
