"""OCSF: its numbers one by one, the other classes of findings, times in both forms, and what is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from incident.adapters.ocsf import ADAPTER
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

INFO: dict[str, Any] = {"uid": "f-1", "title": "Odd login"}
FINDING: dict[str, Any] = {"class_uid": 2004, "category_uid": 2, "activity_id": 1, "time": 1799000000000}


def read(info: Any = None, **members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(FINDING | {"finding_info": INFO | (info or {})} | members).encode())[0]


@pytest.mark.parametrize(
    ("members", "severity"),
    [
        ({"severity_id": 0, "severity": "High"}, None),
        ({"severity_id": 1}, Severity.INFO),
        ({"severity_id": 2}, Severity.LOW),
        ({"severity_id": "3"}, Severity.MEDIUM),
        ({"severity_id": 4}, Severity.HIGH),
        ({"severity_id": 5}, Severity.CRITICAL),
        ({"severity_id": 6}, Severity.CRITICAL),
        ({"severity_id": 99}, None),
        ({"severity": "Fatal"}, Severity.CRITICAL),
        ({}, None),
    ],
)
def test_each_severity(members: dict[str, object], severity: Severity | None) -> None:
    assert read(**members).severity is severity


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ({"status_id": 1}, SignalState.FIRING),
        ({"status_id": 2}, SignalState.FIRING),
        ({"status_id": 3}, SignalState.RESOLVED),
        ({"status_id": 4}, SignalState.RESOLVED),
        ({"status_id": 5}, SignalState.RESOLVED),
        ({"status_id": 6}, SignalState.RESOLVED),
        ({"status_id": 99, "status": "Closed"}, SignalState.RESOLVED),
        ({"status_id": 1, "status": "Resolved"}, SignalState.FIRING),
        ({"activity_id": 3}, SignalState.RESOLVED),
        ({"class_uid": 2005, "status_id": 3}, SignalState.FIRING),
        ({"class_uid": 2005, "status_id": 5}, SignalState.RESOLVED),
        ({"class_uid": 2003, "compliance": {"status_id": 1}}, SignalState.RESOLVED),
        ({"class_uid": 2003, "compliance": {"status_id": 3}}, SignalState.FIRING),
        ({"status_code": "PASS"}, SignalState.RESOLVED),
        ({"status_code": "FAIL"}, SignalState.FIRING),
    ],
)
def test_each_status(members: dict[str, object], state: SignalState) -> None:
    assert read(**members).state is state


def test_the_time_of_an_update_is_not_the_beginning() -> None:
    first = datetime(2027, 1, 1, tzinfo=UTC)
    assert read().started_at == datetime.fromtimestamp(1799000000, UTC)
    assert read(activity_id=2).started_at is None
    assert read({"first_seen_time": 1798761600000}, activity_id=2).started_at == first
    assert read({"first_seen_time_dt": "2027-01-01T01:00:00+01:00", "first_seen_time": 0}).started_at == first
    assert read(time=1799000000).started_at is None  # seconds, where milliseconds are due


@pytest.mark.parametrize(
    ("members", "asset"),
    [
        ({"resources": [{"type": "AWS::S3::Bucket", "uid": "arn:aws:s3:::scans"}]}, Asset(AssetKind.BUCKET, "scans")),
        ({"resources": [{"type": "AwsRdsDbInstance", "name": "crm"}]}, Asset(AssetKind.DATABASE, "crm")),
        ({"resources": [{"type": "AwsEc2Instance", "uid": "i-1"}]}, Asset(AssetKind.HOST, "i-1")),
        ({"resources": [{"uid": "x"}], "cloud": {"region": "eu-1"}}, Asset(AssetKind.RESOURCE, "x", "eu-1")),
        ({"resource": {"type": "User", "name": "ines"}}, Asset(AssetKind.USER, "ines")),
        ({"resources": {"type": "User", "name": "ines"}}, Asset(AssetKind.USER, "ines")),
        ({"resources": [], "device": {"hostname": "lap-9"}}, Asset(AssetKind.HOST, "lap-9")),
        ({}, None),
    ],
)
def test_the_asset_is_the_first_resource_else_the_device(members: dict[str, object], asset: Asset | None) -> None:
    assert read(**members).asset == asset


def test_older_and_collected_findings_are_named_by_what_they_hold() -> None:
    older = {"class_uid": 2001, "state_id": 4, "finding": INFO}
    incident = {"class_uid": 2005, "desc": "Several logins", "finding_info_list": [INFO]}
    first, second = ADAPTER.read({}, json.dumps([older, incident]).encode())
    assert (first.title, first.key, first.state) == ("Odd login", "f-1", SignalState.RESOLVED)
    assert (second.title, second.key) == ("Several logins", "f-1")


def test_activities_are_no_alerts() -> None:
    lines = b'{"category_uid": 3, "class_uid": 3002}\n{"category_uid": 4, "class_uid": 4001}\n'
    assert ADAPTER.read({}, lines) == ()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "^finding_info.uid"),
        ([FINDING], r"^\[0\].finding_info.uid"),
        (FINDING | {"finding_info": {"uid": "x"}}, "finding_info.title"),
        (7, "an object"),
    ],
)
def test_what_decides_must_be_there(document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        ADAPTER.read({}, json.dumps(document).encode())
