"""Who may say yes to a release, as what: the seats of its quorum, roles, deputies, and who is barred from it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from uuid import UUID

from sqlmodel import Session, col, select

from incident.approval_rules import ApprovalRules
from incident.errors import Forbidden, NotFound
from incident.models.people import Notice, UserAccount
from incident.models.releasing import Deputy
from incident.roles import ROLE_WORDS, Actor, Role, known_roles
from notifications.models import Edition, Release
from notifications.quorum import Seat, Way, Yes, seats_of, used_up
from notifications.wording import worded

OTHERS = worded("Who wrote, edited, froze or requested this notice may not approve it: ask a second person.")
STOOD_IN = worded("Whom you stand in for wrote, edited, froze or requested this notice, or has approved it already.")
TWICE = worded("You have approved this release already, or vouched for somebody who did: another person is wanted.")


@dataclass(frozen=True, slots=True)
class Bound:
    """A release with what it is bound to."""

    release: Release
    edition: Edition
    notice: Notice

    @property
    def incident_id(self) -> UUID:
        return self.notice.incident_id

    @property
    def barred(self) -> frozenset[UUID]:
        """Who wrote a version, froze one, or asked: none of them is a second person, nor whoever stands in for one."""
        wrote = {UUID(editor) for editor in self.notice.editors}
        return frozenset(wrote | {self.edition.created_by, self.release.requested_by})


def find_bound(session: Session, release_id: UUID) -> Bound:
    """A release with its edition and notice, for callers that then ask for permission. Raises NotFound."""
    row = session.get(Release, release_id)
    edition = session.get(Edition, row.edition_id) if row else None
    notice = session.get(Notice, edition.notice_id) if edition else None
    if row is None or edition is None or notice is None:
        raise NotFound(worded("There is no such release."))
    return Bound(row, edition, notice)


def roles_of(account: UserAccount) -> frozenset[Role]:
    """The roles of an account as this version knows them; one that is disabled has none."""
    return known_roles(account.roles) if account.disabled_at is None else frozenset()


def actor_of(account: UserAccount) -> Actor:
    """An account as the actor it would be: for asking what somebody may do who is not acting."""
    return Actor(account.id, account.name, roles_of(account))


def stands_in_for(session: Session, deputy_id: UUID, now: datetime) -> list[UserAccount]:
    """Those whose deputy somebody is at this moment, who named the deputy first coming first."""
    live = (
        col(Deputy.deputy_id) == deputy_id,
        col(Deputy.begins_at) <= now,
        col(Deputy.ends_at) > now,
        col(Deputy.revoked_at).is_(None),
        col(UserAccount.disabled_at).is_(None),
    )
    query = select(UserAccount).join(Deputy, col(Deputy.principal_id) == col(UserAccount.id)).where(*live)
    return list(session.exec(query.order_by(col(Deputy.named_at), col(Deputy.id))).all())


def deputies_for(session: Session, roles: Collection[Role], now: datetime) -> set[UUID]:
    """Who stands in, at this moment, for somebody with one of the roles."""
    live = (col(Deputy.begins_at) <= now, col(Deputy.ends_at) > now, col(Deputy.revoked_at).is_(None))
    query = select(Deputy.deputy_id, UserAccount).join(UserAccount, col(UserAccount.id) == col(Deputy.principal_id))
    rows = session.exec(query.where(*live)).all()
    return {deputy for deputy, principal in rows if not roles_of(principal).isdisjoint(roles)}


def yes_of(session: Session, bound: Bound, actor: Actor, now: datetime, way: Way = Way.CONSOLE) -> Yes:
    """As what the actor may say yes: in a role of their own before one they stand in for.

    Raises Forbidden, which says why not.
    """
    seats = seats_of(session, bound.release)
    wanted = [seat.role for seat in seats if seat.approval is None]
    own = next((role for role in wanted if role in actor.roles), None)
    taken = used_up(seats)
    if actor.id in bound.barred:
        raise Forbidden(OTHERS)
    if actor.id in taken:
        raise Forbidden(TWICE)
    if own is not None:
        return Yes(actor.id, own, way)
    principals = stands_in_for(session, actor.id, now)
    fitting = list(_fitting(wanted, principals))
    for role, principal in fitting:
        if principal not in bound.barred | taken:
            return Yes(actor.id, role, way, for_user=principal)
    raise Forbidden(
        STOOD_IN
        if fitting
        else worded("{actor} may not approve release: this needs {seats}.", actor=actor.name, seats=_listed(seats))
    )


def _fitting(wanted: list[str], principals: list[UserAccount]) -> Iterator[tuple[str, UUID]]:
    """The open seats somebody stands in for, with whose role it is."""
    for role in wanted:
        for principal in principals:
            if role in roles_of(principal):
                yield role, principal.id


def has_seat(session: Session, bound: Bound, actor: Actor, now: datetime) -> bool:
    """Whether the actor has a role that the quorum asks for, or stands in for somebody who has."""
    return _is_one_of(seats_of(session, bound.release), session, actor, now)


def require_seat(session: Session, bound: Bound, actor: Actor, now: datetime) -> None:
    """Raise Forbidden, which names the roles, unless the actor has a seat of the quorum."""
    seats = seats_of(session, bound.release)
    if not _is_one_of(seats, session, actor, now):
        raise Forbidden(
            worded("{actor} may not approve release: this needs {seats}.", actor=actor.name, seats=_listed(seats))
        )


def _is_one_of(seats: Sequence[Seat], session: Session, actor: Actor, now: datetime) -> bool:
    mine = set(actor.roles)
    for principal in stands_in_for(session, actor.id, now):
        mine |= roles_of(principal)
    return any(seat.role in mine for seat in seats)


def alone_from(bound: Bound, rules: ApprovalRules) -> datetime | None:
    """From when the author alone may approve; None where the organisation has not said so, or wants several people."""
    if rules.single_control is None or len(bound.release.quorum) > 1:
        return None
    return bound.release.requested_at + rules.single_control


def yes_alone(session: Session, bound: Bound, actor: Actor, now: datetime, rules: ApprovalRules) -> Yes | None:
    """The yes of an author who has the role and waited long enough; None where that is not allowed."""
    begins = alone_from(bound, rules)
    if actor.id not in bound.barred or begins is None or now < begins:
        return None
    role = next((seat.role for seat in seats_of(session, bound.release) if seat.approval is None), None)
    return Yes(actor.id, role, Way.SINGLE) if role is not None and role in actor.roles else None


def _listed(seats: Collection[Seat]) -> str:
    roles = reduce(_both, dict.fromkeys(ROLE_WORDS.get(seat.role, seat.role) for seat in seats))
    return worded("the role {roles}, or a person who stands in for one", roles=roles)


def _both(one: str, other: str) -> str:
    return worded("{one} and {other}", one=one, other=other)
