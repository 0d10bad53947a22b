"""The generic source: a small documented JSON, strict in what decides, liberal in the rest."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable
from incident.adapters.standard_webhooks import ADAPTER

SAMPLES = Path(__file__).parent / "samples/standard_webhooks"


def read(document: object) -> Signal:
    (signal,) = ADAPTER.read({}, json.dumps(document).encode())
    return signal


def read_sample(name: str) -> Signal:
    return read(json.loads((SAMPLES / f"{name}.json").read_bytes()))


def test_a_full_document_becomes_one_signal() -> None:
    assert read_sample("full") == Signal(
        title="Export of all customers by a support account",
        severity=Severity.HIGH,
        source="standard_webhooks",
        key="export-88",
        state=SignalState.FIRING,
        started_at=datetime(2026, 3, 14, 7, 0, tzinfo=UTC),
        asset=Asset(AssetKind.RESOURCE, "crm"),
        labels={"data_class": "personal", "records": "41200"},
        link="https://siem.example.org/cases/88",
    )


def test_a_title_is_enough() -> None:
    signal = read_sample("smallest")
    assert signal.title == "Laptop of the finance team stolen"
    assert (signal.severity, signal.state, signal.started_at) == (Severity.MEDIUM, SignalState.FIRING, None)


def test_the_recommended_envelope_is_opened() -> None:
    signal = read_sample("enveloped")
    assert (signal.key, signal.state) == ("export-88", SignalState.RESOLVED)
    assert signal.started_at == datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
    assert signal.labels == {"type": "case.closed"}


def test_without_a_key_the_same_title_and_asset_are_the_same_alert() -> None:
    assert read({"title": "A", "asset": "x"}).key == read({"title": "A", "asset": "x", "state": "resolved"}).key
    assert read({"title": "A", "asset": "x"}).key != read({"title": "A", "asset": "y"}).key


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": None}, "title is missing"),
        ({"title": " \n"}, "title is missing"),
        ({"title": 5}, "title is missing"),
        ({"severity": "sev1"}, "severity must be one of critical, high, medium, low, info"),
        ({"severity": 1}, "severity"),
        ({"state": "open"}, "state must be one of firing, resolved, informational, test"),
        ({"state": False}, "state"),
        ({"key": []}, "key"),
        ({"key": ""}, "key"),
        ({"key": True}, "key"),
        ({"key": "k" * 201}, "key"),
        ({"hints": "x"}, "hints must be an object"),
    ],
    ids=range(12),
)
def test_what_decides_is_read_strictly(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read({"title": "A"} | changes)


@given(st.sets(st.sampled_from(["severity", "state", "started_at", "asset", "hints", "link"])))
def test_title_source_and_key_survive_without_any_optional_field(left_out: set[str]) -> None:
    document = json.loads((SAMPLES / "full.json").read_bytes())
    for field in left_out:
        del document[field]
    signal = read(document)
    assert (signal.title, signal.source, signal.key) == (
        "Export of all customers by a support account",
        "standard_webhooks",
        "export-88",
    )
