"""Sample views of the editor: a text with findings at its lines, one that is being typed, one without a fault."""

from collections.abc import Mapping
from dataclasses import replace

from incident.web import views as v
from incident.web.notice_editor import edited_lines, text_states
from incident.web.views.editing import EditorView
from tests.web.samples.approving import WANTED
from tests.web.samples.board import HOSTILE, NOTICE, shell
from tests.web.samples.telling import FINDINGS, NOTICE_VIEW, TEXTS

FOUND = (
    *FINDINGS,
    v.FindingLine("error", "en", HOSTILE, HOSTILE, HOSTILE, "", "k4", line=3, rule="contents"),
    v.FindingLine("warning", "en", "language", "reads hard", "Use short words", "", "k5", line=8, kept=False),
    v.FindingLine("warning", "", "template", "differs from the law pack", "Look at it", "", "k6"),
)
STATES, NOTHING = text_states(TEXTS, FOUND), text_states(TEXTS, ())
EDITOR = EditorView(TEXTS[0], edited_lines(NOTICE, STATES, "en"), STATES, WANTED.difference)
CLEAN = EditorView(TEXTS[0], edited_lines(NOTICE, NOTHING, "en"), NOTHING)


def editors(notice: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    usual = {**notice, "shell": shell(), "view": NOTICE_VIEW}
    return {
        "notice": ("notice.html", {**usual, "editor": EDITOR}),
        "notice-tried": ("notice.html", {**usual, "editor": replace(EDITOR, tried=True, html="<html></html>")}),
        "notice-clean": ("notice.html", {**usual, "editor": CLEAN}),
        "notice-reader": ("notice.html", {**usual, "editor": CLEAN, "can_write": False, "mode": "phone"}),
    }
