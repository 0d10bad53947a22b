"""The mail that carries an answer: greeted and signed in its language, and neither twice."""

from dataclasses import replace

import pytest

from incident.answer_texts import WORDS, as_mail
from incident.notice_kinds import LOCALES
from incident.phrases import load_phrases
from tests.incident.notices import PROFILE, SHIPPED

EN = load_phrases([SHIPPED], "en")


@pytest.mark.parametrize("locale", LOCALES)
def test_an_answer_is_greeted_and_signed_in_its_language(locale: str) -> None:
    phrases = load_phrases([SHIPPED], locale)
    mail = as_mail("It was your name.", PROFILE, phrases)
    said = phrases.tables[WORDS]
    assert mail.split("\n\n") == [
        said["greeting"],
        "It was your name.",
        said["further"],
        f"{said['closing']}\n{PROFILE.organisation}",
    ]


def test_every_language_has_words_of_its_own() -> None:
    said = [load_phrases([SHIPPED], locale).tables[WORDS]["closing"] for locale in LOCALES]
    assert len(set(said)) == len(LOCALES)


def test_what_greets_itself_is_greeted_once() -> None:
    mail = as_mail("Dear Anna,\n\nit was your name.", PROFILE, EN)
    assert mail.startswith("Dear Anna,\n\nit was")
    assert mail.endswith(PROFILE.organisation)


def test_what_is_signed_is_signed_once() -> None:
    mail = as_mail("It was your name.\n\nYours\n{{ organisation }}", PROFILE, EN)
    assert mail == f"Hello,\n\nIt was your name.\n\nYours\n{PROFILE.organisation}"


def test_a_long_first_line_and_a_sentence_alone_are_no_greeting() -> None:
    for text in (
        "Unfortunately!",
        "We looked at everything there is in the logs of the last four weeks and found this:\n\n- it",
    ):
        assert as_mail(text, PROFILE, EN).startswith("Hello,\n\n")


def test_without_an_organisation_the_mail_ends_with_the_closing() -> None:
    assert as_mail("Yes.", replace(PROFILE, organisation="", contact_name=""), EN).endswith("\n\nKind regards")


def test_an_operator_may_leave_a_line_out() -> None:
    bare = replace(EN, tables={**EN.tables, WORDS: {**EN.tables[WORDS], "further": ""}})
    assert as_mail("Yes.", PROFILE, bare) == f"Hello,\n\nYes.\n\nKind regards\n{PROFILE.organisation}"
