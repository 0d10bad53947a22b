"""Answers laid into a draft one by one: each stands where its fact is read, and none touches another."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.facts import FIELDS, sheet_document
from incident.facts.vocabulary import COUNTRY, FLAG, MOMENT, NUMBER, SHARE, WORD, WORDS, Kind
from incident.queries.facts import PASSED, passed_of
from incident.queries.open_questions import is_shared, value_at
from incident.web.assessment_draft import (
    answers_of,
    faults_of,
    has_place,
    mark_of,
    sheet_of,
    with_answer,
    with_passed,
)
from tests.web.stage import facts

PATHS = (*FIELDS, "reach", "controllers")


def value_of(path: str) -> st.SearchStrategy[Any]:
    """An answer that fits a fact, as a form's reader makes it."""
    if path == "reach":
        return st.dictionaries(st.sampled_from(["DE", "FR", "US-CA"]), st.none() | st.integers(0, 10**6), min_size=1)
    if path == "controllers":
        return st.lists(st.sampled_from(["c-1", "c-2", "c-3"]), unique=True)
    kind: Kind = FIELDS[path]
    return {
        FLAG: st.booleans(),
        WORD: st.sampled_from(kind.words) if kind.words else st.nothing(),
        WORDS: st.lists(st.sampled_from(kind.words), unique=True) if kind.words else st.nothing(),
        NUMBER: st.integers(0, 1000),
        SHARE: st.floats(0, 1, allow_nan=False),
        MOMENT: st.just("2026-11-14T00:00:00Z"),
        COUNTRY: st.sampled_from(["DE", "US-CA"]),
    }[kind.shape]


ANSWERS = st.sampled_from(PATHS).flatmap(lambda path: st.tuples(st.just(path), value_of(path)))


def place_of(path: str) -> tuple[str, str]:
    return path, "" if is_shared(path) else "accounts"


@given(ANSWERS)
def test_an_answer_stands_where_its_fact_is_read_and_nothing_else_changes(answer: tuple[str, Any]) -> None:
    path, value = answer
    place = place_of(path)
    base: dict[str, Any] = {"datasets": [{"id": "lists"}, {"id": "accounts"}]}
    draft = with_answer(base, *place, value)
    sheet, faults = sheet_of(draft)
    assert faults == ()
    assert sheet is not None
    found = value_at(sheet, *place)
    assert (sorted(found) if isinstance(found, tuple) else found) == (
        sorted(value) if isinstance(value, list) else value
    )
    assert with_answer(draft, *place, None).keys() <= {"breach", "organisation", "impact", "datasets"}
    again, _ = sheet_of(with_answer(draft, *place, None))
    assert again == sheet_of(base)[0]


@given(ANSWERS)
def test_a_question_nobody_can_answer_is_marked_and_an_answer_takes_the_mark_off(answer: tuple[str, Any]) -> None:
    path, value = answer
    place = place_of(path)
    passed = with_passed(with_passed(facts(), *place), *place)
    assert passed_of(passed) == (mark_of(*place),)
    sheet, faults = sheet_of(passed)
    assert (faults, value_at(sheet, *place) if sheet else "") == ((), None)
    answered = with_answer(passed, *place, value)
    assert PASSED not in answered
    assert PASSED not in answers_of(passed)


def test_the_draft_that_is_given_stays_as_it_is() -> None:
    draft = facts()
    with_answer(draft, "people.count", "accounts", 7)
    with_passed(
        draft,
        "breach.cause",
        "",
    )
    assert draft == facts()


def test_what_is_wrong_with_one_answer_is_told_apart_from_the_rest() -> None:
    draft = with_answer(facts(), "people.count", "accounts", "about forty")
    assert [fault.field for fault in faults_of(draft, "people.count", "accounts")] == ["datasets[1].people.count"]
    assert faults_of(draft, "people.kinds", "accounts") == ()
    assert faults_of(draft, "people.count", "lists") == ()
    crossed = with_answer(facts(), "people.count_min", "accounts", 900)
    assert [fault.message for fault in faults_of(crossed, "people.count_min", "accounts")] == [
        "count_min, count and count_max contradict"
    ]
    odd = with_answer(facts(), "reach", "lists", {"BAVARIA": 12})
    assert [fault.field for fault in faults_of(odd, "reach", "lists")] == ["datasets[0].reach.BAVARIA"]


@pytest.mark.parametrize(
    ("path", "dataset", "there"),
    [
        ("breach.cause", "", True),
        ("breach.cause", "accounts", False),
        ("people.count", "accounts", True),
        ("people.count", "", False),
        ("people.count", "no-such", False),
        ("organisation.role", "lists", True),
    ],
)
def test_a_question_has_its_place_or_is_none(path: str, dataset: str, *, there: bool) -> None:
    assert has_place(facts(), path, dataset) is there


def test_an_answer_never_lands_inside_another_answer() -> None:
    broken: dict[str, Any] = {"breach": "all of it", "datasets": [{"id": "a"}]}
    sheet, faults = sheet_of(with_answer(broken, "breach.malicious", "", True))
    assert faults == ()
    assert sheet is not None
    assert sheet_document(sheet)["breach"] == {"malicious": True}
