"""The register of persons: stable ids of the host with sealed addresses, one at a time and by file."""

import io
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from incident.errors import Forbidden, Invalid, NotFound
from incident.models.people import Person
from incident.queries.recipients import REGISTER, person_place, registered_people
from incident.roles import Role
from incident.verbs.customers import remove_customer
from incident.verbs.persons import (
    MOST_REMOVED,
    NewPerson,
    import_csv,
    import_jsonl,
    remove_persons,
    upsert_person,
)
from incident.verbs.register import Outcome, RegisterReport
from tests.incident.cases import LawCase
from tests.incident.verbs.registers import record_of

ANNA = NewPerson("u-1", "acme", "de", "DE", "Anna Bergström", "Anna@Example.NET")


def store_one(case: LawCase, new: NewPerson) -> Outcome:
    return case.act(Role.PRIVACY_OFFICER, upsert_person, new)


def row(case: LawCase, host_id: str) -> Person:
    return case.look(lambda session: session.exec(select(Person).where(col(Person.host_id) == host_id)).one())


def address(case: LawCase, host_id: str) -> str:
    stored = row(case, host_id)
    if stored.address_sealed is None:
        return ""
    place, blob = person_place(stored.id, "address_sealed"), stored.address_sealed
    return case.look(lambda session: case.keys.open(session, blob, place))


def take(case: LawCase, text: str, role: Role = Role.PRIVACY_OFFICER, *, lines: bool = False) -> RegisterReport:
    read = import_jsonl if lines else import_csv
    return read(case.store, case.keys, case.people[role], io.BytesIO(text.encode()), case.clock.now())


def ids(case: LawCase) -> list[str]:
    return list(case.look(lambda session: session.exec(select(Person.host_id).order_by(Person.host_id)).all()))


def test_a_person_is_stored_sealed_and_read_again_as_a_member_of_an_audience(case: LawCase) -> None:
    assert store_one(case, ANNA) is Outcome.NEW
    stored = row(case, "u-1")
    assert stored.name_sealed is not None
    assert stored.address_sealed is not None
    assert b"nna" not in stored.name_sealed + stored.address_sealed
    officer = case.people[Role.PRIVACY_OFFICER]
    ((_, member),) = case.look(lambda s: list(registered_people(s, case.keys, officer, case.incident_id)))
    assert (member.person, member.address, member.account) == ("u-1", "Anna@example.net", "acme")
    assert (member.locale, member.region, member.values) == ("de", "DE", {"name": "Anna Bergström"})
    ring = case.look(lambda session: case.keys.for_scope(session, REGISTER))
    assert stored.address_blind == ring.blind("anna@example.net")


