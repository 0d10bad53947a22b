"""The register of customers: one entry at a time and by file; what runs already stays as it was frozen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from incident.errors import Forbidden, Invalid, NotFound
from incident.models.people import Customer, CustomerContact
from incident.notice_kinds import NoticeKind
from incident.queries.customers import registered_customers
from incident.queries.recipients import customer_members
from incident.roles import Actor, Role
from incident.sweep import tick
from incident.verbs.customer_lines import NewCustomer
from incident.verbs.customers import remove_customer, upsert_customer
from incident.verbs.register import Outcome
from notifications.ids import new_id
from tests.incident.cases import LawCase
from tests.incident.notices import Desk
from tests.incident.queries.test_recipients import WORDS
from tests.incident.verbs.registers import ANNA, BO, CEDAR, HEAD, contacts, record_of, row, store_one, take


def test_a_customer_is_stored_once_and_again_changes_nothing(case: LawCase) -> None:
    assert store_one(case, CEDAR) is Outcome.NEW
    stored = row(case, "cedar")
    assert (stored.legal_name, stored.country, stored.contract_hours, stored.locale) == ("Cedar GmbH", "DE", 24, "de")
    assert contacts(case, "cedar") == [
        ("privacy", "c-1", "Anna Bergström", "Anna@cedar.example"),
        ("security", "c-2", "", "bo@cedar.example"),
    ]
    case.move(1)
    assert store_one(case, CEDAR) is Outcome.UNCHANGED
    assert row(case, "cedar").updated_at == stored.updated_at
    assert [action for action, _ in record_of(case)] == ["customer.stored"]


def test_what_is_sealed_is_not_read_without_its_key(case: LawCase) -> None:
    store_one(case, CEDAR)
    sealed = case.look(lambda s: b"".join(c.name_sealed + c.address_sealed for c in s.exec(select(CustomerContact))))
    assert b"Anna" not in sealed
    assert b"cedar" not in sealed


def test_contacts_are_those_named_and_no_others(case: LawCase) -> None:
    store_one(case, CEDAR)
    case.move(1)
    moved = replace(ANNA, address="dpo@cedar.example")
    assert store_one(case, replace(CEDAR, contacts=(moved,))) is Outcome.CHANGED
    assert contacts(case, "cedar") == [("privacy", "c-1", "Anna Bergström", "dpo@cedar.example")]
    assert row(case, "cedar").updated_at == case.clock.now()


def test_other_contract_hours_are_said_on_the_record_by_name_of_the_field_and_no_name_of_a_person(
    case: LawCase,
) -> None:
    store_one(case, CEDAR)
    assert store_one(case, replace(CEDAR, contract_hours=48)) is Outcome.CONTRACT_CHANGED
    assert record_of(case) == [
        ("customer.stored", "Register of customers: cedar new."),
        ("customer.stored", "Register of customers: cedar contract hours changed."),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host_id": ""}, "host_id"),
        ({"host_id": "x" * 101}, "host_id"),
        ({"host_id": " cedar"}, "host_id"),
        ({"host_id": "a\x00b"}, "host_id"),
        ({"legal_name": "  "}, "legal_name"),
        ({"legal_name": "a\nb"}, "legal_name"),
        ({"legal_name": "a\ud800"}, "legal_name"),
        ({"role": "boss"}, "role"),
        ({"country": "Germany"}, "country"),
        ({"contract_hours": 0}, "contract_hours"),
        ({"contract_clause": "x" * 201}, "contract_clause"),
        ({"channel": "pigeon"}, "channel"),
        ({"locale": "german!"}, "locale"),
        ({"contacts": (replace(ANNA, kind="boss"),)}, "contacts.0.kind"),
        ({"contacts": (BO, replace(ANNA, address="anna"))}, "contacts.1.address"),
        ({"contacts": (replace(ANNA, person=""),)}, "contacts.0.person"),
        ({"contacts": (replace(ANNA, name="a\x07"),)}, "contacts.0.name"),
        ({"contacts": (ANNA, ANNA)}, "contacts"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unusable_value_is_named_and_nothing_is_stored(case: LawCase, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        store_one(case, replace(CEDAR, **values))
    assert [fault.field for fault in refused.value.faults] == [field]
    assert all(fault.mend for fault in refused.value.faults)
    assert case.look(lambda session: session.exec(select(Customer.host_id)).all()) == ["acme", "blue"]


@pytest.mark.parametrize(
    "verb",
    [
        lambda case: case.act(Role.AUDITOR, upsert_customer, CEDAR),
        lambda case: case.act(Role.RESPONDER, remove_customer, "acme"),
        lambda case: take(case, HEAD + "cedar;Cedar;;;;;\n", Role.DECIDER),
    ],
)
def test_the_register_is_kept_by_few(case: LawCase, verb: Callable[[LawCase], object]) -> None:
    with pytest.raises(Forbidden):
        verb(case)
    assert record_of(case) == []


def test_a_removed_customer_stays_readable_while_it_is_owed_something_and_can_come_back(
    desk: Desk, case: LawCase
) -> None:
    officer = case.people[Role.PRIVACY_OFFICER]
    store_one(case, CEDAR)

    def shown(by: Actor = officer) -> list[str]:
        found = case.look(lambda session: registered_customers(session, by))
        return [one.customer.host_id for one in found]

    for host_id in ("acme", "cedar"):
        case.act(Role.PRIVACY_OFFICER, remove_customer, host_id)
    assert shown() == ["acme", "blue"]
    assert shown(Actor(new_id(), "host", frozenset({Role.HOST}))) == ["blue"]  # sees no incident
    with pytest.raises(NotFound):
        case.act(Role.PRIVACY_OFFICER, remove_customer, "acme")
    assert store_one(case, CEDAR) is Outcome.CHANGED
    assert shown() == ["acme", "blue", "cedar"]
    assert [text for action, text in record_of(case) if action == "customer.removed"] == [
        "Register of customers: acme removed.",
        "Register of customers: cedar removed.",
    ]
    assert told(desk) == ["acme", "blue"]


def told(desk: Desk) -> list[str]:
    dataset = desk.brief(NoticeKind.CUSTOMER).datasets[0]
    found = desk.case.look(lambda session: customer_members(session, desk.case.keys, dataset, {}, WORDS))
    return [member.account for _, member in found]


@pytest.mark.parametrize("host_id", ["nobody", "", "a\x00b", "x" * 500])
def test_who_is_not_in_the_register_cannot_be_removed(case: LawCase, host_id: str) -> None:
    with pytest.raises(NotFound):
        case.act(Role.PRIVACY_OFFICER, remove_customer, host_id)


def test_the_register_moves_no_clock_that_runs_and_starts_one_that_was_missing(desk: Desk, case: LawCase) -> None:
    before = case.obligations()
    running = before["contract-acme", "acme"]
    assert ("contract-blue", "blue") not in before
    store_one(case, NewCustomer("acme", "Acme", contract_hours=2, contract_clause="§ 1"))
    store_one(case, NewCustomer("blue", "Blue", contract_hours=12))
    assert case.obligations().keys() == before.keys()

    assert tick(case.store, case.keys, case.organisation, case.clock.now()).derived == 1
    after = case.obligations()
    assert after["contract-acme", "acme"].due_at == running.due_at
    assert after["contract-acme", "acme"].rule == running.rule
    assert after["contract-blue", "blue"].rule["title"] == "Tell Blue within 12 hours"
    assert tick(case.store, case.keys, case.organisation, case.clock.now()).derived == 0

    case.act(Role.PRIVACY_OFFICER, remove_customer, "acme")
    store_one(case, NewCustomer("blue", "Blue"))
    tick(case.store, case.keys, case.organisation, case.clock.now())
    end = case.obligations()
    assert end["contract-acme", "acme"].withdrawn_at is None
    assert end["contract-blue", "blue"].withdrawn_at is None
    assert end["contract-blue", "blue"].rule == after["contract-blue", "blue"].rule


def test_markup_in_a_name_stays_text(case: LawCase) -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} =HYPERLINK("x")'
    store_one(case, replace(CEDAR, legal_name=hostile))
    assert row(case, "cedar").legal_name == hostile
