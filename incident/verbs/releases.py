"""Release a notice: ask, approve as a second person, refuse, stop, resume; void what rests on facts that changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Refused
from incident.grounds import Case, changed_grounds, grounds_digest
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.notice_kinds import PROCESSING, NoticeKind
from incident.outreach import Happened, ReleaseNews, messages_about
from incident.queries.briefs import case_for
from incident.queries.facts import read_facts
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import post
from notifications import release as releases
from notifications.addresses import BadAddress, domain_of, normalise
from notifications.in_app import token_secret
from notifications.models import Audience, Channel, Edition, Release, ReleaseState
from notifications.release import NotReleasable, SecondPersonNeeded, Seen

T = TypeVar("T")

OPEN = (ReleaseState.REQUESTED, ReleaseState.APPROVED, ReleaseState.STOPPED)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked to go out: an edition, to an audience, from an address. `resend_uncertain` False: ask a person."""

    edition_id: UUID
    audience_id: UUID
    sender: str
    resend_uncertain: bool = True


@dataclass(frozen=True, slots=True)
class _Bound:
    """A release with what it is bound to."""

    release: Release
    edition: Edition
    notice: Notice

    @property
    def incident_id(self) -> UUID:
        return self.notice.incident_id


def request_release(act: Act, request: Request, address: str = "") -> Release:
    """Ask a second person to release an edition to an audience, which is frozen by this.

    `address` is the page the approvers are pointed to. Raises Refused for people whose controller is another party,
    for changed facts and for an empty audience.
    """
    edition = act.session.get(Edition, request.edition_id)
    audience = act.session.get(Audience, request.audience_id)
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None or audience is None:
        raise NotFound("There is no such edition or audience.")
    act.require(Action.REQUEST_RELEASE, notice.incident_id)
    sender = _sender(request.sender)
    case = case_for(act.session, act.keys, notice.incident_id)
    _refuse_foreign_people(case, notice)
    if grounds_digest(case, edition.rests_on) != edition.facts_digest:
        raise Refused("Facts this edition rests on have changed: draft the notice anew and freeze it again.")
    asked = _translated(
        lambda: releases.request_release(act.session, edition, audience.id, sender, act.actor.id, act.now)
    )
    asked.resend_uncertain = request.resend_uncertain
    act.session.add(asked)
    bound = _Bound(asked, edition, notice)
    _tell(act, bound, Happened.REQUESTED, address)
    text = f"Release of {_said(bound)} to {asked.recipients} recipients of “{audience.name}” asked for."
    _write_down(act, bound, "release.requested", text)
    return asked


def approve_release(act: Act, release_id: UUID, seen: Seen, address: str = "") -> Release:
    """Approve exactly what was seen; the rows of a small audience are made at once, the rest by the worker.

    Raises Forbidden for whoever wrote, edited, froze or asked, and Conflict when what was seen is no longer what would
    be sent, a fact it rests on has changed, or somebody else was faster.
    """
    bound = _bound(act, release_id, Action.APPROVE_RELEASE)
    case = case_for(act.session, act.keys, bound.incident_id)
    if grounds_digest(case, bound.edition.rests_on) != bound.release.facts_digest:
        raise Conflict("A fact this text rests on has changed since it was frozen: it has to be drafted anew.")
    audience = act.session.get_one(Audience, bound.release.audience_id)
    if audience.channel is Channel.IN_APP:
        token_secret(act.session, act.keys)
    barred = {UUID(editor) for editor in bound.notice.editors} | {bound.edition.created_by}
    approved = _translated(lambda: releases.approve(act.session, bound.release, seen, act.actor.id, barred, act.now))
    _tell(act, bound, Happened.APPROVED, address)
    text = f"Release of {_said(bound)} to {approved.recipients} recipients approved by a second person."
    _write_down(act, bound, "release.approved", text)
    return approved


def refuse_release(act: Act, release_id: UUID, reason: str) -> Release:
    """Say no, with the reason; the notice can be edited, frozen and asked for again."""
    bound = _bound(act, release_id, Action.APPROVE_RELEASE)
    _reasoned(reason)
    _translated(lambda: releases.refuse(act.session, bound.release, reason.strip(), act.now))
    _tell(act, bound, Happened.REFUSED)
    _write_down(act, bound, "release.refused", f"Release of {_said(bound)} refused: {reason.strip()}")
    return bound.release


def stop_release(act: Act, release_id: UUID, reason: str) -> Release:
    """Hold what has not gone yet. In-app notices are no longer shown while it is stopped."""
    bound = _bound(act, release_id, Action.STOP_RELEASE)
    _reasoned(reason)
    held = _translated(lambda: releases.stop(act.session, bound.release, reason.strip()))
    text = f"Sending of {_said(bound)} stopped, {held} held: {reason.strip()}"
    _write_down(act, bound, "release.stopped", text)
    return bound.release