def test_the_address_version_rises_with_the_address_and_with_nothing_else(case: LawCase) -> None:
    store_one(case, replace(ANNA, address=""))
    assert (row(case, "u-1").address_version, row(case, "u-1").address_blind) == (1, None)
    steps: list[tuple[dict[str, Any], Outcome, int]] = [
        ({"address": "a@example.net"}, Outcome.CHANGED, 2),
        ({"address": "a@example.net"}, Outcome.UNCHANGED, 2),
        ({"address": "a@example.net", "name": "Anna B."}, Outcome.CHANGED, 2),
        ({"address": "a@example.net", "name": "Anna B.", "region": "AT"}, Outcome.CHANGED, 2),
        ({"address": "b@example.net", "name": "Anna B.", "region": "AT"}, Outcome.CHANGED, 3),
        ({"address": "", "name": "Anna B.", "region": "AT"}, Outcome.CHANGED, 4),
    ]
    for values, outcome, version in steps:
        case.move(1)
        assert store_one(case, replace(ANNA, **values)) is outcome
        stored = row(case, "u-1")
        assert stored.address_version == version
        assert (stored.updated_at == case.clock.now()) is (outcome is Outcome.CHANGED)
        assert address(case, "u-1") == values["address"]
    assert row(case, "u-1").address_blind is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host_id": ""}, "host_id"),
        ({"host_id": "x" * 201}, "host_id"),
        ({"host_id": "a\x00"}, "host_id"),
        ({"customer": "nobody"}, "customer"),
        ({"customer": "a\x00"}, "customer"),
        ({"locale": "german!"}, "locale"),
        ({"region": "Germany"}, "region"),
        ({"name": "a\nb"}, "name"),
        ({"address": "secret"}, "address"),
    ],
)
def test_an_unusable_value_is_named_and_not_repeated(case: LawCase, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        store_one(case, replace(ANNA, **values))
    assert [fault.field for fault in refused.value.faults] == [field]
    assert "secret" not in str(refused.value)
    assert ids(case) == []
    assert record_of(case) == []


def test_nobody_joins_a_customer_that_was_removed(case: LawCase) -> None:
    case.act(Role.PRIVACY_OFFICER, remove_customer, "acme")
    with pytest.raises(Invalid, match="store the customer first"):
        store_one(case, ANNA)


def test_removed_persons_are_erased(case: LawCase) -> None:
    for number in range(3):
        store_one(case, replace(ANNA, host_id=f"u-{number}"))
    assert case.act(Role.PRIVACY_OFFICER, remove_persons, ["u-0", "u-2", "nobody", "a\x00"]) == 2
    assert ids(case) == ["u-1"]
    with pytest.raises(NotFound):
        case.act(Role.PRIVACY_OFFICER, remove_persons, ["u-0"])
    with pytest.raises(Invalid):
        case.act(Role.PRIVACY_OFFICER, remove_persons, [f"u-{number}" for number in range(MOST_REMOVED + 1)])
    assert record_of(case)[-1] == ("person.removed", "Register of persons: 2 removed.")


def test_the_register_is_kept_by_few(case: LawCase) -> None:
    for role in (Role.RESPONDER, Role.DECIDER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            case.act(role, upsert_person, ANNA)
        with pytest.raises(Forbidden):
            case.act(role, remove_persons, ["u-1"])
        with pytest.raises(Forbidden):
            take(case, "host_id\nu-1\n", role)
    assert ids(case) == []


def test_a_csv_file_is_stored_and_again_changes_nothing(case: LawCase) -> None:
    text = (
        "\ufeffID;Account;locale;region;name;E-Mail\n"
        "u-1;acme;de;DE;Anna;a@example.net\n"
        "u-2;;;;;\n"
        "u-3;nobody;en;;;\n"
        ";;en;;;\n"
        "u-1;;en;;;\n"
        "u-4;blue;en;;Dan;d@example\n"
        "u-5;blue;fr;FR-75;Eve;e@example.net\n"
    )
    report = take(case, text)
    assert (report.new, report.refused) == (3, 4)
    assert [(fault.line, fault.field) for fault in report.faults] == [
        *((4, "customer"), (5, "host_id"), (6, "host_id"), (7, "address")),
    ]
    assert ids(case) == ["u-1", "u-2", "u-5"]
    assert row(case, "u-2").locale == "en"
    again = take(case, text)
    assert (again.stored, again.unchanged, again.refused) == (0, 3, 4)
    assert [text for _, text in record_of(case)] == [
        "Register of persons: 3 new, 0 changed, 0 unchanged; 4 lines refused.",
        "Register of persons: 0 new, 0 changed, 3 unchanged; 4 lines refused.",
    ]


def test_json_lines_leave_what_they_do_not_name(case: LawCase) -> None:
    store_one(case, ANNA)
    report = take(
        case,
        '{"host_id": "u-1", "name": "Anna B."}\n'
        '{"host_id": "u-2", "customer": "blue", "email": "b@example.net", "name": null}\n'
        '{"host_id": "u-3", "phone": "secret"}\n'
        '{"host_id": "\\ud800"}\n'
        '{"host_id": {"a": 1}}\n'
        "[]\n",
        lines=True,
    )
    assert (report.new, report.changed, report.refused) == (1, 1, 4)
    assert [(fault.line, fault.field) for fault in report.faults] == [
        *((3, "line"), (4, "host_id"), (5, "line"), (6, "line")),
    ]
    assert "secret" not in " ".join(map(str, report.faults))
    assert address(case, "u-1") == "Anna@example.net"
    assert row(case, "u-1").locale == "de"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_without_ids_or_with_a_strange_column_is_refused_as_a_whole(case: LawCase) -> None:
    for head in ("name,address", "host_id,phone", "host_id,id"):
        with pytest.raises(Invalid):
            take(case, f"{head}\nu-1,a@example.net\n")
    assert ids(case) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_stands_beyond_the_longest_file_is_said_and_not_read(
    case: LawCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident.verbs.persons.MOST_LINES", 3)
    report = take(case, "host_id\n" + "".join(f"u-{number}\n" for number in range(10)))
    assert (report.new, report.refused) == (3, 1)
    assert "beyond the 3 lines" in str(report.faults[0])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_report_names_a_thousand_refused_lines_and_counts_all(case: LawCase) -> None:
    report = take(case, "host_id,address\n" + "u,nowhere\n" * 1200)
    assert (report.refused, len(report.faults)) == (1200, 1000)


def test_two_programs_that_store_the_same_people_at_once_store_them_once(case: LawCase) -> None:
    from concurrent.futures import ThreadPoolExecutor

    text = "host_id,address\n" + "".join(f"u-{number},u{number}@example.net\n" for number in range(600))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: take(case, text), range(2)))
    assert sum(report.new for report in reports) == 600
    assert sum(report.unchanged for report in reports) == 600
