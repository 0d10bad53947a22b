"""Sample views: a release that is closed out, and what of an incident is purged when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from incident.web.views.close_outs import (
    CloseOutView,
    CountLine,
    CountTable,
    HoldLine,
    KeptLine,
    ReportLine,
    RetentionView,
)
from notifications.wording import Day, worded
from tests.web.samples.board import HOSTILE, NOW, OPENED, shell
from tests.web.samples.case import case

DIGEST = "9f2c4b7a" * 8
FIRST = ReportLine(1, NOW, 2391, 2400, DIGEST, 1, "/releases/r1/close-out/1.jsonl.gz", None)
SECOND = replace(FIRST, number=2, finished_at=NOW + timedelta(days=3), told=2388, entry=2)
TABLES = (
    CountTable("Channel", (CountLine("E-mail", 2400, 2391, (("Rejected", 6), ("Bounced", 3))),)),
    CountTable(
        "Language",
        (
            CountLine("German (de)", 1600, 1594, (("Rejected", 6),)),
            CountLine("English (en)", 800, 797, (("Bounced", 3),)),
        ),
    ),
    CountTable("Country or region", (CountLine("Germany", 2000, 1994), CountLine("Austria", 400, 397))),
    CountTable(
        "Domain",
        (CountLine("mail.example", 1200, 1195, (("Rejected", 5),)), CountLine("Others", 1200, 1196)),
        "Domains of fewer than 5 people are counted together.",
    ),
)
CLOSED = CloseOutView(
    href="/releases/r1/close-out",
    release_href="/releases/r1",
    title="E-mail to the people affected",
    edition=2,
    state="finished",
    state_label="Sent",
    reports=(SECOND, FIRST),
    answers=(CountLine("250 2.0.0", 2388, 0), CountLine("550 5.1.1", 6, 0), CountLine("554 5.7.1", 3, 0)),
    tables=TABLES,
    states=(CountLine("Accepted by the relay", 2388, 2388), CountLine("Rejected", 6, 0), CountLine("Bounced", 6, 0)),
    first_at=OPENED,
    last_at=NOW,
    duplicates=2,
    can_ask=True,
    audience="Affected users",
)
EMPTY = replace(
    CLOSED, reports=(), answers=(), tables=(), states=(), first_at=None, last_at=None, due_at=NOW + timedelta(days=5)
)
PURGED = replace(
    CLOSED,
    reports=(replace(SECOND, file_href="", file_purged_at=NOW + timedelta(days=1100)),),
    can_ask=False,
    purged_at=NOW + timedelta(days=95),
)
KEPT = (
    KeptLine("Affected users", "Audience: addresses, names, values", 2400, "/audiences/a1", NOW, (), True),
    KeptLine(
        HOSTILE,
        "Audience: addresses, names, values",
        1,
        "/audiences/a2",
        None,
        (
            "a release is stopped",
            "the incident is open",
            worded("a customer's link to its list lives until {day}", day=Day("2026-12-24")),
        ),
        False,
    ),
    KeptLine(
        "close-out report 1",
        "File, a line a person",
        2400,
        "/releases/r1/close-out",
        NOW + timedelta(days=1095),
        (),
        False,
    ),
)
HOLD = HoldLine("Proceedings of the supervisory authority were announced.", NOW, "Lea Brandt")
LIFTED = HoldLine(HOSTILE, OPENED, "Lea Brandt", NOW, "Mara Lindqvist", "They ended without a decision.")
KEEPING = RetentionView(KEPT, (LIFTED,), 90, 1095, True)


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    here = {"case_href": "/incidents/1", "codename": "amber-heron", "shell": shell(here="/releases/r1/close-out")}
    kept = {**frame, "shell": shell(), "case": case("notices")}
    running = replace(EMPTY, due_at=None, can_ask=False, written=800_000, expected=1_000_000)
    return {
        "close-out": ("close_out.html", {**here, "view": CLOSED}),
        "close-out-empty": ("close_out.html", {**here, "view": EMPTY}),
        "close-out-running": ("close_out.html", {**here, "view": running}),
        "close-out-purged": ("close_out.html", {**here, "view": PURGED}),
        "retention": ("retention.html", {**kept, "view": KEEPING}),
        "retention-held": ("retention.html", {**kept, "view": replace(KEEPING, holds=(HOLD, LIFTED))}),
        "retention-empty": ("retention.html", {**kept, "view": RetentionView((), (), 90, 1095, True)}),
    }
