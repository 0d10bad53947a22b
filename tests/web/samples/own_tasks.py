"""Sample views: open tasks over all incidents, none, and a page of hundreds."""

from dataclasses import replace
from datetime import timedelta

from incident.web.views import Choice
from incident.web.views.board import FilterField
from incident.web.views.own_tasks import OwnTaskLine, OwnTasksView, Ways
from tests.web.samples.board import HOSTILE, NOW, shell

LINE = OwnTaskLine(
    id="t1", href="/incidents/amber-heron/tasks#task-t1", title="Keep the access logs", codename="amber-heron",
    incident_title="Export bucket is readable by everybody", incident_href="/incidents/amber-heron",
    phase="Containment", role="responder", due="late", due_at=NOW - timedelta(minutes=25), assignee="Mara Lindqvist",
    mine=True, done="The logs are kept as evidence and the listing names every day.",
    people=(("u1", "Ines Moreau"), ("u2", "Jonas Weber")),
)  # fmt: skip
FREE = replace(
    LINE, id="t2", title=HOSTILE, due="soon", due_at=NOW + timedelta(minutes=70), assignee="", mine=False, changes=True
)
THEIRS = replace(FREE, id="t3", title="Search the copies", due="later", due_at=None, assignee="Jonas Weber")
FIELDS = (
    FilterField("due", "Due", (Choice("", "Any", True), Choice("late", "Late"))),
    FilterField("incident", "Incident", (Choice("", "Any", True), Choice("amber-heron", f"amber-heron, {HOSTILE}"))),
    FilterField("kind", "Runbook", (Choice("", "Any", True), Choice("public_bucket", "Public bucket"))),
)


def view(whose: str, *lines: OwnTaskLine, found: int | None = None, after: str = "") -> OwnTasksView:
    labels = {"mine": "Yours", "free": "Free to take", "all": "Everybody's"}
    ways = tuple(Ways(label, f"/tasks?whose={name}", len(lines), name == whose) for name, label in labels.items())
    number = len(lines) if found is None else found
    return OwnTasksView(lines, ways, FIELDS, whose, number, 1, chosen=False, back="/tasks", after=after)


PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "own-tasks-empty": ("own_tasks.html", {"shell": shell(here="/tasks"), "view": view("mine")}),
    "own-tasks-one": ("own_tasks.html", {"shell": shell(here="/tasks"), "view": view("mine", LINE)}),
    "own-tasks": ("own_tasks.html", {"shell": shell(here="/tasks"), "view": view("all", LINE, FREE, THEIRS)}),
    "own-tasks-many": (
        "own_tasks.html",
        {
            "shell": shell(here="/tasks"),
            "view": view(
                "free", *(replace(FREE, id=f"t{n}") for n in range(50)), found=412, after="/tasks?whose=free&page=2"
            ),
        },
    ),
}  # fmt: skip
