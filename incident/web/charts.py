"""Bar charts as SVG by pygal: no style, no script, no colour of their own, so that the page's tokens give them theirs.

A chart goes into the page itself. It is one image to whoever cannot see it, with a title and a description.
"""

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from xml.etree.ElementTree import Element, tostring

from markupsafe import Markup

WIDE, NARROW = 600, 330  # units of the drawing; one is a pixel
HEIGHT = 236
LINE = 44  # of a chart whose bars lie
ROW = 24  # where several lie side by side
LETTERS = 12
HALF = 4  # of a letter's room, to the right of the last line
LOWEST = 0.09  # of the axis: a lower bar has no room for its value
SHORTEST = {WIDE: 0.13, NARROW: 0.25}
MOST_LABELS = {WIDE: 14, NARROW: 7}
DROPPED = {"defs", "desc", "title", "style", "script"}
NUMBER = re.compile(r"\d+\.\d+")
FIXED: dict[str, Any] = {
    **dict.fromkeys(("show_legend", "explicit_size", "print_zeroes"), False),
    **dict.fromkeys(("no_prefix", "disable_xml_declaration", "include_x_axis"), True),
    **{"css": [], "js": [], "margin": 2, "truncate_label": -1},
}


@dataclass(frozen=True, slots=True)
class Series:
    """One row of bars: its name, the tone its bars have, a value for each label; None: not known, no bar."""

    name: str
    tone: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `lying`: bars from left to right, the first label on top. `said` writes a value.

    `whole`: the values are counts.
    """

    id: str
    title: str
    about: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    said: Callable[[float], str] = "{:g}".format
    lying: bool = False
    stacked: bool = False
    whole: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no bar at all."""
        return not any(value for one in self.series for value in one.values)


def draw(chart: Chart, width: int = WIDE) -> Markup:
    """The chart as SVG for this width. The same chart gives the same bytes."""
    pygal = _library()
    kinds = {(False, False): pygal.Bar, (False, True): pygal.StackedBar, (True, False): pygal.HorizontalBar}
    kind = kinds.get((chart.lying, chart.stacked), pygal.HorizontalStackedBar)
    rows = 1 if chart.stacked else len(chart.series)
    height = 40 + max(LINE, ROW * rows) * len(chart.labels) if chart.lying else HEIGHT
    ticks = ticks_to(_highest(chart), whole=chart.whole, most=3 if chart.lying and width < WIDE else 5)
    least = ticks[-1] * (SHORTEST[width] if chart.lying and not chart.whole else LOWEST)
    scale = {
        "y_labels": [{"value": tick, "label": chart.said(tick) if tick else "0"} for tick in ticks],
        "range": (0, ticks[-1]),
        "formatter": lambda value: chart.said(value) if value and value >= least else "",
        "print_values": chart.stacked or chart.lying,  # side by side they would lie on one another
    }
    every = 1 if chart.lying else math.ceil(len(chart.labels) / MOST_LABELS[width])
    labels = {"x_labels_major_every": every, "show_minor_x_labels": every == 1}
    letters = dict.fromkeys(("label_font_size", "major_label_font_size", "value_font_size"), LETTERS)
    edge = {"margin_right": HALF * len(chart.said(ticks[-1]))} if chart.lying else {}  # half of the last label
    drawn = kind(width=width, height=height, style=pygal.style.Style(**letters), **FIXED, **scale, **labels, **edge)
    way = -1 if chart.lying else 1  # pygal begins at the bottom
    drawn.x_labels = chart.labels[::way]
    for one in chart.series:
        drawn.add(one.name, [value or None for value in one.values[::way]])
    root = drawn.render_tree()
    _clean(root, chart)
    root.attrib |= {"width": str(width), "height": str(height)}
    _name(root, chart, f"{chart.id}-{width}")
    svg = NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), tostring(root, "unicode"))
    return Markup(svg)  # noqa: S704  every text in it was escaped when the tree was written


def ticks_to(highest: float, *, whole: bool = False, most: int = 5) -> list[float]:
    """Round numbers from nought to at least the highest value, in at most so many steps."""
    if highest <= 0:
        return [0, 1]
    step = 10 ** math.floor(math.log10(highest))
    steps = [step * factor for factor in (0.2, 0.5, 1, 2, 5)]
    fits = [one for one in steps if highest <= most * one and (not whole or one == int(one))]
    chosen = fits[0] if fits else 1
    return [chosen * at for at in range(max(1, math.ceil(highest / chosen)) + 1)]


@cache
def _library() -> Any:
    """pygal, loaded when the first chart is drawn; always with the same trees, and without its hook on imports.

    The hook is for its maps, which nobody here uses; it is of an old kind that Python warns of at each later import.
    """
    pygal = import_module("pygal")
    sys.meta_path[:] = [one for one in sys.meta_path if not type(one).__module__.startswith("pygal")]
    pygal.etree.etree.to_etree()
    return pygal


def _highest(chart: Chart) -> float:
    columns = [[one.values[at] or 0 for one in chart.series] for at in range(len(chart.labels))]
    return max((sum(column) if chart.stacked else max(column) for column in columns if column), default=0)


def _clean(node: Element, chart: Chart) -> None:
    """Take out what pygal adds for its own style, script and tooltips; give each row of bars its tone."""
    for child in list(node):
        kinds = child.get("class", "").split()
        unseen = child.tag in DROPPED or "tooltip-overlay" in kinds or (child.tag == "text" and not child.text)
        if not isinstance(child.tag, str) or unseen:
            node.remove(child)
            continue
        for name in ("style", "rx", "ry"):
            child.attrib.pop(name, None)
        if "series" in kinds:
            at = int(kinds[1].removeprefix("serie-"))
            child.set("class", f"series tone-{chart.series[at].tone}")
        _clean(child, chart)


def _name(root: Element, chart: Chart, name: str) -> None:
    root.attrib.pop("id", None)
    root.attrib |= {"class": "drawing", "role": "img", "aria-labelledby": f"{name}-title {name}-about"}
    title, about = Element("title", {"id": f"{name}-title"}), Element("desc", {"id": f"{name}-about"})
    title.text, about.text = chart.title, chart.about
    root.insert(0, title)
    root.insert(1, about)
