"""A case to act on: one organisation, its people, two customers and an open incident, on a clock that can be moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from incident.keys import KeyRing
from incident.law.circumstances import Organisation
from incident.models.incidents import Incident, Severity
from incident.models.law import Obligation
from incident.models.people import Customer, UserAccount
from incident.roles import Actor, Role
from incident.verbs.act import Act
from incident.verbs.incidents import Report, open_incident
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.store import Store

P = ParamSpec("P")
T = TypeVar("T")
KEK = bytes(range(32))  # of every installation here, so that what was sealed once opens in each copy
OPENED = datetime(2026, 11, 24, 9, tzinfo=UTC)
TWENTY_FOUR = {"eu-gdpr-33-2-processor": 24}
ORGANISATION = Organisation("main", "DE", "Europe/Berlin", 72, TWENTY_FOUR)


@dataclass(frozen=True, slots=True)
class LawCase:
    """Acts on one incident, each act one transaction, at the moment the clock shows."""

    store: Store
    keys: KeyRing
    clock: MovableClock
    organisation: Organisation
    people: dict[Role, Actor]
    incident_id: UUID

    def act(self, role: Role, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
        actor, now = self.people[role], self.clock.now()
        return self.store.write(lambda session: verb(Act(session, self.keys, actor, now), *args, **named))

    def look(self, query: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return query(session)

    def version(self) -> int:
        return self.look(lambda session: session.get_one(Incident, self.incident_id).version)

    def obligations(self) -> dict[tuple[str, str], Obligation]:
        query = select(Obligation).where(col(Obligation.incident_id) == self.incident_id)
        return {(row.duty, row.addressee): row for row in self.look(lambda session: session.exec(query).all())}

    def move(self, hours: float) -> datetime:
        return self.clock.move(timedelta(hours=hours))


def _person(session: Session, role: Role) -> Actor:
    account = UserAccount(
        id=new_id(),
        email=f"{role}@example.org",
        name=role.replace("_", " "),
        roles=[role],
        password="-",
        created_at=OPENED,
    )
    session.add(account)
    return Actor(account.id, account.name, frozenset({role}))


def _customer(session: Session, host_id: str, hours: int | None) -> None:
    named: dict[str, Any] = {"contract_hours": hours, "contract_clause": "§ 9.2" if hours else ""}
    session.add(
        Customer(
            id=new_id(),
            host_id=host_id,
            legal_name=host_id.title(),
            role="controller",
            created_at=OPENED,
            updated_at=OPENED,
            **named,
        )
    )


def begin_case(store: Store, keys: KeyRing, clock: MovableClock) -> LawCase:
    """The organisation's people and customers, and an incident that was just opened."""
    roles = (Role.RESPONDER, Role.COMMANDER, Role.PRIVACY_OFFICER, Role.DECIDER, Role.LEGAL, Role.AUDITOR)

    def begin(session: Session) -> tuple[dict[Role, Actor], UUID]:
        people = {role: _person(session, role) for role in roles}
        _customer(session, "acme", 24)
        _customer(session, "blue", None)
        session.flush()
        act = Act(session, keys, people[Role.RESPONDER], clock.now())
        return people, open_incident(act, Report("Public bucket", "public_bucket", Severity.HIGH)).id

    people, incident_id = store.write(begin)
    return LawCase(store, keys, clock, ORGANISATION, people, incident_id)


def found_case(store: Store) -> LawCase:
    """The case of a database that was filled with one, at the moment it was opened."""
    clock = MovableClock(OPENED)

    def find(session: Session) -> tuple[dict[Role, Actor], UUID]:
        accounts = session.exec(select(UserAccount)).all()
        people = {
            Role(role): Actor(one.id, one.name, frozenset({Role(role)})) for one in accounts for role in one.roles
        }
        return people, session.exec(select(Incident.id)).one()

    with store.read() as session:
        people, incident_id = find(session)
    return LawCase(store, KeyRing(KEK, clock), clock, ORGANISATION, people, incident_id)
