"""Sample views: the situation report and the hand-over, of a fresh incident and of one in full swing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from incident.situation import DueLine, Situation
from incident.web import views as v
from incident.web.views.shifts import HandoverView
from incident.web.views.situation import SituationView
from tests.web.samples.board import HOSTILE, NOW, OPENED, shell
from tests.web.samples.case import FRESH, case

REPORT = Situation(
    codename="amber-heron",
    title=HOSTILE,
    kind="Public bucket",
    severity="critical",
    phase="Investigation",
    since=OPENED,
    opened_at=OPENED,
    opened_by="Mara Lindqvist",
    commander="Mara Lindqvist",
    drill=True,
    aware_at=OPENED,
    fact_version=3,
    answered=19,
    missing=2,
    coming=[DueLine("Notify", NOW - timedelta(hours=1), "late"), DueLine("Tell", NOW, "ahead", 14, True)],
    decisions=["High risk (Ines Moreau, 24 Nov, 11:23 CET)"],
    risks=["3 deliveries failed.", HOSTILE],
    steps=["Search the copies (responder)"],
)
NOTE = HandoverView(
    55,
    OPENED,
    "Jonas Weber",
    (("What runs", "- Logs are copied.\n- Mails go out."), ("What is awaited", ""), ("What worries", HOSTILE)),
)
TAKEN = HandoverView(55, OPENED, "Jonas Weber", (), NOW, "Mara Lindqvist", mine=True)
RHYTHMS = (v.Choice("240", "4 hours", True), v.Choice("0", "No next one"))


def _report(report: Situation, next_at: datetime | None) -> SituationView:
    told = (("Authorities", "none of 1"), ("Business customers", "131 of 140")) if report.fact_version else ()
    data = ("Accounts: 40 people; high risk, decided",) if report.fact_version else ()
    return SituationView("/incidents/1", report, ("One.", "Two.", HOSTILE), data, told, "Text", next_at, RHYTHMS)


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    fresh = Situation("jade-osprey", "Seen", "Other", "low", "Detection", OPENED, OPENED, "")
    fields = (("runs", "What runs", "Who does what.", HOSTILE), ("worries", "What worries", "First.", ""))
    own: dict[str, object] = {**frame, "shell": shell(), "case": case(), "fields": fields}
    return {
        "situation": ("situation.html", {"shell": shell(), "view": _report(REPORT, NOW)}),
        "situation-fresh": ("situation.html", {"shell": shell(), "view": _report(fresh, None)}),
        "handover": ("handover.html", {**own, "handover": NOTE}),
        "handover-taken": ("handover.html", {**own, "handover": TAKEN, "case": FRESH}),
    }
