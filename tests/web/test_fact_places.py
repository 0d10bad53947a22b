"""Where the people live is typed as people type it: one place a line, or one after the other."""

import pytest

from incident.web.fact_form import typed_reach


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("Germany = 26, France = 14", {"DE": 26, "FR": 14}),
        ("DE = 120\nUS-CA = 3", {"DE": 120, "US-CA": 3}),
        ("DE = 1,200; FR = unknown", {"DE": 1200, "FR": None}),
        ("", None),
    ],
)
def test_places_stand_on_lines_or_in_a_row(text: str, reach: dict[str, int | None] | None) -> None:
    assert typed_reach(text) == reach
