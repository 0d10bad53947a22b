"""A country may be written by its name, exactly; nothing is guessed from what is only like one."""

import io

import pytest

from notifications.audience_files import read_csv
from notifications.countries import NO_COUNTRIES, _codes, country_named
from notifications.members import LineFault, NewMember, checked
from notifications.models import Channel


@pytest.mark.parametrize(
    ("text", "code"),
    [("Germany", "DE"), (" germany ", "DE"), ("Deutschland", "DE"), ("ÖSTERREICH", "AT"), ("United Kingdom", "GB")],
)
def test_an_exact_name_in_a_language_of_the_console_is_its_code(text: str, code: str) -> None:
    assert country_named(text) == code


@pytest.mark.parametrize("text", ["", "DE", "US-CA", "Bavaria", "German", "Korea", "Congo", "Europäische Union", "UK"])
def test_anything_else_stays_as_it_was_given(text: str) -> None:
    assert country_named(text) == text


def test_no_name_stands_for_what_is_no_country() -> None:
    assert not NO_COUNTRIES & set(_codes().values())
    assert len(set(_codes().values())) > 240


def test_the_countries_of_a_file_are_read_by_name_and_a_strange_one_says_what_to_write() -> None:
    file = io.BytesIO(b"id,email,country\n1,a@mail.example,Germany\n2,b@mail.example,Bavaria\n")
    first, second = (member for _, member in read_csv(file))
    assert isinstance(first, NewMember)
    assert isinstance(second, NewMember)
    assert first.region == "DE"
    fault = checked(3, second, Channel.EMAIL)
    assert isinstance(fault, LineFault)
    assert fault.mend.startswith("use the two letters of ISO 3166, as DE for Germany")
