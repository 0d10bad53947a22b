"""Texts travel as canonical JSON; the language a person is written to in has explicit fallbacks."""

from uuid import UUID

import pytest

from notifications.message import Recipient, Text, choose_locale, message_id, read_texts, texts_digest, texts_document

TEXTS = {"en": Text("S", "T", "<p>H</p>", "Dear {{ name }},", "Hello,", {"name": "you"}), "de": Text("B", "T")}


def test_texts_survive_their_json_and_equal_texts_have_equal_digests() -> None:
    assert read_texts(texts_document(TEXTS)) == TEXTS
    assert texts_digest("people", TEXTS) == texts_digest("people", dict(reversed(TEXTS.items())))
    assert texts_digest("people", TEXTS) != texts_digest("customer", TEXTS)


PARTS = ("subject", "text", "html", "greeting", "greeting_unnamed", "fallbacks", "logo", "speaker", "answers_to")


@pytest.mark.parametrize("change", PARTS)
def test_every_part_of_a_text_is_in_its_digest(change: str) -> None:
    document = TEXTS["en"].document()
    document[change] = {"name": "x"} if change == "fallbacks" else "changed"
    changed = {**TEXTS, "en": Text(**document)}  # type: ignore[arg-type]
    assert texts_digest("people", changed) != texts_digest("people", TEXTS)


@pytest.mark.parametrize(
    ("wanted", "found"), [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("fr", "en"), ("", "en")]
)
def test_the_language_falls_back_by_rule(wanted: str, found: str) -> None:
    assert choose_locale(wanted, TEXTS) == found


def test_without_english_the_first_language_is_taken_and_without_any_it_is_an_error() -> None:
    assert choose_locale("fr", {"pl": 1, "it": 1}) == "it"
    with pytest.raises(KeyError):
        choose_locale("fr", {})


def test_the_message_id_tells_nothing_of_the_person_and_stays_the_same() -> None:
    edition = UUID(int=7)
    assert message_id(edition, 12, 1, "example.org") == f"<{edition.hex}.12.1@example.org>"
    assert Recipient("u1", values={"name": "Anna"}).name == "Anna"
