"""Who has been told stays told: facts that change, a stop and a second release before the sweep has counted."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select, update

from incident.models.people import Customer, Telling
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.sweep import Tick, tick
from incident.verbs.releases import stop_release
from notifications.audience import NewMember
from notifications.models import Channel, Delivery, DeliveryState, Release, ReleaseState
from tests.incident.cases import LawCase
from tests.incident.notices import FACTS, Desk, prepare

STATUTE, PEOPLE = "eu-gdpr-33-2-processor", "eu-gdpr-34-1-subjects"
STAFF: dict[str, Any] = {
    **FACTS["datasets"][0],
    "id": "staff",
    "title": "Staff files",
    "data": {"categories": ["name", "health"]},
    "exposure": {"exfiltration": "likely", "recipients": "public"},
}
HIGH: dict[str, Any] = {"data": {"categories": ["name", "health"]}}
ONE, TWO = NewMember("p1", "p1@example.net"), NewMember("p2", "p2@example.net")


@pytest.fixture
def sending(desk: Desk) -> Release:
    return desk.released(NoticeKind.CUSTOMER, desk.customers({}))


def changed(dataset: str) -> dict[str, Any]:
    """Facts in which somebody has now taken the data for certain."""
    found = copy.deepcopy(FACTS)
    next(item for item in found["datasets"] if item["id"] == dataset)["exposure"]["exfiltration"] = "confirmed"
    return found


def with_risk(datasets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The accounts with a high risk to people, the rest as it is."""
    return [{**datasets[0], "exposure": {"exfiltration": "likely", "recipients": "attacker"}, **HIGH}, *datasets[1:]]


def swept(desk: Desk) -> Tick:
    return tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())


def people_told_by(desk: Desk) -> str:
    return next(row.met_by for (duty, _), row in desk.case.obligations().items() if duty == PEOPLE)


def released(desk: Desk, dataset: str, members: list[NewMember]) -> Release:
    notice = desk.start(NoticeKind.PEOPLE, dataset)
    return desk.approve(desk.request(desk.freeze(notice), desk.audience(Channel.EMAIL, members)))


def told(desk: Desk) -> set[str]:
    query = select(Customer.host_id, Telling.id).where(Telling.customer_id == Customer.id)
    return {host_id for host_id, _ in desk.case.look(lambda session: session.exec(query).all())}


def test_customers_whose_mails_went_out_before_the_facts_changed_are_told(desk: Desk, sending: Release) -> None:
    desk.accept(sending)
    desk.save(changed("lists"))
    assert swept(desk) == Tick(derived=0, reminded=0, troubles=(), finished=1)
    assert desk.release(sending.id).state is ReleaseState.FINISHED
    assert told(desk) == {"acme", "blue"}
    assert desk.case.obligations()["promise-customers", "customers"].met_at is not None


def test_a_customer_mailed_before_the_release_became_void_is_told_and_the_other_is_not(
    desk: Desk, sending: Release
) -> None:
    desk.accept(sending, lambda row: row.account == "acme")
    desk.save(changed("lists"))
    assert desk.release(sending.id).state is ReleaseState.VOID
    assert (swept(desk).troubles, swept(desk).troubles) == ((), ())
    assert told(desk) == {"acme"}
    rows = desk.case.obligations()
    assert rows["contract-acme", "acme"].met_at is not None
    assert rows[STATUTE, "blue"].met_at is None


def test_a_customer_mailed_before_a_stop_is_told(desk: Desk, sending: Release) -> None:
    desk.accept(sending, lambda row: row.account == "acme")
    desk.case.act(Role.COMMANDER, stop_release, sending.id, "a wrong number in the text")
    swept(desk)
    assert told(desk) == {"acme"}
    assert desk.release(sending.id).state is ReleaseState.STOPPED


def test_telling_the_people_of_one_data_set_leaves_the_duty_to_those_of_the_other_open(desk: Desk) -> None:
    desk.save({**FACTS, "datasets": [*with_risk(FACTS["datasets"]), STAFF]})
    first = released(desk, "accounts", [ONE])
    desk.accept(first)
    swept(desk)
    assert desk.release(first.id).state is ReleaseState.FINISHED
    assert people_told_by(desk) == ""
    second = released(desk, "staff", [TWO])
    desk.accept(second)
    swept(desk)
    assert people_told_by(desk) == f"release:{second.id}"


def test_people_the_first_release_did_not_reach_and_the_second_did_are_told(desk: Desk) -> None:
    desk.save({**FACTS, "datasets": with_risk(FACTS["datasets"])})
    first = released(desk, "accounts", [ONE, TWO])
    desk.accept(first, lambda row: row.person == "p1")
    refused = update(Delivery).where(col(Delivery.person) == "p2").values(state=DeliveryState.REJECTED)
    desk.case.store.write(lambda session: session.exec(refused))
    swept(desk)
    added = released(desk, "accounts", [NewMember("p3", "p3@example.net")])
    desk.accept(added)
    swept(desk)
    assert people_told_by(desk) == ""
    again = released(desk, "accounts", [NewMember("p2", "p2.new@example.net")])
    desk.accept(again)
    swept(desk)
    assert people_told_by(desk) == f"release:{again.id}"


def test_the_duty_of_an_entity_with_a_name_of_its_own_is_met_too(case: LawCase) -> None:
    desk = prepare(replace(case, organisation=replace(case.organisation, entity="brightdesk")))
    desk.save({**FACTS, "datasets": with_risk(FACTS["datasets"])})
    release = released(desk, "accounts", [ONE])
    desk.accept(release)
    swept(desk)
    assert people_told_by(desk) == f"release:{release.id}"
