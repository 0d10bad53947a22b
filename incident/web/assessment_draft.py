"""The draft of an assessment as a document: lay an answer in, mark what nobody knows, tell what changed. Pure."""

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping

from incident.errors import Fault, Invalid
from incident.facts import FactSheet, read_sheet
from incident.queries.facts import PASSED, passed_of
from incident.queries.open_questions import OF_DATASET, is_shared
from incident.web.fact_form import put, rows_of
from incident.web.fact_questions import OF_DATASET as IDENTITY
from incident.web.fact_questions import OWN, SHARED

Document = Mapping[str, object]


def answers_of(draft: Document) -> dict[str, object]:
    """The draft without its marks: what a version would hold."""
    return {name: copy.deepcopy(value) for name, value in draft.items() if name != PASSED}


def mark_of(path: str, dataset: str) -> str:
    """How a question is named in the marks."""
    return f"{dataset}/{path}"


def answer_at(document: Document, path: str, dataset: str) -> object:
    """The answer that stands to a question; None: nobody has given one."""
    value: object = document if dataset == "" else _row(document, dataset)
    for name in OF_DATASET.get(path, path).split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def answer_seen(document: Document, path: str, dataset: str) -> str:
    """The answer that stands to a question, as a digest a form can carry."""
    return hashlib.sha256(_text(answer_at(document, path, dataset)).encode()).hexdigest()


def is_overtaken(document: Document, path: str, dataset: str, seen: str, value: object) -> bool:
    """Whether the answer is neither the one that was seen nor the one that is given now."""
    there = answer_at(document, path, dataset)
    return bool(seen) and seen != answer_seen(document, path, dataset) and _text(there) != _text(value)


def has_place(document: Document, path: str, dataset: str) -> bool:
    """Whether the document has where this answer belongs."""
    return is_shared(path) == (dataset == "") and (dataset == "" or _row(document, dataset) is not None)


def with_answer(draft: Document, path: str, dataset: str, value: object) -> dict[str, object]:
    """The draft with this answer; None takes an answer away. Its mark is taken off."""
    document = answers_of(draft)
    place: dict[str, object] | None = document if dataset == "" else _row(document, dataset)
    if place is not None:
        name = OF_DATASET.get(path, path)
        _take(place, name)
        put(place, name, value)
    marks = [mark for mark in passed_of(draft) if mark != mark_of(path, dataset)]
    return {**document, PASSED: marks} if marks else document


def with_passed(draft: Document, path: str, dataset: str) -> dict[str, object]:
    """The draft with no answer to this question, and the mark that nobody knew."""
    document = with_answer(draft, path, dataset, None)
    return {**document, PASSED: [*passed_of(document), mark_of(path, dataset)]}


def sheet_of(document: Document) -> tuple[FactSheet | None, tuple[Fault, ...]]:
    """The sheet of a draft, or what stands against reading it."""
    try:
        return read_sheet(answers_of(document)), ()
    except Invalid as error:
        return None, tuple(error.faults)


def faults_of(document: Document, path: str, dataset: str) -> tuple[Fault, ...]:
    """What is wrong with one answer, whatever else is wrong with the draft."""
    _, faults = sheet_of(document)
    name = OF_DATASET.get(path, path)
    at = next((at for at, row in enumerate(rows_of(document)) if row.get("id") == dataset), None)
    where = "" if at is None else f"datasets[{at}]."
    exact = {f"{where}{name}", f"{where}people"} if path.startswith("people.count") else {f"{where}{name}"}
    within = (f"{where}{name}.", f"{where}{name}[")
    return tuple(fault for fault in faults if fault.field in exact or fault.field.startswith(within))


def places(sheet: FactSheet) -> Iterator[tuple[str, str, str]]:
    """Every question there is with the title of its section: title, path, data set ("" for what all share)."""
    for section in SHARED:
        for one in section.facts:
            yield section.title, one.path, ""
    for dataset in sheet.datasets:
        title = dataset.name
        for one in IDENTITY:
            yield title, one.path, dataset.id
        for section in OWN:
            for one in section.facts:
                yield title, one.path, dataset.id


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _row(document: Document, dataset: str) -> dict[str, object] | None:
    return next((row for row in rows_of(document) if row.get("id") == dataset), None)  # type: ignore[return-value]


def _take(place: dict[str, object], path: str) -> None:
    """Take an answer out; an answer never stands where a section belongs."""
    *sections, name = path.split(".")
    inner: dict[str, object] = place
    for section in sections:
        found = inner.get(section)
        if not isinstance(found, dict):
            inner.pop(section, None)
            return
        inner = found
    inner.pop(name, None)
