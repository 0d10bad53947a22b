"""Sample views: a large release while it is sent: canary, ramp, held, outside its hours, and late."""

from dataclasses import replace
from datetime import timedelta

from incident.web import views as v
from tests.web.samples.board import NOW, shell
from tests.web.samples.telling import RELEASE, SENDING

STEPS = (20, 100, 500, 2500, 12_500, 62_500, 312_500, 1_000_000)


def steps(at: int) -> tuple[v.StepLine, ...]:
    return tuple(
        v.StepLine(people, "done" if n < at else "now" if n == at else "next") for n, people in enumerate(STEPS)
    )


CANARY = (
    v.LedgerLine("accepted", "Accepted by the relay", 18, "met"),
    v.LedgerLine("deferred", "Deferred", 1, "soon"),
    v.LedgerLine("rejected", "Rejected", 1, "late"),
    v.LedgerLine("not_admitted", "Not yet admitted", 999_980, ""),
)
RUNNING = (
    v.LedgerLine("accepted", "Accepted by the relay", 41_204, "met"),
    v.LedgerLine("pending", "Waiting", 20_900, ""),
    v.LedgerLine("deferred", "Deferred", 311, "soon"),
    v.LedgerLine("rejected", "Rejected", 85, "late"),
    v.LedgerLine("not_admitted", "Not yet admitted", 937_500, ""),
)
CONFIRM = v.ProgressView(
    "/releases/r1", "approved", "confirm", 1_000_000, 19, CANARY, steps=steps(0), minutes=15, ends_at=NOW
)
RAMP = replace(
    CONFIRM,
    stage="ramp",
    settled=41_289,
    ledger=RUNNING,
    steps=steps(5),
    rate="212 a second",
    left="about 75 min",
    ends_at=NOW + timedelta(minutes=75),
    next_step_at=NOW + timedelta(minutes=9),
    threatens=("Communication to the people affected (GDPR Art. 34(1))",),
)
HELD = replace(RAMP, stage="held", next_step_at=None, rate="", threatens=())
SHUT = replace(
    RAMP, window_closed=True, opens_at=NOW + timedelta(hours=11), hours="08:00-20:00 Europe/Berlin", threatens=()
)
ASKED = replace(CONFIRM, state="requested", stage="canary", settled=0, ledger=(), left="about 105 min")


def pages(release: dict[str, object]) -> dict[str, tuple[str, dict[str, object]]]:
    """The pages of this module; `release` is what every page of a release is given."""
    own = {**release, "shell": shell(here="/releases/r1"), "can_resume": True, "can_confirm": True}

    def page(view: v.ProgressView, sent: v.ReleaseView = SENDING) -> tuple[str, dict[str, object]]:
        shown = replace(sent, recipients=view.recipients, progress=view, ledger=view.ledger, settled=view.settled)
        return "release.html", {**own, "view": shown}

    return {
        "release-asked-in-steps": page(ASKED, RELEASE),
        "release-confirm": page(CONFIRM),
        "release-ramp": page(RAMP),
        "release-held": page(HELD),
        "release-shut": page(SHUT),
        "release-progress": ("release_progress.html", {"shell": shell(), "progress": RAMP}),
    }
