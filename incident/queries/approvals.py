"""What an approver weighs beside the text: who has said yes, what differs from the last time, whom it adds, how new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from incident.approval_rules import SEATED, ApprovalRules
from incident.errors import Forbidden
from incident.grounds import Case, grounds_digest
from incident.models.people import UserAccount
from incident.queries.access import access_to
from incident.queries.briefs import case_for
from incident.queries.counting import REACHED
from incident.queries.editions import Compared, compare
from incident.queries.foreign_people import Going, standing_of
from incident.queries.seats import Bound, actor_of, alone_from, find_bound, roles_of, yes_alone, yes_of
from incident.roles import Action, Actor, may, require, sees
from notifications.audience import relatives
from notifications.models import Approval, Audience, Delivery, Edition, Member, Release, ReleaseState
from notifications.occasions import edition_occasion
from notifications.quorum import Seat, Way, Yes, seats_of, used_up
from notifications.release import open_texts
from notifications.release_states import UNDER_WAY
from notifications.sealing import Keys
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Joining:
    """People found later: how many are written to for the first time, and how many had this text before them."""

    first: Release
    newly: int
    told: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """One release as its approvers weigh it.

    `newer` is a version of the facts saved since the text was written, of which nothing concerns it; 0: none. `yes` is
    as what the reader may approve now, else `why_not` says why not. `alone_at` is when its author alone may. `waits` is
    the reader's own approval by telephone that waits to be confirmed. `callable` are those whose yes the reader may
    write down. `against` is why these people may not be written to yet, in another controller's name.
    """

    bound: Bound
    seats: tuple[Seat, ...]
    newer: int
    compared: Compared | None
    joining: Joining | None
    yes: Yes | None = None
    why_not: str = ""
    alone_at: datetime | None = None
    waits: Approval | None = None
    callable: tuple[UserAccount, ...] = ()
    against: str = ""


def own_yes(session: Session, actor: Actor, bound: Bound, now: datetime, rules: ApprovalRules) -> Yes | None:
    """As what the reader may approve a release now; None where they may not or may not see it."""
    if not sees(actor, access_to(session, bound.incident_id)):
        return None
    return _own_yes(session, bound, actor, now, rules)[0]


def weigh(session: Session, keys: Keys, actor: Actor, release_id: UUID, now: datetime, rules: ApprovalRules) -> Weighed:
    """One release with all that stands beside its text. Raises NotFound and Forbidden."""
    bound = find_bound(session, release_id)
    require(actor, Action.READ, access_to(session, bound.incident_id))
    case = case_for(session, keys, bound.incident_id)
    yes, why_not = _own_yes(session, bound, actor, now, rules)
    return Weighed(
        bound=bound,
        seats=seats_of(session, bound.release),
        newer=_newer_facts(case, bound),
        compared=_compared(session, keys, bound),
        joining=_joining(session, bound.release),
        yes=yes,
        why_not=why_not,
        alone_at=alone_from(bound, rules) if actor.id in bound.barred else None,
        waits=_waits(session, release_id, actor),
        callable=_callable(session, bound, actor, now),
        against=_against(session, case, bound, now),
    )


def release_added_to(session: Session, edition: Edition, audience: Audience) -> UUID | None:
    """The first release of this text that people join who were found later; None for an audience of its own."""
    if audience.adds_to is None:
        return None
    chain = [audience.adds_to, *relatives(session, audience)]
    went_out = (
        col(Release.edition_digest) == edition.digest,
        col(Release.audience_id).in_(chain),
        col(Release.approved_at).is_not(None),
        col(Release.state) != ReleaseState.VOID,
    )
    query = select(Release.id).where(*went_out).order_by(col(Release.approved_at), col(Release.id))
    return session.exec(query.limit(1)).first()


def _own_yes(
    session: Session, bound: Bound, actor: Actor, now: datetime, rules: ApprovalRules
) -> tuple[Yes | None, str]:
    if bound.release.state is not ReleaseState.REQUESTED:
        return None, ""
    if not may(actor, Action.APPROVE_RELEASE, access_to(session, bound.incident_id)):
        return None, worded("Others approve it, by the roles named here.")
    try:
        return yes_alone(session, bound, actor, now, rules) or yes_of(session, bound, actor, now), ""
    except Forbidden as error:
        return None, str(error)


def _against(session: Session, case: Case, bound: Bound, now: datetime) -> str:
    if bound.release.state not in UNDER_WAY:
        return ""
    audience = session.get_one(Audience, bound.release.audience_id)
    found = standing_of(session, case, Going(bound.notice, bound.edition, audience), now)
    return found.against or found.missing


def _newer_facts(case: Case, bound: Bound) -> int:
    if bound.release.state not in UNDER_WAY:
        return 0
    same = grounds_digest(case, bound.edition.rests_on) == bound.edition.facts_digest
    return case.number if same and case.number > bound.edition.fact_version else 0


def _compared(session: Session, keys: Keys, bound: Bound) -> Compared | None:
    before = _released_before(session, bound) or _followed(session, bound)
    if before is None or before.digest == bound.edition.digest:
        return None
    return compare(session, keys, before, open_texts(session, keys, bound.edition))


def _released_before(session: Session, bound: Bound) -> Edition | None:
    """The edition of this notice that was approved last before this release was asked for."""
    query = (
        select(Edition)
        .join(Release, col(Release.edition_id) == col(Edition.id))
        .where(col(Edition.notice_id) == bound.notice.id, col(Release.approved_at) <= bound.release.requested_at)
        .order_by(col(Release.approved_at).desc(), col(Release.id).desc())
    )
    return session.exec(query.limit(1)).first()


def _followed(session: Session, bound: Bound) -> Edition | None:
    """The edition an update tells the news since."""
    return session.get(Edition, bound.notice.follows) if bound.notice.follows else None


def _joining(session: Session, release: Release) -> Joining | None:
    first = session.get(Release, release.adds_to) if release.adds_to else None
    if first is None:
        return None
    channel = session.get_one(Audience, release.audience_id).channel
    others = (
        col(Delivery.occasion) == edition_occasion(release.edition_id),
        col(Delivery.channel) == channel,
        col(Delivery.release_id) != release.id,
    )
    told = session.exec(select(func.count()).where(*others, col(Delivery.state).in_(REACHED))).one()
    has = (*others, col(Delivery.person) == col(Member.person))
    newly = select(func.count()).select_from(Member).where(col(Member.audience_id) == release.audience_id)
    return Joining(first, session.exec(newly.where(~exists().where(*has))).one(), told)


def _waits(session: Session, release_id: UUID, actor: Actor) -> Approval | None:
    mine = (
        col(Approval.release_id) == release_id,
        col(Approval.by) == actor.id,
        col(Approval.way) == Way.SPOKEN,
        col(Approval.confirmed_at).is_(None),
    )
    return session.exec(select(Approval).where(*mine)).first()


def _callable(session: Session, bound: Bound, actor: Actor, now: datetime) -> tuple[UserAccount, ...]:
    """Whose yes by telephone the reader may write down; none for whoever wrote a version or asked."""
    access = access_to(session, bound.incident_id)
    allowed = may(actor, Action.REQUEST_RELEASE, access) and actor.id not in bound.barred
    if bound.release.state is not ReleaseState.REQUESTED or not allowed:
        return ()
    if actor.id in used_up(seats_of(session, bound.release)):
        return ()
    accounts = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    fitting = [row for row in accounts if row.id != actor.id and not roles_of(row).isdisjoint(SEATED)]
    found = []
    for row in fitting:
        other = actor_of(row)
        try:
            yes = yes_of(session, bound, other, now, Way.SPOKEN) if sees(other, access) else None
        except Forbidden:
            yes = None
        if yes is not None:
            found.append(row)
    return tuple(sorted(found, key=lambda row: row.name))
