"""Every fact has a question in plain words, abbreviations have labels, and nothing is asked that is no fact."""

import pytest

from incident.facts import FIELDS
from incident.facts.vocabulary import DIGITAL_SERVICES, SECTORS
from incident.queries.open_questions import is_shared
from incident.web.fact_questions import (
    ASKED,
    GROUPS,
    OF_DATASET,
    SECTIONS,
    UNWORDED,
    WORDS,
    asked,
    first_fact,
    grouped,
    in_questions,
    plain_reason,
    question,
    said,
    word_label,
)
from incident.web.pages import capfirst


def test_every_fact_has_a_question() -> None:
    unworded = [one.path for section in SECTIONS if section.title == UNWORDED for one in section.facts]
    assert unworded == [], "word them in incident/web/data/questions.toml"
    assert set(ASKED) == {*FIELDS, "reach", "controllers"}


def test_each_question_is_asked_once_and_ends_as_one() -> None:
    asks = [one for section in SECTIONS for one in section.facts]
    assert len({one.path for one in asks}) == len(asks)
    assert len({one.ask for one in (*asks, *OF_DATASET)}) == len(asks) + len(OF_DATASET)
    assert [one.path for one in asks if not one.ask.endswith("?")] == []


def test_the_causes_stand_in_groups_each_of_them_once() -> None:
    for path, groups in GROUPS.items():
        words = [word for inside in groups.values() for word in inside]
        assert sorted(words) == sorted(FIELDS[path].words)
    assert grouped("breach.cause", FIELDS["breach.cause"].words)[0] == ("Attack from outside", "ransomware")
    assert grouped("data.form", ("paper", "spoken")) == (("", "paper"), ("", "spoken"))  # few enough without


def test_a_section_holds_what_all_data_sets_share_or_what_each_has() -> None:
    mixed = [
        (section.title, one.path)
        for section in SECTIONS
        for one in section.facts
        if is_shared(one.path) is not section.shared
    ]
    assert mixed == []


def test_labels_are_of_words_there_are() -> None:
    for path, labels in WORDS.items():
        assert set(labels) <= set(FIELDS[path].words), path
        assert len(set(labels.values())) == len(labels), path


@pytest.mark.parametrize(
    ("path", "words"), [("organisation.sectors", SECTORS), ("organisation.digital_services", DIGITAL_SERVICES)]
)
def test_what_we_are_is_said_in_words(path: str, words: tuple[str, ...]) -> None:
    assert [word for word in words if word not in WORDS[path]] == []


def test_what_facts_ask_stays_put_for_what_nobody_asks() -> None:
    assert question("lists/people.count") == "How many people?"
    assert question("dataset.role") == "Our role"
    assert question("anchor.aware") == "moment: aware"
    with pytest.raises(KeyError):
        asked("people.shoe_size")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("breach.malicious", True, "Yes"),
        ("people.count", 2400, "2,400"),
        ("people.kinds", ("users", "public"), "Users, The public"),
        ("organisation.sectors", (), "None"),
        ("exposure.recipients", "unknown", "Looked into, cannot be told"),
        ("reach", {"DE": 1200, "FR": None}, "DE 1,200, FR (number unknown)"),
        ("reach", {}, "Nowhere"),
        ("controllers", ["c-1", "c-2", "c-3", "c-4", "c-5", "c-6"], "c-1, c-2, c-3, c-4, 2 more"),
        ("people.count", None, ""),
    ],
)
def test_an_answer_in_a_few_words(path: str, value: object, words: str) -> None:
    assert said(path, value) == words


@pytest.mark.parametrize(
    ("engine", "people"),
    [
        ("breach.malicious is yes", "Did somebody mean harm? Yes"),
        ("organisation.role is controller", "Our role: Controller: we decide why and how"),
        ("people.count: 1200, test >= 500", "How many people? 1,200; the rule asks for at least 500"),
        ("data.categories has none of: name, health", "Which kinds of data? none of: Name, Health"),
        ("people.kinds has none of: a, b, c, d, e, f, g", "Who are the people? none of 7 others"),
        ("residents of US-MN: 1200, test > 500", "residents of US-MN: 1200, test > 500"),
        ("decided as high: decision of 2026-11-24 11:21Z", "decided as high: decision of 2026-11-24 11:21Z"),
    ],
)
def test_what_an_engine_read_in_words(engine: str, people: str) -> None:
    assert plain_reason(engine) == people


def test_a_word_of_the_vocabulary_reads_as_words_without_a_label_too() -> None:
    assert word_label("lost_device", "breach.cause") == "Lost device"


def test_what_a_check_says_names_questions_and_no_paths() -> None:
    found = "Write it, or answer breach.cause on the fact sheet, then draft anew"
    assert in_questions(found) == f"Write it, or answer “{question('breach.cause')}” on the fact sheet, then draft anew"
    assert first_fact(found) == "breach.cause"
    added = in_questions("Take it out, or add health to data.categories and draft anew")
    kinds = question("data.categories")
    assert added == f"Take it out, or add “{word_label('health', 'data.categories')}” to “{kinds}” and draft anew"
    for other in ("https://mail.example/breach.cause", "breach.cause@mail.example", "bit.ly hides where it leads"):
        assert (in_questions(other), first_fact(other)) == (other, "")


def test_a_capital_letter_changes_no_address() -> None:
    assert capfirst("https://bit.ly/abc hides where it leads") == "https://bit.ly/abc hides where it leads"
    assert capfirst("the section is empty: write it") == "The section is empty: write it"
