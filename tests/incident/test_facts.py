"""A fact sheet says exactly what was answered: nothing is guessed, nothing unknown slips in."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.errors import Invalid
from incident.facts import FIELDS, difference, read_sheet, sheet_document, unknown_sheet
from incident.facts.vocabulary import BREACH_KINDS, CATEGORIES, CAUSES

BY_DATASET: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "cause": "misconfiguration"},
    "organisation": {"establishment": "DE"},
    "datasets": [
        {"id": "accounts", "role": "controller", "data": {"categories": ["name"]}, "people": {"count": 12}},
        {"id": "lists", "role": "processor", "entity": "gmbh", "controllers": ["c-2", "c-1"], "reach": {"DE": None}},
    ],
}


def faults(document: object) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_sheet(document)
    return {fault.field: fault.mend for fault in caught.value.faults}


def test_the_flat_form_is_one_data_set() -> None:
    sheet = read_sheet({"breach": {"kinds": ["integrity"]}, "organisation": {"role": "joint"}, "people": {"count": 3}})
    (dataset,) = sheet.datasets
    assert dataset.role == "joint"
    assert sheet.view(dataset) == {"breach.kinds": ("integrity",), "people.count": 3, "organisation.role": "joint"}


def test_a_data_set_sees_the_breach_and_the_organisation_and_nothing_of_its_neighbour() -> None:
    sheet = read_sheet(BY_DATASET)
    accounts, lists = (sheet.view(dataset) for dataset in sheet.datasets)
    assert accounts["people.count"] == 12
    assert "people.count" not in lists
    assert "data.categories" not in lists
    assert lists["reach"] == {"DE": None}
    assert accounts["organisation.establishment"] == lists["organisation.establishment"] == "DE"
    assert sheet.datasets[1].controllers == ("c-1", "c-2")


def test_absent_and_null_are_not_no() -> None:
    sheet = read_sheet({"breach": {"malicious": None}})
    assert "breach.malicious" not in sheet.shared
    assert read_sheet({"breach": {"malicious": False}}).shared["breach.malicious"] is False


def test_an_empty_list_says_none_which_is_an_answer() -> None:
    (dataset,) = read_sheet({"data": {"categories": []}}).datasets
    assert dataset.facts["data.categories"] == ()


def test_every_fault_is_named_with_its_path_and_mend() -> None:
    found = faults(
        {
            "breach": {"kind": ["x"], "cause": "ransom"},
            "peple": {},
            "people": {"count": -1, "vulnerable": "yes"},
            "reach": {"Germany": 3, "DE": -1},
            "exposure": {"logs": {"from": "2026-11-14T00:00:00"}},
        }
    )
    assert found["peple"] == "did you mean people?"
    assert found["breach.kind"] == "did you mean breach.kinds?"
    assert found["breach.cause"] == "did you mean ransomware?"
    assert "people.count" in found
    assert "people.vulnerable" in found
    assert "reach.Germany" in found
    assert "reach.DE" in found
    assert "exposure.logs.from" in found


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "facts"),
        ({"datasets": []}, "datasets"),
        ({"datasets": [{"id": "a"}, {"id": "a"}]}, "datasets[1].id"),
        ({"datasets": [{"id": "No Spaces"}]}, "datasets[0].id"),
        ({"datasets": ["a"]}, "datasets[0]"),
        ({"datasets": [{"id": "a"}], "people": {"count": 1}}, "people"),
        ({"datasets": [{"id": "a", "controllers": [7]}]}, "datasets[0].controllers"),
        ({"datasets": [{"id": "a", "controllers": ["c" * 101]}]}, "datasets[0].controllers"),
        ({"datasets": [{"id": "a", "role": "owner"}]}, "datasets[0].role"),
        ({"people": {"count_min": 5, "count_max": 4}}, "people"),
        ({"people": {"count": 1.5}}, "people.count"),
        ({"people": {"count": True}}, "people.count"),
        ({"people": 3}, "people"),
        ({"protection": {"unavailable_hours": "for ever"}}, "protection.unavailable_hours"),
        ({"organisation": {"eu_users_affected_share": 2}}, "organisation.eu_users_affected_share"),
        ({"organisation": {"establishment": "Germany"}}, "organisation.establishment"),
        ({"data": {"categories": "name"}}, "data.categories"),
        ({"id": 7}, "id"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_a_fault_names_its_path(document: object, path: str) -> None:
    assert path in faults(document)


@pytest.mark.parametrize(
    "document", [BY_DATASET, {}, {"exposure": {"logs": {"exist": True, "from": "2026-11-14T01:00:00+01:00"}}}]
)
def test_the_canonical_document_reads_back_as_the_same_sheet(document: object) -> None:
    sheet = read_sheet(document)
    assert read_sheet(json.loads(json.dumps(sheet_document(sheet)))) == sheet


def test_moments_are_kept_in_utc() -> None:
    (dataset,) = read_sheet({"exposure": {"logs": {"from": "2026-11-14T01:00:00+01:00"}}}).datasets
    assert dataset.facts["exposure.logs.from"] == "2026-11-14T00:00:00Z"


def test_a_difference_names_each_fact_by_its_data_set() -> None:
    old = read_sheet(BY_DATASET)
    new = read_sheet({**BY_DATASET, "breach": {"kinds": ["confidentiality"]}, "datasets": BY_DATASET["datasets"][:1]})
    changes = {change.path: (change.before, change.after) for change in difference(old, new)}
    assert changes["breach.cause"] == ("misconfiguration", None)
    assert changes["datasets.lists.controllers"] == (("c-1", "c-2"), None)
    assert "datasets.accounts.people.count" not in changes
    assert str(difference(old, new)[0]) == "breach.cause: misconfiguration → not stated"
    assert difference(old, old) == ()


def test_the_unknown_sheet_has_a_data_set_and_no_facts() -> None:
    (dataset,) = unknown_sheet().datasets
    assert unknown_sheet().view(dataset) == {}


words = st.lists(st.sampled_from(CATEGORIES), unique=True)
sheets = st.fixed_dictionaries(
    {},
    optional={
        "breach": st.fixed_dictionaries(
            {},
            optional={
                "kinds": st.lists(st.sampled_from(BREACH_KINDS), unique=True),
                "cause": st.sampled_from(CAUSES),
                "malicious": st.booleans() | st.none(),
            },
        ),
        "data": st.fixed_dictionaries({}, optional={"categories": words}),
        "people": st.fixed_dictionaries({}, optional={"count": st.integers(0, 10**9)}),
        "reach": st.dictionaries(st.sampled_from(["DE", "FR", "US-CA"]), st.integers(0, 99) | st.none()),
    },
)


@given(sheets)
def test_any_sheet_reads_back_and_differs_from_itself_in_nothing(document: dict[str, object]) -> None:
    sheet = read_sheet(document)
    assert read_sheet(sheet_document(sheet)) == sheet
    assert difference(sheet, sheet) == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from([*FIELDS, "breach", "data", "people", "datasets", "reach", "id"]), inner)
        ),
    )
)
def test_no_document_breaks_the_reader(document: object) -> None:
    with contextlib.suppress(Invalid):
        read_sheet(document)


SHARED_CASES = Path(__file__).parents[3] / "shared" / "cases"


def test_the_shared_cases_read_where_they_are_present(say: Callable[[str], None]) -> None:
    files = sorted(SHARED_CASES.glob("*.json"))
    for file in files:
        facts = json.loads(file.read_text())["facts"]
        assert read_sheet(sheet_document(read_sheet(facts))) == read_sheet(facts), file.name
    say(f"fact sheets of worked cases read: {len(files)}")
