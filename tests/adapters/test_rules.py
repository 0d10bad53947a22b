"""Rules say which kind of incident a signal opens, how grave it is, and which signals belong together."""

import pytest

from incident.adapters.rules import DEFAULT_KIND, STANDARD, BadRules, Join, Opening, read_rules
from incident.adapters.signals import Severity, Signal, SignalState
from incident.runbooks import usable
from incident.settings import shipped


def signal(title: str = "Disk is full", *, key: str = "k", group: str | None = None, **hints: str) -> Signal:
    return Signal(title, Severity.MEDIUM, "alertmanager", key, SignalState.FIRING, hints=hints, group=group)


def kind(document: dict[str, object], given: Signal) -> str:
    return read_rules(document).opening(given).kind


def test_without_rules_everything_is_unclassified_and_as_grave_as_the_monitor_says() -> None:
    assert read_rules({}).opening(signal()) == Opening(DEFAULT_KIND, Severity.MEDIUM)


def test_the_first_match_that_fits_decides() -> None:
    rules: dict[str, object] = {
        "default_kind": "other",
        "matches": [
            {"kind": "one", "title": "*disk*", "hints": {"host": "db-*"}, "severity": "critical"},
            {"kind": "two", "title": "*DISK*"},
            {"kind": "three"},
        ],
    }
    assert read_rules(rules).opening(signal(host="DB-7")) == Opening("one", Severity.CRITICAL)
    assert read_rules(rules).opening(signal(host="web-7")) == Opening("two", Severity.MEDIUM)
    assert kind(rules, signal("Something else")) == "three"
    assert kind({**rules, "matches": []}, signal()) == "other"


def test_a_hint_that_is_absent_fits_no_pattern() -> None:
    rules: dict[str, object] = {"matches": [{"kind": "labelled", "hints": {"data_class": "*"}}]}
    assert kind(rules, signal()) == DEFAULT_KIND
    assert kind(rules, signal(data_class="personal")) == "labelled"


def test_only_star_and_question_mark_mean_more_than_themselves() -> None:
    rules: dict[str, object] = {"matches": [{"kind": "named", "title": "[prod] host ?"}]}
    assert kind(rules, signal("[PROD] host 7")) == "named"
    assert kind(rules, signal("p host 7")) == DEFAULT_KIND


def test_signals_of_one_group_belong_together_and_without_a_group_those_of_one_key() -> None:
    rules = read_rules({})
    assert rules.belongs_to(signal(key="a", group="g")) == rules.belongs_to(signal(key="b", group="g"))
    assert rules.belongs_to(signal(key="a")) != rules.belongs_to(signal(key="b"))
    assert rules.belongs_to(signal(key="g")) != rules.belongs_to(signal(key="a", group="g"))


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
    assert read_rules(STANDARD).opening(signal(title)).kind == opens


def test_every_kind_a_new_source_opens_has_a_runbook() -> None:
    kinds = {match.kind for match in read_rules(STANDARD).matches}
    assert kinds <= set(usable([shipped("runbooks")]))
    assert kind(dict(STANDARD), signal("x", alertname="CustomerExportBucketPublic")) == "public_bucket"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kinds": []}, "rules.kinds"),
        ({"join": "everything"}, "rules.join"),
        ({"join": ["group"]}, "rules.join"),
        ({"default_kind": ""}, "rules.default_kind"),
        ({"default_kind": "two words"}, "rules.default_kind"),
        ({"default_kind": "x" * 65}, "rules.default_kind"),
        ({"matches": {}}, "rules.matches"),
        ({"matches": [{"kind": "k"}] * 101}, "rules.matches"),
        ({"matches": ["k"]}, "rules.matches[0]"),
        ({"matches": [{"title": "*"}]}, "rules.matches[0].kind"),
        ({"matches": [{"kind": "k", "tittle": "*"}]}, "rules.matches[0].tittle"),
        ({"matches": [{"kind": "k"}, {"kind": "k", "title": ""}]}, "rules.matches[1].title"),
        ({"matches": [{"kind": "k", "title": "x" * 201}]}, "rules.matches[0].title"),
        ({"matches": [{"kind": "k", "hints": []}]}, "rules.matches[0].hints"),
        ({"matches": [{"kind": "k", "hints": {"host": 7}}]}, "rules.matches[0].hints.host"),
        ({"matches": [{"kind": "k", "severity": "grave"}]}, "rules.matches[0].severity"),
    ],
    ids=range(16),
)
def test_rules_that_cannot_be_used_name_the_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(BadRules) as refused:
        read_rules(document)
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")