def resume_release(act: Act, release_id: UUID) -> Release:
    """Let a stopped release go on, unless a fact it rests on has changed meanwhile."""
    bound = _bound(act, release_id, Action.APPROVE_RELEASE)
    case = case_for(act.session, act.keys, bound.incident_id)
    if grounds_digest(case, bound.edition.rests_on) != bound.release.facts_digest:
        raise Conflict("A fact this text rests on has changed: it has to be drafted anew.")
    waiting = _translated(lambda: releases.resume(act.session, bound.release))
    _write_down(act, bound, "release.resumed", f"Sending of {_said(bound)} goes on, {waiting} wait.")
    return bound.release


def void_resting_on_changes(act: Act, incident_id: UUID) -> list[Release]:
    """Void every open release that rests on a fact or moment which now says something else; others stay.

    One that has gone out whole is left to `settle_release`, which counts whom it told.
    A step of the verbs that change facts and moments: call it after they did.
    """
    act = act.by(system("releases"))
    mine = (col(Release.subject) == incident_subject(incident_id), col(Release.state).in_(OPEN))
    rows = act.session.exec(select(Release).where(*mine)).all()
    if not rows:
        return []
    case = case_for(act.session, act.keys, incident_id)
    return [row for row in rows if _void(act, row, case)]


def _void(act: Act, row: Release, case: Case) -> bool:
    edition = act.session.get_one(Edition, row.edition_id)
    if grounds_digest(case, edition.rests_on) == row.facts_digest or releases.is_settled(act.session, row):
        return False
    bound = _Bound(row, edition, act.session.get_one(Notice, edition.notice_id))
    then = read_facts(act.session, act.keys, act.actor, bound.incident_id, edition.fact_version)
    before = Case(then.sheet, case.anchors, case.entity, then.number)
    paths = changed_grounds(before, case, edition.rests_on) or ("a recorded moment",)
    reason = f"It rests on facts that changed: {', '.join(paths)}"[:500]
    cancelled = releases.void(act.session, row, reason, act.now)
    _tell(act, bound, Happened.VOID)
    text = f"Release of {_said(bound)} void, {cancelled} not sent. {reason}."
    _write_down(act, bound, "release.voided", text)
    return True


def _bound(act: Act, release_id: UUID, action: Action) -> _Bound:
    row = act.session.get(Release, release_id)
    edition = act.session.get(Edition, row.edition_id) if row else None
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if row is None or edition is None or notice is None:
        raise NotFound("There is no such release.")
    act.require(action, notice.incident_id)
    return _Bound(row, edition, notice)


def _refuse_foreign_people(case: Case, notice: Notice) -> None:
    """People whose controller is another party are written to only on that controller's recorded instruction."""
    dataset = case.dataset(notice.dataset)
    if notice.kind in (NoticeKind.PEOPLE, NoticeKind.IN_APP) and dataset is not None and dataset.role in PROCESSING:
        raise Refused(
            "The controller of these people is another party, and no instruction of that controller is recorded: "
            "tell the controller (Art. 33(2) GDPR), who decides whether its people are told."
        )


def _sender(address: str) -> str:
    try:
        return normalise(address)
    except BadAddress as error:
        raise Invalid(Fault("sender", str(error), "set the address notices come from")) from error


def _reasoned(reason: str) -> None:
    if not reason.strip() or len(reason) > 500:
        raise Invalid(Fault("reason", "is empty or longer than 500 characters", "say why in a sentence"))


def _translated(work: Callable[[], T]) -> T:
    """What the ledger refuses, as the error a responder is shown."""
    try:
        return work()
    except SecondPersonNeeded as error:
        raise Forbidden(str(error)) from error
    except NotReleasable as error:
        raise Conflict(str(error)) from error


def _tell(act: Act, bound: _Bound, happened: Happened, address: str = "") -> None:
    incident = act.session.get_one(Incident, bound.incident_id)
    row = bound.release
    news = ReleaseNews(row.id, incident.codename, bound.notice.kind, row.recipients, row.reason, address)
    for message in messages_about(happened, news):
        post(act, bound.incident_id, message, domain_of(row.sender))


def _write_down(act: Act, bound: _Bound, action: str, text: str) -> None:
    row = bound.release
    digests = {"edition": row.edition_digest, "audience": row.audience_digest, "facts": row.facts_digest}
    body = {"text": text, "release": str(row.id), "digests": digests}
    record(act, incident_subject(bound.incident_id), action, body)


def _said(bound: _Bound) -> str:
    return f"edition {bound.edition.number} of the notice ({bound.notice.kind.replace('_', '-')})"
