"""An approval by telephone: a witness writes it down, the approver confirms or denies it, and unconfirmed it stops."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.approval_rules import SPOKEN_AGE, SPOKEN_HOLDS, ApprovalRules
from incident.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Refused
from incident.models.people import UserAccount
from incident.outreach import Doubt, doubt_message, spoken_message
from incident.queries.seats import Bound, actor_of, find_bound, yes_of
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.approvals import fill_seat, require_person
from incident.verbs.entries import LONGEST_REASON
from incident.verbs.messages import post
from incident.verbs.release_steps import (
    Said,
    bound_release,
    named,
    news_of,
    tell_exactly,
    translated,
    write_down,
)
from notifications import release as releases
from notifications.addresses import domain_of
from notifications.models import Approval, Outgoing, Release, ReleaseState
from notifications.quorum import Way
from notifications.release import Seen
from notifications.release_states import UNDER_WAY
from notifications.wording import worded

CLOSED = (ReleaseState.REFUSED, ReleaseState.VOID)
BY_PASSKEY = worded(
    "Confirm this with your passkey: sign on the release's page. Passkeys are added on /account/passkeys."
)
WITNESS_WROTE = worded("Who wrote, edited, froze or requested this notice witnesses no approval: somebody else calls.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Whose yes was heard, when, and how the voice was known to be theirs, such as a call back to the number kept."""

    approver_id: UUID
    at: datetime
    recognised: str


def record_spoken_approval(act: Act, release_id: UUID, seen: Seen, spoken: Spoken, address: str = "") -> Release:
    """Write down that an approver said yes by telephone to what the witness read out; it counts at once.

    The approver is told at once and confirms within 12 hours, or sending stops. The witness neither wrote a version nor
    asked for the release, and has no other part in it; everything that bars an approver in the console bars this one.
    Raises Invalid for a call to come, from before the request or more than an hour ago; Forbidden; and Conflict as an
    approval does.
    """
    bound = bound_release(act, release_id, Action.REQUEST_RELEASE)
    require_person(act)
    if act.actor.id in bound.barred:
        raise Forbidden(WITNESS_WROTE)
    approver = _checked(act, bound, spoken)
    translated(lambda: releases.check_open(bound.release, act.now))
    as_who = replace(act, actor=actor_of(approver))
    as_who.require(Action.APPROVE_RELEASE, bound.incident_id)
    until = act.now + SPOKEN_HOLDS
    said = yes_of(act.session, bound, as_who.actor, act.now, Way.SPOKEN)
    yes = replace(said, witness=act.actor.id, confirm_by=until)
    message = spoken_message(news_of(act, bound, address), approver.id, act.actor.name, until)
    tell_exactly(act, bound, message, [approver])
    how = (
        f"approved by telephone: {approver.name} at {spoken.at:%H:%M} UTC, heard by {act.actor.name}, who knew the "
        f"voice by this: {spoken.recognised.strip()}. To be confirmed by {until:%Y-%m-%d %H:%M} UTC"
    )
    return fill_seat(act, bound, yes, seen, address, how)


def confirm_spoken_approval(
    act: Act, release_id: UUID, seen: Seen, *, rules: ApprovalRules, way: Way = Way.CONSOLE
) -> Release:
    """The approver says in the console that the yes by telephone was theirs, to exactly what they see.

    It may come late: what stopped meanwhile is let go on by a further step. Raises NotFound where nothing of theirs
    waits, Conflict when the release is another than the one that was read out, or over, and Refused where only
    passkeys count and none signed. A denial needs none: it lets nothing out.
    """
    bound, row = _own(act, release_id)
    if rules.passkey_only and way is not Way.PASSKEY:
        raise Refused(BY_PASSKEY)
    translated(lambda: releases.check_bound(bound.release, seen))
    if bound.release.state in CLOSED:
        raise Conflict(worded("The release is {state}: there is nothing left to confirm.", state=bound.release.state))
    row.confirmed_at = act.now
    act.session.add(row)
    how = " with a passkey" if way is Way.PASSKEY else ""
    text = f"{act.actor.name} confirms{how} the approval by telephone of {named(bound)}."
    write_down(act, bound, Said("release.confirmed", text))
    return bound.release


def deny_spoken_approval(act: Act, release_id: UUID) -> Release:
    """The approver says that the yes was not theirs: nothing further goes out, and those in charge are told.

    Raises NotFound where nothing of theirs waits to be confirmed.
    """
    bound, row = _own(act, release_id)
    reason = f"{act.actor.name} denies having approved it by telephone"
    stopped = 0
    if bound.release.state in UNDER_WAY:
        stopped = translated(lambda: releases.void(act.session, bound.release, reason, act.now))
    _page(act, bound, Doubt.DENIED, row)
    text = f"{reason}: the release of {named(bound)} is {bound.release.state}, {stopped} not sent."
    write_down(act, bound, Said("release.denied", text, {"approval": str(row.id)}))
    return bound.release


