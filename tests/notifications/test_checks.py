"""The checks of contents, contradictions and wording: each rule finds its fault and passes what is right."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from notifications.contents import ContentsList, Known, check_contents, read_contents
from notifications.findings import Level
from notifications.languages import Language, read_language
from notifications.message import Text
from notifications.plain_language import check_language, check_told
from notifications.slots import check_slots, check_unfilled
from notifications.statements import SHOWN_BY

NOTICES = Path(__file__).parents[2] / "templates" / "notices"
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


@pytest.mark.parametrize("name", sorted(path.stem for path in (NOTICES / "contents").glob("*.toml")))
def test_every_contents_list_names_law_article_and_level(name: str) -> None:
    found = listed(name)
    assert found.id == name
    assert found.law
    assert all(content.article and content.text for content in found.contents)
    assert all(statement.article and statement.text for statement in found.statements)
    assert all(statement.finds in SHOWN_BY for statement in found.statements)
    assert not found.fixed or set(found.fixed) == {content.key for content in found.contents}


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


def test_a_finding_names_the_facts_that_answer_it_and_its_line() -> None:
    unknown = GOOD.replace("Your name.", "We do not yet know.")
    (finding,) = check_contents(Text("S", unknown), listed("gdpr-34-2"), HEADINGS, language())
    assert (finding.facts, finding.line) == (("data.categories",), 5)
    assert "data.categories" in finding.message
    assert "data.categories" in finding.mend


def test_a_question_the_draft_left_open_is_found_though_the_section_says_something() -> None:
    left_open = Known(unknown=frozenset({"cause"}))
    (finding,) = check_contents(Text("S", GOOD), listed("gdpr-34-2"), HEADINGS, language(), left_open)
    assert (finding.law, finding.level, finding.facts) == ("GDPR Art. 34(2)", Level.ERROR, ("breach.cause",))


def test_one_section_may_stand_for_another() -> None:
    corrected = Text("S", "Corrected\n---\nIt was three days.\n\nContact\n---\nprivacy@example.org\n")
    headings = {"new": "New", "corrected": "Corrected", "contact": "Contact"}
    assert check_contents(corrected, listed("update"), headings, language()) == []
    neither = Text("S", "Contact\n---\nprivacy@example.org\n")
    (finding,) = check_contents(neither, listed("update"), headings, language())
    assert "“New” is missing" in finding.message


def test_a_postal_address_is_a_contact_where_the_law_says_so() -> None:
    text = GOOD.replace("privacy@example.org", "Privacy Office, 12 Elm Street, Albany, NY 12207")
    assert check_contents(Text("S", text), listed("hipaa-164-404-c"), HEADINGS, language()) == []
    (finding,) = check_contents(Text("S", text), listed("gdpr-34-2"), HEADINGS, language())
    assert "no address or telephone number" in finding.message


def test_the_contact_must_name_the_business_where_the_law_says_so() -> None:
    speaks = Known(speakers=frozenset({"Brightdesk"}))
    (finding,) = check_contents(Text("S", GOOD), listed("us-ca-1798-82"), HEADINGS, language(), speaks)
    assert (finding.law, "does not name Brightdesk" in finding.message) == ("Cal. Civ. Code § 1798.82 (d)(2)(A)", True)


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
    found = check_contents(Text("S", GOOD), listed("gdpr-33-3"), HEADINGS, language(), Known(frozenset({"late"})))
    assert [item.law for item in found if "delay" in item.message] == ["GDPR Art. 33(1)"]
    assert not [
        item
        for item in check_contents(Text("S", GOOD), listed("gdpr-33-3"), HEADINGS, language())
        if "delay" in item.message
    ]


@pytest.mark.parametrize(
    "slot", ["TODO", "XXX", "[...]", "[ ]", "tbd", "T.B.C.", "lorem ipsum", "____", "<name>", "{name}", "???"]
)
def test_a_slot_nobody_filled_is_an_error(slot: str) -> None:
    (finding,) = check_slots(Text("S", f"Text {slot} text"), (), "en")
    assert (finding.level, finding.rule) == (Level.ERROR, "open_slot")


@pytest.mark.parametrize(
    ("locale", "slot"),
    [
        ("en", "[insert date]"),
        ("en", "[Name]"),
        ("de", "[Datum einfügen]"),
        ("es", "[nombre de la empresa]"),
        ("fr", "à compléter"),
        ("it", "[inserire la data]"),
        ("nl", "[naam invullen]"),
        ("pl", "do uzupełnienia"),
        ("pt-BR", "[inserir data]"),
    ],
)
def test_a_slot_in_the_words_of_a_language_is_an_error(locale: str, slot: str) -> None:
    (finding,) = check_unfilled(Text("S", f"Line\n\nText {slot} text"), language(locale))
    assert (finding.level, finding.rule, finding.line) == (Level.ERROR, "open_slot", 3)


@pytest.mark.parametrize(
    "said", ["Write to <privacy@example.org>.", "See [1] and {{ name }}.", "Wait ... and see.", "Todo está cerrado."]
)
def test_what_only_looks_like_a_slot_is_none(said: str) -> None:
    text = Text("S", said)
    assert check_slots(text, ("name",), "en") + check_unfilled(text, language()) == []


def test_placeholders_and_empty_parts_are_checked_where_they_stand() -> None:
    found = check_slots(Text("", "Hello {{ nmae }}"), ("name",), "en")
    assert [(item.rule, item.field) for item in found] == [("empty", "subject"), ("placeholder", "text")]


@pytest.mark.parametrize(
    ("locale", "sentence", "rule"),
    [
        ("en", "Your data may have been affected.", "hedge"),
        ("en", "We have no evidence of misuse.", "no_evidence"),
        ("en", "Your security is our top priority.", "reassurance"),
        ("de", "Ihre Daten sind möglicherweise betroffen.", "hedge"),
        ("de", "Es gibt keine Hinweise auf Missbrauch.", "no_evidence"),
        ("de", "Wir nehmen den Schutz Ihrer Daten ernst.", "reassurance"),
        ("es", "Sus datos podrían haberse visto afectados.", "hedge"),
        ("es", "No hay indicios de un uso indebido.", "no_evidence"),
        ("es", "Nos tomamos muy en serio su privacidad.", "reassurance"),
        ("fr", "Vos données pourraient être concernées.", "hedge"),
        ("fr", "Rien n\u2019indique une utilisation abusive.", "no_evidence"),
        ("fr", "La sécurité est notre priorité.", "reassurance"),
        ("it", "I Suoi dati potrebbero essere stati coinvolti.", "hedge"),
        ("it", "Non vi è nessuna prova di un abuso.", "no_evidence"),
        ("it", "La sicurezza è la nostra priorità.", "reassurance"),
        ("nl", "Uw gegevens zijn mogelijk gelekt.", "hedge"),
        ("nl", "Er zijn geen aanwijzingen voor misbruik.", "no_evidence"),
        ("nl", "Wij nemen dit zeer serieus.", "reassurance"),
        ("pl", "Być może dotyczy to Państwa danych.", "hedge"),
        ("pl", "Nie ma dowodów na nadużycie.", "no_evidence"),
        ("pl", "Bezpieczeństwo jest naszym priorytetem.", "reassurance"),
        ("pt-BR", "Seus dados podem ter sido afetados.", "hedge"),
        ("pt-BR", "Não há indícios de uso indevido.", "no_evidence"),
        ("pt-BR", "A segurança é nossa prioridade.", "reassurance"),
    ],
)
def test_wording_that_readers_fault_is_a_warning(locale: str, sentence: str, rule: str) -> None:
    (finding,) = check_language(Text("S", sentence), language(locale))
    assert (finding.rule, finding.level, finding.locale) == (rule, Level.WARNING, locale)
    assert finding.key.startswith(f"{locale}:{rule}:wording:")


def test_what_soothes_before_the_data_are_named_is_found_as_such() -> None:
    text = Text("S", "We have no evidence of misuse.\n\nData\n---\nYour name.\n\nYour privacy is our top priority.")
    first, last = check_language(text, language(), data_line=3)
    assert (first.rule, first.line, last.rule, last.line) == ("before_facts", 1, "reassurance", 7)


def test_a_phrase_that_is_broken_over_two_lines_is_found() -> None:
    (finding,) = check_language(Text("S", "There is no\nevidence of that."), language())
    assert finding.message.startswith("“no evidence”")


def test_the_claim_that_all_were_told_is_an_error() -> None:
    (finding,) = check_told(Text("S", "By now everyone has been informed."), language())
    assert (finding.rule, finding.level) == ("all_told", Level.ERROR)
    assert check_told(Text("S", "We have informed 120 people so far."), language()) == []


def test_plain_wording_passes() -> None:
    assert check_language(Text("S", "Your name was copied by somebody without the right to it."), language()) == []
