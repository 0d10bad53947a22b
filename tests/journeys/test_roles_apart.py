"""One incident, two data sets, two roles: what is owed as a controller and as a processor, and nothing twice."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.models.law import Obligation
from incident.models.people import Customer
from incident.roles import Role
from incident.verbs.anchors import Moment, decide_awareness
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from incident.verbs.telling import Told, meet, tell_customer
from tests.incident.cases import OPENED, LawCase

Owed = dict[tuple[str, str, str, str], tuple[str, tuple[str, ...]]]
ACCOUNTS: dict[str, Any] = {
    "id": "accounts",
    "title": "Account data",
    "role": "controller",
    "data": {"categories": ["name", "email_address", "credentials_plain"]},
    "people": {"count": 2400, "vulnerable": False},
    "exposure": {"exfiltration": "confirmed", "recipients": "public"},
}
PLAIN = {**ACCOUNTS, "data": {"categories": ["name", "email_address"], "per_person": "basic"}}
LOCKED = {**ACCOUNTS, "protection": {"encryption": "strong", "key": "safe"}}
LISTS: dict[str, Any] = {
    "id": "lists",
    "title": "Customers' contact lists",
    "role": "processor",
    "controllers": ["acme", "blue"],
    "data": {"categories": ["name", "health"]},
    "people": {"count": 80000, "vulnerable": True},
    "exposure": {"exfiltration": "confirmed", "recipients": "public"},
}
BREACH: dict[str, Any] = {"kinds": ["confidentiality"], "malicious": False, "misuse_seen": False}

AUTHORITY = ("eu-gdpr-33-1-sa", "supervisory_authority", "initial", "statute")
REGISTER = ("eu-gdpr-33-5-record", "internal_register", "record", "statute")
PEOPLE = ("eu-gdpr-34-1-subjects", "data_subjects", "initial", "statute")
TELL_ACME = ("eu-gdpr-33-2-processor", "acme", "initial", "statute")
TELL_BLUE = ("eu-gdpr-33-2-processor", "blue", "initial", "statute")
TELL_WHOM = ("eu-gdpr-33-2-processor", "controllers", "initial", "statute")
CONTRACT = ("contract-acme", "acme", "initial", "contract")
PROMISE = ("promise-customers", "customers", "initial", "promise")
AS_CONTROLLER = (AUTHORITY, REGISTER, PEOPLE)
AS_PROCESSOR = (TELL_ACME, TELL_BLUE, CONTRACT, PROMISE)


def yes(*duties: tuple[str, str, str, str], of: str) -> Owed:
    return dict.fromkeys(duties, ("yes", (of,)))


BOTH = yes(*AS_CONTROLLER, of="accounts") | yes(*AS_PROCESSOR, of="lists")
COMBINATIONS: dict[str, tuple[list[dict[str, Any]], Owed]] = {
    "passwords of our users, health data of customers' people": ([ACCOUNTS, LISTS], BOTH),
    "the other way round": ([LISTS, ACCOUNTS], BOTH),
    "names of our users, a risk and no high one": (
        [PLAIN, LISTS],
        yes(AUTHORITY, REGISTER, of="accounts") | yes(*AS_PROCESSOR, of="lists"),
    ),
    "our users' data unreadable": ([LOCKED, LISTS], yes(REGISTER, of="accounts") | yes(*AS_PROCESSOR, of="lists")),
    "customers' lists alone": ([LISTS], yes(*AS_PROCESSOR, of="lists")),
    "customers' lists unreadable: no test of risk for a processor": (
        [{**LISTS, "protection": {"encryption": "strong", "key": "safe"}}],
        yes(*AS_PROCESSOR, of="lists"),
    ),
    "accounts alone": ([ACCOUNTS], yes(*AS_CONTROLLER, of="accounts")),
    "a customer whose contract names no hours": (
        [LOCKED, {**LISTS, "controllers": ["blue"]}],
        yes(REGISTER, of="accounts") | yes(TELL_BLUE, PROMISE, of="lists"),
    ),
    "which customers is not known": (
        [ACCOUNTS, {**LISTS, "controllers": None}],
        yes(*AS_CONTROLLER, of="accounts") | dict.fromkeys((TELL_WHOM, PROMISE), ("unknown", ("lists",))),
    ),
    "no customer is affected": ([ACCOUNTS, {**LISTS, "controllers": []}], yes(*AS_CONTROLLER, of="accounts")),
    "joint controller and sub-processor": ([{**ACCOUNTS, "role": "joint"}, {**LISTS, "role": "sub_processor"}], BOTH),
    "a third data set in a role nobody knows": (
        [LOCKED, LISTS, {**ACCOUNTS, "id": "backup", "role": None}],
        yes(REGISTER, of="accounts")
        | yes(*AS_PROCESSOR, of="lists")
        | dict.fromkeys((AUTHORITY, PEOPLE, TELL_WHOM), ("unknown", ("backup",))),
    ),
}


def save(case: LawCase, *datasets: dict[str, Any]) -> None:
    document = {"breach": BREACH, "organisation": {"establishment": "DE"}, "datasets": list(datasets)}
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document)


def rows(case: LawCase) -> dict[tuple[str, str, str, str], Obligation]:
    found = case.look(lambda session: session.exec(select(Obligation)).all())
    return {(row.duty, row.addressee, row.stage, row.kind): row for row in found if row.withdrawn_at is None}


def owed(case: LawCase) -> Owed:
    return {key: (row.applies, tuple(row.datasets)) for key, row in rows(case).items()}


def open_ones(case: LawCase) -> set[tuple[str, str, str, str]]:
    return {key for key, row in rows(case).items() if row.met_at is None and row.not_due_at is None}


def customer(case: LawCase, host_id: str) -> Customer:
    return case.look(lambda session: session.exec(select(Customer).where(col(Customer.host_id) == host_id)).one())


def tell(case: LawCase, host_id: str) -> None:
    told = Told("telephone:1", "telephone", "Ms Roth")
    case.act(Role.RESPONDER, tell_customer, case.incident_id, customer(case, host_id).id, told)


@pytest.mark.parametrize("about", COMBINATIONS)
def test_what_is_owed_is_what_a_lawyer_would_list(case: LawCase, about: str) -> None:
    datasets, expected = COMBINATIONS[about]
    save(case, *datasets)
    assert owed(case) == expected


def test_facts_learnt_later_move_one_role_and_leave_the_others_rows_as_they_were(case: LawCase) -> None:
    save(case, ACCOUNTS, LISTS)
    before = rows(case)
    save(case, ACCOUNTS, {**LISTS, "controllers": ["blue"]})
    assert owed(case) == yes(*AS_CONTROLLER, of="accounts") | yes(TELL_BLUE, PROMISE, of="lists")
    save(case, LOCKED, LISTS)
    assert owed(case) == yes(REGISTER, of="accounts") | yes(*AS_PROCESSOR, of="lists")
    save(case, ACCOUNTS, LISTS)
    after = rows(case)
    assert owed(case) == BOTH
    assert {key: row.id for key, row in after.items()} == {key: row.id for key, row in before.items()}
    assert {key: row.due_at for key, row in after.items()} == {key: row.due_at for key, row in before.items()}


def test_awareness_decided_for_one_data_set_starts_no_clock_of_the_other(case: LawCase) -> None:
    save(case, ACCOUNTS, LISTS)
    before = rows(case)
    case.move(5)
    aware = Moment(OPENED, "Listed from outside.", scope="dataset:lists")
    case.act(Role.DECIDER, decide_awareness, case.incident_id, case.version(), case.organisation, aware)
    after = rows(case)
    assert {key for key, row in after.items() if not row.provisional} == set(AS_PROCESSOR)
    assert [after[key].due_at for key in AS_CONTROLLER] == [before[key].due_at for key in AS_CONTROLLER]


def test_customers_told_meet_nothing_that_is_owed_as_a_controller(case: LawCase) -> None:
    save(case, ACCOUNTS, LISTS)
    tell(case, "acme")
    assert open_ones(case) == {*AS_CONTROLLER, TELL_BLUE, PROMISE}
    tell(case, "blue")
    assert open_ones(case) == set(AS_CONTROLLER)


def test_the_authority_told_meets_nothing_that_is_owed_to_customers(case: LawCase) -> None:
    save(case, ACCOUNTS, LISTS)
    case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, rows(case)[AUTHORITY].id, "filing by telephone")
    assert open_ones(case) == {REGISTER, PEOPLE, *AS_PROCESSOR}


def test_a_risk_decided_for_one_data_set_moves_nothing_of_the_other(case: LawCase) -> None:
    save(case, ACCOUNTS, LISTS)
    ruling = Ruling("risk:accounts", "unlikely", "Every password was reset before anybody could use one.")
    case.act(Role.DECIDER, decide, case.incident_id, case.version(), case.organisation, ruling)
    assert owed(case) == yes(REGISTER, of="accounts") | yes(*AS_PROCESSOR, of="lists")


def test_a_customer_named_like_another_addressee_meets_only_its_own_duties(case: LawCase) -> None:
    def rename(session: Session) -> None:
        row = session.exec(select(Customer).where(col(Customer.host_id) == "blue")).one()
        row.host_id = "data_subjects"
        session.add(row)

    case.store.write(rename)
    save(case, ACCOUNTS, {**LISTS, "controllers": ["acme", "data_subjects"]})
    tell(case, "data_subjects")
    assert open_ones(case) == {*AS_CONTROLLER, TELL_ACME, CONTRACT, PROMISE}
