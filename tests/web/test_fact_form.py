"""The fact sheet survives its form: what is shown and sent back unchanged is the same document."""

import re
from html import unescape
from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile

from incident.errors import Invalid
from incident.facts import read_sheet, sheet_document, unknown_sheet
from incident.law.circumstances import Organisation
from incident.web.fact_form import NONE, dataset_forms, read_answer, read_form, shared_parts, with_settings
from incident.web.views import FactField
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import CUSTOMERS, Stage, facts

BERLIN = "Europe/Berlin"


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
    again = read_form(sent_back(document), BERLIN)
    assert sheet_document(read_sheet(again)) == document


def test_what_the_settings_answer_is_not_asked_again() -> None:
    own = Organisation(establishment="DE", sectors=())
    for document, hint in (({}, "The settings say: None of these."), ({"organisation": {"sectors": ["telecom"]}}, "")):
        parts = with_settings(shared_parts(document), own)
        field = next(one for _, inside in parts for one in inside if one.path == "organisation.sectors")
        assert field.answered
        assert ("The settings say" in field.hint) is bool(hint)
        assert hint in field.hint
        assert sum(choice.chosen for choice in field.choices) == len(document)  # a setting is no answer of this sheet
    silent = with_settings(shared_parts({}), Organisation())
    assert not any(one.answered for _, inside in silent for one in inside)


