"""Say yes to a release: take a seat of its quorum. Whoever takes the last one lets it go out, in that transaction."""

from uuid import UUID

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Forbidden, Refused
from incident.models.people import UserAccount
from incident.outreach import Happened
from incident.queries.seats import Bound, yes_alone, yes_of
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.instructions import require_instruction
from incident.verbs.pacing import keep_hours
from incident.verbs.release_steps import (
    Said,
    bound_release,
    named,
    require_confirmed,
    require_promise_ahead,
    require_unchanged,
    tell,
    translated,
    write_down,
)
from notifications import release as releases
from notifications.in_app import token_secret
from notifications.models import Audience, Channel, Release, ReleaseState
from notifications.quorum import Seat, Way, Yes, seats_of
from notifications.release import Seen
from notifications.wording import worded

GIVEN = (Way.CONSOLE, Way.PASSKEY)  # the other ways have verbs of their own
SINGLE_CONTROL = "approved by its author alone (single control)"
BY_PASSKEY = worded(
    "Approve this with your passkey: sign on the release's page. Passkeys are added on /account/passkeys."
)


def approve_release(
    act: Act,
    release_id: UUID,
    seen: Seen,
    address: str = "",
    *,
    way: Way = Way.CONSOLE,
    rules: ApprovalRules = USUAL,
) -> Release:
    """Say yes to exactly what was seen; the last seat of the quorum lets it go out.

    The rows of a small audience are made at once, the rest by the worker. Raises Forbidden for whoever wrote, edited,
    froze or asked, for their deputies and for who has said yes already; Refused where only passkeys count and once the
    promised next update is past; Conflict when what was seen is no longer what would be sent, a fact it rests on has
    changed, the time is over, one by telephone before it was not confirmed in time, or somebody else was faster.
    """
    if way not in GIVEN:
        raise ValueError(f"an approval that is {way} is not given here")
    bound = bound_release(act, release_id, Action.APPROVE_RELEASE)
    require_person(act)
    if rules.passkey_only and way is not Way.PASSKEY:
        raise Refused(BY_PASSKEY)
    translated(lambda: releases.check_open(bound.release, act.now))
    alone = yes_alone(act.session, bound, act.actor, act.now, rules)
    yes = alone or yes_of(act.session, bound, act.actor, act.now, way)
    return fill_seat(act, bound, yes, seen, address)


def require_person(act: Act) -> None:
    """Raise Forbidden for programs and parts of the system: only people approve."""
    if act.session.get(UserAccount, act.actor.id) is None:
        raise Forbidden(worded("A program approves nothing: a person does, signed in."))


def fill_seat(act: Act, bound: Bound, yes: Yes, seen: Seen, address: str = "", how: str = "") -> Release:
    """Take a seat by a yes that was looked at; tell and write down what came of it. A step of other verbs.

    `how` says how it was said, where that is not by its giver in the console.
    """
    require_unchanged(act, bound)
    require_promise_ahead(act, bound.edition)
    require_confirmed(act, bound)
    audience = act.session.get_one(Audience, bound.release.audience_id)
    require_instruction(act, bound.notice, bound.edition, audience, approving=True)
    if audience.channel is Channel.IN_APP:
        token_secret(act.session, act.keys)
    row = translated(lambda: releases.approve(act.session, bound.release, seen, yes, bound.barred, act.now))
    seats = seats_of(act.session, row)
    if row.state is ReleaseState.APPROVED:
        keep_hours(act, bound)
        tell(act, bound, Happened.APPROVED, address, detail=SINGLE_CONTROL if yes.way is Way.SINGLE else "")
    said = how or _how(act, yes, len(seats))
    write_down(act, bound, _line(bound, yes, seats, said))
    return row


def _line(bound: Bound, yes: Yes, seats: tuple[Seat, ...], how: str) -> Said:
    more: dict[str, object] = {
        "approval": {
            "by": str(yes.by),
            "role": yes.role,
            "way": yes.way,
            **{name: str(value) for name, value in (("for", yes.for_user), ("witness", yes.witness)) if value},
        }
    }
    what = f"Release of {named(bound)} to {bound.release.recipients} recipients"
    if bound.release.state is ReleaseState.APPROVED:
        return Said("release.approved", f"{what} {how}.", more)
    given = sum(seat.approval is not None for seat in seats)
    open_roles = ", ".join(seat.role.replace("_", " ") for seat in seats if seat.approval is None)
    return Said("release.seconded", f"{what} {how}: {given} of {len(seats)}; still wanted: {open_roles}.", more)


def _how(act: Act, yes: Yes, wanted: int) -> str:
    if yes.way is Way.SINGLE:
        return SINGLE_CONTROL
    by = "approved by a second person" if wanted == 1 else f"approved as {yes.role.replace('_', ' ')}"
    by += " with a passkey" if yes.way is Way.PASSKEY else ""
    if yes.for_user is None:
        return by
    principal = act.session.get_one(UserAccount, yes.for_user)
    return f"{by}: {act.actor.name}, standing in for {principal.name}"
