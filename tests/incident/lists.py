"""A case with registered people of two customers, and the steps from a link to the list, as they are taken."""

from typing import Any

from sqlmodel import Session, col, select

from incident.models.people import Customer, Person
from incident.models.releasing import ListLink
from incident.queries.list_links import (
    LinkState,
    state_of,
)
from incident.queries.recipients import person_place
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.list_links import (
    Entered,
    MadeLink,
    NewLink,
    enter_code,
    make_list_link,
    send_code,
)
from notifications.ids import new_id
from notifications.members import NewMember
from notifications.models import Audience, Channel
from tests.incident.notices import Desk

MAIL = ("Your code", "Enter 123456 within 10 minutes.")
NETWORK = "192.0.2.7"


def register(desk: Desk, session: Session, customer: str, number: int) -> None:
    owner = session.exec(select(Customer.id).where(col(Customer.host_id) == customer)).one()
    for at in range(number):
        identity, keys = new_id(), desk.case.keys
        sealed: dict[str, Any] = {
            column: keys.seal(session, value, person_place(identity, column))
            for column, value in (("name_sealed", f"{customer} {at}"), ("address_sealed", f"{at}@{customer}.example"))
        }
        row = Person(id=identity, host_id=f"{customer}-{at}", customer_id=owner, updated_at=desk.case.clock.now())
        session.add(row.sqlmodel_update(sealed))


def make(desk: Desk, host_id: str = "acme", **said: Any) -> MadeLink:
    return desk.case.act(Role.PRIVACY_OFFICER, make_list_link, desk.incident_id, NewLink(host_id, **said))


def code_for(desk: Desk, made: MadeLink, code: str = "123456") -> None:
    desk.case.act(Role.AUDITOR, send_code, made.link.id, code, MAIL, "brightdesk.example")


def enter(desk: Desk, made: MadeLink, code: str = "123456") -> Entered:
    return desk.case.act(Role.AUDITOR, enter_code, made.link.id, code, NETWORK)


def state(desk: Desk, made: MadeLink) -> LinkState:
    return state_of(desk.case.look(lambda s: s.get_one(ListLink, made.link.id)), desk.case.clock.now())


def lines(desk: Desk, head: str = "list.") -> list[tuple[str, str]]:
    actor = desk.case.people[Role.AUDITOR]
    found = desk.case.look(lambda s: read_timeline(s, desk.case.keys, actor, desk.incident_id, limit=200))
    return [(line.action, line.text) for line in reversed(found) if line.action.startswith(head)]


def imported(desk: Desk, controller: str, accounts: list[str]) -> Audience:
    case, by = desk.case, Role.PRIVACY_OFFICER
    audience = case.act(by, open_audience, desk.incident_id, "people", Channel.EMAIL, controller=controller)
    members = [(at, NewMember(f"p{at}", f"p{at}@x.example", account)) for at, account in enumerate(accounts)]
    Importer(case.store, case.keys, case.people[by], case.clock).fill(desk.incident_id, audience.id, members)
    return audience
