"""The fact sheet survives its form: what is shown and sent back unchanged is the same document."""

from typing import Any

from starlette.datastructures import FormData, UploadFile

from incident.facts import read_sheet, sheet_document
from incident.web.fact_form import dataset_forms, read_form, shared_parts
from incident.web.views import FactField
from tests.web.stage import facts


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
