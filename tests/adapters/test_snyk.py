"""Snyk's snapshots beyond the expected ones: where a project comes from, what is refused, other events."""

import json

import pytest

from incident.adapters.answers import Asked, Noted
from incident.adapters.signals import AssetKind, Signal, SignalState, Unreadable
from incident.adapters.snyk import ADAPTER

HEADERS = {"x-snyk-event": "project_snapshot/v0", "x-snyk-timestamp": "2026-06-30T12:00:00Z"}
ISSUE = {"id": "SNYK-1", "issueData": {"title": "Flaw", "severity": "high"}}


def read(**members: object) -> tuple[Signal, ...]:
    return ADAPTER.read(HEADERS, json.dumps({"project": {"id": "p", "name": "web"}, **members}).encode())


@pytest.mark.parametrize("origin", ["github", "github-enterprise", "gitlab", "bitbucket-cloud", "azure-repos"])
def test_a_project_from_source_control_is_a_repository(origin: str) -> None:
    (signal,) = read(project={"id": "p", "name": "verein/web", "origin": origin}, newIssues=[ISSUE])
    assert signal.asset is not None
    assert signal.asset.kind is AssetKind.REPOSITORY


@pytest.mark.parametrize("origin", ["cli", "docker-hub", "kubernetes", None])
def test_a_project_from_elsewhere_is_an_application(origin: str | None) -> None:
    (signal,) = read(project={"id": "p", "name": "web", "origin": origin}, newIssues=[ISSUE])
    assert signal.asset is not None
    assert signal.asset.kind is AssetKind.APPLICATION


def test_an_issue_that_goes_has_the_key_it_came_with_and_all_of_a_project_are_one_group() -> None:
    new, gone = read(newIssues=[ISSUE], removedIssues=[ISSUE])
    assert (new.state, gone.state) == (SignalState.FIRING, SignalState.RESOLVED)
    assert (new.key, new.group) == (gone.key, gone.group) == ("p/SNYK-1", "project p")
    assert (new.started_at is None, gone.started_at is None) == (False, True)


def test_the_id_may_stand_in_issue_data_only() -> None:
    (signal,) = read(newIssues=[{"issueData": {"id": "SNYK-2"}}])
    assert (signal.key, signal.title) == ("p/SNYK-2", "p/SNYK-2")


def test_a_tag_of_the_project_is_a_label_and_may_name_its_data() -> None:
    tags = [{"key": "team", "value": "web"}, {"key": "data_categories", "value": "name,health"}, None, {"key": "x"}]
    (signal,) = read(project={"id": "p", "name": "web", "tags": tags}, newIssues=[ISSUE])
    assert signal.labels["team"] == "web"
    assert [(hint.fact, hint.value) for hint in signal.hints] == [("data.categories", ("name", "health"))]


def test_a_ping_is_noted_in_every_version() -> None:
    for version in ("ping/v0", "ping/v1", "PING"):
        assert isinstance(ADAPTER.answer_to(Asked({"x-snyk-event": version}, b"{}")), Noted)


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"newIssues": {}}, "newIssues"),
        ({"removedIssues": [None]}, r"removedIssues\[0\]"),
        ({"newIssues": [ISSUE, {}]}, r"newIssues\[1\]\.id"),
        ({"project": {"name": "web"}, "newIssues": [ISSUE]}, r"project\.id"),
        ({"project": "web"}, "project"),
    ],
)
def test_what_is_refused_is_named(members: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        read(**members)


def test_another_event_waits_in_quarantine_under_its_name() -> None:
    with pytest.raises(Unreadable, match="audit"):
        ADAPTER.read({"x-snyk-event": "audit/v1"}, b"{}")
