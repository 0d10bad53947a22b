"""Sample views: approvals of a release, deputies, approvals in peacetime."""

from dataclasses import replace
from datetime import timedelta

from incident.web.views import approvals as a
from notifications.differences import counts, differences
from tests.web.samples.board import HOSTILE, NOTICE, NOW, shell
from tests.web.samples.law import choices
from tests.web.samples.telling import RELEASE, SENDING

LATER = NOTICE.replace("readable", "open to read").replace("customer", "client") + "\nCall us until 20:00.\n"
LINES = differences(NOTICE, LATER)
ADDED, REMOVED = counts(LINES)
WANTED = a.ApprovalsView(
    seats=(
        a.SeatLine("approver", "Ines Moreau", NOW, "by telephone, heard by Jonas Weber; not confirmed yet", NOW),
        a.SeatLine("legal"),
        a.SeatLine("privacy officer", "Dana Roth", NOW, f"standing in for {HOSTILE}"),
    ),
    expires_at=NOW + timedelta(hours=24),
    newer=7,
    difference=a.DifferenceView("Edition 1 of this notice, released before", LINES, ADDED, REMOVED, gone=("Français",)),
    joining=a.JoiningView(12, 3400, "/releases/r0"),
    role="legal",
    stands_in_for="Lea Brandt",
    callable=choices("Lea Brandt"),
    now="2026-11-24T11:08",
)
ALONE = a.ApprovalsView(
    (a.SeatLine("approver", "Mara Lindqvist", NOW, a.SINGLE),), waits_until=NOW + timedelta(hours=12)
)
DEPUTY = a.DeputyLine("d1", "Lea Brandt", "Ines Moreau", NOW, NOW + timedelta(days=14), over=False, may_end=True)
DEPUTIES = a.DeputiesView(
    (DEPUTY, replace(DEPUTY, id="d2", begins_at=NOW + timedelta(days=2)), replace(DEPUTY, id="d3", over=True)),
    choices("Lea Brandt", HOSTILE),
    choices("Ines Moreau", "Mara Lindqvist"),
)
GIVEN = a.StandingLine(
    *("s1", "E-mail to the people affected", "approver", "Ines Moreau", NOW, NOW + timedelta(days=200)),
    over=False,
    fits=True,
    may_revoke=True,
)
KIND = a.StandingKind(
    "people", "E-mail to the people affected", "GDPR Art. 34(2).", "5b1e" * 16, "English, Deutsch", "approver"
)
STANDING = a.StandingView(
    (GIVEN, replace(GIVEN, id="s2", fits=False), replace(GIVEN, id="s3", over=True, may_revoke=False)),
    (KIND, replace(KIND, kind="staff", role="")),
    "2027-11-24",
)


def pages(release: dict[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """The pages of this module; `release` is what every page of a release is given."""
    own = {**release, "shell": shell(here="/releases/r1"), "can_resume": True, "can_confirm": True}
    span = {"begins": "2026-11-24T09:00", "ends": "2026-12-08T09:00"}
    stopped = replace(SENDING, state="stopped", state_label="Stopped", approvals=ALONE)
    barred = replace(WANTED, role="", alone_at=NOW, passkeys_only=True)
    return {
        "release-wanted": ("release.html", {**own, "view": replace(RELEASE, approvals=WANTED)}),
        "release-barred": (
            "release.html",
            {**own, "view": replace(RELEASE, approvals=barred, may_approve=False, why_not="A second person does.")},
        ),
        "release-stopped": ("release.html", {**own, "view": stopped}),
        "deputies": ("deputies.html", {"shell": shell(here="/account/deputies"), "view": DEPUTIES, **span}),
        "deputies-none": ("deputies.html", {"shell": shell(), "view": a.DeputiesView((), (), own=False), **span}),
        "standing": ("standing.html", {"shell": shell(here="/account/standing-approvals"), "view": STANDING}),
        "standing-none": ("standing.html", {"shell": shell(), "view": a.StandingView((), (), "2027-11-24")}),
    }
