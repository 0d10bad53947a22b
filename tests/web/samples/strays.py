"""Sample views: replies to no known incident, a long ground among them; none of a class; none at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from incident.web.views.replies import RepliesView, ReplyLine
from notifications.wording import worded
from tests.web.samples.board import HOSTILE, NOW, shell

ASKED = ReplyLine(
    href="/replies/r1",
    kind="question",
    label=worded("Question"),
    ground=worded("it asks something"),
    received_at=NOW - timedelta(hours=3),
    due_at=NOW - timedelta(hours=1),
    settled=False,
    owner="Mara Lindqvist",
    automatic=False,
    matched=worded("nobody knows to what"),
)
LONG = replace(ASKED, href="/replies/r2", kind="complaint", label=worded("Complaint"), ground=HOSTILE, corrected=True)
SETTLED = replace(ASKED, href="/replies/r3", kind="left", label=worded("Address no longer used"), settled=True)
STRAYS = RepliesView(
    rows=(ASKED, LONG, SETTLED),
    classes=(
        ("question", worded("Question"), 1, 1, "/replies?kind=question", False),
        ("complaint", worded("Complaint"), 1, 1, "/replies?kind=complaint", False),
        ("left", worded("Address no longer used"), 0, 1204, "/replies?kind=left", False),
    ),
    open=2,
    all=1206,
    next="/replies?after=r3",
    here="/replies",
    shown="/replies",
)


def strays(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    usual = {**frame, "shell": shell()}
    none_open = replace(STRAYS, rows=(), open=0, next="", shown="/replies?open=true", open_only=True)
    return {
        "strays": ("stray_replies.html", {**usual, "view": STRAYS}),
        "strays-none-open": ("stray_replies.html", {**usual, "view": none_open}),
        "strays-none": ("stray_replies.html", {**usual, "view": RepliesView(here="/replies", shown="/replies")}),
    }
