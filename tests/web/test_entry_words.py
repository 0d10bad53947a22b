"""What the system wrote on a timeline is shown in the reader's language, without words of the code."""

import json
from pathlib import Path
from string import Formatter
from unittest.mock import Mock

import pytest

from incident.verbs import entries
from incident.verbs.act import Act
from incident.web.entry_words import entry_said, entry_shown, sentences
from incident.web.languages import catalogue

LINES = Path(__file__).with_name("entry_lines.jsonl")  # what was recorded, and how a page in Berlin says it


@pytest.mark.parametrize("line", [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_line_of_the_system_is_said_in_the_readers_language(line: dict[str, str], language: str) -> None:
    assert entry_said(line["action"], line["written"], "Europe/Berlin", language) == line[language]
    assert entry_shown(line["action"], line["written"], "Europe/Berlin", language) == line[language]


@pytest.mark.parametrize(
    ("action", "written"),
    [
        ("notice.edited", "Notice (of another kind) kept."),
        ("alert.resolved", "red → blue: they said so"),
        ("other", "x = y"),
    ],
)
def test_what_fits_no_sentence_is_shown_as_it_was_recorded(action: str, written: str) -> None:
    assert entry_said(action, written, "UTC", "de") == written
    assert entry_shown(action, written, "UTC", "en") == written
    assert entry_shown(action, written, "UTC", "de") == f'<span lang="en">{written}</span>'


def test_what_a_person_wrote_is_never_said_in_other_words() -> None:
    for action in ("noted", "commented"):
        assert entry_shown(action, "Facts saved as version 1.", "UTC", "de") == "Facts saved as version 1."


def test_a_long_line_is_cut_after_it_was_worded() -> None:
    assert entry_shown("reviewed", "Post-incident review saved.", "UTC", "de", 14) == "Nachbereitung …"
    assert entry_shown("noted", "seven words that stand for many others", "UTC", "de", 15) == "seven words …"


def test_a_line_without_a_sentence_fails_whatever_test_records_it() -> None:
    act = Mock(spec=Act)
    with pytest.raises(
        AssertionError, match=r"no sentence of entries\.toml fits what reviewed recorded: Looked over\."
    ):
        entries.record(act, "incident:1", "reviewed", {"text": "Looked over."})
    assert act.mock_calls == []


def test_every_sentence_is_in_the_catalogue_with_the_same_places() -> None:
    german = catalogue("de")
    found = {sentence.said: german.gettext(sentence.said) for sentence in sentences()}
    assert len(found) > 500
    for said, translated in found.items():
        assert _places(said) == _places(translated), said


def _places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)
