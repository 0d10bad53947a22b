"""The register of customers: one entry at a time and by file; what runs already stays as it was frozen."""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from incident.drafting import NoticeKind
from incident.errors import Forbidden, Invalid, NotFound
from incident.models.people import Customer, CustomerContact
from incident.queries.customers import registered_customers
from incident.queries.recipients import contact_place, customer_members
from incident.roles import Role
from incident.sweep import tick
from incident.verbs.customer_lines import NewContact, NewCustomer
from incident.verbs.customers import import_csv, remove_customer, upsert_customer
from incident.verbs.register import Outcome, RegisterReport
from tests.incident.conftest import LawCase
from tests.incident.notices import Desk, prepare
from tests.incident.queries.test_recipients import WORDS
from tests.incident.verbs.record import record_of

ANNA = NewContact("privacy", "c-1", "Anna@Cedar.EXAMPLE", "Anna Bergström")
BO = NewContact("security", "c-2", "bo@cedar.example")
CEDAR = NewCustomer("cedar", "Cedar GmbH", "controller", "DE", 24, "§ 9.2", "email", "de", (ANNA, BO))
HEAD = "host_id;legal_name;contract_hours;contact_kind;contact_person;contact_name;contact_address\n"


def row(case: LawCase, host_id: str) -> Customer:
    return case.look(lambda session: session.exec(select(Customer).where(col(Customer.host_id) == host_id)).one())


def contacts(case: LawCase, host_id: str) -> list[tuple[str, str, str, str]]:
    """Kind, person, name and address, opened for their places."""
    mine = select(CustomerContact).where(col(CustomerContact.customer_id) == row(case, host_id).id)
    with case.store.read() as session:
        return sorted(
            (
                one.kind,
                one.person,
                case.keys.open(session, one.name_sealed, contact_place(one.id, "name_sealed")),
                case.keys.open(session, one.address_sealed, contact_place(one.id, "address_sealed")),
            )
            for one in session.exec(mine).all()
        )


def store_one(case: LawCase, new: NewCustomer) -> Outcome:
    return case.act(Role.PRIVACY_OFFICER, upsert_customer, new)


def take(case: LawCase, text: str | bytes, role: Role = Role.PRIVACY_OFFICER) -> RegisterReport:
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return import_csv(case.store, case.keys, case.people[role], stream, case.clock.now())


def named(report: RegisterReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in report.faults]


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


def test_a_removed_customer_stays_readable_while_it_is_owed_something_and_can_come_back(case: LawCase) -> None:
    desk, officer = prepare(case), case.people[Role.PRIVACY_OFFICER]
    store_one(case, CEDAR)

    def shown() -> list[str]:
        found = case.look(lambda session: registered_customers(session, officer))
        return [one.customer.host_id for one in found]

    for host_id in ("acme", "cedar"):
        case.act(Role.PRIVACY_OFFICER, remove_customer, host_id)
    assert shown() == ["acme", "blue"]
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


def test_the_register_moves_no_clock_that_runs_and_starts_one_that_was_missing(case: LawCase) -> None:
    prepare(case)
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


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_is_stored_with_a_line_for_each_contact_and_again_changes_nothing(
    case: LawCase, separator: str, mark: str
) -> None:
    lines = (
        f"{HEAD}cedar;Cedar GmbH;24;privacy;c-1;Anna;anna@cedar.example\n"
        "cedar;Cedar GmbH;24;legal;c-3;;law@cedar.example\n"
        "\n"
        'delta;"Delta "";"" GmbH";;;;;\n'
    )
    text = mark + lines.replace(";", separator)
    report = take(case, text)
    assert (report.new, report.stored, report.refused, report.whole) == (2, 2, 0, True)
    assert [contact[:2] for contact in contacts(case, "cedar")] == [("legal", "c-3"), ("privacy", "c-1")]
    assert row(case, "delta").legal_name == f'Delta "{separator}" GmbH'
    case.move(24)
    again = take(case, text)
    assert (again.stored, again.unchanged, again.faults) == (0, 2, [])
    assert record_of(case) == [
        ("customers.imported", "Register of customers: 2 new, 0 changed, 0 unchanged."),
        ("customers.imported", "Register of customers: 0 new, 0 changed, 2 unchanged."),
    ]


