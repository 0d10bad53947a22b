"""The public pages' own words: eight languages that say the same, and the one a reader is shown."""

import string
import tomllib
from pathlib import Path

import pytest

from incident.notice_kinds import LOCALES
from incident.settings import shipped
from incident.web.public_words import choose, known, preferred, words_of

SHIPPED = shipped("templates")
ENGLISH = words_of((SHIPPED,), "en").said


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_has_every_sentence_with_the_same_places_to_fill(locale: str) -> None:
    said = words_of((SHIPPED,), locale).said
    assert {name: braces(text) for name, text in said.items()} == {n: braces(text) for n, text in ENGLISH.items()}
    assert all(text.strip() == text and text for text in said.values())
    if locale != "en":
        same = {name for name, text in said.items() if text == ENGLISH[name]}
        assert same <= {"version", "versions"}  # French says these as English does


def test_no_sentence_stands_there_that_no_page_says() -> None:
    files = [SHIPPED / "pages/public.html", *(SHIPPED / "pages").glob("announcement*.html")]
    pages = "".join(file.read_text() for file in files)
    code = (Path(__file__).parents[2] / "incident/web/public_site.py").read_text()
    assert {name for name in ENGLISH if f'say("{name}"' not in pages and f'plain("{name}"' not in code} == set()


def test_an_operators_words_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "announcements").mkdir()
    (tmp_path / "announcements/de.toml").write_text('title = "Aktuelles"\n')
    words = words_of((tmp_path, SHIPPED), "de")
    assert words.plain("title") == "Aktuelles"
    assert words.plain("all") == tomllib.loads((SHIPPED / "announcements/de.toml").read_text())["all"]


def test_what_is_filled_in_is_text_and_no_html() -> None:
    assert str(words_of((SHIPPED,), "en")("published", moment="<b>")) == "Published &lt;b&gt;"
    assert words_of((SHIPPED,), "pl").language("pt-BR") == "portugalski"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("pt", "pt-BR"),
        ("pt_PT", "pt-BR"),
        ("en-GB", "en"),
        ("tlh", ""),
        ("", ""),
        ("*", ""),
    ],
)
def test_a_tag_names_one_of_the_languages_or_none(tag: str, expected: str) -> None:
    assert known(tag) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ["fr", "en", "de"]),
        ("en;q=0.2, pl", ["pl", "en"]),
        ("de;q=0, en;q=0.1", ["en"]),
        ("de;q=x, en;q=nan, it;q=9", ["it"]),
        ("tlh, *", []),
        ("", []),
        (", ".join(["xx"] * 500 + ["de"]), []),
    ],
)
def test_a_browser_is_asked_for_its_languages_by_their_weight(header: str, expected: list[str]) -> None:
    assert preferred(header) == expected


def test_a_text_in_a_language_the_reader_has_comes_before_the_first_one() -> None:
    assert choose(["fr", "de"], {"de", "en"}, "en") == "de"
    assert choose(["pl"], {"de", "en"}, "en") == "pl"
    assert choose([], {"de", "en"}, "en") == "en"
