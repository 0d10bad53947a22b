"""Rules say what becomes of a signal, what an incident it opens is, and which signals belong together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incident.adapters.likeness import reads_as
from incident.adapters.rule_documents import STANDARD, read_rules
from incident.adapters.rules import DEFAULT_KIND, Decision, Join, RuleAction
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState
from incident.runbooks import usable
from incident.settings import shipped

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
UNTIL = "2026-12-01T00:00:00Z"


def signal(title: str = "Disk is full", *, key: str = "k", group: str | None = None, **labels: str) -> Signal:
    return Signal(title, Severity.MEDIUM, "alertmanager", key, SignalState.FIRING, labels=labels, group=group)


def decided(document: dict[str, Any], given: Signal, at: datetime = NOW) -> Decision:
    return read_rules(document).decide(given, at)


def kind(document: dict[str, Any], given: Signal) -> str:
    return decided(document, given).kind


def test_without_rules_everything_opens_unclassified_and_as_grave_as_the_monitor_says() -> None:
    assert decided({}, signal()) == Decision(RuleAction.OPEN, DEFAULT_KIND, Severity.MEDIUM)


def test_the_first_match_that_fits_decides() -> None:
    rules: dict[str, Any] = {
        "default_kind": "other",
        "matches": [
            {"kind": "one", "title": "*disk*", "hints": {"host": "db-*"}, "severity": "critical"},
            {"kind": "two", "title": "*DISK*", "name": "Any disk"},
            {"kind": "three"},
        ],
    }
    assert decided(rules, signal(host="DB-7")) == Decision(RuleAction.OPEN, "one", Severity.CRITICAL, "rule 1")
    assert decided(rules, signal(host="web-7")) == Decision(RuleAction.OPEN, "two", Severity.MEDIUM, "Any disk")
    assert kind(rules, signal("Something else")) == "three"
    assert kind({**rules, "matches": []}, signal()) == "other"


def test_a_label_that_is_absent_fits_no_pattern() -> None:
    rules: dict[str, Any] = {"matches": [{"kind": "labelled", "labels": {"data_class": "*"}}]}
    assert kind(rules, signal()) == DEFAULT_KIND
    assert kind(rules, signal(data_class="personal")) == "labelled"


def test_only_star_and_question_mark_mean_more_than_themselves() -> None:
    rules: dict[str, Any] = {"matches": [{"kind": "named", "title": "[prod] host ?"}]}
    assert kind(rules, signal("[PROD] host 7")) == "named"
    assert kind(rules, signal("p host 7")) == DEFAULT_KIND


EXPORTS = Signal(
    "Bucket is public",
    Severity.HIGH,
    "generic",
    "k",
    SignalState.FIRING,
    asset=Asset(AssetKind.BUCKET, "Exports-EU"),
    hints=(Hint("data.categories", ("name", "health"), "a label"), Hint("breach.cause", "misconfiguration", "known")),
)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"source_severity": "high"}, True),
        ({"source_severity": ["critical", "high"]}, True),
        ({"source_severity": "critical"}, False),
        ({"source_severity": "unknown"}, False),
        ({"asset": "exports-*"}, True),
        ({"asset": "logs-*"}, False),
        ({"asset_kind": ["host", "bucket"]}, True),
        ({"asset_kind": "host"}, False),
        ({"state": "firing"}, True),
        ({"state": ["resolved", "test"]}, False),
        ({"categories": ["health", "genetic"]}, True),
        ({"categories": "biometric"}, False),
        ({"categories": "health", "asset": "logs-*"}, False),
    ],
)
def test_a_match_may_ask_for_any_field(pattern: dict[str, Any], fits: bool) -> None:
    assert kind({"matches": [{"kind": "fitted", **pattern}]}, EXPORTS) == ("fitted" if fits else DEFAULT_KIND)


def test_an_asset_severity_or_hint_that_is_absent_fits_none() -> None:
    silent = Signal("Bucket is public", None, "generic", "k", SignalState.FIRING)
    for pattern in ({"asset": "*"}, {"asset_kind": "bucket"}, {"categories": "name"}, {"source_severity": "high"}):
        assert kind({"matches": [{"kind": "fitted", **pattern}]}, silent) == DEFAULT_KIND
    assert kind({"matches": [{"kind": "fitted", "source_severity": "unknown"}]}, silent) == "fitted"


def test_a_match_says_how_grave_who_is_paged_and_who_may_see_it() -> None:
    rules: dict[str, Any] = {
        "matches": [{"kind": "insider", "severity": "critical", "restricted": True, "page": ["legal", "a@b.example"]}]
    }
    found = decided(rules, signal())
    assert (found.kind, found.severity, found.restricted) == ("insider", Severity.CRITICAL, True)
    assert found.page == ("legal", "a@b.example")


def test_an_ignore_ends_at_its_moment_and_the_next_match_decides() -> None:
    rules: dict[str, Any] = {
        "matches": [{"action": "ignore", "title": "disk*", "expires": UNTIL}, {"action": "record", "title": "disk*"}]
    }
    end = datetime(2026, 12, 1, tzinfo=UTC)
    assert decided(rules, signal(), end - timedelta(microseconds=1)).action is RuleAction.IGNORE
    assert decided(rules, signal(), end).action is RuleAction.RECORD


def test_signals_of_one_group_belong_together_and_without_a_group_those_of_one_key() -> None:
    rules = read_rules({})
    assert rules.belongs_to(signal(key="a", group="g")) == rules.belongs_to(signal(key="b", group="g"))
    assert rules.belongs_to(signal(key="a")) != rules.belongs_to(signal(key="b"))
    assert rules.belongs_to(signal(key="g")) != rules.belongs_to(signal(key="a", group="g"))
    assert rules.belongs_to(signal(group="g")) != rules.belongs_to(signal(group="g"), restricted=True)


def test_a_source_may_join_everything_it_says() -> None:
    rules = read_rules({"join": Join.SOURCE.value})
    assert rules.belongs_to(signal(key="a", group="g")) == rules.belongs_to(signal(key="b"))


@pytest.mark.parametrize(
    ("title", "opens"),
    [
        ("Object store bucket crm-exports is readable by anyone", "public_bucket"),
        ("Ransom note on file server", "ransomware"),
        ("Credential stuffing succeeded", "leaked_credentials"),
        ("Secret in public repository leaked", "leaked_credentials"),
        ("Leak of a client secret", "leaked_credentials"),
        ("Misdirected mail reported", "misdirected_email"),
        ("Mail sent to the wrong recipient", "misdirected_email"),
        ("Disk is full", DEFAULT_KIND),
    ],
)
def test_what_a_new_source_starts_with(title: str, opens: str) -> None:
    assert kind(dict(STANDARD), signal(title)) == opens


def test_every_kind_a_new_source_opens_has_a_runbook() -> None:
    kinds = {match.kind for match in read_rules(STANDARD).matches}
    assert kinds <= set(usable([shipped("runbooks")]))
    assert kind(dict(STANDARD), signal("x", alertname="CustomerExportBucketPublic")) == "public_bucket"


def test_a_severity_the_monitor_does_not_say_is_the_sources_default() -> None:
    silent = Signal("Disk is full", None, "zabbix", "k", SignalState.FIRING)
    assert decided({}, silent).severity is Severity.MEDIUM
    assert decided({"default_severity": "high"}, silent).severity is Severity.HIGH
    assert decided({"matches": [{"kind": "k", "severity": "low"}]}, silent).severity is Severity.LOW
    assert decided({"default_severity": "high"}, signal()).severity is Severity.MEDIUM


OPEN, JOIN, RECORD, IGNORE = RuleAction


@pytest.mark.parametrize(
    ("state", "without", "opens", "named", "joins"),
    [
        (SignalState.FIRING, OPEN, OPEN, OPEN, JOIN),
        (SignalState.INFORMATIONAL, RECORD, OPEN, OPEN, RECORD),
        (SignalState.TEST, RECORD, RECORD, RECORD, RECORD),
        (SignalState.RESOLVED, JOIN, JOIN, JOIN, JOIN),
    ],
)
def test_an_informational_alert_opens_by_a_rule_that_says_so_and_a_test_never(
    state: SignalState, without: RuleAction, opens: RuleAction, named: RuleAction, joins: RuleAction
) -> None:
    given = Signal("Planned work", None, "statuspage", "k", state)
    said: list[dict[str, Any]] = [{"kind": "k", "opens": True}, {"kind": "k", "state": list(SignalState)}]
    found = [decided({"matches": matches}, given).action for matches in ([], said[:1], said[1:], [{"action": "join"}])]
    assert found == [without, opens, named, joins]
    assert decided({"matches": [{"action": "ignore", "expires": UNTIL}]}, given).action is IGNORE


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Host web-0001 is down", "Host web-0002 is down", True),
        ("Host web-0001 is down", "Host db-0001 is down", False),
        ("Login to 1f0c9a2e-77aa-4c1b-9d5e-0c1d2e3f4a5b failed", "login to ab12cd34 failed", True),
        ("Disk 91% full on /dev/sda1", "Disk 99% full on /dev/sda2", True),
        ("Bucket is public", "Bucket was deleted", False),
    ],
)
def test_alerts_are_alike_whose_words_are_once_numbers_are_left_out(one: str, other: str, alike: bool) -> None:
    assert (reads_as(signal(one)) == reads_as(signal(other))) is alike


def test_the_name_of_the_asset_and_the_summary_of_a_named_rule_make_no_difference() -> None:
    def on(name: str) -> Signal:
        return Signal(f"“{name}” fails", None, "generic", "k", SignalState.FIRING, asset=Asset(AssetKind.HOST, name))

    assert reads_as(on("alpha")) == reads_as(on("beta")) == reads_as(on("the old mail server"))
    assert reads_as(signal("a is down", alertname="Down")) == reads_as(signal("b does not answer", alertname="Down"))
