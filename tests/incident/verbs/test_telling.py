"""One record of telling a customer meets statute and contract; the last customer told keeps the promise."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.deadlines import Standing
from incident.errors import Forbidden, Invalid, NotFound
from incident.models.law import Obligation
from incident.models.people import Customer, Telling
from incident.notice_kinds import NoticeKind
from incident.queries.case import case_of
from incident.queries.duties import customers_told, duties_of
from incident.roles import Role
from incident.verbs.facts import save_facts
from incident.verbs.telling import Told, meet, meet_people_told, tell_customer
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"]},
    "datasets": [
        {
            "id": "accounts",
            "role": "controller",
            "data": {"categories": ["health"]},
            "exposure": {"recipients": "public"},
        },
        {"id": "lists", "role": "processor", "controllers": ["acme", "blue"], "data": {"categories": ["name"]}},
    ],
}


@pytest.fixture
def saved(case: "LawCase") -> "LawCase":
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, FACTS)
    return case


def customer(case: "LawCase", host_id: str) -> UUID:
    return case.look(lambda session: session.exec(select(Customer.id).where(col(Customer.host_id) == host_id)).one())


def tell(case: "LawCase", host_id: str, **named: Any) -> Telling:
    told = Told("edition:1", "email", "250 2.0.0 accepted")
    return case.act(Role.RESPONDER, tell_customer, case.incident_id, customer(case, host_id), told, **named)


def met(case: "LawCase") -> set[tuple[str, str]]:
    return {key for key, row in case.obligations().items() if row.met_at is not None}


def test_telling_meets_statute_and_contract_of_that_customer_and_of_no_other(saved: "LawCase") -> None:
    telling = tell(saved, "acme")
    assert met(saved) == {("eu-gdpr-33-2-processor", "acme"), ("contract-acme", "acme")}
    assert saved.obligations()["contract-acme", "acme"].met_by == f"telling:{telling.id}"


def test_the_promise_is_kept_with_the_last_customer(saved: "LawCase") -> None:
    tell(saved, "acme")
    tell(saved, "blue")
    assert ("promise-customers", "customers") in met(saved)
    auditor = saved.people[Role.AUDITOR]
    counted = saved.look(lambda session: customers_told(session, auditor, saved.incident_id))
    assert counted.told == counted.affected == ("acme", "blue")
    assert counted.waiting == ()


def test_the_same_occasion_is_recorded_once(saved: "LawCase") -> None:
    assert tell(saved, "acme").id == tell(saved, "acme").id
    assert len(saved.look(lambda session: session.exec(select(Telling)).all())) == 1


def test_what_was_met_stays_met_when_facts_change(saved: "LawCase") -> None:
    tell(saved, "acme")
    fewer = {**FACTS, "datasets": [FACTS["datasets"][0]]}
    saved.act(Role.RESPONDER, save_facts, saved.incident_id, saved.organisation, fewer)
    row = saved.obligations()["contract-acme", "acme"]
    assert row.met_at is not None
    assert row.withdrawn_at is None
    auditor, now = saved.people[Role.AUDITOR], saved.clock.now()
    lines = saved.look(lambda session: duties_of(session, auditor, saved.incident_id, now))
    assert [line.standing for line in lines if line.obligation.id == row.id] == [Standing.MET]


def test_the_duty_to_people_is_met_once_the_people_of_every_data_set_it_rests_on_were_told(saved: "LawCase") -> None:
    telling = (saved.incident_id, {NoticeKind.PEOPLE: {"lists"}}, "release:1", saved.clock.now())
    assert saved.act(Role.RESPONDER, meet_people_told, *telling) == []
    telling = (saved.incident_id, {NoticeKind.PEOPLE: {"lists", "accounts"}}, "release:2", saved.clock.now())
    other = (saved.incident_id, {NoticeKind.HIPAA: {"lists", "accounts"}}, "release:2", saved.clock.now())
    assert saved.act(Role.RESPONDER, meet_people_told, *other) == []
    rows = saved.act(Role.RESPONDER, meet_people_told, *telling)
    assert [row.duty for row in rows] == ["eu-gdpr-34-1-subjects"]


def test_an_obligation_is_met_by_hand_once_and_never_in_the_future(saved: "LawCase") -> None:
    row = saved.obligations()["eu-gdpr-33-5-record", "internal_register"]
    meeting = (saved.incident_id, row.id, "register")
    with pytest.raises(Forbidden):
        saved.act(Role.RESPONDER, meet, *meeting)
    with pytest.raises(Invalid, match="to come"):
        saved.act(Role.PRIVACY_OFFICER, meet, *meeting, at=saved.clock.now() + timedelta(seconds=1))
    with pytest.raises(Invalid, match="by"):
        saved.act(Role.PRIVACY_OFFICER, meet, saved.incident_id, row.id, " ")
    with pytest.raises(NotFound):
        saved.act(Role.PRIVACY_OFFICER, meet, saved.incident_id, new_id(), "register")
    first = saved.act(Role.PRIVACY_OFFICER, meet, *meeting).met_at
    saved.move(1)
    assert saved.act(Role.PRIVACY_OFFICER, meet, *meeting).met_at == first


def test_nothing_is_open_once_everything_is_met(saved: "LawCase") -> None:
    tell(saved, "acme")
    tell(saved, "blue")
    for row in saved.obligations().values():
        saved.act(Role.PRIVACY_OFFICER, meet, saved.incident_id, row.id, "filing:1")
    assert saved.look(lambda session: _open_duties(saved, session)) == 0


def _open_duties(case: "LawCase", session: Any) -> int:
    from incident.models.incidents import Incident

    assert session.exec(select(Obligation)).all()
    return case_of(session, session.get_one(Incident, case.incident_id)).open_duties


def test_a_customer_that_is_not_in_the_register_or_a_time_to_come_is_refused(saved: "LawCase") -> None:
    with pytest.raises(NotFound):
        saved.act(Role.RESPONDER, tell_customer, saved.incident_id, new_id(), Told("edition:1", "email"))
    with pytest.raises(Invalid, match="to come"):
        tell(saved, "acme", at=saved.clock.now() + timedelta(hours=1))
