"""Every message is listed, translated in all its numbers, and keeps the places its values go."""

import re

import pytest
from babel.messages.catalog import Message

from incident.web.languages import file_of
from tests.translating.messages import TRANSLATED, listed, read, said
from tests.translating.not_yet import NOT_YET
from tests.translating.unmarked import TEMPLATES, unmarked
from tests.translating.update import done

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?[a-z]+")


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_said_is_listed_and_nothing_else(language: str) -> None:
    assert listed(read(file_of(language), language)).keys() == listed(said()).keys(), "run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_keeps_its_places(language: str) -> None:
    messages = listed(read(file_of(language), language)).values()
    assert [message.id for message in messages if not done(message.string)] == []
    assert [fault for message in messages for fault in _faults(message)] == []


def test_no_template_holds_words_of_its_own() -> None:
    found = {file.name: unmarked(file.read_text(encoding="utf-8")) for file in sorted(TEMPLATES.glob("*.html"))}
    assert {name: words for name, words in found.items() if words and name not in NOT_YET} == {}
    assert {name for name in NOT_YET if not found.get(name)} == set(), "these are done: take them off the list"


def _faults(message: Message) -> list[str]:
    if message.fuzzy:
        return [f"only guessed: {message.id}"]
    wanted, given = _last(message.id), _last(message.string)
    return [] if set(PLACES.findall(wanted)) == set(PLACES.findall(given)) else [f"other places: {wanted!r}: {given!r}"]


def _last(numbers: object) -> str:
    """A message, or what it says of several."""
    return str(numbers[-1] if isinstance(numbers, tuple | list) else numbers)


def test_how_a_number_is_written_is_left_to_the_language() -> None:
    """A `Counted` is text once it is said in a language, and no text takes a format of numbers."""
    forms = re.compile(r"\{number:[^}]*\}")
    assert [message for message in listed(said()) if forms.search(str(message))] == []
