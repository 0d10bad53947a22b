"""GitLab's vulnerability events beyond the expected ones: times with their zone in words, states, what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.gitlab import ADAPTER
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable

URL = "https://git.verein.example/a/b/members/-/security/vulnerabilities/9"


def read(kind: str | None = "vulnerability", **members: object) -> Signal:
    document = {"object_kind": kind, "object_attributes": {"url": URL, "title": "Old TLS", **members}}
    (signal,) = ADAPTER.read({}, json.dumps(document).encode())
    return signal


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("detected", SignalState.FIRING),
        ("Confirmed", SignalState.FIRING),
        ("resolved", SignalState.RESOLVED),
        ("dismissed", SignalState.RESOLVED),
    ],
)
def test_detected_and_confirmed_are_open(word: str, state: SignalState) -> None:
    assert read(state=word).state is state


def test_without_a_state_the_end_that_is_dated_says_it() -> None:
    assert read(dismissed_at=None, resolved_at=None).state is SignalState.FIRING
    assert read(resolved_at="2026-01-02T00:00:00Z").state is SignalState.RESOLVED


def test_a_state_that_is_not_documented_waits_in_quarantine() -> None:
    with pytest.raises(Unreadable, match="state must be one of detected"):
        read(state="mitigated")


@pytest.mark.parametrize("word", list(Severity))
def test_the_words_of_severity_are_ours(word: Severity) -> None:
    assert read(severity=word.value).severity is word


def test_a_time_may_name_its_zone_in_words() -> None:
    assert read(created_at="2025-01-08 00:46:14 UTC").started_at == datetime(2025, 1, 8, 0, 46, 14, tzinfo=UTC)
    assert read(created_at="2025-01-08 00:46:14").started_at is None


def test_a_project_of_a_subgroup_keeps_its_whole_path() -> None:
    signal = read(identifiers=[{"external_type": "cve", "external_id": "CVE-2026-1"}, None, {}])
    assert str(signal.asset) == "repository a/b/members"
    assert signal.labels["cve"] == "CVE-2026-1"


@pytest.mark.parametrize("kind", ["push", "pipeline", "access_token"])
def test_another_event_waits_in_quarantine_under_its_name(kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        read(kind)


def test_the_address_is_the_key_and_has_to_be_there() -> None:
    assert read(None).key == URL
    with pytest.raises(Unreadable, match=r"object_attributes\.url"):
        read(url=None)
