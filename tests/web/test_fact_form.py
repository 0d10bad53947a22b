"""The fact sheet survives its form: what is shown and sent back unchanged is the same document."""

from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile

from incident.errors import Invalid
from incident.facts import read_sheet, sheet_document
from incident.web.fact_form import NONE, dataset_forms, read_answer, read_form, shared_parts
from incident.web.views import FactField
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, facts


def sent_back(document: dict[str, Any]) -> FormData:
    """What a browser sends when nobody changes a field."""
    parts = [*shared_parts(document), *shared_parts(document, single=True)]
    for form in dataset_forms(document):
        parts.extend((*form.sections, *form.single))
    fields: list[FactField] = [field for _, inside in parts for field in inside]
    pairs: list[tuple[str, UploadFile | str]] = []
    for field in fields:
        if field.choices:
            pairs.extend((field.name, choice.value) for choice in field.choices if choice.chosen)
        else:
            pairs.append((field.name, field.value))
    return FormData(pairs)


def test_a_sheet_shown_and_sent_back_is_the_same() -> None:
    document = sheet_document(read_sheet(facts()))
    again = read_form(sent_back(document))
    assert sheet_document(read_sheet(again)) == document


def test_a_data_set_to_add_costs_nothing_of_what_was_typed(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    typed = {"datasets.0.id": "data", "datasets.0.title": "Ticket archive", "breach.cause": "phishing"}
    given = send(browser, f"{stage.path}/facts", act="another", **typed)
    assert given.headers["location"] == f"{stage.path}/facts?new=1#dataset-new"
    html = browser.get(f"{stage.path}/facts?new=1").text
    assert 'value="Ticket archive"' in html
    assert 'id="dataset-new"' in html


def test_an_empty_form_says_nothing() -> None:
    assert read_form(FormData([("act", "save"), ("datasets.0.role", "")])) == {"datasets": []}


def test_unknown_is_not_no() -> None:
    sent: list[tuple[str, UploadFile | str]] = [
        ("datasets.0.id", "a"),
        ("datasets.0.people.vulnerable", "unknown"),
        ("breach.malicious", "no"),
    ]
    read = read_form(FormData(sent))
    assert read == {"breach": {"malicious": False}, "datasets": [{"id": "a"}]}


def test_what_only_single_laws_ask_and_none_of_these_come_back_too() -> None:
    document = sheet_document(
        read_sheet(
            {
                **facts(),
                "organisation": {"sectors": [], "turnover_aud": 4_000_000, "establishment": "DE"},
                "impact": {"major_ict": True, "down_minutes": 12, "degraded_users_share": 0.05},
                "datasets": [
                    {
                        "id": "a",
                        "controllers": [],
                        "response": {"remedied": False},
                        "data": {"categories": [], "form": "paper"},
                        "exposure": {"logs": {"from": "2026-11-14T00:00:00Z"}},
                        "protection": {"unavailable_hours": "permanent"},
                    }
                ],
            }
        )
    )
    assert sheet_document(read_sheet(read_form(sent_back(document)))) == document


def test_none_beside_others_is_refused_by_the_reader_and_not_guessed() -> None:
    assert read_answer("people.kinds", [NONE]) == []
    assert read_answer("people.kinds", []) is None
    assert read_answer("people.kinds", [NONE, "users"]) == [NONE, "users"]
    with pytest.raises(Invalid, match="is not one of its words"):
        read_sheet({"id": "a", "people": {"kinds": [NONE, "users"]}})


def test_numbers_are_read_as_people_write_them() -> None:
    assert read_answer("people.count", ["2,400"]) == 2400
    assert read_answer("impact.financial_loss_share", ["0.05"]) == 0.05
    assert read_answer("people.count", ["about forty"]) == "about forty"
    assert read_answer("reach", ["de = 12\nUS-CA = unknown\n"]) == {"DE": 12, "US-CA": None}
    assert read_answer("controllers", [" acme \n blue "]) == ["acme", "blue"]


def test_the_data_set_an_incident_begins_with_says_that_it_has_no_name_until_it_has_one(
    stage: Stage, enter: Enter
) -> None:
    browser = enter("mara")
    assert "It has no name yet." in browser.get(f"{stage.path}/facts").text
    typed = {"datasets.0.id": "archive", "datasets.0.title": "Ticket archive"}
    send(browser, f"{stage.path}/facts", act="draft", **typed)
    assert "It has no name yet." not in browser.get(f"{stage.path}/facts").text
