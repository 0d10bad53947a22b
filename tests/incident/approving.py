"""Further people who approve, and the steps of an approval as any of them takes it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session, col, select

from incident.approval_rules import USUAL, ApprovalRules
from incident.models.people import UserAccount
from incident.queries.notices import read_release
from incident.queries.timeline import read_timeline
from incident.roles import Actor, Role
from incident.verbs.act import Act
from incident.verbs.approvals import approve_release
from incident.verbs.releases import Request, request_release
from notifications.ids import new_id
from notifications.models import Approval, Audience, Edition, Release
from notifications.release import Seen
from tests.incident.notices import SENDER, Desk

P = ParamSpec("P")
T = TypeVar("T")
TWICE = ApprovalRules(roles={"people": (Role.APPROVER, Role.APPROVER)})


def join(desk: Desk, name: str, *roles: Role) -> Actor:
    """Somebody more who signs in."""

    def add(session: Session) -> UserAccount:
        account = UserAccount(
            id=new_id(),
            email=f"{name.lower()}@example.org",
            name=name,
            roles=list(roles),
            password="-",
            created_at=desk.case.clock.now(),
        )
        session.add(account)
        return account

    row = desk.case.store.write(add)
    return Actor(row.id, name, frozenset(roles))


def do(desk: Desk, actor: Actor, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
    """One verb by this person, in a transaction of its own, now."""
    case, now = desk.case, desk.case.clock.now()
    return case.store.write(lambda session: verb(Act(session, case.keys, actor, now), *args, **named))


def ask(desk: Desk, edition: Edition, audience: Audience, rules: ApprovalRules = USUAL) -> Release:
    """The commander asks for a release."""
    return do(desk, desk.case.people[Role.COMMANDER], request_release, Request(edition.id, audience.id, SENDER), rules)


def seen(desk: Desk, release: Release) -> Seen:
    """What everybody sees who reads the release now."""
    actor = desk.case.people[Role.AUDITOR]
    return desk.case.look(lambda session: read_release(session, desk.case.keys, actor, release.id).seen)


def say_yes(desk: Desk, actor: Actor, release: Release, rules: ApprovalRules = USUAL) -> Release:
    return do(desk, actor, approve_release, release.id, seen(desk, release), rules=rules)


def approvals(desk: Desk, release: Release) -> list[Approval]:
    """Who has said yes, by seat."""
    mine = select(Approval).where(col(Approval.release_id) == release.id).order_by(col(Approval.seat))
    return desk.case.look(lambda session: list(session.exec(mine).all()))


def timeline(desk: Desk, action: str) -> list[str]:
    """What the incident's lines of this action say, the newest first."""
    actor = desk.case.people[Role.AUDITOR]
    lines = desk.case.look(lambda session: read_timeline(session, desk.case.keys, actor, desk.incident_id, limit=200))
    return [line.text for line in lines if line.action == action]