def test_a_broken_line_is_named_and_costs_nothing_but_itself(case: LawCase) -> None:
    take(case, HEAD + "cedar;Cedar;24;privacy;c-1;;anna@cedar.example\ncedar;Cedar;24;admin;c-9;;nine@cedar.example\n")
    report = take(
        case,
        HEAD + "cedar;Cedar;24;privacy;c-1;;anna@\n"  # its contact stays as it was
        "cedar;Cedar;24;legal;c-3;;law@cedar.example\n"
        "delta;;;;;;\n"
        'echo;"Echo;;;;;\n'
        "fox;Fox;soon;;;;\n"
        "golf;Golf\n"
        "hotel;Hotel;;privacy;h-1;;h@hotel.example\n"
        "hotel;Hotel Ltd;;;;;\n"
        "hotel;Hotel;;privacy;h-1;;h@hotel.example\n"
        ";Nobody;;;;;\n"
        "cedar;Cedar;24;;;;\n"
        "india;India;;;;;\n",
    )
    assert named(report) == [
        *((2, "contact_address"), (4, "legal_name"), (5, "line"), (6, "contract_hours"), (7, "line")),
        *((9, "host_id"), (10, "contact_person"), (11, "host_id"), (12, "host_id")),
    ]
    assert (report.refused, report.new, report.changed) == (9, 2, 1)
    assert [one[1:] for one in contacts(case, "cedar")] == [
        ("c-9", "", "nine@cedar.example"),
        ("c-3", "", "law@cedar.example"),
        ("c-1", "", "anna@cedar.example"),
    ]
    assert [text for _, text in record_of(case)][-1] == (
        "Register of customers: 2 new, 1 changed, 0 unchanged; 9 lines refused."
    )


def test_a_fault_does_not_repeat_what_the_line_held(case: LawCase) -> None:
    report = take(case, HEAD + "secret\x07id;Cedar;24;secret-kind;c 1;;secret-address\nx;y;secret;;;;\n")
    assert len(report.faults) == 4
    assert "secret" not in " ".join(str(fault) for fault in report.faults)


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("", ["host_id", "legal_name"]),
        ("host_id;name of firm", ["legal_name"]),
        ("host_id;legal_name;contract_hour", ["columns"]),
        ("host_id;legal_name;legal_name", ["legal_name"]),
        ("host_id;legal_name;contact_address", ["contact_kind", "contact_person"]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_whose_first_line_is_wrong_is_refused_as_a_whole(
    case: LawCase, head: str, fields: Sequence[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        take(case, head + "\nacme;Acme;12;;;;\n")
    assert [fault.field for fault in refused.value.faults] == fields
    assert row(case, "acme").contract_hours == 24


def test_a_column_that_is_not_there_leaves_what_is_stored(case: LawCase) -> None:
    store_one(case, CEDAR)
    assert take(case, "id,name,country\ncedar,Cedar SE,AT\n").changed == 1
    stored = row(case, "cedar")
    assert (stored.legal_name, stored.country, stored.contract_hours, stored.locale) == ("Cedar SE", "AT", 24, "de")
    assert len(contacts(case, "cedar")) == 2


def test_a_large_file_goes_in_pieces_and_what_was_stored_before_a_break_stays(case: LawCase) -> None:
    class Torn(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            line = super().readline(size)
            if line.startswith(b"c-0150"):
                raise ConnectionError("gone")
            return line

    text = "host_id,legal_name\n" + "".join(f"c-{number:04},Customer {number}\n" for number in range(250))
    with pytest.raises(ConnectionError):
        import_csv(case.store, case.keys, case.people[Role.PRIVACY_OFFICER], Torn(text.encode()), case.clock.now())
    assert "100 new" in record_of(case)[-1][1]
    assert "broke off" in record_of(case)[-1][1]
    report = take(case, text)
    assert (report.new, report.unchanged) == (150, 100)


def test_markup_in_a_name_stays_text(case: LawCase) -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} =HYPERLINK("x")'
    store_one(case, replace(CEDAR, legal_name=hostile))
    assert row(case, "cedar").legal_name == hostile
