"""The page of the design shows what there is, and every pair of colours that meets can be read."""

import re

import pytest

from incident.web.colours import SCHEMES, colours, contrast, measures, pairs
from incident.web.design import LOOKS, STANDINGS, STATES
from tests.web.conftest import Enter
from tests.web.stage import Stage


def test_words_can_be_read_on_every_ground_they_stand_on() -> None:
    short = [(pair.ink, pair.ground, pair.ratios) for pair in pairs() if not all(pair.enough)]
    assert short == []


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == 21.0
    assert contrast("#777777", "#ffffff") == 4.48


def test_every_colour_has_a_value_in_each_scheme() -> None:
    assert all(len(colour.values) == len(SCHEMES) for colour in colours())
    assert {"late", "soon", "ahead", "met", "blocked", "ink", "bg"} <= {colour.name for colour in colours()}
    assert dict(measures())["s4"] == "16px"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_component_is_shown_in_the_looks_that_are_asked_for(stage: Stage, enter: Enter) -> None:
    browser = enter("lea")
    html = browser.get("/design", params={"look": ["dark", "print"]}).text
    assert html.count('class="specimen"') == 2
    for built in (
        "hero",
        "tally",
        "duty",
        "question",
        "effect",
        "verdict",
        "finding",
        "ledger",
        "pace-steps",
        "handset",
    ):
        assert len(re.findall(rf'class="(?:[a-z -]* )?{built}[ "]', html)) >= 2, built
    for label in STATES.values():
        assert str(label) in html
    for name in STANDINGS:
        assert {"blocked": "Waiting"}.get(name, name.capitalize()) in html
    assert browser.get("/design", params={"look": list(LOOKS)}).text.count('class="specimen"') == len(LOOKS)
    assert browser.get("/design?look=neon").status_code == 422
