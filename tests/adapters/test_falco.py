"""Falco: its priorities one by one, what its plug-ins name, secrets that are no labels, and what is refused."""

import json

import pytest

from incident.adapters.falco import ADAPTER
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

LEAST = {"rule": "Terminal shell in container", "priority": "Notice", "hostname": "node-1"}


def read(said: object = None, **members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(LEAST | {"output_fields": said} | members).encode())[0]


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("Emergency", Severity.CRITICAL),
        ("Alert", Severity.CRITICAL),
        ("CRITICAL", Severity.CRITICAL),
        ("Error", Severity.HIGH),
        ("Warning", Severity.MEDIUM),
        ("Notice", Severity.LOW),
        ("Informational", Severity.INFO),
        ("Debug", Severity.INFO),
        ("Loud", None),
        (None, None),
    ],
)
def test_each_priority(word: str | None, severity: Severity | None) -> None:
    assert read(priority=word).severity is severity


@pytest.mark.parametrize(
    ("said", "asset"),
    [
        ({"s3.bucket": "scans", "ct.region": "eu-west-1"}, Asset(AssetKind.BUCKET, "scans", "eu-west-1")),
        ({"github.repo": "shop"}, Asset(AssetKind.REPOSITORY, "shop")),
        ({"ka.target.name": "db", "ka.target.resource": "secrets"}, Asset(AssetKind.SECRET, "db")),
        ({"ka.target.name": "db", "ka.target.resource": "configmaps"}, Asset(AssetKind.RESOURCE, "db")),
        ({"container.id": "3ad7", "container.name": None, "k8s.pod.name": "<NA>"}, Asset(AssetKind.CONTAINER, "3ad7")),
        ({"container.id": "host", "container.name": "host"}, Asset(AssetKind.HOST, "node-1")),
        ([], Asset(AssetKind.HOST, "node-1")),
    ],
)
def test_the_asset_is_what_the_fields_name_else_the_host(said: object, asset: Asset) -> None:
    assert read(said).asset == asset


def test_one_rule_on_another_host_is_another_alert() -> None:
    assert read().key != read(hostname="node-2").key
    assert read(time="2026-01-01T00:00:00Z").key == read(time="2026-01-02T00:00:00Z").key


def test_arguments_and_the_text_are_no_labels() -> None:
    said = {"proc.cmdline": "mysql -pgeheim", "evt.args": "geheim", "proc.name": "mysql", "user.name": "<NA>"}
    labels = read(said, output="geheim", tags=["T1555", "shell"]).labels
    assert labels == {"priority": "Notice", "hostname": "node-1", "tags": "T1555, shell", "proc.name": "mysql"}


def test_several_events_may_come_at_once() -> None:
    lines = b"\n".join(json.dumps(LEAST | {"hostname": f"node-{number}"}).encode() for number in (1, 2))
    assert len({signal.key for signal in ADAPTER.read({}, lines)}) == 2


def test_a_rule_that_is_called_so_is_no_test() -> None:
    assert read({"proc.name": "falcosidekick"}, rule="Test rule").state is SignalState.TEST
    assert read({"proc.name": "sh"}, rule="Test rule").state is SignalState.FIRING


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"[]", "no event"), (b"{}", "^rule must"), (b'[{"rule": "a"}, {}]', r"^\[1\].rule must"), (b"[1]", "an object")],
)
def test_what_decides_must_be_there(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        ADAPTER.read({}, body)
