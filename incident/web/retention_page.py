"""Retention in the administration: what is kept how long, what the next look takes, and what keeps it. Read only."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.organisation import retention_rules_of
from incident.queries.retention import Planned
from incident.queries.retention_standing import InForce, RetentionStanding, retention_standing
from incident.roles import Action, Actor
from incident.settings import Settings
from incident.web.frame import Seated
from incident.web.retention import WHAT
from incident.web.views.retention import GoesRow, HoldRow, KeptRow, RetentionPage
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/admin/retention"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
MOST = 50
DID = {
    "closed_out": worded("Releases closed out"),
    "audiences": worded("Audiences purged"),
    "files": worded("Report files purged"),
    "replies": worded("Replies purged"),
    "finders": worded("Conversations purged"),
}


@router.get(PAGE)
def show_retention_of_all(desk: Seated, by: Keeper) -> Response:
    """What is kept how long, over all incidents."""
    settings, now = desk.edge.settings, desk.edge.clock.now()
    with desk.edge.read() as session:
        found = retention_standing(session, by, retention_rules_of(settings), now)
        return desk.page("admin_retention.html", session, {"view": retention_view(found, settings, now)})


def retention_view(found: RetentionStanding, settings: Settings, now: datetime) -> RetentionPage:
    """What is known of it, as the page shows it."""
    return RetentionPage(
        kept=_kept(settings),
        goes=tuple(_goes(one, now, seen=one.incident_id in found.seen) for one in found.planned[:MOST]),
        planned=len(found.planned),
        due=found.due(now),
        holds=tuple(_hold(one) for one in found.holds),
        looked_at=found.looked_at,
        did=tuple((label, found.did.get(name, 0)) for name, label in DID.items()),
        troubles=found.troubles,
    )


def _kept(settings: Settings) -> tuple[KeptRow, ...]:
    closed = worded("after its last release was closed out")
    if settings.keep_while_open:
        closed = worded("after its last release was closed out and the incident closed")
    ended = worded("after the incident ended")
    audience, file = _days(settings.audience_keep_days), _days(settings.proof_keep_days)
    setting = "SEVENTYTWO_AUDIENCE_KEEP_DAYS"
    return (
        KeptRow(
            worded("Until a release is closed out"),
            _days(settings.bounce_days),
            worded("after it ended, because bounces come for days"),
            "SEVENTYTWO_BOUNCE_DAYS",
        ),
        KeptRow(worded("Audiences: addresses, names, values"), audience, closed, setting),
        KeptRow(worded("Replies of people, and the answers"), audience, worded("with their audience"), setting),
        KeptRow(worded("Conversations with finders"), audience, ended, setting),
        KeptRow(
            worded("Files of close-out reports"), file, worded("after they were made"), "SEVENTYTWO_PROOF_KEEP_DAYS"
        ),
        KeptRow(
            worded("Mails that came in"),
            _days(settings.mail_days),
            worded("after they came; their hashes stay"),
            "SEVENTYTWO_MAIL_DAYS",
        ),
        KeptRow(worded("Counts, digests, the condensed ledger"), worded("for good"), worded("they name nobody")),
    )


def _days(number: int) -> str:
    return worded_number("{number} day", "{number} days", number)


def _goes(one: Planned, now: datetime, *, seen: bool) -> GoesRow:
    href = f"/incidents/{one.codename}/retention" if seen else ""
    if seen and one.what == "file":
        href = f"/releases/{one.release_id}/close-out"
    return GoesRow(
        what=WHAT[one.what],
        codename=one.codename if seen else "",
        href=href,
        people=one.people,
        due_at=one.due_at,
        kept_by=one.kept_by if seen else (),
        due=one.is_due(now),
    )


def _hold(one: InForce) -> HoldRow:
    return HoldRow(one.codename, f"/incidents/{one.codename}/retention" if one.codename else "", one.set_at)
