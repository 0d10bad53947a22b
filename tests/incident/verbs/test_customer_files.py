"""The register of customers by file: a line for each contact; a broken one is named and costs nothing but itself."""

import io
from collections.abc import Sequence

import pytest

from incident.errors import Invalid
from incident.roles import Role
from incident.verbs.customers import import_csv
from tests.incident.cases import LawCase
from tests.incident.verbs.registers import CEDAR, HEAD, contacts, named, record_of, row, store_one, take


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
