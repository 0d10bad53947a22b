"""A customer's name is found in a text however it is written, and an ordinary word is no name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.customer_names import Named, Names, core, foreign_in_values, foreign_names
from notifications.findings import Level
from notifications.message import Text

CEDAR, BLUE, HARBOUR = (
    Named("cedar", "Cedar & Söhne KG"),
    Named("blue", "Blue Harbour Logistics GmbH"),
    Named("harbour", "Harbour Ltd"),
)
NAMES = Names([CEDAR, BLUE, HARBOUR])


@pytest.mark.parametrize(
    ("legal_name", "said"),
    [
        ("Acme Industries Ltd", "acme industries"),
        ("Gartenbau Öhler e. K.", "gartenbau öhler"),
        ("Józef Kowalski Sp. z o.o.", "józef kowalski"),
        ("Binnenschifffahrt und Hafenumschlag mbH & Co. KG", "binnenschifffahrt und hafenumschlag"),
        ("Müller UG (haftungsbeschränkt)", "müller"),
        ("Mistral Santé S.à r.l.", "mistral santé"),
        ("Azienda Verde S.p.A.", "azienda verde"),
        ("Vereniging Zon B.V.", "vereniging zon"),
        ("Casa Branca Ltda.", "casa branca"),
        ("Flores del Sur, S.L.", "flores del sur"),
        ("GmbH", "gmbh"),
    ],
)
def test_the_legal_form_is_no_part_of_a_name(legal_name: str, said: str) -> None:
    assert core(legal_name) == said


@pytest.mark.parametrize(
    "text",
    [
        "Data of Cedar & Söhne KG are concerned.",
        "data of CEDAR & SÖHNE are concerned",
        "Cedar &\nSöhne's data",
        "(Cedar & Söhne)",
        "Ce\u00addar & Söhne",  # a hidden hyphen
        "Cedar & So\u0308hne",  # the same letter in two characters
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert NAMES.within(text) == [CEDAR]


@pytest.mark.parametrize("text", ["Cedars & Söhnen", "a harbourmaster", "Cedar & Co", "Söhne"])
def test_a_part_of_a_word_or_of_a_name_is_no_name(text: str) -> None:
    assert NAMES.within(text) == []


def test_a_name_inside_ones_own_is_ones_own() -> None:
    assert NAMES.within("For Blue Harbour Logistics GmbH") == [BLUE]
    own = Names([Named("harbour", "Blue Harbour")])
    assert own.within("Blue Harbour Logistics", ["Blue Harbour Logistics GmbH"]) == []
    assert own.within("Blue Harbour Logistics and Blue Harbour", ["Blue Harbour Logistics GmbH"]) != []


def test_a_name_of_three_letters_is_not_looked_for_alone() -> None:
    short = Names([Named("ink", "Ink Ltd")])
    assert short.within("the ink is dry") == []
    assert short.within("Ink Ltd is concerned") == [Named("ink", "Ink Ltd")]


def test_a_word_of_the_templates_is_no_name_without_its_legal_form() -> None:
    contact = Named("contact", "Contact GmbH")
    names = Names([contact, CEDAR], usual="Contact\n----\nCustomers are told.")
    assert names.within("Contact: privacy@example.org") == []
    assert names.within("Contact GmbH and Cedar & Söhne") == [contact, CEDAR]


def test_a_notice_to_customers_that_names_one_is_an_error_in_every_part() -> None:
    texts = {
        "de": Text("Zu Cedar & Söhne", "Nichts weiter.\n"),
        "en@second": Text("Breach", "As at Harbour Ltd.\n", fallbacks={"fields": "as at Cedar & Söhne"}),
        "fr": Text("Violation", "Rien de plus.\n"),
    }
    found = foreign_names(texts, NAMES)
    assert [(one.locale, one.field) for one in found] == [("de", "subject"), ("en", "text"), ("en", "text")]
    assert {one.level for one in found} == {Level.ERROR}
    assert "Cedar & Söhne KG" in found[0].message
    assert "{{ customer }}" in found[0].mend


def test_the_organisations_own_name_is_nobody_elses() -> None:
    texts = {"en": Text("Breach", "Blue Harbour Logistics GmbH notifies you.\n")}
    assert foreign_names(texts, NAMES, ["Blue Harbour Logistics GmbH"]) == []


def test_values_that_somebody_typed_name_no_other_customer() -> None:
    assert foreign_in_values({"fields": "e-mail, Harbour id"}, CEDAR, NAMES) == [("fields", HARBOUR)]
    assert foreign_in_values({"name": "Privacy of Harbour Ltd"}, CEDAR, NAMES) == [("name", HARBOUR)]
    assert foreign_in_values({"name": "Privacy of Cedar & Söhne KG"}, CEDAR, NAMES) == []


def test_a_family_name_is_no_customers() -> None:
    names = Names([Named("mueller", "Müller GmbH")])
    assert foreign_in_values({"name": "Anna Müller"}, CEDAR, names) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_is_found_between_any_words(before: str, after: str) -> None:
    assert BLUE in NAMES.within(f"{before} blue harbour LOGISTICS {after}")
