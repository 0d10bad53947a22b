"""Sample views: retention in the administration, empty and full."""

from dataclasses import replace
from datetime import timedelta

from incident.queries.retention_standing import RetentionStanding
from incident.settings import Settings
from incident.web.retention_page import DID, retention_view
from incident.web.views.retention import GoesRow, HoldRow
from notifications.wording import worded
from tests.web.samples.board import NOW, shell

EMPTY = retention_view(RetentionStanding((), frozenset(), (), None, {}, ()), Settings(), NOW)
WHAT = worded("Audience: addresses, names, values")
OPEN = (worded("the incident is open"),)
GOES = (
    GoesRow(WHAT, "amber-heron", "/incidents/amber-heron/retention", 2_431_877, NOW, (), due=True),
    GoesRow(WHAT, "", "", 12, NOW + timedelta(days=40), (), due=False),
    GoesRow(WHAT, "maple-osprey", "/incidents/maple-osprey/retention", 40, None, OPEN, due=False),
)
FULL = replace(
    EMPTY,
    goes=GOES,
    planned=120,
    due=1,
    holds=(HoldRow("maple-osprey", "/incidents/maple-osprey/retention", NOW), HoldRow("", "", NOW)),
    looked_at=NOW,
    did=tuple((label, 3) for label in DID.values()),
    troubles=("audience 01a214a3-a741-7000-aca2-b1a859368e47 could not be dealt with: the disk is full",),
)
PAGES: dict[str, tuple[str, dict[str, object]]] = {
    "admin-retention": ("admin_retention.html", {"shell": shell(here="/admin/retention"), "view": FULL}),
    "admin-retention-empty": ("admin_retention.html", {"shell": shell(here="/admin/retention"), "view": EMPTY}),
}
