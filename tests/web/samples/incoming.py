"""Sample views: what came back, and a release of which some mails did."""

from dataclasses import replace

from incident.web import views as v
from tests.web.samples.board import HOSTILE, NOW, shell
from tests.web.samples.telling import SENDING

INCOMING = v.IncomingView(
    mails=(("reports, read", 1204), ("other mail, handed on", 77), ("set aside", 2)),
    repeats=3,
    news=(("changed a delivery", 1180), ("doubtful: another person's address", 1), ("of no mail of ours", 23)),
    aside=(
        v.AsideLine("m1", "lmtp", NOW, "its parts are nested more than 8 deep", "9f2c" * 16, 51200, 1, HOSTILE),
        v.AsideLine("m2", "sendgrid", NOW, "The body is JSON but no list of events.", "77aa" * 16, 12),
    ),
    left_over=(
        v.LeftOverLine("imap", "bounced", "5.1.1", NOW, "doubtful: another person's address"),
        v.LeftOverLine("ses", "deferred", "", NOW, "of no mail of ours"),
    ),
)
LOST = replace(
    SENDING,
    state="finished",
    state_label="Finished",
    opened=(("shown in the product instead", 194), ("on the list for letters", 194)),
    has_list=True,
)


def pages(release: dict[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """`release`: what a page of a release has beside its view."""
    return {
        "incoming": ("incoming.html", {"shell": shell(here="/incoming"), "view": INCOMING}),
        "incoming-empty": ("incoming.html", {"shell": shell(here="/incoming"), "view": v.IncomingView()}),
        "release-lost": (
            "release.html",
            {**release, "mode": "text", "shell": shell(here="/releases/r1"), "view": LOST},
        ),
    }
