"""Kinds of data under other names than the phrases have, and what is said of encryption: in every language."""

import tomllib
from pathlib import Path

import pytest

from notifications.findings import Level
from notifications.languages import Language, read_language
from notifications.listed_kinds import Kinds, check_kinds
from notifications.message import Text
from notifications.passages import Passage, passages
from notifications.protection import check_protection
from notifications.slots import check_greeting

NOTICES = Path(__file__).parents[2] / "templates/notices"
LOCALES = sorted(path.stem for path in (NOTICES / "language").glob("*.toml"))
OTHER_NAMES = {
    "en": "- your credit-card number\n- your passport number",
    "de": "- Ihre Kreditkartennummer\n- Ihre Passnummer",
    "es": "- su número de tarjeta\n- su número de pasaporte",
    "fr": "- votre numéro de carte bancaire\n- votre numéro de passeport",
    "it": "- il Suo numero di carta\n- il Suo numero di passaporto",
    "nl": "- uw creditcardnummer\n- uw paspoortnummer",
    "pl": "- numer karty\n- numer paszportu",
    "pt-BR": "- o número do cartão\n- o número do passaporte",
}


def document(folder: str, locale: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((NOTICES / folder / f"{locale}.toml").read_text(encoding="utf-8"))


def language(locale: str) -> Language:
    return read_language(locale, document("language", locale))


def section(text: str) -> Passage:
    (part,) = passages(f"Data\n---\n{text}\n")
    return part


def protected(text: str, *known: str, locale: str, hostile: bool = False) -> list[Level]:
    found = check_protection(Text("s", text), known, language(locale), hostile)
    assert all((item.rule, item.facts) == ("protection", ("protection.encryption",)) for item in found)
    return [item.level for item in found]


@pytest.mark.parametrize("locale", LOCALES)
def test_kinds_that_were_not_lost_are_found_by_other_names(locale: str) -> None:
    part, own = section(OTHER_NAMES[locale]), language(locale)
    found = check_kinds(part, Kinds({"name": ("none of these",)}, frozenset()), own)
    assert [(item.level, item.rule, item.line) for item in found] == [
        (Level.WARNING, "data_kind", 3),
        (Level.WARNING, "data_kind", 4),
    ]
    lost = frozenset({"payment_card_full", "identity_document"})
    assert check_kinds(part, Kinds({name: (name,) for name in lost}, lost), own) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_other_names_are_of_kinds_the_phrases_know(locale: str) -> None:
    words = {word for of in language(locale).also for word in of.split()}
    assert words <= set(document("phrases", locale)["kinds"])
    assert set(language(locale).also) == set(language("en").also)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_said_of_encryption_is_held_against_the_fact(locale: str) -> None:
    said = document("phrases", locale)["encryption"]
    for fact in ("none", "weak", "partial", "strong"):
        assert protected(said[fact], fact, locale=locale) == []
    assert protected(said["none"], "strong", locale=locale) == [Level.ERROR]
    for safe in ("weak", "partial", "strong"):
        assert protected(said[safe], "none", locale=locale) == [Level.ERROR]
        assert protected(said[safe], "none", locale=locale, hostile=True) == [Level.WARNING]
        assert protected(said[safe], locale=locale) == [Level.WARNING]


def test_a_text_that_could_greet_and_does_not_is_a_warning() -> None:
    can, cannot = frozenset({"greeting", "name"}), frozenset({"name"})
    (found,) = check_greeting(Text("s", "We write to you.\n"), can, "en")
    assert (found.level, found.rule) == (Level.WARNING, "greeting")
    assert check_greeting(Text("s", "{{ greeting }}\n\nWe write to you.\n"), can, "en") == []
    assert check_greeting(Text("s", "We write to you.\n"), cannot, "en") == []
