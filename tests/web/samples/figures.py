"""Sample views: figures with a picture and without, of nobody and of one incident. The pictures are drawn by hand."""

from collections.abc import Mapping

from markupsafe import Markup

from incident.web import views as v
from incident.web.views.figures import FiguresView, FigureView, Key
from tests.web.samples.board import NOW, OPENED, shell
from tests.web.samples.case import case

BARS = Markup(
    '<svg class="drawing" viewBox="0 0 60 24" width="60" height="24" role="img" aria-labelledby="t d"><title id="t">T'
    '</title><desc id="d">D</desc><g class="tone-met"><rect class="rect" x="1" y="1" width="40" height="9"/></g></svg>'
)
KEPT = FigureView(
    "deadlines",
    "Deadlines kept",
    "By the month they were met in time, or else due in.",
    ("Met or due in", "In time", "Missed", "All"),
    (("Oct 2026", "3", "0", "3"), ("Nov 2026", "1", "1", "2"), ("All", "4", "1", "5")),
    (Key("late", "Missed"), Key("met", "In time")),
    BARS,
    BARS,
    summed=True,
)
PHASES = FigureView(
    "phases",
    "How long phases lasted",
    "The median.",
    ("Phase", "Have left it", "Median"),
    (("Detection", "0", "not known"),),
    nothing="No incident has left a phase yet.",
)
PERIODS = (v.Choice("12-months", "Last 12 months", True), v.Choice("all", "All"))
HEADLINE = (
    ("Incidents", "14", ""),
    ("Deadlines in time", "4 of 5", ""),
    ("Median to awareness", "50 min 00 s", "of 11; 3 not known"),
    ("Median to first notice", "not known", ""),
)


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    full = FiguresView((KEPT, PHASES, KEPT), PERIODS, "?period=12-months", HEADLINE, "Left out: 2 drills.", 14)
    times = (("First sign", OPENED, ""), ("Aware", NOW, "50 min 00 s"), ("First notice", None, "not known"))
    here: dict[str, object] = {"shell": shell(here="/figures")}
    own: dict[str, object] = {**frame, "shell": shell(), "case": case("review")}
    return {
        "figures-empty": ("figures.html", {**here, "view": FiguresView(())}),
        "figures": ("figures.html", {**here, "view": full}),
        "figures-own": ("incident_figures.html", {**own, "view": FiguresView((KEPT, PHASES)), "times": times}),
    }
