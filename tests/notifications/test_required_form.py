"""Forms and statements a law fixes: California's title, headings and order, dates, delays, who else can help."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications.contents import ContentsList, Known, read_contents
from notifications.contradictions import Stated
from notifications.findings import Finding, Level
from notifications.fixed_form import check_fixed_form
from notifications.formats import Formats
from notifications.languages import read_language
from notifications.message import Text
from notifications.statements import Reading, check_statements

NOTICES = Path(__file__).parents[2] / "templates" / "notices"
NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
GOOD = """Notice of Data Breach
===

Date of this notice: 24 November 2026

What Happened
---
A storage area was open from 21 November 2026.

What Information Was Involved
---
- your name

What We Are Doing
---
We closed it. Protection is free of charge.

What You Can Do
---
Ask Equifax, Experian or TransUnion.

For More Information
---
privacy@brightdesk.example

Annex
---
More.
"""


def loaded(path: str) -> dict[str, object]:
    return tomllib.loads((NOTICES / path).read_text(encoding="utf-8"))


CALIFORNIA: ContentsList = read_contents(loaded("contents/us-ca-1798-82.toml"))
READING = Reading(
    Stated(frozenset(), frozenset({datetime(2026, 11, 21, 6, tzinfo=UTC)}), NOW),
    Formats("en", "UTC"),
    read_language("en", loaded("language/en.toml")),
)


def form(text: str) -> list[Finding]:
    return check_fixed_form(Text("S", text), CALIFORNIA, "en")


def statements(text: str, *circumstances: str) -> list[Finding]:
    known = Known(frozenset(circumstances))
    return check_statements(Text("S", text), CALIFORNIA, CALIFORNIA.fixed, READING, known)


def test_the_form_of_the_statute_passes_and_what_is_added_stands_below() -> None:
    assert form(GOOD) == []
    assert statements(GOOD, "identifiers", "source_of_identifiers") == []


@pytest.mark.parametrize(
    ("before", "after", "rule", "line"),
    [
        ("Notice of Data Breach\n===", "Notice of data breach\n===", "fixed_title", 1),
        ("Notice of Data Breach\n===\n", "", "fixed_title", 0),
        ("What Happened", "What happened", "fixed_heading", 6),
        ("What You Can Do\n", "Background\n---\nMore.\n\nWhat You Can Do\n", "fixed_order", 18),
    ],
)
def test_a_departure_from_the_fixed_words_is_an_error(before: str, after: str, rule: str, line: int) -> None:
    (finding,) = form(GOOD.replace(before, after))
    assert (finding.rule, finding.level, finding.line) == (rule, Level.ERROR, line)
    assert finding.law == "Cal. Civ. Code § 1798.82 (d)(1)"


def test_headings_in_another_order_are_an_error() -> None:
    first, second = "What We Are Doing\n---\nWe closed it.", "What You Can Do\n---\nAsk"
    swapped = GOOD.replace(first, "@").replace(second, first).replace("@", second)
    (finding,) = form(swapped)
    assert (finding.rule, finding.field) == ("fixed_order", "What We Are Doing")


def test_a_law_that_fixes_nothing_finds_nothing() -> None:
    assert check_fixed_form(Text("S", "Any\n===\n"), read_contents(loaded("contents/gdpr-34-2.toml")), "en") == []


@pytest.mark.parametrize(
    ("before", "after", "circumstance", "article"),
    [
        ("24 November", "21 November", "", "(d)(2)(C)"),
        (" from 21 November 2026", "", "", "(d)(2)(C)"),
        ("nothing", "nothing", "police_delay", "(d)(2)(D)"),
        ("TransUnion", "another", "identifiers", "(d)(2)(F)"),
        ("free of charge", "ours", "source_of_identifiers", "(d)(2)(G)"),
    ],
)
def test_a_missing_statement_names_its_article(before: str, after: str, circumstance: str, article: str) -> None:
    (finding,) = statements(GOOD.replace(before, after), circumstance)
    assert finding.law == f"Cal. Civ. Code § 1798.82 {article}"
    assert (finding.rule, finding.level) == ("statement", Level.ERROR)


def test_whether_the_police_delayed_it_is_a_warning_while_nobody_has_said() -> None:
    (finding,) = statements(GOOD, "police_delay_unsaid")
    assert finding.level is Level.WARNING
    said = GOOD.replace("A storage", "It was not delayed by law enforcement. A storage")
    assert statements(said, "police_delay_unsaid") == []


def test_that_the_date_is_not_known_is_a_statement_too() -> None:
    unknown = GOOD.replace("open from 21 November 2026", "open; the date is not yet known")
    assert statements(unknown) == []


def test_a_statement_of_a_missing_section_is_left_to_the_section() -> None:
    assert statements(GOOD.replace("What Happened", "What took place")) == []


def test_a_contents_list_with_an_unknown_way_of_reaching_is_broken() -> None:
    row = {"key": "contact", "article": "1", "text": "contact", "level": "error", "reachable": "pigeon"}
    with pytest.raises(ValueError, match="pigeon"):
        read_contents({"id": "x", "law": "X", "contents": [row]})
