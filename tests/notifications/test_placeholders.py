"""Placeholders are names between braces, allowed one by one; nothing else between braces is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.placeholders import (
    Unfillable,
    check_placeholders,
    check_tags,
    names_in,
    substitute,
    values_for,
)


def test_allowed_placeholders_pass_and_are_found_once_in_order() -> None:
    text = "{{ name }} {{customer}} {{ name }}"
    assert names_in(text) == ["name", "customer"]
    assert check_placeholders("text", text, {"name", "customer"}) == []


@pytest.mark.parametrize(
    "bad", ["{{ a.b }}", "{{ name|safe }}", "{% if x %}", "{# x #}", "{{", "}}", "{{ 7*7 }}", "{{\nname }}"]
)
def test_what_is_no_placeholder_is_an_error_with_its_mend(bad: str) -> None:
    (fault, *_) = check_placeholders("text", f"Hello {bad}", {"name"})
    assert str(fault).startswith(f"text: {bad} is no placeholder")
    assert "allowed here: name" in fault.mend


def test_an_unknown_name_is_an_error() -> None:
    assert [fault.message for fault in check_placeholders("subject", "{{ nmae }}", {"name"})] == ["is unknown"]


def test_a_placeholder_inside_a_tag_is_an_error() -> None:
    assert check_tags("html", "<p>{{ name }}</p>") == []
    assert len(check_tags("html", '<a href="https://x/{{ name }}">{{ name }}</a>')) == 1


def test_values_over_fallbacks_and_the_greeting_that_fits() -> None:
    fallbacks = {"people_count": "not yet known", "name": ""}
    named = values_for({"name": "Anna", "people_count": ""}, fallbacks, "Dear {{ name }},", "Hello,")
    assert named == {"name": "Anna", "people_count": "not yet known", "greeting": "Dear Anna,"}
    assert values_for({}, fallbacks, "Dear {{ name }},", "Hello,")["greeting"] == "Hello,"


def test_a_missing_or_overlong_value_is_refused_by_name() -> None:
    with pytest.raises(Unfillable, match="name"):
        substitute("{{ name }}", {})
    with pytest.raises(Unfillable, match="4000"):
        substitute("{{ name }}", {"name": "x" * 4001})


@given(st.text(max_size=50).filter(lambda value: "\\" not in value))
def test_a_value_is_never_read_as_a_placeholder(value: str) -> None:
    values = {"name": "{{ secret }}", "secret": "S3CRET"}
    assert "S3CRET" not in substitute("{{ name }}", values)
    assert substitute(value.replace("{", ""), values) == value.replace("{", "")
