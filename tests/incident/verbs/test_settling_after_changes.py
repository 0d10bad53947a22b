"""Who has been told stays told: facts that change, a stop and a second release before the sweep has counted."""

import copy
from typing import Any

import pytest
from sqlmodel import select

from incident.drafting import NoticeKind
from incident.models.people import Customer, Telling
from incident.roles import Role
from incident.sweep import Tick, tick
from incident.verbs.releases import stop_release
from notifications.models import Release, ReleaseState
from tests.incident.conftest import LawCase
from tests.incident.notices import FACTS, Desk, prepare

STATUTE = "eu-gdpr-33-2-processor"


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return prepare(case)


@pytest.fixture
def sending(desk: Desk) -> Release:
    return desk.released(NoticeKind.CUSTOMER, desk.customers({}))


def changed(dataset: str) -> dict[str, Any]:
    """Facts in which somebody has now taken the data for certain."""
    found = copy.deepcopy(FACTS)
    next(item for item in found["datasets"] if item["id"] == dataset)["exposure"]["exfiltration"] = "confirmed"
    return found


def swept(desk: Desk) -> Tick:
    return tick(desk.case.store, desk.case.keys, desk.case.organisation, desk.case.clock.now())


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