def test_a_data_set_to_add_costs_nothing_of_what_was_typed(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    typed = {"datasets.0.id": "data", "datasets.0.title": "Ticket archive", "breach.cause": "phishing"}
    given = send(browser, f"{stage.path}/facts", act="another", **typed)
    assert given.headers["location"] == f"{stage.path}/facts?new=1#dataset-new"
    html = browser.get(f"{stage.path}/facts?new=1").text
    assert 'value="Ticket archive"' in html
    assert 'id="dataset-new"' in html


def test_two_countries_that_are_none_are_said_together_under_the_question(stage: Stage, enter: Enter) -> None:
    typed = {"datasets.0.id": "data", "datasets.0.title": "Orders", "datasets.0.reach": "UK = 200\nCalifornia = 100"}
    html = unescape(send(enter("mara"), f"{stage.path}/facts", act="save", **typed).text)
    assert "'UK' is no code of ISO 3166" in html
    assert "'California' is no country or region" in html
    assert "datasets[0]" not in html


def test_an_empty_form_says_nothing() -> None:
    assert read_form(FormData([("act", "save"), ("datasets.0.role", "")]), BERLIN) == {"datasets": []}


def test_a_data_set_that_only_has_a_name_gets_an_id_made_of_it() -> None:
    names = ("Kontakte für Händler", "kontakte-fuer-haendler", "連絡先", "Contacts")
    sent: list[tuple[str, UploadFile | str]] = [(f"datasets.{at}.title", name) for at, name in enumerate(names)]
    read = read_form(FormData([*sent, ("datasets.3.id", "data-3")]), BERLIN)["datasets"]
    assert isinstance(read, list)
    assert [row["id"] for row in read] == [
        "kontakte-fuer-haendler", "kontakte-fuer-haendler-2", "data-3-2", "data-3",
    ]  # fmt: skip


def test_unknown_is_not_no() -> None:
    sent: list[tuple[str, UploadFile | str]] = [
        ("datasets.0.id", "a"),
        ("datasets.0.people.vulnerable", "unknown"),
        ("breach.malicious", "no"),
    ]
    read = read_form(FormData(sent), BERLIN)
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
    assert sheet_document(read_sheet(read_form(sent_back(document), BERLIN))) == document


def test_none_beside_others_is_refused_by_the_reader_and_not_guessed() -> None:
    assert read_answer("people.kinds", [NONE], BERLIN) == []
    assert read_answer("people.kinds", [], BERLIN) is None
    assert read_answer("people.kinds", [NONE, "users"], BERLIN) == [NONE, "users"]
    with pytest.raises(Invalid, match="is not one of its words"):
        read_sheet({"id": "a", "people": {"kinds": [NONE, "users"]}})


def test_numbers_are_read_as_people_write_them() -> None:
    assert read_answer("people.count", ["2,400"], BERLIN) == 2400
    assert read_answer("impact.financial_loss_share", ["0.05"], BERLIN) == 0.05
    assert read_answer("people.count", ["about forty"], BERLIN) == "about forty"
    assert read_answer("reach", ["de = 12\nUS-CA = unknown\n"], BERLIN) == {"DE": 12, "US-CA": None}
    assert read_answer("reach", ["Germany = 28\nÖsterreich = 3"], BERLIN) == {"DE": 28, "AT": 3}
    assert read_answer("reach", ["Germany = 12\nDE = 3"], BERLIN) == {"DE": "12 + 3"}  # refused: it is no number
    assert read_answer("controllers", [" acme \n blue "], BERLIN) == ["acme", "blue"]


def test_the_data_set_an_incident_begins_with_says_that_it_has_no_name_until_it_has_one(
    stage: Stage, enter: Enter
) -> None:
    browser = enter("mara")
    page = browser.get(f"{stage.path}/facts").text
    assert "It has no name yet." in page
    assert 'value="Not known yet"' not in page  # what stands in for a name is not offered to be kept as one
    typed = {"datasets.0.id": "archive", "datasets.0.title": "Ticket archive"}
    send(browser, f"{stage.path}/facts", act="draft", **typed)
    assert "It has no name yet." not in browser.get(f"{stage.path}/facts").text


def test_the_stand_in_for_a_name_is_what_a_form_without_one_says() -> None:
    (first,) = dataset_forms(sheet_document(unknown_sheet()))
    typed = {field.name: field.value for _, fields in first.sections for field in fields if field.shape == "text"}
    assert read_form(FormData(typed), BERLIN) == sheet_document(unknown_sheet())


def test_customers_are_chosen_from_the_register_and_others_written(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    html = unescape(browser.get(f"{played.path}/facts").text)
    chosen = re.findall(r'name="datasets.\d+.controllers" value="(customer-\d+)" checked>([^<]+)<', html)
    assert chosen
    assert chosen[0] == ("customer-000", f"{CUSTOMERS[0]} · customer-000")
    form = FormData(
        [
            ("datasets.0.id", "lists"),
            ("datasets.0.controllers", "elsewhere-1"),
            ("datasets.0.controllers", "customer-001"),
        ]
    )
    assert read_form(form, BERLIN)["datasets"] == [{"id": "lists", "controllers": ["elsewhere-1", "customer-001"]}]
    assert read_answer("controllers", [NONE], BERLIN) == []


def test_the_register_is_offered_where_one_question_asks_whose_data_it_is(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    here = f"{played.path}/assessment?ask=controllers&dataset=lists"
    html = unescape(browser.get(here).text)
    assert f'name="answer" value="customer-000" checked>{CUSTOMERS[0]} · customer-000<' in html
    assert '<textarea class="form-control mono" id="answer"' in html


def test_a_legal_entity_is_chosen_by_name_or_written(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/facts").text
    assert 'list="datasets.0.entity-known"' in html
    assert '<datalist id="datasets.0.entity-known"><option value="main">Nimbus CRM GmbH</option></datalist>' in html


def test_where_a_data_set_is_named_it_is_said_that_notices_print_the_name_as_it_is_typed(
    played: Stage, enter: Enter
) -> None:
    said = "It stands in the notices as it is typed, in every language."
    assert said in enter("mara").get(f"{played.path}/facts").text


def test_the_causes_are_found_by_their_groups_with_not_known_before_them(stage: Stage, enter: Enter) -> None:
    html = unescape(enter("mara").get(f"{stage.path}/facts").text)
    (cause,) = re.findall(r'<select[^>]* name="breach.cause">(.*?)</select>', html, re.DOTALL)
    assert cause.startswith('<option value="" selected>Not known yet</option><optgroup label="Attack from outside">')
    lost = cause.partition('<optgroup label="Lost, stolen or destroyed">')[2].partition("</optgroup>")[0]
    assert re.findall(r'value="(\w+)"', lost)[:2] == ["lost_device", "stolen_device"]
    question = unescape(enter("mara").get(f"{stage.path}/assessment?ask=breach.cause").text)
    assert '<p class="overline group-head" id="answer-1">Attack from outside</p>' in question
    assert question.count('name="answer"') == cause.count("<option") - 1
