"""Support says no to nobody who is affected, and tells nothing of a sealed incident by comparing answers."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from incident.models.incidents import Incident
from incident.models.people import Customer
from incident.phases import Phase
from incident.queries.support import Affected, Asked, decision_of
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role, Visibility
from incident.verbs.persons import NewPerson, upsert_person
from incident.verbs.support import state_complete
from incident.verbs.telling import Told, tell_customer
from notifications.models import Audience, Delivery, DeliveryState
from tests.incident.answering import Mailbag
from tests.incident.notices import FACTS
from tests.incident.verbs.test_support import Hotline

R = Role


@pytest.fixture
def line(bag: Mailbag) -> Hotline:
    case, line = bag.case, Hotline(bag.desk)
    case.act(R.DECIDER, state_complete, line.desk.incident_id, "All lists were compared.")
    assert line.ask("clean").affected is Affected.NO
    return line


def register(line: Hotline, name: str, customer: str = "") -> None:
    person = NewPerson(name, address=f"{name}@example.net", customer=customer)
    line.case.act(R.PRIVACY_OFFICER, upsert_person, person)


def test_who_was_on_the_list_and_got_no_mail_hears_no_all_clear_after_the_purge(line: Hotline) -> None:
    register(line, "u1")
    lost = update(Delivery).where(col(Delivery.person) == "u1").values(state=DeliveryState.REJECTED)
    line.case.store.write(lambda session: session.exec(lost))
    assert line.ask("u1").affected is Affected.UNKNOWN
    now = line.case.clock.now()
    over = update(Incident).values(phase=Phase.CLOSED, closed_at=now)
    line.case.store.write(lambda session: session.exec(over))
    for days in (2, 20):
        line.case.clock.move(timedelta(days=days))
        assert look(line.case.store, line.case.keys, line.case.clock.now(), RetentionRules(1, 10)).troubles == ()
    assert line.case.look(lambda session: session.exec(select(Audience)).one()).purge_ended_at
    assert line.ask("clean").affected is Affected.NO
    assert line.ask("u0").affected is Affected.YES
    assert line.ask("u1").affected is Affected.UNKNOWN
    assert line.ask("u1@example.net", Asked.ADDRESS).affected is Affected.UNKNOWN
    assert line.ask("acme", Asked.CUSTOMER).affected is Affected.UNKNOWN  # nobody knows any more whose people they were


def test_people_of_a_customer_that_was_told_hear_no_all_clear_nor_does_the_customer_of_people(line: Hotline) -> None:
    register(line, "of-acme", "acme")
    register(line, "u0", "blue")
    assert line.ask("of-acme").affected is Affected.NO
    acme = line.case.look(_acme)
    line.case.act(R.RESPONDER, tell_customer, line.desk.incident_id, acme.id, Told("telephone:1", "telephone"))
    assert line.ask("of-acme").affected is Affected.UNKNOWN
    assert line.ask("of-acme@example.net", Asked.ADDRESS).affected is Affected.UNKNOWN
    assert line.ask("clean").affected is Affected.NO
    assert line.ask("blue", Asked.CUSTOMER).affected is Affected.UNKNOWN


def test_comparing_answers_tells_nobody_who_is_in_a_sealed_incident(line: Hotline) -> None:
    line.hide(Visibility.SEALED)
    assert line.ask("u0") == line.ask("clean")
    closed = update(Incident).values(phase=Phase.DISMISSED)
    line.case.store.write(lambda session: session.exec(closed))
    assert line.ask("u0") == line.ask("clean")


def test_a_decision_that_lapsed_is_none(line: Hotline) -> None:
    def stands() -> bool:
        return line.case.look(lambda session: decision_of(session, line.case.keys, line.desk.incident_id)) is not None

    assert stands()
    line.desk.save({**FACTS, "breach": {**FACTS["breach"], "cause": "hacking"}})
    assert not stands()


def _acme(session: Session) -> Customer:
    return session.exec(select(Customer).where(col(Customer.host_id) == "acme")).one()
