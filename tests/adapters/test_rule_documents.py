"""Rules that cannot be used are refused with the field and the mend; what is kept reads back as it was written."""

from typing import Any

import pytest

from incident.adapters.rule_documents import STANDARD, BadRules, read_rules, rules_from_toml, rules_to_toml
from incident.adapters.rules import RuleAction

WRITTEN = """
default_kind = "unclassified"
alike_minutes = 10
straggler_minutes = 5

[[matches]]
name = "Load tests of the week"
action = "ignore"
expires = 2026-12-01T01:00:00+01:00
labels = { env = "load-test" }

[[matches]]
kind = "public_bucket"
title = '*"bucket"*'
page = ["privacy_officer", "mara@example.org"]
restricted = true
"""


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
        ({"matches": [{"kind": "k", "labels": {"host": ""}}]}, "rules.matches[0].labels.host"),
        ({"matches": [{"kind": "k", "opens": "yes"}]}, "rules.matches[0].opens"),
        ({"default_severity": "grave"}, "rules.default_severity"),
        ({"alike_minutes": 61}, "rules.alike_minutes"),
        ({"alike_minutes": True}, "rules.alike_minutes"),
        ({"straggler_minutes": "5"}, "rules.straggler_minutes"),
        ({"matches": [{"action": "drop"}]}, "rules.matches[0].action"),
        ({"matches": [{"action": ["open"], "kind": "k"}]}, "rules.matches[0].action"),
        ({"matches": [{"action": "ignore"}]}, "rules.matches[0].expires"),
        ({"matches": [{"action": "ignore", "expires": "tomorrow"}]}, "rules.matches[0].expires"),
        ({"matches": [{"action": "ignore", "expires": "2026-12-01T00:00:00"}]}, "rules.matches[0].expires"),
        ({"matches": [{"action": "record", "kind": "k"}]}, "rules.matches[0].kind"),
        ({"matches": [{"action": "join", "page": ["legal"]}]}, "rules.matches[0].page"),
        ({"matches": [{"action": "record", "restricted": True}]}, "rules.matches[0].restricted"),
        ({"matches": [{"kind": "k", "page": ["the boss"]}]}, "rules.matches[0].page"),
        ({"matches": [{"kind": "k", "page": ["legal"] * 21}]}, "rules.matches[0].page"),
        ({"matches": [{"kind": "k", "page": {"role": "legal"}}]}, "rules.matches[0].page"),
        ({"matches": [{"kind": "k", "restricted": 1}]}, "rules.matches[0].restricted"),
        ({"matches": [{"kind": "k", "name": "two\nlines"}]}, "rules.matches[0].name"),
        ({"matches": [{"kind": "k", "asset": 7}]}, "rules.matches[0].asset"),
        ({"matches": [{"kind": "k", "asset_kind": "planet"}]}, "rules.matches[0].asset_kind"),
        ({"matches": [{"kind": "k", "state": []}]}, "rules.matches[0].state"),
        ({"matches": [{"kind": "k", "state": {"firing": True}}]}, "rules.matches[0].state"),
        ({"matches": [{"kind": "k", "source_severity": ["high", 7]}]}, "rules.matches[0].source_severity"),
        ({"matches": [{"kind": "k", "categories": ["shoe_size"]}]}, "rules.matches[0].categories"),
        ({"mapping": {}}, "rules.mapping.title"),
    ],
    ids=range(42),
)
def test_rules_that_cannot_be_used_name_the_field(document: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRules) as refused:
        read_rules(document)
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


def test_what_a_person_writes_is_kept_with_its_moments_as_text() -> None:
    kept = rules_from_toml(WRITTEN)
    assert kept["matches"][0]["expires"] == "2026-12-01T00:00:00+00:00"  # type: ignore[index]
    found = read_rules(kept)
    assert [match.action for match in found.matches] == [RuleAction.IGNORE, RuleAction.OPEN]
    assert found.matches[0].name == "Load tests of the week"


@pytest.mark.parametrize("document", [STANDARD, rules_from_toml(WRITTEN), {}], ids=["standard", "written", "empty"])
def test_what_is_kept_is_shown_so_that_it_reads_back_the_same(document: dict[str, Any]) -> None:
    assert rules_from_toml(rules_to_toml(document)) == dict(document)


def test_a_member_that_says_nothing_is_left_out_of_what_is_shown() -> None:
    assert rules_from_toml(rules_to_toml({"default_severity": None, "matches": [{"kind": "k", "severity": None}]})) == {
        "matches": [{"kind": "k"}]
    }


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("matches = [", "rules"),
        ("[[matches]]\nexpires = 2026-12-01T00:00:00", "rules.matches[0].expires"),
        ("[[matches]]\nexpires = 2026-12-01", "rules.matches[0].expires"),
        ("x = " + "[" * 5000, "rules"),
    ],
    ids=["broken", "no offset", "a day", "deep"],
)
def test_what_is_no_toml_or_no_moment_is_refused(text: str, field: str) -> None:
    with pytest.raises(BadRules) as refused:
        rules_from_toml(text)
    assert refused.value.field == field
