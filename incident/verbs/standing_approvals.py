"""First notices approved in peacetime: given for a text straight from exactly these templates, taken back, applied."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.approval_rules import STANDING_HOLDS, ApprovalRules
from incident.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import Notice, UserAccount
from incident.models.releasing import StandingApproval
from incident.notice_kinds import PUBLIC, UPDATES, NoticeKind
from incident.queries.seats import Bound, roles_of
from incident.roles import ROLE_WORDS, Action, system
from incident.verbs.act import Act
from incident.verbs.approvals import fill_seat, require_person
from incident.verbs.entries import record
from incident.verbs.release_steps import may_see
from notifications.ids import new_id
from notifications.models import Edition, Release, ReleaseState
from notifications.quorum import Way, Yes, seats_of, used_up
from notifications.release import Seen
from notifications.wording import worded, worded_list

LONGEST_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """What is approved beforehand: a kind of notice as its templates are now, until when."""

    kind: NoticeKind
    template_digest: str
    ends_at: datetime


def give_standing_approval(act: Act, standing: Standing, rules: ApprovalRules) -> StandingApproval:
    """Approve the first notice of a kind on any incident to come, as long as its text comes from these templates.

    It is given in a role the quorum of the kind asks for, for twelve months at most. Raises Invalid, Forbidden without
    such a role, and Conflict for one that stands already.
    """
    act.require(Action.APPROVE_RELEASE)
    require_person(act)
    role = next((role for role in rules.quorum(standing.kind) if role in act.actor.roles), None)
    if role is None:
        wanted = worded_list(ROLE_WORDS[role] for role in rules.quorum(standing.kind))
        raise Forbidden(worded("A notice of this kind is approved as {wanted}.", wanted=wanted))
    _check(act, standing)
    row = StandingApproval(
        id=new_id(),
        kind=standing.kind,
        template_digest=standing.template_digest,
        role=role,
        given_by=act.actor.id,
        given_at=act.now,
        ends_at=standing.ends_at,
    )
    act.session.add(row)
    act.session.flush()
    text = (
        f"The first notice of the kind {_said(row)} is approved beforehand as {role.replace('_', ' ')}, until "
        f"{row.ends_at:%Y-%m-%d}, if its text is straight from the templates {row.template_digest[:12]}."
    )
    _write_down(act, row, "standing.given", text)
    return row


def revoke_standing_approval(act: Act, approval_id: UUID) -> StandingApproval:
    """Take a standing approval back: by its giver, or anybody who could give it. What it approved stays approved."""
    act.require(Action.APPROVE_RELEASE)
    row = act.session.get(StandingApproval, approval_id)
    if row is None:
        raise NotFound(worded("There is no such standing approval."))
    if row.given_by != act.actor.id and row.role not in act.actor.roles:
        raise Forbidden(worded("Who gave it takes it back, or another {role}.", role=ROLE_WORDS[row.role]))
    if row.revoked_at is not None or row.ends_at <= act.now:
        raise Conflict(worded("This standing approval is over already."))
    row.revoked_at = act.now
    act.session.add(row)
    _write_down(act, row, "standing.revoked", f"The standing approval of the kind {_said(row)} was taken back.")
    return row


def apply_standing(act: Act, bound: Bound, address: str = "") -> None:
    """Take the seats of a new request by the standing approvals that fit. A step of the verb that asks.

    They fit the first edition ever released of its kind on this incident, in exactly the templates' text, whose giver
    neither wrote nor asked, still has the role, and may know of the incident.
    """
    edition = bound.edition
    if not edition.template_digest or not _is_first(act.session, bound):
        return
    live = (
        col(StandingApproval.kind) == edition.kind,
        col(StandingApproval.template_digest) == edition.template_digest,
        col(StandingApproval.given_at) <= act.now,
        col(StandingApproval.ends_at) > act.now,
        col(StandingApproval.revoked_at).is_(None),
    )
    query = select(StandingApproval, UserAccount).join(
        UserAccount, col(UserAccount.id) == col(StandingApproval.given_by)
    )
    order = (col(StandingApproval.given_at), col(StandingApproval.id))
    for row, giver in act.session.exec(query.where(*live).order_by(*order)).all():
        if _fits(act, bound, row, giver):
            _take(act, bound, row, giver, address)


def _fits(act: Act, bound: Bound, row: StandingApproval, giver: UserAccount) -> bool:
    if bound.release.state is not ReleaseState.REQUESTED or giver.id in bound.barred:
        return False
    seats = seats_of(act.session, bound.release)
    wanted = any(seat.role == row.role and seat.approval is None for seat in seats)
    return wanted and giver.id not in used_up(seats) and row.role in roles_of(giver) and may_see(act, bound, giver)


def _take(act: Act, bound: Bound, row: StandingApproval, giver: UserAccount, address: str) -> None:
    release = bound.release
    seen = Seen(release.edition_digest, release.audience_digest, release.facts_digest)
    yes = Yes(giver.id, row.role, Way.STANDING)
    how = f"approved by the standing approval {giver.name} gave on {row.given_at:%Y-%m-%d} to this text"
    fill_seat(act.by(system("releases")), bound, yes, seen, address, how)


def _is_first(session: Session, bound: Bound) -> bool:
    """Whether nothing of this kind was ever released on the incident."""
    query = (
        select(Release.id)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .join(Notice, col(Notice.id) == col(Edition.notice_id))
        .where(
            col(Notice.incident_id) == bound.incident_id,
            col(Notice.kind) == bound.notice.kind,
            col(Release.approved_at).is_not(None),
        )
    )
    return session.exec(query.limit(1)).first() is None


def _check(act: Act, standing: Standing) -> None:
    faults = []
    if standing.kind in (*PUBLIC, *UPDATES):
        faults.append(
            Fault("kind", worded("is no first notice to people who are written to"), worded("choose another kind"))
        )
    if not standing.template_digest or len(standing.template_digest) > LONGEST_DIGEST:
        faults.append(
            Fault("template_digest", worded("is no digest of templates"), worded("take the one the page shows"))
        )
    if not act.now < standing.ends_at <= act.now + STANDING_HOLDS:
        faults.append(
            Fault("ends_at", worded("is past, or more than twelve months away"), worded("a day within the next year"))
        )
    if faults:
        raise Invalid(*faults)
    same = (
        col(StandingApproval.kind) == standing.kind,
        col(StandingApproval.template_digest) == standing.template_digest,
        col(StandingApproval.given_by) == act.actor.id,
        col(StandingApproval.ends_at) > act.now,
        col(StandingApproval.revoked_at).is_(None),
    )
    if act.session.exec(select(StandingApproval.id).where(*same)).first() is not None:
        raise Conflict(worded("You have approved this already: take that back first to give it another end."))


def _said(row: StandingApproval) -> str:
    return row.kind.replace("_", "-")


def _write_down(act: Act, row: StandingApproval, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(row.id), "kind": row.kind, "role": row.role})
