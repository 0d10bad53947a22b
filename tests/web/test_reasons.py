"""What the engines of the law wrote down is said in words: reasons, steps of a count, what met a duty."""

import re

import pytest

from incident.assessment import CRITERIA
from incident.law.counting import READINGS
from incident.law.packs import shipped_texts
from incident.severity.inputs import context, intent
from incident.web.languages import catalogue
from incident.web.reasons import Names, part_in_words, proof_in_words, reason_in_words, step_in_words, telling_in_words
from notifications.wording import Country, in_language

NAMES = Names({"customer-006": "Gartenbau Öhler e. K."}, {"lists": "Contact lists"})
REASONS = (
    ("data set lists holds data of customer customer-006", "“Contact lists” holds data of Gartenbau Öhler e. K."),
    ("data set lists holds data of 14 customers", "“Contact lists” holds data of 14 customers"),
    ("data set other holds no customer's data", "“other” holds no customer's data"),
    ("decided as high: decision of 2026-11-24 11:21Z", "Decided on 2026-11-24 11:21Z: A high risk is likely"),
    ("residents of DE, FR: 2512, test >= 1", "People who live in DE, FR: 2,512; the rule asks for at least 1"),
    ("breach.malicious is yes", "Did somebody mean harm? Yes"),
    ("presumed: somebody obtained the data, until that is excluded",) * 2,
)
AT = "2026-11-24 11:30 CET"
STEPS = (
    (f"Start: {AT}, aware decided.", f"Start: {AT}. Awareness: decided.", f"Beginn: {AT}. Kenntnis: entschieden."),
    (
        f"Start: {AT}, aware not decided: the earliest arguable candidate is ignored signal.",
        f"Start: {AT}. Awareness: not decided; the earliest arguable candidate counts "
        "(An earlier signal nobody followed up).",
        f"Beginn: {AT}. Kenntnis: nicht entschieden; es zählt der früheste vertretbare Zeitpunkt",
    ),
    (
        "The moment is not known: the filing of eu-dora-initial-classification.",
        "The moment is not known: an earlier filing is still to be made.",
        "Der Zeitpunkt ist nicht bekannt: Eine frühere Meldung steht noch aus.",
    ),
    (
        "Skipped: Thu 2026-11-26 (Thanksgiving Day), Sat 2026-11-28.",
        "Skipped: Thu 2026-11-26 (Thanksgiving Day), Sat 2026-11-28.",
        "Übersprungen: Do 26. Nov. 2026 (Thanksgiving Day), Sa 28. Nov. 2026.",
    ),
    (f"whoever is aware of a breach suspects it, from {AT}.",) * 3,  # the law's words
)


@pytest.mark.parametrize(("stored", "words"), REASONS)
def test_a_reason_names_customers_and_data_sets_as_people_know_them(stored: str, words: str) -> None:
    assert reason_in_words(stored, NAMES) == words


@pytest.mark.parametrize(
    ("stored", "german"),
    [
        (
            "residents of DE, US-MN: 2512, test > 500",
            "Personen mit Wohnsitz in Deutschland, Vereinigte Staaten (US-MN): 2.512; die Regel verlangt mehr als 500",
        ),
        (
            "residents of one region of US: at least 3000, test >= 1000",
            "Personen in der Region von Vereinigte Staaten mit den meisten: mindestens 3.000; "
            "die Regel verlangt mindestens 1.000",
        ),
        (
            "people.count: 40 to 4000, test < 5000",
            "Wie viele Personen? 40 bis 4.000; die Regel verlangt weniger als 5.000",
        ),
    ],
)
def test_what_a_rule_compares_is_said_with_names_and_numbers_of_the_readers_language(stored: str, german: str) -> None:
    assert in_language(reason_in_words(stored), catalogue("de")) == german


def test_a_reason_without_names_shows_no_code() -> None:
    assert reason_in_words("data set lists holds data of customer customer-006") == "We hold data of this customer"
    assert reason_in_words("data set lists holds data of 14 customers") == "We hold data of 14 customers"


@pytest.mark.parametrize(("stored", "english", "german"), STEPS)
def test_a_step_of_a_count_is_said_in_the_readers_language(stored: str, english: str, german: str) -> None:
    said = step_in_words(stored)
    assert said == english
    assert str(in_language(said, catalogue("de"))).startswith(german)


def test_what_met_a_duty_is_no_code() -> None:
    assert proof_in_words("entry:12") == "Line 12 of the timeline"
    assert proof_in_words("release:01a21ca2-76e4-7000-a41b-98254041176a") == "The notice was sent"
    assert proof_in_words("register no. 12: kept") == "register no. 12: kept"


def test_what_shows_that_a_customer_was_told_is_said_in_words() -> None:
    said = telling_in_words("delivery 7: 250 2.0.0 queued as 1")
    assert said == "Its mail server took the mail (delivery 7)"
    assert in_language(said, catalogue("de")) == "Sein Mailserver nahm die E-Mail an (Zustellung 7)"
    assert telling_in_words("delivery 7") == "Delivery 7"
    assert telling_in_words("Ms Roth, 14:05") == "Ms Roth, 14:05"


def test_every_reason_of_the_assessment_is_said_in_german() -> None:
    german = catalogue("de")
    assert [one.text for one in CRITERIA if german.gettext(one.text) == one.text] == []


def test_a_country_is_called_as_the_reader_calls_it() -> None:
    assert [in_language(Country("DE"), catalogue(one)) for one in ("en", "de")] == ["Germany", "Deutschland"]
    assert in_language(Country("US-CA"), catalogue("de")) == "Vereinigte Staaten (US-CA)"


def test_what_a_law_presumes_is_said_in_german() -> None:
    packs = shipped_texts().values()
    presumed = sorted({one for pack in packs for one in re.findall(r'presume "([^"]+)"', pack)})
    german = [in_language(reason_in_words(f"presumed: {one}"), catalogue("de")) for one in presumed]
    assert [one for one in german if not str(one).startswith("vermutet: ") or " until " in str(one)] == []
    assert len(german) > 40


def test_every_other_reading_of_a_law_is_said_in_german() -> None:
    assert [one for one in READINGS.values() if catalogue("de").gettext(one) == one] == []


@pytest.mark.parametrize(
    ("why", "german"),
    [
        ("recipients: few_known", "wer sie gesehen haben kann: Wenige bekannte Empfänger"),
        ("altered; copy: none", "verändert; Kopie: Keine Kopie"),
        (
            context({"data.categories": ("name",), "data.per_person": "basic"}).why,
            "einfache Daten, Grundwert 1, angepasst auf 1",
        ),
        (intent({"breach.malicious": False}).why, "Schaden war nicht beabsichtigt"),
    ],
)
def test_why_a_part_of_the_severity_score_has_its_value_is_said_in_german(why: str, german: str) -> None:
    assert in_language(part_in_words(why), catalogue("de")) == german
