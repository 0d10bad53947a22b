"""Hints are gathered by fact and value, and held against answers, which always win."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incident.adapters.signals import Asset, AssetKind
from incident.asset_rules import ANY, Declaration, declaration_document, declaration_faults, declaration_of, in_order
from incident.hints import Declared, Said, Stance, Suggestion, Teller, gather, stance, taken, usable

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRST, SECOND = Teller("scanner", "One", AT), Teller("scanner", "Two", AT)
OLD = Declared("bucket exports-*", AT, "Mara", outdated=True)


def test_what_several_alerts_say_is_one_suggestion_that_counts_them() -> None:
    names = Said("data.categories", ("name", "contact"), "a label")
    found = gather([(FIRST, (names, Said("breach.cause", "malware", "scan"))), (SECOND, (names,))])
    assert [(one.fact, one.value, one.alerts) for one in found] == [
        ("breach.cause", "malware", 1),
        ("data.categories", ("contact", "name"), 2),
    ]
    assert found[1].tellers == (FIRST, SECOND)
    assert [(why.text, why.alerts) for why in found[1].whys] == [("a label", 2)]


def test_one_alert_with_two_reasons_is_one_alert() -> None:
    said = (Said("data.categories", ("name",), "a label"), Said("data.categories", ("name",), "declared", OLD))
    (found,) = gather([(FIRST, said)])
    assert found.alerts == 1
    assert {why.declared for why in found.whys} == {None, OLD}
    assert not found.outdated
    (old,) = gather([(FIRST, said[1:])])
    assert old.outdated


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("data.shoe_size", 4),
        ("nonsense", "x"),
        ("data.categories", ("souls",)),
        ("data.categories", ()),
        ("breach.malicious", "yes"),
        ("people.count", -1),
        ("reach", {"Bavaria": None}),
        ("organisation.role", "owner"),
        ("", "x"),
        ("datasets", "x"),
    ],
)
def test_what_no_fact_sheet_could_hold_is_left_out(fact: str, value: Any) -> None:
    assert usable(fact, value) is None
    assert gather([(FIRST, (Said(fact, value, "why"),))]) == ()


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("breach.malicious", False),
        ("people.count", 0),
        ("reach", {"DE": None}),
        ("organisation.role", "processor"),
        ("controllers", ("acme",)),
        ("entity", "main"),
        ("impact.major_ict", True),
        ("exposure.logs.exist", True),
    ],
)
def test_shared_facts_those_of_a_data_set_and_its_role_can_be_suggested(fact: str, value: Any) -> None:
    assert usable(fact, value) == value


@pytest.mark.parametrize(
    ("suggested", "answer", "expected"),
    [
        (True, None, Stance.OPEN),
        (True, True, Stance.AGREES),
        (True, False, Stance.CONTRADICTS),
        (1, True, Stance.CONTRADICTS),
        ("malware", "malware", Stance.AGREES),
        (("name",), ["contact", "name"], Stance.AGREES),
        (("health", "name"), ["name"], Stance.CONTRADICTS),
        (("name",), [], Stance.CONTRADICTS),
        ({"DE": None}, {"DE": 12, "FR": 1}, Stance.AGREES),
        ({"DE": None}, {"FR": 1}, Stance.CONTRADICTS),
        ({"DE": None}, "DE", Stance.CONTRADICTS),
        ("main", "", Stance.OPEN),
    ],
)
def test_an_answer_stands_whatever_is_suggested(suggested: Any, answer: object, expected: Stance) -> None:
    assert stance(suggested, answer) is expected


def test_taking_a_list_over_takes_nothing_away() -> None:
    assert taken(("health", "name"), ["name", "contact"]) == ["name", "contact", "health"]
    assert taken({"DE": None, "FR": None}, {"DE": 12}) == {"DE": 12, "FR": None}
    assert taken("malware", "phishing") == "malware"
    assert taken(True, None) is True


def test_equal_values_have_one_key_in_whatever_order_they_are_said() -> None:
    keys = {
        one.key
        for words in (("name", "contact"), ("contact", "name"), ("name", "contact", "name"))
        for one in gather([(FIRST, (Said("data.categories", words, "why"),))])
    }
    assert len(keys) == 1
    assert all(isinstance(one, Suggestion) for one in gather([]))


@pytest.mark.parametrize(
    ("kind", "pattern", "fits"),
    [
        ("bucket", "exports-*", True),
        ("bucket", "EXPORTS-EU-?", True),
        ("any", "*eu*", True),
        ("mailbox", "exports-*", False),
        ("bucket", "exports", False),
        ("bucket", "exports-[a-z]*", False),
    ],
)
def test_a_pattern_is_that_of_the_rules(kind: str, pattern: str, fits: bool) -> None:
    assert Declaration(kind, pattern).fits(Asset(AssetKind.BUCKET, "Exports-eu-1")) is fits


def test_brackets_of_a_name_mean_themselves() -> None:
    assert Declaration("host", "db[1]*").fits(Asset(AssetKind.HOST, "DB[1].internal"))


def test_a_declaration_is_kept_and_read_back() -> None:
    said = Declaration("bucket", " exports-* ", ("name", "contact", "name"), regions=("fr", "DE"), role="processor")
    kept = in_order(said)
    assert kept == Declaration("bucket", "exports-*", ("contact", "name"), regions=("DE", "FR"), role="processor")
    assert declaration_of({**declaration_document(kept), "retired": 1}) == kept
    assert dict(kept.facts()) == {
        "data.categories": ("contact", "name"),
        "reach": {"DE": None, "FR": None},
        "organisation.role": "processor",
    }


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Declaration("boat", "x", ("name",)), "kind"),
        (Declaration(ANY, "", ("name",)), "name"),
        (Declaration(ANY, "**?", ("name",)), "name"),
        (Declaration(ANY, "x\n", ("name",)), "name"),
        (Declaration(ANY, "x" * 201, ("name",)), "name"),
        (Declaration(ANY, "x", ("souls",)), "categories"),
        (Declaration(ANY, "x", people=("ghosts",)), "people"),
        (Declaration(ANY, "x", regions=("EU",)), "regions"),
        (Declaration(ANY, "x", regions=("Bavaria",)), "regions"),
        (Declaration(ANY, "x", role="owner"), "role"),
        (Declaration(ANY, "x", customers=("a" * 101,)), "customers"),
        (Declaration(ANY, "x", role="controller", customers=("acme",)), "customers"),
        (Declaration(ANY, "x", entity="e" * 129), "entity"),
        (Declaration(ANY, "x"), "categories"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(said: Declaration, field: str) -> None:
    assert [fault.field for fault in declaration_faults(said)] == [field]
