"""Who can be told is read from the registers: affected customers by contact, people a page at a time."""

import pytest
from sqlmodel import Session, col, select

from incident.customer_figures import Figures
from incident.errors import Forbidden, Invalid
from incident.models.people import Customer, CustomerContact, Person
from incident.notice_kinds import NoticeKind
from incident.phrases import load_phrases
from incident.queries import recipients
from incident.queries.recipients import (
    contact_place,
    counted_people,
    customer_members,
    person_place,
    registered_people,
)
from incident.roles import Role
from notifications.formats import Formats
from notifications.ids import new_id
from tests.incident.notices import SHIPPED, Desk

WORDS = {locale: (load_phrases([SHIPPED], locale), Formats(locale, "UTC")) for locale in ("en", "de")}


def register(desk: Desk, session: Session, host_id: str, customer: str = "", region: str = "") -> None:
    person_id, keys = new_id(), desk.case.keys
    owner = session.exec(select(Customer.id).where(col(Customer.host_id) == customer)).first()
    session.add(
        Person(
            id=person_id,
            host_id=host_id,
            customer_id=owner,
            locale="de",
            region=region,
            name_sealed=keys.seal(session, f"Person {host_id}", person_place(person_id, "name_sealed")),
            address_sealed=keys.seal(session, f"{host_id}@example.net", person_place(person_id, "address_sealed")),
            updated_at=desk.case.clock.now(),
        )
    )


def test_registered_people_come_a_page_at_a_time_with_their_customer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "PAGE", 2)
    for number in range(5):
        customer = "acme" if number % 2 else ""
        desk.case.store.write(lambda session, n=number, c=customer: register(desk, session, f"u{n}", c, "DE"))  # type: ignore[misc]
    actor = desk.case.people[Role.PRIVACY_OFFICER]
    found = desk.case.look(lambda s: list(registered_people(s, desk.case.keys, actor, desk.incident_id)))
    assert [(line, new.person, new.account) for line, new in found] == [
        *((1, "u0", ""), (2, "u1", "acme"), (3, "u2", ""), (4, "u3", "acme"), (5, "u4", "")),
    ]
    first = found[0][1]
    assert (first.address, first.locale, first.region) == ("u0@example.net", "de", "DE")
    assert first.values == {"name": "Person u0"}


def test_reading_the_register_needs_the_right_to_import(desk: Desk) -> None:
    actor = desk.case.people[Role.AUDITOR]
    with pytest.raises(Forbidden):
        desk.case.look(lambda s: list(registered_people(s, desk.case.keys, actor, desk.incident_id)))


def test_a_customers_own_registered_people_are_counted_by_country(desk: Desk) -> None:
    def fill(session: Session) -> None:
        for number, (customer, region) in enumerate([("acme", "DE"), ("acme", "DE"), ("acme", ""), ("blue", "AT")]):
            register(desk, session, f"u{number}", customer, region)

    desk.case.store.write(fill)
    found = desk.case.look(lambda session: counted_people(session, ("acme", "blue")))
    assert found["acme"] == Figures("acme", "Acme", 3, {"DE": 2})
    assert found["blue"] == Figures("blue", "Blue", 1, {"AT": 1})


def test_the_contact_nearest_to_privacy_is_told(desk: Desk) -> None:
    def add(session: Session) -> None:
        acme = session.exec(select(Customer).where(col(Customer.host_id) == "acme")).one()
        acme.locale = "de"
        session.add(acme)
        contact_id = new_id()
        sealed = {
            column: desk.case.keys.seal(session, "x@example.net", contact_place(contact_id, column))
            for column in ("name_sealed", "address_sealed")
        }
        session.add(CustomerContact(id=contact_id, customer_id=acme.id, kind="admin", person="boss", **sealed))

    desk.case.store.write(add)
    dataset = desk.brief(NoticeKind.CUSTOMER).datasets[0]
    found = desk.case.look(lambda s: customer_members(s, desk.case.keys, dataset, {}, WORDS))
    assert [(new.person, new.role, new.locale) for _, new in found] == [
        ("acme:shared-consultant", "privacy", "de"),
        ("blue:shared-consultant", "privacy", "en"),
    ]
    assert found[0][1].values["fields"] == "Namen und E-Mail-Adressen"


def test_an_affected_customer_without_a_contact_is_named(desk: Desk) -> None:
    def remove(session: Session) -> None:
        blue = session.exec(select(Customer.id).where(col(Customer.host_id) == "blue")).one()
        for contact in session.exec(select(CustomerContact).where(col(CustomerContact.customer_id) == blue)).all():
            session.delete(contact)

    desk.case.store.write(remove)
    dataset = desk.brief(NoticeKind.CUSTOMER).datasets[0]
    with pytest.raises(Invalid, match="1 affected customer is not registered or has no contact: blue"):
        desk.case.look(lambda s: customer_members(s, desk.case.keys, dataset, {}, WORDS))
