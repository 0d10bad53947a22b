"""The design, for whoever builds a page: every component in every state, and the tokens with their contrast."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from incident.web import colours
from incident.web.charts import NARROW, Chart, Series, draw
from incident.web.frame import Seated
from incident.web.views.sending import LedgerLine, ProgressView, StepLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Look = Literal["light", "dark", "contrast", "contrast-dark", "print"]
LOOKS: dict[str, str] = {
    "light": worded("Light"),
    "dark": worded("Dark"),
    "contrast": worded("High contrast"),
    "contrast-dark": worded("High contrast, dark"),
    "print": worded("Printed"),
}
STANDINGS = ("late", "soon", "ahead", "blocked", "met", "waived", "not due")
SEVERITIES = ("critical", "high", "medium", "low", "info")
STATES = {
    "draft": worded("Draft"),
    "requested": worded("Waits"),
    "approved": worded("Sending"),
    "stopped": worded("Stopped"),
    "finished": worded("Finished"),
    "published": worded("Published"),
    "submitted": worded("Submitted"),
    "void": worded("Void"),
    "refused": worded("Refused"),
    "withdrawn": worded("Withdrawn"),
}
SENDING = ProgressView(
    href="#components",
    state="approved",
    stage="ramp",
    recipients=2400,
    settled=612,
    ledger=(
        LedgerLine("accepted", worded("Accepted"), 604, "met"),
        LedgerLine("rejected", worded("Rejected"), 8, "late"),
        LedgerLine("sending", worded("Sending"), 40, "ahead"),
        LedgerLine("pending", worded("Waits"), 1748, ""),
    ),
    steps=(StepLine(50, "done"), StepLine(600, "now"), StepLine(2400, "next")),
)
MOMENTS = (timedelta(hours=17, minutes=5), timedelta(days=6), timedelta(minutes=41), timedelta(hours=-2))


@router.get("/design")
def show(desk: Seated, look: Annotated[list[Look], Query()] = ["light", "dark"]) -> Response:  # noqa: B006
    """Every component in the looks that are asked for, side by side."""
    chosen = [name for name in LOOKS if name in look] or ["light"]
    with desk.edge.read() as session:
        return desk.page("design.html", session, values_for(chosen, desk.edge.clock.now()))


def values_for(chosen: Sequence[str], now: datetime) -> dict[str, object]:
    """What the page shows, for moments counted from `now`, cut to the minute so that an unchanged page is a 304."""
    minute = now.replace(second=0, microsecond=0)
    return {
        "looks": tuple((name, label, name in chosen) for name, label in LOOKS.items()),
        "standings": STANDINGS,
        "severities": SEVERITIES,
        "states": tuple(STATES.items()),
        "moments": tuple(minute + span for span in MOMENTS),
        "colours": colours.colours(),
        "schemes": colours.SCHEMES,
        "pairs": colours.pairs(),
        "measures": colours.measures(),
        "sending": SENDING,
        "faces": ("ML", "LB"),
        "charts": {name: draw(_chart(name), NARROW) for name in chosen},
    }


def _chart(look: str) -> Chart:
    """Three months of two kinds; its id is of the look, for it stands once in each."""
    series = (Series("Kept", "met", (4, 7, 5)), Series("Missed", "late", (1, 0, 2)))
    return Chart(f"design-{look}", "Deadlines", "Kept and missed by month", ("Sep", "Oct", "Nov"), series, stacked=True)
