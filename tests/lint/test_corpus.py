"""The lint finds the one fault of each bad notice and nothing in the good ones; every rule has both."""

import pytest

from incident.notice_kinds import LOCALES
from notifications.findings import Rule
from tests.lint.corpus import Written, corpus

pytestmark = pytest.mark.untraced

BAD, GOOD = corpus("bad"), corpus("good")


def named(text: Written) -> str:
    return text.name


@pytest.mark.parametrize("text", BAD, ids=named)
def test_a_bad_notice_gives_exactly_its_one_finding(text: Written) -> None:
    assert text.expected is not None
    assert [(finding.rule, finding.field) for finding in text.found()] == [text.expected]


@pytest.mark.parametrize("text", GOOD, ids=named)
def test_a_good_notice_gives_none(text: Written) -> None:
    assert text.found() == []


def test_there_are_enough_of_both_and_every_rule_has_a_bad_one() -> None:
    assert (len(BAD) >= 60, len(GOOD) >= 20) == (True, True)
    assert {text.expected[0] for text in BAD if text.expected} == set(Rule)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_two_bad_notices_and_a_good_one(locale: str) -> None:
    written = [[text for text in folder if text.document["locale"] == locale] for folder in (BAD, GOOD)]
    assert (len(written[0]) >= 2, len(written[1]) >= 1) == (True, True)


def test_what_is_found_in_a_text_names_its_line() -> None:
    elsewhere = {"contents", "statement", "fixed_title", "empty", "reading_ease", "data_kind", "greeting"}
    for text in BAD:
        (finding,) = text.found()
        lines = text.document["text"].splitlines()
        assert finding.rule in elsewhere or finding.field == "subject" or 0 < finding.line <= len(lines)
        assert finding.locale == text.document["locale"] or "form" in text.document
