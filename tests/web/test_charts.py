"""Charts are the same bytes each time, say what they are, and bring no style and no script."""

import re
from xml.etree import ElementTree

import pytest

from incident.web.charts import NARROW, WIDE, Chart, Series, draw, ticks_to
from incident.web.figure_views import spoken
from incident.web.figure_words import in_unit
from incident.web.pages import STATIC

SVG = "{http://www.w3.org/2000/svg}"
STACKED = Chart(
    "kept",
    "Deadlines <kept>",
    "By month & outcome.",
    ("Jan", "Feb", "Mar"),
    (Series("In time", "met", (3, None, 1)), Series("Late", "late", (1, 2, None))),
    stacked=True,
    whole=True,
)
LYING = Chart("p", "Phases", "Median.", ("Detection", "Review"), (Series("m", "ahead", (2, None)),), lying=True)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("chart", [STACKED, LYING, Chart("t", "T", "A", ("Nov",), (Series("x", "met", (0.5,)),))])
def test_a_chart_is_one_named_image_without_style_and_script(chart: Chart, width: int) -> None:
    svg = draw(chart, width)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|<!--|NaN|pygal", svg)
    root = ElementTree.fromstring(svg)
    named = [root.find(f".//{SVG}*[@id='{name}']") for name in root.attrib["aria-labelledby"].split()]
    assert [one.text for one in named if one is not None] == [chart.title, chart.about]
    assert root.attrib["role"] == "img"
    assert root.attrib["viewBox"].split()[2] == str(width)
    assert draw(chart, width) == svg


def test_there_is_a_bar_for_what_is_known_and_none_for_the_rest() -> None:
    root = ElementTree.fromstring(draw(STACKED))
    bars = {
        group.attrib["class"]: [float(bar.attrib["height"]) > 0 for bar in group.iter(f"{SVG}rect")]
        for group in root.iter(f"{SVG}g")
        if "series" in group.attrib.get("class", "") and group.find(f"{SVG}g") is not None
    }
    assert {name: sum(found) for name, found in bars.items()} == {"series tone-met": 2, "series tone-late": 2}


def test_the_first_label_of_lying_bars_is_on_top() -> None:
    root = ElementTree.fromstring(draw(LYING))
    at = {text.text: float(text.attrib["y"]) for text in root.iter(f"{SVG}text")}
    assert at["Detection"] < at["Review"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_last_label_of_an_axis_that_lies_ends_inside_the_drawing(width: int) -> None:
    chart = Chart("p", "T", "A", ("Investigation",), (Series("m", "ahead", (85,)),), "{:g} min".format, lying=True)
    svg = draw(chart, width)
    begins, at = re.search(r"translate\((\d+)", svg), re.search(r'<text x="([\d.]+)"[^>]*>100 min<', svg)
    assert begins
    assert at
    assert float(begins[1]) + float(at[1]) + 24 <= width  # half of the label, which is written about its middle


@pytest.mark.parametrize(
    ("highest", "whole", "expected"),
    [
        (0, False, [0, 1]),
        (1, True, [0, 1]),
        (3, True, [0, 1, 2, 3]),
        (7, True, [0, 2, 4, 6, 8]),
        (140, True, [0, 50, 100, 150]),
        (0.3, False, [0, 0.1, 0.2, 0.3]),
        (3_552, True, [0, 1000, 2000, 3000, 4000]),
    ],
)
def test_ticks_are_round(highest: float, whole: bool, expected: list[float]) -> None:
    assert ticks_to(highest, whole=whole) == pytest.approx(expected)


def test_every_tone_has_its_colours() -> None:
    css = (STATIC / "figures.css").read_text(encoding="utf-8")
    for tone in ("met", "soon", "late", "ahead", "blocked", "accent", "quiet", "unknown"):
        assert f".tone-{tone} .rect" in css


def test_a_value_beside_its_bar_has_the_decimal_sign_of_the_readers_language() -> None:
    chart = Chart("p", "T", "A", ("Investigation",), (Series("m", "ahead", (2.6,)),), in_unit("min"), lying=True)
    assert ">2,6 min<" in draw(spoken(chart, "de"))
    assert ">2.6 min<" in draw(spoken(chart, "en"))
