"""Numbers of people and days against the facts, in every language a notice is written in."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications.contradictions import Stated, check_contradictions
from notifications.findings import Finding, Level
from notifications.formats import Formats
from notifications.languages import Language, read_language
from notifications.message import Text

LANGUAGES = Path(__file__).parents[2] / "templates" / "notices" / "language"
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
STATED = Stated(frozenset({2400}), frozenset({datetime(2026, 11, 21, 23, 30, tzinfo=UTC)}), NOW)


def language(locale: str) -> Language:
    return read_language(locale, tomllib.loads((LANGUAGES / f"{locale}.toml").read_text(encoding="utf-8")))


def found(locale: str, sentence: str, subject: str = "S") -> list[Finding]:
    formats = Formats(locale, "Europe/Berlin")
    return check_contradictions(Text(subject, sentence), STATED, formats, language(locale))


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "This concerns 2,500 people."),
        ("en", "We told 240 of the affected customers."),
        ("en", "This concerns 2,500\npeople."),
        ("de", "Betroffen sind 2.500 Personen."),
        ("de", "Das betrifft 12 unserer Kunden."),
        ("es", "Afecta a 2.500 personas."),
        ("es", "Afecta a 12 de nuestros clientes."),
        ("fr", "Cela concerne 2\u202f500 personnes."),
        ("fr", "Cela concerne 12 de nos clients."),
        ("it", "Riguarda 2.500 persone."),
        ("it", "Riguarda 12 dei nostri clienti."),
        ("nl", "Het gaat om 2.500 personen."),
        ("nl", "Het gaat om 12 van onze klanten."),
        ("pl", "Dotyczy to 2\u00a0500 osób."),
        ("pl", "Dotyczy to 12 naszych klientów."),
        ("pt-BR", "Isso afeta 2.500 pessoas."),
        ("pt-BR", "Isso afeta 12 dos nossos clientes."),
    ],
)
def test_a_number_of_people_nobody_counted_is_an_error(locale: str, sentence: str) -> None:
    (finding,) = found(locale, sentence)
    assert (finding.level, finding.field, finding.line) == (Level.ERROR, "number of people", 1)


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "This concerns 2,400 people, and Art. 34 applies. Call +49 30 5550 1234."),
        ("en", "It began on 22 November 2026 and we write on 2026-11-24."),
        ("en", "It began on November 22, 2026, or 22nd November 2026, or 11/22/2026."),
        ("en", "Known since 22 November 2026\n\nPeople concerned\n---\n"),
        ("de", "Betroffen sind 2.400 Personen seit dem 22. November 2026."),
        ("de", "Stand: 24.11.2026, Fassung 1.2.2026x"),
        ("es", "Afecta a 2.400 personas desde el 22 de noviembre de 2026."),
        ("fr", "Cela concerne 2 400 personnes depuis le 22 novembre 2026."),
        ("it", "Riguarda 2400 persone dal 22 novembre 2026."),
        ("nl", "Het gaat om 2.400 personen sinds 22-11-2026."),
        ("pl", "Dotyczy to 2400 osób od 22 listopada 2026."),
        ("pt-BR", "Isso afeta 2.400 pessoas desde 22 de novembro de 2026, ou 22/11/2026."),
    ],
)
def test_what_the_facts_carry_passes(locale: str, sentence: str) -> None:
    assert found(locale, sentence) == []


@pytest.mark.parametrize(
    ("locale", "sentence", "level"),
    [
        ("en", "It began on 20 November 2026.", Level.ERROR),
        ("en", "It began on November 20, 2026.", Level.ERROR),
        ("en", "It began on 2026-11-20.", Level.ERROR),
        ("de", "Es begann am 20. November 2026.", Level.ERROR),
        ("de", "Es begann am 20.11.2026.", Level.ERROR),
        ("es", "Empezó el 20 de noviembre de 2026.", Level.ERROR),
        ("fr", "Cela a commencé le 20 novembre 2026.", Level.ERROR),
        ("it", "È iniziato il 20 novembre 2026.", Level.ERROR),
        ("nl", "Het begon op 20 november 2026.", Level.ERROR),
        ("pl", "Zaczęło się 20 listopada 2026 r.", Level.ERROR),
        ("pt-BR", "Começou em 20 de novembro de 2026.", Level.ERROR),
        ("en", "We will write on 3 December 2026.", Level.WARNING),
    ],
)
def test_a_day_the_facts_do_not_name(locale: str, sentence: str, level: Level) -> None:
    (finding,) = found(locale, sentence)
    assert (finding.level, finding.field) == (level, "date")


def test_the_subject_is_read_too() -> None:
    (finding,) = found("en", "Text", "What happened on 20 November 2026")
    assert finding.line == 0


def test_a_day_with_two_readings_is_one_of_the_facts_in_either() -> None:
    stated = Stated(frozenset(), frozenset({datetime(2026, 4, 3, 12, tzinfo=UTC)}), NOW)
    for said in ("3/4/2026", "4/3/2026"):
        assert check_contradictions(Text("S", said), stated, Formats("en", "UTC"), language("en")) == []
    assert check_contradictions(Text("S", "4/3/2026"), stated, Formats("it", "UTC"), language("it")) != []


def test_a_text_may_bear_the_day_it_was_written_on_when_it_is_checked_later() -> None:
    text, later = Text("S", "This message is dated 23 November 2026."), Formats("en", "Europe/Berlin")
    begun = replace(STATED, begun=NOW - timedelta(days=1))
    assert [item.field for item in check_contradictions(text, STATED, later, language("en"))] == ["date"]
    assert check_contradictions(text, begun, later, language("en")) == []


def test_what_only_looks_like_a_day_is_none() -> None:
    assert found("de", "Version 99.99.2026 and 31.02.2026") == []
