"""Sample views: teams on call, one of them in full, pages that wait and that were answered, the page behind a link."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from incident.models.paging import PageKind
from incident.queries.chat import IdentityLine
from incident.queries.pages import LinkPage
from incident.rota import USUAL_STEPS, read_step, step_in_words
from incident.web.views import on_call as o
from incident.web.views.paged import CallRow, PageRow
from incident.web.views.shell import Choice
from tests.web.samples.board import HOSTILE, NOW, shell

ID = UUID("01a214a3-a741-7000-aca2-b1a859368e47")
LONG = "Dr. Maximiliane von Hohenstein-Wolkersdorf zu Unterbrunnenthal"
TURN = o.TurnLine(
    "first", "Ada Lindqvist", NOW - timedelta(days=2), NOW + timedelta(days=5), stands_in=False, runs=True
)
STANDS_IN = replace(TURN, layer="second", person=LONG, stands_in=True)
ROW = o.TeamRow("platform", "/on-call/platform", is_default=True, now=(TURN, STANDS_IN), layers=2)
GAP = o.TeamRow("privacy-and-legal-out-of-hours", "/on-call/privacy", is_default=False, now=(), layers=1)
WAITS = PageRow(
    str(ID), f"/pages/{ID}", "Incident amber-heron", "/incidents/amber-heron", "platform", NOW, "waits",
    "Waits for an answer", None, NOW + timedelta(minutes=10), "step 2 of 4",
)  # fmt: skip
ANSWERED = replace(
    WAITS, title="Monitor alertmanager-eu is silent", subject_href="", state="acknowledged",
    said=f"Acknowledged by {LONG} by the link in a mail", at=NOW, next_at=None,
)  # fmt: skip
UNANSWERED = replace(
    ANSWERED, title="Test of team platform", state="unanswered", said="Over without an answer: nobody answered"
)
CALLS = (
    CallRow("Ada Lindqvist", "mail", NOW, "accepted", "250 2.0.0 queued", NOW),
    CallRow(LONG, "texts", NOW, "rejected", f"400 {HOSTILE * 3}"[:200], None),
    CallRow("endpoint pager", "pager", NOW, "cancelled", "", None),
)
LAYERS = (
    o.LayerRow("first", (("Ada Lindqvist", "ada@example.org"), (LONG, "max@example.org")),
               "Monday at 09:00, Europe/Berlin, every week", "2026-11-23", "09:00", "Europe/Berlin", 1),
    o.LayerRow("second", (), "Tuesday at 18:30, America/Argentina/Buenos Aires, every 2 weeks", "2026-11-24", "18:30",
               "America/Argentina/Buenos_Aires", 2),
)  # fmt: skip
STEPS = (
    *USUAL_STEPS,
    read_step("on-call:first, person:max@example.org, endpoint:pager wait 5 via mail, texts"),
)
TEAM = o.TeamView(
    row=ROW,
    ahead=(TURN, STANDS_IN, replace(TURN, begins=TURN.ends, ends=TURN.ends + timedelta(days=7), runs=False)),
    stand_ins=(o.StandInLine(str(ID), "second", LONG, NOW, NOW + timedelta(days=1)),),
    layers=LAYERS,
    steps=tuple(map(str, STEPS)),
    said=tuple(map(step_in_words, STEPS)),
    people=(Choice("ada@example.org", "Ada Lindqvist"), Choice("max@example.org", LONG)),
    has_feed=True,
    begins="2026-11-24T10:00",
    ends="2026-11-25T10:00",
    first_day="2026-11-23",
    zone="Europe/Berlin",
    pages=(WAITS, ANSWERED, UNANSWERED),
)
LINK = LinkPage(ID, "amber-heron", PageKind.INCIDENT, None, over=False)


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    here = {"shell": shell(here="/on-call")}
    bare = o.TeamView(
        GAP,
        (),
        (),
        (),
        TEAM.steps[:1],
        TEAM.said[:1],
        (),
        False,
        "",
        "",
        "2026-11-23",
        "UTC",
        "https://x.example/f.ics",
    )
    some = o.OnCallView((ROW, GAP), has_number=True, waiting=(WAITS,))
    link = {"shell": shell(person=""), "said": "Incident amber-heron", "path": "/page-answers/x"}
    members = [("Slack", IdentityLine(ID, "slack", "U2CERLKJA", LONG, "max@example.org"))]
    chat = {"people": TEAM.people, "base_url": "https://incident.example.org"}
    chats = (Choice("slack", "Slack", chosen=True), Choice("teams", "Microsoft Teams"))
    return {
        "on-call-empty": ("on_call.html", {**here, "view": o.OnCallView((), has_number=False)}),
        "on-call": ("on_call.html", {**here, "view": some}),
        "team": ("team.html", {**here, "view": TEAM}),
        "team-bare": ("team.html", {**here, "view": bare}),
        "pages": ("pages.html", {**here, "rows": (WAITS, ANSWERED, UNANSWERED)}),
        "pages-empty": ("pages.html", {**here, "rows": ()}),
        "page-waits": ("paged.html", {**here, "row": WAITS, "calls": CALLS}),
        "page-answered": ("paged.html", {**here, "row": ANSWERED, "calls": CALLS[:1]}),
        "page-nobody": ("paged.html", {**here, "row": UNANSWERED, "calls": ()}),
        "page-link": ("page_link.html", {**link, "found": LINK}),
        "page-link-done": ("page_link.html", {**link, "found": replace(LINK, acknowledged_at=NOW)}),
        "page-link-over": ("page_link.html", {**link, "found": replace(LINK, over=True)}),
        "chat": ("chat.html", {**here, **chat, "members": members, "chats": chats}),
        "chat-empty": ("chat.html", {**here, **chat, "members": [], "chats": chats}),
    }
