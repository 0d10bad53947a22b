"""Google SCC: resources by their full names, ends, classes, and what is refused."""

import base64
import json

import pytest

from incident.adapters.google_scc import read
from incident.adapters.signals import Signal, Unreadable


def notification(resource: object = None, **finding: object) -> bytes:
    said = {"name": "organizations/1/sources/2/findings/f", "category": "OPEN_FIREWALL"} | finding
    return json.dumps({"finding": said, "resource": resource}).encode()


def one(body: bytes) -> Signal:
    (signal,) = read({}, body)
    return signal


@pytest.mark.parametrize(
    ("name", "asset"),
    [
        ("//storage.googleapis.com/scans", "bucket scans"),
        ("//compute.googleapis.com/projects/p/zones/z/instances/i", "host i"),
        ("//cloudsql.googleapis.com/projects/p/instances/members", "database members"),
        ("//bigquery.googleapis.com/projects/p/datasets/d/tables/t", "database t"),
        ("//iam.googleapis.com/projects/p/serviceAccounts/1/keys/k", "secret k"),
        ("//iam.googleapis.com/projects/p/serviceAccounts/1", "user 1"),
        ("//cloudfunctions.googleapis.com/projects/p/locations/l/functions/f", "function f"),
        ("//cloudresourcemanager.googleapis.com/organizations/1", "account 1"),
        ("//new.googleapis.com/projects/p/things/t", "resource t"),
        ("", "None"),
    ],
)
def test_a_resource_is_known_by_its_full_name(name: str, asset: str) -> None:
    assert str(one(notification(resourceName=name)).asset) == asset
    located = one(notification({"name": name, "location": "europe-west3"}))
    assert str(located.asset) == (asset if asset == "None" else f"{asset} (europe-west3)")


@pytest.mark.parametrize(
    ("state", "mute", "expected"),
    [
        ("ACTIVE", "UNMUTED", "firing"),
        ("ACTIVE", "MUTED", "resolved"),
        ("INACTIVE", "UNDEFINED", "resolved"),
        (None, None, "firing"),
        ([], {}, "firing"),
    ],
)
def test_inactive_and_muted_are_ends(state: object, mute: object, expected: str) -> None:
    assert one(notification(state=state, mute=mute)).state == expected


@pytest.mark.parametrize(
    ("finding", "severity"),
    [
        ({"severity": "LOW", "sourceProperties": {"SeverityLevel": "High"}}, "low"),
        ({"severity": "SEVERITY_UNSPECIFIED", "sourceProperties": {"SeverityLevel": "High"}}, "high"),
        ({"severity": "SEVERITY_UNSPECIFIED"}, None),
    ],
)
def test_an_older_finding_has_its_severity_elsewhere(finding: dict[str, object], severity: str | None) -> None:
    assert one(notification(**finding)).severity == severity


@pytest.mark.parametrize(
    ("finding", "hints"),
    [
        ({"findingClass": "VULNERABILITY", "sourceProperties": {"ScannerName": "S"}}, []),
        ({"findingClass": "MISCONFIGURATION"}, ["misconfiguration"]),
        ({"findingClass": "THREAT", "category": "Persistence: IAM Anomalous Grant"}, [True]),
        ({"securityMarks": {"marks": {"data_categories": "health"}}}, [("health",)]),
    ],
)
def test_the_class_of_a_finding_is_a_hint(finding: dict[str, object], hints: list[object]) -> None:
    assert [hint.value for hint in one(notification(**finding)).hints] == hints


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (json.dumps({"message": {"data": "%%%"}}).encode(), "message.data: It is not base64"),
        (json.dumps({"message": {"data": base64.b64encode(b"[]").decode()}}).encode(), "not an object"),
        (json.dumps({"message": {}}).encode(), "message.data: The body is empty"),
        (json.dumps({"asset": {}}).encode(), "finding must be"),
        (notification(name=None), "finding.name"),
        (notification(category=""), "finding.category"),
    ],
    ids=range(6),
)
def test_what_decides_is_named_where_it_is_missing(body: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read({}, body)
