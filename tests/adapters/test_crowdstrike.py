"""CrowdStrike's events beyond the expected ones: other kinds of event, units of time, what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.crowdstrike import ADAPTER
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable

BEGAN = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


def read(kind: str = "EppDetectionSummaryEvent", at: object = None, **event: object) -> Signal:
    document = {"metadata": {"eventType": kind, "eventCreationTime": at}, "event": event}
    (signal,) = ADAPTER.read({}, json.dumps(document).encode())
    return signal


@pytest.mark.parametrize("at", [1790000000000, "1790000000000", 1790000000, "2026-09-21 14:13:20.000000000"])
def test_the_time_may_be_in_milliseconds_seconds_or_written_out(at: object) -> None:
    assert read(at=at, DetectId="d").started_at == BEGAN


@pytest.mark.parametrize("at", [0, -1, True, "soon", [], 10**18])
def test_an_absurd_time_is_none(at: object) -> None:
    assert read(at=at, DetectId="d").started_at is None


def test_an_incident_began_when_it_says_and_has_a_name_where_its_type_is_a_number() -> None:
    signal = read(
        "IncidentSummaryEvent", at=1790000500000, IncidentID="inc:a:1", IncidentType=1, IncidentStartTime=1790000000
    )
    assert (signal.key, signal.title, signal.started_at) == ("inc:a:1", "IncidentSummaryEvent", BEGAN)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Critical", Severity.CRITICAL),
        ("HIGH", Severity.HIGH),
        ("Medium", Severity.MEDIUM),
        ("Low", Severity.LOW),
        ("Informational", Severity.INFO),
        ("INFO", Severity.INFO),
        ("Unknown", None),
        (4, None),
    ],
)
def test_the_words_of_severity(word: object, severity: Severity | None) -> None:
    assert read(CompositeId="c", SeverityName=word).severity is severity


def test_one_detection_again_on_one_host_is_one_group() -> None:
    first, again = (read(CompositeId=key, Name="Ransomware", Hostname="BUERO-3") for key in "ab")
    other = read(CompositeId="c", Name="Ransomware", Hostname="BUERO-4")
    assert first.group == again.group != other.group


def test_no_state_is_known_to_be_an_end() -> None:
    assert (
        read("IdentityProtectionEvent", IdentityProtectionIncidentId="INC-1", State="NEW").state is SignalState.FIRING
    )


@pytest.mark.parametrize("event", [{}, {"DetectName": "Malware"}, {"DetectId": " "}, {"DetectId": ["d"]}])
def test_without_an_id_no_detection_is_told_from_another(event: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match="DetectId, CompositeId"):
        ADAPTER.read({}, json.dumps({"event": event}).encode())


def test_what_holds_no_event_waits_in_quarantine() -> None:
    with pytest.raises(Unreadable, match="event"):
        ADAPTER.read({}, b'{"meta": {}, "data": {}}')
