"""What a person says while a release is sent: the canary is good, a held ramp goes on, all at once, at any hour."""

from uuid import UUID

from incident.queries.seats import Bound, require_seat
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.instructions import require_instruction
from incident.verbs.pacing import CONFIRM_TASK, HELD_TASK, came_of, keep_hours, opened_to
from incident.verbs.release_steps import (
    Said,
    bound_release,
    named,
    require_confirmed,
    require_reason,
    require_unchanged,
    translated,
    write_down,
)
from incident.verbs.tasks import settle_by_key
from notifications import pacing
from notifications.fan_out import continue_fan_out
from notifications.models import Audience, Release
from notifications.ramp import Stage

LOOKED_AT = (Stage.CANARY, Stage.CONFIRM)


def confirm_release(act: Act, release_id: UUID, reason: str = "", *, all_at_once: bool = False) -> Release:
    """Let a release go beyond its canary, or beyond what held its ramp; `all_at_once`: to everybody without a ramp.

    Whoever may take a seat of its quorum may. A reason is wanted for all at once, for a held ramp, and for a canary
    that has not its answers yet. Raises Conflict where nothing waits for it, and where a fact of the text has changed.
    """
    bound = _sendable(act, release_id)
    row, stage = bound.release, bound.release.stage
    why = require_reason(reason) if all_at_once or stage in (Stage.CANARY, Stage.HELD) else reason.strip()[:500]
    so_far = came_of(act, bound)
    moved = translated(lambda: pacing.go_on(act.session, row, act.now, all_at_once=all_at_once))
    if stage in LOOKED_AT:
        row.canary_confirmed_at, row.canary_confirmed_by = act.now, act.actor.id
    if all_at_once:
        row.all_at_once = why
    continue_fan_out(act.session, row, act.now)
    for key in (CONFIRM_TASK, HELD_TASK):
        settle_by_key(act, bound.incident_id, key.format(row.id), why or "Looked at and confirmed.")
    what = "canary confirmed" if stage in LOOKED_AT else "let go on"
    ending = f". Reason: {why}" if why else ""
    text = f"{named(bound).capitalize()}: {what} with {so_far}; opened to {opened_to(moved.after)}{ending}."
    write_down(act, bound, Said("release.opened", text.replace("..", ".")))
    return row


def lift_hours(act: Act, release_id: UUID, reason: str) -> Release:
    """Send a release at any hour from now on, with the reason."""
    bound = _sendable(act, release_id)
    why, before = require_reason(reason), bound.release.hours
    bound.release.hours = ""
    act.session.add(bound.release)
    act.session.flush()
    keep_hours(act, bound)
    text = f"{named(bound).capitalize()} is sent at any hour from now on (was {before or 'so'}): {why}"
    write_down(act, bound, Said("release.hours", text))
    return bound.release


def _sendable(act: Act, release_id: UUID) -> Bound:
    """The release, for somebody who has a seat, while nothing that it rests on has changed."""
    bound = bound_release(act, release_id, Action.APPROVE_RELEASE)
    require_seat(act.session, bound, act.actor, act.now)
    require_unchanged(act, bound)
    require_confirmed(act, bound)
    audience = act.session.get_one(Audience, bound.release.audience_id)
    require_instruction(act, bound.notice, bound.edition, audience, approving=True)
    return bound
