"""What supposes is a hedge, as what leaves open is, in every language; the likely consequences of a law are none."""

import pytest

from notifications.message import Text
from notifications.plain_language import check_language
from tests.notifications.test_checks import language


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "This probably affected nobody."),
        ("en", "Presumably only your name was read."),
        ("en", "It seems that nobody opened the file."),
        ("en", "Your data were most likely not read."),
        ("en", "You are likely affected."),
        ("de", "Das betraf wahrscheinlich niemanden."),
        ("de", "Vermutlich hat niemand die Datei geöffnet."),
        ("de", "Sie sind voraussichtlich nicht betroffen."),
        ("es", "Probablemente no afectó a nadie."),
        ("fr", "Cela n\u2019a vraisemblablement touché personne."),
        ("it", "Probabilmente nessuno ha letto i dati."),
        ("nl", "Waarschijnlijk heeft niemand het bestand geopend."),
        ("pl", "Najprawdopodobniej nikt nie otworzył pliku."),
        ("pt-BR", "Provavelmente ninguém leu os dados."),
    ],
)
def test_what_supposes_is_a_hedge(locale: str, sentence: str) -> None:
    assert [finding.rule for finding in check_language(Text("S", sentence), language(locale))] == ["hedge"]


@pytest.mark.parametrize(
    ("locale", "heading"),
    [
        ("en", "Likely consequences for the people concerned"),
        ("de", "Wahrscheinliche Folgen für die betroffenen Personen"),
        ("es", "Consecuencias probables"),
        ("fr", "Conséquences probables pour les personnes concernées"),
        ("it", "Probabili conseguenze"),
        ("nl", "Waarschijnlijke gevolgen voor de betrokkenen"),
        ("pl", "Prawdopodobne konsekwencje"),
        ("pt-BR", "Prováveis consequências para as pessoas envolvidas"),
    ],
)
def test_the_likely_consequences_a_law_asks_for_are_no_hedge(locale: str, heading: str) -> None:
    assert check_language(Text("S", f"{heading}\n----\n\n- …"), language(locale)) == []
