"""Release a notice: ask for it, refuse it, stop what has not gone, let it go on. Who says yes has its own module."""

from dataclasses import dataclass, field
from uuid import UUID

from incident.approval_rules import USUAL, ApprovalRules
from incident.errors import Fault, Invalid, NotFound
from incident.models.people import Notice
from incident.outreach import Happened
from incident.queries.seats import Bound, require_seat
from incident.roles import Action
from incident.sending_rules import Sending
from incident.verbs.act import Act
from incident.verbs.entries import LONGEST_REASON
from incident.verbs.instructions import require_instruction
from incident.verbs.notices import hold_kept
from incident.verbs.pacing import keep_hours, set_out
from incident.verbs.release_checks import (
    check_addition,
    check_current,
    check_facts,
    check_languages,
    check_order,
    check_reaches_somebody,
    check_segments,
)
from incident.verbs.release_steps import (
    Said,
    ask_for_approval,
    bound_release,
    named,
    require_confirmed,
    require_promise_ahead,
    require_reason,
    require_unchanged,
    tell,
    translated,
    write_down,
)
from incident.verbs.standing_approvals import apply_standing
from notifications import release as releases
from notifications.addresses import BadAddress, normalise
from notifications.models import Audience, Edition, Release, ReleaseState
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked to go out: an edition, to an audience, from an address. `resend_uncertain` False: ask a person.

    `adds_to` is the release whose audience newly found people join. `order_reason` is why the privacy officer lets
    people be told although a law wants somebody else to be told before them; `language_reason` why people may get
    another language than theirs. `sending`: in steps, and at which hours.
    """

    edition_id: UUID
    audience_id: UUID
    sender: str
    resend_uncertain: bool = True
    adds_to: UUID | None = None
    order_reason: str = ""
    sending: Sending = field(default_factory=Sending)
    language_reason: str = ""


def request_release(act: Act, request: Request, rules: ApprovalRules, address: str = "") -> Release:
    """Ask others to release an edition to an audience, which is frozen by this.

    Standing approvals that fit take their seats at once. `address` is the page the approvers are pointed to. Raises
    Refused for people whose controller is another party, for an audience of another channel than the kind's, for
    changed facts, for a promised next update that is past, for an edition of a text that was changed since unless it
    adds to a release of it, on a closed incident, where everybody has had the edition, for a segment without a text,
    for people who get another language without a reason, and for an order that a law fixes; Conflict for an empty
    audience and for an addition to nothing.
    """
    edition = act.session.get(Edition, request.edition_id)
    audience = act.session.get(Audience, request.audience_id)
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None or audience is None:
        raise NotFound(worded("There is no such edition or audience."))
    act.require(Action.REQUEST_RELEASE, notice.incident_id)
    hold_kept(act, notice)
    sender = _sender(request.sender)
    unsaid = require_instruction(act, notice, edition, audience)
    check_facts(act, notice, edition)
    require_promise_ahead(act, edition)
    if request.adds_to:
        check_addition(act, request.adds_to, edition, audience)
    else:
        check_current(act, notice, edition)
    check_reaches_somebody(act, notice, edition, audience)
    check_segments(act, edition, audience)
    passed = check_order(act, notice, request.order_reason)
    tongues = check_languages(act, edition, audience, request.language_reason)
    row = translated(lambda: releases.request_release(act.session, edition, audience.id, sender, act.actor.id, act.now))
    row.quorum, row.expires_at = [str(role) for role in rules.quorum(notice.kind)], act.now + rules.holds
    row.resend_uncertain, row.adds_to = request.resend_uncertain, request.adds_to
    act.session.flush()
    bound = Bound(row, edition, notice)
    _asked(act, bound, audience, " ".join((passed, tongues, unsaid, set_out(act, bound, audience, request.sending))))
    if not unsaid:
        apply_standing(act, bound, address)
    if row.state is ReleaseState.REQUESTED:
        ask_for_approval(act, bound, address)
    return row


def refuse_release(act: Act, release_id: UUID, reason: str) -> Release:
    """Say no, with the reason; the notice can be edited, frozen and asked for again."""
    bound = bound_release(act, release_id, Action.APPROVE_RELEASE)
    require_seat(act.session, bound, act.actor, act.now)
    why = require_reason(reason)
    translated(lambda: releases.refuse(act.session, bound.release, why, act.now))
    tell(act, bound, Happened.REFUSED)
    write_down(act, bound, Said("release.refused", f"Release of {named(bound)} refused: {why}"))
    return bound.release


def stop_release(act: Act, release_id: UUID, reason: str, rules: ApprovalRules = USUAL) -> Release:
    """Hold what has not gone yet. In-app notices are no longer shown while it is stopped.

    It can go on within the hours an approval holds; after that it has to be asked for again.
    """
    bound = bound_release(act, release_id, Action.STOP_RELEASE)
    why = require_reason(reason)
    until = act.now + rules.holds
    held = translated(lambda: releases.stop(act.session, bound.release, why, until))
    write_down(act, bound, Said("release.stopped", f"Sending of {named(bound)} stopped, {held} held: {why}"))
    return bound.release


def resume_release(act: Act, release_id: UUID) -> Release:
    """Let a stopped release go on.

    Raises Conflict when a fact it rests on has changed meanwhile, when it was stopped for too long, and while an
    approval by telephone waits to be confirmed after its time; Refused when the promised next update is past by now.
    """
    bound = bound_release(act, release_id, Action.APPROVE_RELEASE)
    require_seat(act.session, bound, act.actor, act.now)
    require_unchanged(act, bound)
    require_promise_ahead(act, bound.edition)
    require_confirmed(act, bound)
    audience = act.session.get_one(Audience, bound.release.audience_id)
    require_instruction(act, bound.notice, bound.edition, audience, approving=True)
    waiting = translated(lambda: releases.resume(act.session, bound.release, act.now))
    keep_hours(act, bound)
    write_down(act, bound, Said("release.resumed", f"Sending of {named(bound)} goes on, {waiting} wait."))
    return bound.release


def cancel_release(act: Act, release_id: UUID, reason: str) -> Release:
    """Give up a stopped release for good; who has not had it will not get it. Raises Conflict where it is not stopped.

    It can be asked for anew: whoever has had it is not written to twice.
    """
    bound = bound_release(act, release_id, Action.REQUEST_RELEASE)
    why, row = require_reason(reason), bound.release
    rows = translated(lambda: releases.cancel(act.session, row, f"Cancelled: {why}"[:LONGEST_REASON], act.now))
    never = row.recipients - row.fanned if row.pace else 0
    tell(act, bound, Happened.VOID)
    text = f"Release of {named(bound)} cancelled: {rows + never:,} people not sent to ({never:,} never admitted). {why}"
    write_down(act, bound, Said("release.cancelled", text, {"rows": rows, "never_admitted": never}))
    return row


def _asked(act: Act, bound: Bound, audience: Audience, passed: str) -> None:
    row = bound.release
    what = f"{row.recipients} newly found recipients" if row.adds_to else f"{row.recipients} recipients"
    text = f"Release of {named(bound)} to {what} of “{audience.name}” asked for. {' '.join(passed.split())}".strip()
    more = {"quorum": row.quorum, **({"adds_to": str(row.adds_to)} if row.adds_to else {})}
    write_down(act, bound, Said("release.requested", text, more))


def _sender(address: str) -> str:
    try:
        return normalise(address)
    except BadAddress as error:
        raise Invalid(Fault("sender", str(error), worded("set the address notices come from"))) from error
