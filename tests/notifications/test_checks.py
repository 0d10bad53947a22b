"""The checks of contents, contradictions and wording: each rule finds its fault and passes what is right."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifications.contents import ContentsList, check_contents, check_slots, read_contents
from notifications.contradictions import Stated, check_contradictions
from notifications.findings import Level
from notifications.formats import Formats
from notifications.languages import Language, read_language
from notifications.message import Text
from notifications.plain_language import check_language

NOTICES = Path(__file__).parents[2] / "templates" / "notices"
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
STATED = Stated(frozenset({2400}), frozenset({datetime(2026, 11, 21, 23, 30, tzinfo=UTC)}), NOW)
HEADINGS = {
    "nature": "What happened",
    "contact": "Contact",
    "consequences": "Consequences",
    "measures": "Measures",
    "actions": "What you can do",
    "data": "Data",
}
GOOD = """What happened
---
A storage area was open.

Data
---
Your name.

Consequences
---
Somebody could deceive you.

What you can do
---
1. Be careful.

Measures
---
The area was closed.

Contact
---
privacy@example.org
"""


def loaded(path: str) -> dict[str, Any]:
    return tomllib.loads((NOTICES / path).read_text(encoding="utf-8"))


def language(locale: str = "en") -> Language:
    return read_language(locale, loaded(f"language/{locale}.toml"))


def listed(name: str) -> ContentsList:
    return read_contents(loaded(f"contents/{name}.toml"))


def without(heading: str) -> str:
    before, _, after = GOOD.partition(f"{heading}\n---\n")
    return before + after.partition("\n\n")[2]


@pytest.mark.parametrize("name", ["gdpr-34-2", "gdpr-33-2", "gdpr-33-3", "announcement"])
def test_every_contents_list_names_law_article_and_level(name: str) -> None:
    found = listed(name)
    assert found.id == name
    assert all(content.article and content.text for content in found.contents)


def test_a_complete_notice_passes() -> None:
    assert check_contents(Text("S", GOOD), listed("gdpr-34-2"), HEADINGS, language()) == []


@pytest.mark.parametrize(
    ("heading", "article", "level"),
    [
        ("What happened", "GDPR Art. 34(2)", Level.ERROR),
        ("Contact", "GDPR Art. 34(2) with Art. 33(3)(b)", Level.ERROR),
        ("Consequences", "GDPR Art. 34(2) with Art. 33(3)(c)", Level.ERROR),
        ("Measures", "GDPR Art. 34(2) with Art. 33(3)(d)", Level.ERROR),
        ("What you can do", "GDPR recital 86", Level.WARNING),
        ("Data", "GDPR Art. 34(2)", Level.WARNING),
    ],
)
def test_a_missing_section_names_law_and_field(heading: str, article: str, level: Level) -> None:
    (finding,) = check_contents(Text("S", without(heading)), listed("gdpr-34-2"), HEADINGS, language())
    assert (finding.law, finding.level) == (article, level)
    assert f"“{heading}” is missing" in finding.message


def test_a_contact_must_be_reachable() -> None:
    text = Text("S", GOOD.replace("privacy@example.org", "our data protection officer"))
    (finding,) = check_contents(text, listed("gdpr-34-2"), HEADINGS, language())
    assert "no address or telephone number" in finding.message
    by_telephone = Text("S", GOOD.replace("privacy@example.org", "+49 30 5550 1234"))
    assert check_contents(by_telephone, listed("gdpr-34-2"), HEADINGS, language()) == []


def test_an_empty_section_and_one_that_only_says_not_known() -> None:
    empty = Text("S", GOOD.replace("The area was closed.\n", ""))
    assert "is empty" in check_contents(empty, listed("gdpr-34-2"), HEADINGS, language())[0].message
    unknown = Text("S", GOOD.replace("The area was closed.", "Not yet known."))
    (finding,) = check_contents(unknown, listed("gdpr-34-2"), HEADINGS, language())
    assert (finding.level, "only says" in finding.message) == (Level.ERROR, True)
    (in_phases,) = [
        finding
        for finding in check_contents(unknown, listed("gdpr-33-3"), HEADINGS, language())
        if "Measures" in finding.message
    ]
    assert in_phases.level is Level.WARNING


def test_the_reasons_for_a_delay_are_wanted_only_when_late() -> None:
    found = check_contents(Text("S", GOOD), listed("gdpr-33-3"), HEADINGS, language(), {"late"})
    assert [item.law for item in found if "delay" in item.message] == ["GDPR Art. 33(1)"]
    assert not [
        item
        for item in check_contents(Text("S", GOOD), listed("gdpr-33-3"), HEADINGS, language())
        if "delay" in item.message
    ]


@pytest.mark.parametrize("slot", ["TODO", "XXX", "[...]", "[insert date]", "[name]", "lorem ipsum"])
def test_a_slot_nobody_filled_is_an_error(slot: str) -> None:
    (finding,) = check_slots(Text("S", f"Text {slot} text"), (), "en")
    assert (finding.level, finding.rule) == (Level.ERROR, "open_slot")


def test_placeholders_and_empty_parts_are_checked_where_they_stand() -> None:
    found = check_slots(Text("", "Hello {{ nmae }}"), ("name",), "en")
    assert [(item.rule, item.field) for item in found] == [("empty", "subject"), ("placeholder", "text")]


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "This concerns 2,500 people."),
        ("en", "We told 240 of the affected customers."),
        ("de", "Betroffen sind 2.500 Personen."),
        ("de", "Das betrifft 12 unserer Kunden."),
    ],
)
def test_a_number_of_people_nobody_counted_is_an_error(locale: str, sentence: str) -> None:
    (finding,) = check_contradictions(Text("S", sentence), STATED, Formats(locale, "Europe/Berlin"), language(locale))
    assert (finding.level, finding.field) == (Level.ERROR, "number of people")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "This concerns 2,400 people, and Art. 34 applies. Call +49 30 5550 1234."),
        ("de", "Betroffen sind 2.400 Personen seit dem 22. November 2026."),
        ("en", "It began on 22 November 2026 and we write on 2026-11-24."),
        ("de", "Stand: 24.11.2026, Fassung 1.2.2026x"),
    ],
)
def test_what_the_facts_carry_passes(locale: str, sentence: str) -> None:
    assert check_contradictions(Text("S", sentence), STATED, Formats(locale, "Europe/Berlin"), language(locale)) == []


@pytest.mark.parametrize(
    ("locale", "sentence", "level"),
    [
        ("en", "It began on 20 November 2026.", Level.ERROR),
        ("en", "It began on 2026-11-20.", Level.ERROR),
        ("de", "Es begann am 20. November 2026.", Level.ERROR),
        ("de", "Es begann am 20.11.2026.", Level.ERROR),
        ("en", "We will write on 3 December 2026.", Level.WARNING),
    ],
)
def test_a_day_the_facts_do_not_name(locale: str, sentence: str, level: Level) -> None:
    (finding,) = check_contradictions(Text("S", sentence), STATED, Formats(locale, "Europe/Berlin"), language(locale))
    assert (finding.level, finding.field) == (level, "date")


def test_what_only_looks_like_a_day_is_none() -> None:
    text = Text("S", "Version 99.99.2026 and 31.02.2026")
    assert check_contradictions(text, STATED, Formats("de"), language("de")) == []


@pytest.mark.parametrize(
    ("locale", "sentence", "rule"),
    [
        ("en", "Your data may have been affected.", "hedge"),
        ("en", "We have no evidence of misuse.", "no_evidence"),
        ("en", "Your security is our top priority.", "reassurance"),
        ("de", "Ihre Daten sind möglicherweise betroffen.", "hedge"),
        ("de", "Es gibt keine Hinweise auf Missbrauch.", "no_evidence"),
        ("de", "Wir nehmen den Schutz Ihrer Daten ernst.", "reassurance"),
    ],
)
def test_wording_that_readers_fault_is_a_warning(locale: str, sentence: str, rule: str) -> None:
    (finding,) = check_language(Text("S", sentence), language(locale))
    assert (finding.rule, finding.level, finding.locale) == (rule, Level.WARNING, locale)
    assert finding.key.startswith(f"{locale}:{rule}:wording:")


def test_plain_wording_passes() -> None:
    assert check_language(Text("S", "Your name was copied by somebody without the right to it."), language()) == []
