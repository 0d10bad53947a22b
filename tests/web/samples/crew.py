"""Sample contexts of the people of an incident: nobody yet, a full crew, and a reader of a sealed one."""

from collections.abc import Mapping
from dataclasses import replace

from incident.web.views.case import PresentLine
from incident.web.views.members import MemberLine, MembersView
from notifications.wording import worded
from tests.web.samples.board import NOW, OPENED, shell
from tests.web.samples.case import FRESH, case
from tests.web.samples.law import choices

LONG = "Anna-Katharina von der Lippe-Detmold zu Schaumburg-Hohenstein"
CREW = MembersView(
    lines=(
        MemberLine("1", "Mara Lindqvist", "ML", worded("Incident commander"), OPENED, commands=True, oneself=True),
        MemberLine("2", LONG, "AH", "Legal and Privacy officer", OPENED, here=True, tab=worded("Duties")),
        MemberLine("3", "Tom Reyes", "TR", worded("Reporter"), NOW, reads=False),
        MemberLine("4", "Jonas Weber", "JW", "", NOW, disabled=True),
    ),
    visitors=(
        PresentLine("Ines Moreau", "IM", worded("Timeline"), here=True),
        PresentLine("Lea Brandt", "LB", "", here=False),
    ),
    others=choices("Ines Moreau: Approver and Decider", "Lea Brandt: Legal"),
)


def pages(frame: Mapping[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """Name of the picture → (template, its context)."""
    sealed = case("people", visibility="sealed")
    values = {**frame, "shell": shell()}
    return {
        "members": ("members.html", {**values, "case": case("people"), "view": CREW}),
        "members-none": (
            "members.html",
            {**values, "case": replace(FRESH, section="people"), "view": MembersView((), others=CREW.others)},
        ),
        "members-sealed": ("members.html", {**values, "case": sealed, "view": replace(CREW, others=(), visitors=())}),
    }
