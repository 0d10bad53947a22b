"""A name written the other way is kept apart from the words around it; every other name stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bidirectional import ISOLATE, POP, isolated, runs_backwards
from notifications.filling import filled
from notifications.message import Text
from notifications.placeholders import set_apart

ARABIC, HEBREW = "ليلى حداد", "נועה לוי"


@pytest.mark.parametrize("name", ["Anna Müller", "Łukasz", "Ωμέγα", "李明", "Жанна", "", "12/4", "👩🏽‍🚀"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert isolated(name) == name


@pytest.mark.parametrize("name", [ARABIC, HEBREW, f"Anna {HEBREW}", "\u200fAnna"])
def test_a_name_with_letters_of_the_other_direction_is_isolated(name: str) -> None:
    assert isolated(name) == f"{ISOLATE}{name}{POP}"


def test_in_a_text_from_right_to_left_it_is_the_other_way_round() -> None:
    assert isolated(ARABIC, "rtl") == ARABIC
    assert isolated("Anna", "rtl") == f"{ISOLATE}Anna{POP}"
    assert isolated("2026", "rtl") == "2026"


@given(st.text(max_size=30), st.sampled_from(["ltr", "rtl"]))
def test_no_value_turns_the_text_behind_it_around(value: str, direction: str) -> None:
    """No strong letter of the other direction outside an isolate, and nothing inside that could end it."""
    found = isolated(value, direction)
    if found.startswith(ISOLATE) and found != value:
        assert not {unicodedata.bidirectional(letter) for letter in found[1:-1]} & {"LRE", "RLE", "LRO", "RLO", "PDF"}
        assert POP not in found[1:-1]
        assert ISOLATE not in found[1:-1]
    else:
        against = {"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}
        kinds = {unicodedata.bidirectional(letter) for letter in value}
        assert not kinds & (against if direction == "ltr" else {"L"})


@given(st.characters())
def test_the_ranges_hold_every_letter_written_right_to_left(letter: str) -> None:
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        assert isolated(letter) != letter


def test_an_override_in_a_name_reaches_no_further_than_the_name() -> None:
    assert isolated("Anna\u202e\u2069 evil") == f"{ISOLATE}Anna evil{POP}"


def test_the_direction_of_a_name_is_that_of_its_first_letter() -> None:
    assert [runs_backwards(name) for name in (ARABIC, f"12 {HEBREW}", "Anna", f"Anna {HEBREW}", "7", "")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_text_and_subject_isolate_and_html_sets_apart() -> None:
    html = set_apart("<title>{{ name }}</title><p>{{ greeting }} {{ name }}</p>")
    assert html == "<title>{{ name }}</title><p>{{ greeting }} <bdi>{{ name }}</bdi></p>"
    text = Text("For {{ name }}", "{{ greeting }}", html, "Dear {{ name }},", "Hello,")
    found = filled(text, {"name": HEBREW}, "en")
    inside = f"{ISOLATE}{HEBREW}{POP}"
    assert (found.subject, found.text) == (f"For {inside}", f"Dear {inside},")
    assert f"<p>Dear {inside}, <bdi>{inside}</bdi></p>" in found.html
    assert filled(text, {"name": HEBREW}, "he").text == f"Dear {HEBREW},"
    assert filled(text, {"name": "Anna"}, "en").html.endswith("<p>Dear Anna, <bdi>Anna</bdi></p>")
