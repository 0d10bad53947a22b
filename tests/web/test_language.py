"""The console in its reader's language: as chosen, else as the browser asks, else English."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import Environment

from incident.web.languages import catalogue, chosen
from incident.web.pages import environment, size
from incident.web.times import left, local, thousands
from notifications.wording import Said, in_language, worded, worded_list, worded_number
from tests.translating.unmarked import TEMPLATES

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cookie", "wanted", "shown"),
    [("", [], "en"), ("", ["fr", "de"], "de"), ("de", ["en"], "de"), ("xx", ["fr"], "en"), ("en", ["de"], "en")],
)
def test_the_choice_comes_before_what_the_browser_asks_for(cookie: str, wanted: list[str], shown: str) -> None:
    assert chosen(cookie, wanted) == shown


def test_moments_and_numbers_are_written_as_the_language_writes_them() -> None:
    assert local(NOON, "Europe/Berlin", language="de") == "Fr. 27. Nov. 2026, 13:00 CET"
    assert local(NOON, "Europe/Berlin") == "Fri 27 Nov 2026, 13:00 CET"
    assert local(NOON, "Europe/Berlin", "day", "de") == "Freitag, 27. November 2026"
    assert local(None, "Europe/Berlin", language="de") == "-"
    assert (size(23), size(1), size(39_629), size(39_629, "de")) == ("23 bytes", "1 byte", "38.7 KiB", "38,7 KiB")
    assert (thousands(1234567, "de"), thousands(1234567)) == ("1.234.567", "1,234,567")
    assert left(NOON, NOON + timedelta(minutes=5)) == "5 min 00 s late"


def test_a_sentence_is_english_and_remembers_what_it_was_made_of() -> None:
    told = worded_number("{number} person", "{number} people", 2)
    said = worded("{name} wrote to {told}", name="Mara", told=told)
    assert said == "Mara wrote to 2 people"
    assert isinstance(said, Said)
    assert in_language(said, catalogue("en")) == "Mara wrote to 2 people"
    assert worded_number("{number} person", "{number} people", 1) == "1 person"
    assert worded("{braces} stay") == "{braces} stay"
    assert in_language("plain", catalogue("de")) == "plain"


def test_a_list_of_nothing_is_nothing_in_every_language() -> None:
    assert [in_language(worded_list([]), catalogue(language)) for language in ("en", "de")] == ["", ""]


def test_a_sentence_with_values_says_them_in_the_language_and_hides_nothing_of_them() -> None:
    page = environment([], "de").from_string("{% trans what=what, who=who %}{{ what }}: {{ who }}{% endtrans %}")
    assert page.render(what=worded("Menu"), who="<i>\u202e") == "Menü: &lt;i&gt;\\u202e"


def test_no_page_has_a_name_of_its_own_for_what_every_page_is_given() -> None:
    given = set(environment([TEMPLATES.parent], "en").globals) - set(Environment().globals)
    assert given >= {"asset", "console_languages"}
    taken = re.compile(rf"{{%-? (?:macro|set) ({'|'.join(map(re.escape, given))})\b")
    guilty = [page.name for page in TEMPLATES.glob("*.html") if taken.search(page.read_text())]
    assert guilty == []
