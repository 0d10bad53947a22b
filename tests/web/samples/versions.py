"""Sample contexts of one saved version of the fact sheet: the first, one in between, and one with the same answers."""

from collections.abc import Mapping
from dataclasses import replace

from incident.web.views.facts import AnswerChange, FactVersionView, SaidAnswer
from notifications.wording import worded
from tests.web.samples.board import HOSTILE, NOW, shell
from tests.web.samples.case import case

SECOND = FactVersionView(
    number=2,
    newest=3,
    saved_at=NOW,
    saved_by="Mara Lindqvist",
    digest="9f" * 32,
    changes=(
        AnswerChange(
            worded("What caused it?"), "", SaidAnswer(worded("nothing")), SaidAnswer(worded("Misconfiguration"))
        ),
        AnswerChange(worded("How many people?"), HOSTILE, SaidAnswer("3,412"), SaidAnswer("3,500")),
    ),
    answers=(
        (
            worded("The breach"),
            (
                (worded("What caused it?"), SaidAnswer(worded("Misconfiguration"))),
                (worded("Customers whose data it is"), SaidAnswer(f"alder, birch, cedar, {HOSTILE}", "alder, birch")),
            ),
        ),
        (HOSTILE, ()),
    ),
)


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    values = {**frame, "shell": shell(), "case": case("facts")}
    return {
        "facts-version": ("facts_version.html", {**values, "view": SECOND}),
        "facts-version-first": ("facts_version.html", {**values, "view": replace(SECOND, number=1, newest=1)}),
        "facts-version-alike": ("facts_version.html", {**values, "view": replace(SECOND, number=3, changes=())}),
    }
