"""Words written in one language: the contact and own lines per language, and what is left untranslated."""

from dataclasses import replace
from typing import Any

import pytest

from incident.contact_settings import OFFICER
from incident.drafting import Account, Authoring
from incident.errors import Invalid
from incident.notice_kinds import LOCALES, NoticeKind
from incident.notice_lint import against_brief, check_notice
from incident.notice_texts import write_notice
from incident.organisation import profile_of
from incident.own_words import contact_spoken, joined, lines_spoken, unlike, written_in
from incident.same_in_each import same_in_each
from incident.settings import Settings
from incident.template_checks.samples import samples_of
from notifications.findings import Finding, Level, Rule
from tests.incident.notices import TEMPLATES

WORDS = {"fr": {"name": "Service de la protection des données", "hours": "du lundi au vendredi, de 9 h à 17 h"}}
CLOSED = Account(taken=("access_closed",))
OURS: dict[str, Any] = {
    "contact_name": "Data protection team",
    "contact_phone": "+49 40 5550 0142",
    "contact_hours": "Monday to Friday, 9 to 17",
    "contact_email": "privacy@nimbus.example",
}


def written(settings: Settings, account: Account = CLOSED) -> tuple[str, list[Finding]]:
    """A complete notice to people in French, beside English, and what is untranslated in it."""
    brief = replace(samples_of(NoticeKind.PEOPLE, "fr")[0].brief, segments={})
    brief = replace(brief, authoring=Authoring(profile_of(settings), account, brief.now))
    texts = write_notice(TEMPLATES, NoticeKind.PEOPLE, brief, ["en", "fr"]).texts
    spoken = (*contact_spoken(brief.profile), *lines_spoken(account, texts))
    found = check_notice(TEMPLATES, NoticeKind.PEOPLE, texts, replace(against_brief(brief), spoken=spoken))
    return texts["fr"].text, [finding for finding in found if finding.rule == Rule.UNTRANSLATED]


def test_a_french_notice_prints_the_french_contact() -> None:
    text, found = written(Settings(**OURS, contact_words=WORDS))
    assert "Téléphone\u00a0: +49 40 5550 0142 (du lundi au vendredi, de 9 h à 17 h)" in text
    assert "Service de la protection des données, " in text
    assert [words for words in ("Monday", "Data protection") if words in text] == []
    assert found == []


def test_a_language_without_the_contact_is_a_warning_that_names_the_setting() -> None:
    text, found = written(Settings(**OURS))
    assert "(Monday to Friday, 9 to 17)" in text
    assert {(finding.level, finding.locale, finding.field) for finding in found} == {(Level.WARNING, "fr", "contact")}
    mends = sorted(finding.mend for finding in found)
    assert [("SEVENTYTWO_CONTACT_WORDS, under fr" in mend) for mend in mends] == [True, True]
    assert """written as SEVENTYTWO_CONTACT_WORDS='{"fr": {"hours": "…"}}'""" in mends[0]
    assert [part for part in ("hours", "name") if any(f"its {part} in" in mend for mend in mends)] == ["hours", "name"]
    assert all(finding.line > 0 for finding in found)


def test_what_is_the_same_in_each_language_is_said_once() -> None:
    same = {"*": {"name": "Miriam Vogt", "hours": "24/7 hotline"}}
    text, found = written(Settings(**OURS, contact_words=same))
    assert "Miriam Vogt, " in text
    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_usual_contact_has_its_words_in_every_language(locale: str) -> None:
    profile = profile_of(Settings())
    assert [locale in said.languages for said in contact_spoken(profile)] == [True]
    assert (profile.contact(locale)["name"] == "Data protection officer") is (locale == "en")


def test_a_country_is_named_in_the_readers_language() -> None:
    address = "Hafenstraße 1, 20457 Hamburg, {}"
    found = {
        said: [f.locale for f in written(Settings(postal_address=address.format(said)))[1]]
        for said in ("Germany", "Allemagne", "Deutschland")
    }
    assert found == {"Germany": ["fr"], "Allemagne": ["en"], "Deutschland": ["en", "fr"]}


def test_an_own_line_is_printed_in_each_language_and_warned_of_where_it_is_not() -> None:
    line, french = "We called every shop.", "Nous avons appelé chaque magasin."
    text, found = written(Settings(), Account(taken=(line,), said={line: {"en": line, "fr": french}}))
    assert (french in text, line in text, found) == (True, False, [])
    for said in ({}, {line: {"en": line}}):
        text, found = written(Settings(), Account(taken=(line,), said=said))
        assert line in text
        assert [(f.level, f.locale, f.field) for f in found] == [(Level.WARNING, "fr", "measures")]


def test_one_language_alone_and_a_figure_are_not_warned_of() -> None:
    assert [said.languages for said in lines_spoken(Account(taken=("We called.",)), ["fr"])] == [frozenset({"fr"})]
    assert list(lines_spoken(Account(own={"impact": "EUR 10,000"}), ["en", "fr"])) == []


def test_lines_are_joined_in_their_order_and_a_language_may_be_silent() -> None:
    lines, said = joined("more_taken", {"en": ["One.", "Two."], "de": [], "fr": ["Un.", "Deux."]})
    assert lines == ("One.", "Two.")
    assert said == {"One.": {"en": "One.", "fr": "Un."}, "Two.": {"en": "Two.", "fr": "Deux."}}
    account = Account(taken=lines, said=said)
    assert written_in(lines, "fr", account, ["en", "de", "fr"]) == ["Un.", "Deux."]
    assert written_in(lines, "de", account, ["en", "de", "fr"]) == ["", ""]
    assert joined("more_taken", {"en": [], "fr": []}) == ((), {})


def test_languages_with_other_numbers_of_lines_are_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"more_taken: has 2 lines in en and 1 in fr"):
        joined("more_taken", {"en": ["One.", "Two."], "fr": ["Un."]})


def test_what_happened_in_own_words_of_some_languages_only_is_a_warning_in_the_others() -> None:
    told = Account(happened={"en": "An archive was open.", "fr": " "})
    found = unlike(told, ["en", "de", "fr"])
    assert [(item.level, item.locale, item.field) for item in found] == [
        (Level.WARNING, "de", "what happened"),
        (Level.WARNING, "fr", "what happened"),
    ]
    assert unlike(told, ["en"]) == unlike(Account(), ["en", "de"]) == []


@pytest.mark.parametrize(
    "name", ["Ada Kern", "Miriam Vogt", "Dr. Ana-Lucía García de la Vega", "J. O'Brien", "privacy@nimbus.example"]
)
def test_the_name_of_a_person_and_an_address_are_the_same_in_each_language(name: str) -> None:
    assert same_in_each("name", name)
    assert written(Settings(**{**OURS, "contact_name": name, "contact_hours": ""}))[1] == []


@pytest.mark.parametrize(
    "name",
    [*OFFICER.values(), "Data Protection Team", "Maren Holt, privacy team", "Service Desk", "Nimbus", "Kunden Service"],
)
def test_what_somebody_does_is_said_in_each_language(name: str) -> None:
    assert not same_in_each("name", name)


def test_hours_are_never_taken_for_a_name() -> None:
    assert not same_in_each("hours", "Monday Friday")
    assert same_in_each("hours", "24/7")
