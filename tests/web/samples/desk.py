"""Sample views: finding a place by its name, what a form did, what one did, the design, an error."""

from dataclasses import replace
from datetime import timedelta

from incident.errors import Fault, LostRace
from incident.roles import Action
from incident.web.design import LOOKS, values_for
from incident.web.kept import Typed
from incident.web.places import PLACES, Place, PlaceGroup, places_for
from incident.web.views.own_acts import OwnActLine
from incident.web.views.shell import Done
from tests.web.samples.board import HOSTILE, NOW, shell

HERE = PlaceGroup(
    "Do here",
    (
        Place("Go on to recovery", "/incidents/1#move-recover", "arrow-right", about="Not yet: 2 to mend first"),
        Place("Add a line to the timeline", "/incidents/1#note", "plus"),
    ),
)
INCIDENTS = PlaceGroup(
    "Incidents", (Place(f"Export {HOSTILE} " * 4, "/incidents/amber-heron", "flame", about="amber-heron · Recovery"),)
)
ONE = PlaceGroup("Places", PLACES[:1])
PAGES = PlaceGroup("Places", places_for(frozenset(Action), has_mailbox=True))


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    frame: dict[str, object] = {"shell": shell(), "query": "", "at": ""}
    contrast = replace(shell(), theme="contrast", here="/go")
    lines = (
        OwnActLine(
            NOW, "noted", "18:14 ACL removed", "message", "amber-heron", "/incidents/amber-heron/timeline#entry-12"
        ),
        OwnActLine(
            NOW - timedelta(hours=1), "decided", HOSTILE * 3, "gavel", "amber-heron", "/incidents/amber-heron/timeline"
        ),
        OwnActLine(NOW - timedelta(days=2), "signed_in", "Signed in", "message", "", "", erased=True),
    )
    undone = shell(done=Done("The endpoint is told of nothing any more.", "/endpoints/ops/activation"))
    done = shell(done=Done("The line is on the timeline."), here="/account/done")
    twice = (
        Fault("Account data: How many people?", "it now says “40”", "you wrote “3,412”"),
        Fault(HOSTILE * 3, "it now says “nothing”", "you wrote “AT = 512, DE = 2100”"),
    )
    wrong: dict[str, object] = {"shell": shell(person=""), "items": (), "kept": (), "apart": (), "reference": ""}
    back = (("Read it again", "/incidents/1"), ("Board", "/"))
    faster: dict[str, object] = {**wrong, "status": 409, "title": "Somebody was faster", "ways": back}
    return {
        "design": ("design.html", {"shell": shell(here="/design"), **values_for(["light", "dark"], NOW)}),
        "design-all": ("design.html", {"shell": shell(here="/design"), **values_for(list(LOOKS), NOW)}),
        "own-acts": ("own_acts.html", {"shell": done, "lines": lines, "most": 50}),
        "own-acts-undo": ("own_acts.html", {"shell": undone, "lines": lines[:1], "most": 50}),
        "own-acts-empty": ("own_acts.html", {"shell": shell(here="/account/done"), "lines": (), "most": 50}),
        "go": ("go.html", {**frame, "groups": (HERE, INCIDENTS, PAGES), "at": "/incidents/1"}),
        "go-one": (
            "go.html",
            {**frame, "shell": contrast, "groups": (PlaceGroup("Places", PLACES[:1]),), "query": "b"},
        ),
        "go-empty": ("go.html", {**frame, "groups": (), "query": HOSTILE}),
        "error": (
            "error.html",
            {
                **faster,
                "text": str(LostRace(7, 8)),
                "kept": (Typed("Text", "18:14 ACL removed"), Typed("Reason", HOSTILE * 4)),
            },
        ),
        "error-apart": (
            "error.html",
            {**faster, "text": "The facts are at version 2, your page showed 1. Read them, then save.", "apart": twice},
        ),
        "error-broken": (
            "error.html",
            {
                **wrong,
                "status": 500,
                "title": "Something broke",
                "text": "This is our fault. Whoever runs this console finds it in the log, under this reference.",
                "ways": (("Try it again", ""), ("Board", "/")),
                "reference": "f619f4e4de02",
            },
        ),
    }