def unconfirmed(session: Session, now: datetime) -> list[UUID]:
    """Approvals by telephone nobody confirmed in time, of releases still of use, that nobody was told of yet."""
    late = (
        col(Approval.way) == Way.SPOKEN,
        col(Approval.confirmed_at).is_(None),
        col(Approval.confirm_by) <= now,
        col(Release.state).not_in(CLOSED),
    )
    query = select(Approval.id).join(Release, col(Release.id) == col(Approval.release_id)).where(*late)
    found = session.exec(query.order_by(col(Approval.confirm_by), col(Approval.id))).all()
    return [one for one in found if not any(session.get(Outgoing, doubt.occasion(one)) for doubt in Doubt)]


def stop_unconfirmed(act: Act, approval_id: UUID) -> bool:
    """Stop what has not gone of a release whose approval by telephone was not confirmed in time; tell those in charge.

    A request others have still to approve becomes void; of what has gone out whole only the record is left. A step of
    the sweep. False when somebody confirmed, or was told, meanwhile.
    """
    row = act.session.get_one(Approval, approval_id)
    bound = find_bound(act.session, row.release_id)
    act = act.by(system("releases"))
    releases.lock(act.session, bound.release)
    act.session.refresh(row)
    if approval_id not in unconfirmed(act.session, act.now):
        return False
    approver = act.session.get_one(UserAccount, row.by)
    reason = f"The approval of {approver.name} by telephone was not confirmed in time"
    what = _halt(act, bound, reason)
    _page(act, bound, Doubt.UNCONFIRMED, row)
    text = f"{reason}: release of {named(bound)} {what}."
    write_down(act, bound, Said("release.unconfirmed", text, {"approval": str(row.id)}))
    return True


def _halt(act: Act, bound: Bound, reason: str) -> str:
    row = bound.release
    if row.state is ReleaseState.APPROVED:
        until = act.now + (row.expires_at - row.requested_at) if row.expires_at else None
        return f"stopped, {releases.stop(act.session, row, reason, until)} held"
    if row.state is ReleaseState.REQUESTED:
        releases.void(act.session, row, reason, act.now)
        return "void, nothing was sent"
    return f"was {row.state} already"


def _page(act: Act, bound: Bound, doubt: Doubt, row: Approval) -> None:
    approver = act.session.get_one(UserAccount, row.by)
    message = doubt_message(doubt, news_of(act, bound), row.id, approver.name)
    post(act, bound.incident_id, message, domain_of(bound.release.sender))
    tell_exactly(act, bound, message, [])  # nobody is there to be told: kept as told


def _own(act: Act, release_id: UUID) -> tuple[Bound, Approval]:
    """The release and the actor's own approval that waits to be confirmed, held against the sweep."""
    bound = bound_release(act, release_id, Action.APPROVE_RELEASE)
    releases.lock(act.session, bound.release)
    mine = (
        col(Approval.release_id) == release_id,
        col(Approval.by) == act.actor.id,
        col(Approval.way) == Way.SPOKEN,
        col(Approval.confirmed_at).is_(None),
    )
    row = act.session.exec(select(Approval).where(*mine)).first()
    if row is None:
        raise NotFound(worded("No approval of yours waits to be confirmed here."))
    return bound, row


def _checked(act: Act, bound: Bound, spoken: Spoken) -> UserAccount:
    """The approver's account, where the call can have been one. Raises Invalid."""
    approver = act.session.get(UserAccount, spoken.approver_id)
    faults = []
    if approver is None or approver.disabled_at is not None or approver.id == act.actor.id:
        faults.append(
            Fault("approver", worded("is nobody who could have said yes"), worded("choose another person who approves"))
        )
    if not act.now - SPOKEN_AGE <= spoken.at <= act.now:
        faults.append(
            Fault("at", worded("is to come, or more than an hour ago"), worded("write down the time of the call"))
        )
    elif spoken.at < bound.release.requested_at.replace(second=0, microsecond=0):
        faults.append(
            Fault(
                "at",
                worded("is before the release was asked for"),
                worded("read out the release as it is now, and ask"),
            )
        )
    if not spoken.recognised.strip() or len(spoken.recognised) > LONGEST_REASON:
        mend = f"such as a call back to the number you keep; at most {LONGEST_REASON} characters"
        faults.append(Fault("recognised", worded("says nothing, or too much"), mend))
    if faults or approver is None:
        raise Invalid(*faults)
    return approver
