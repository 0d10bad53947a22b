"""The host keeps the registers in step: one entry at a time, whole files as a stream, pages of what is there."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from incident.models.people import Customer, CustomerContact, Person
from incident.queries.recipients import contact_place, person_place
from incident.roles import Role
from tests.api.conftest import Front

CSV = {"Content-Type": "text/csv; charset=utf-8"}
LINES = {"Content-Type": "application/x-ndjson"}
ANNA = {"kind": "privacy", "person": "c-1", "address": "anna@cedar.example", "name": "<b>Anna</b>"}
CEDAR = {"legal_name": "Cedar <script>", "contract_hours": 24, "contract_clause": "§ 9.2", "contacts": [ANNA]}


def contact_names(front: Front, host_id: str) -> list[str]:
    parts = front.stage.installation
    with parts.store.read() as session:
        mine = select(CustomerContact).join(Customer, col(Customer.id) == col(CustomerContact.customer_id))
        rows = session.exec(mine.where(col(Customer.host_id) == host_id)).all()
        return [parts.keys.open(session, row.name_sealed, contact_place(row.id, "name_sealed")) for row in rows]


def person(front: Front, host_id: str) -> tuple[str, int]:
    parts = front.stage.installation
    with parts.store.read() as session:
        row = session.exec(select(Person).where(col(Person.host_id) == host_id)).one()
        assert row.address_sealed is not None
        return parts.keys.open(session, row.address_sealed, person_place(row.id, "address_sealed")), row.address_version


def test_a_customer_is_put_listed_and_deleted(front: Front) -> None:
    host = front.program()
    answers = [host.put("/api/customers/tenant/7 ü", json=CEDAR) for _ in range(2)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (201, {"outcome": "new"}),
        (200, {"outcome": "unchanged"}),
    ]
    changed = host.put("/api/customers/tenant/7 ü", json={**CEDAR, "contract_hours": 48})
    assert changed.json() == {"outcome": "contract_changed"}
    (listed,) = [one for one in host.get("/api/customers").json()["customers"] if one["host_id"] == "tenant/7 ü"]
    assert listed["legal_name"] == "Cedar <script>"
    assert listed["contract_hours"] == 48
    assert listed["contacts"] == [{"kind": "privacy", "person": "c-1"}]
    assert "anna" not in host.get("/api/customers").text.lower()
    assert contact_names(front, "tenant/7 ü") == ["<b>Anna</b>"]
    assert host.delete("/api/customers/tenant/7 ü").status_code == 204
    assert host.delete("/api/customers/tenant/7 ü").status_code == 404
    assert "tenant/7" not in host.get("/api/customers").text


def test_the_register_is_read_a_page_at_a_time(front: Front) -> None:
    host, seen, after = front.program(), [], ""
    while True:
        page = host.get("/api/customers", params={"after": after, "limit": 6}).json()
        seen += [one["host_id"] for one in page["customers"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [f"customer-{number:03d}" for number in range(14)]


def test_a_person_is_put_and_deleted(front: Front) -> None:
    host, body = front.program(), {"customer": "customer-001", "locale": "de", "address": "anna@example.net"}
    assert host.put("/api/persons/u-1", json=body).status_code == 201
    assert host.put("/api/persons/u-1", json={**body, "address": "new@example.net"}).json() == {"outcome": "changed"}
    assert person(front, "u-1") == ("new@example.net", 2)
    assert host.put("/api/persons/u-2", json={"customer": "nobody"}).status_code == 422
    assert host.delete("/api/persons/u-1").status_code == 204
    assert host.delete("/api/persons/u-1").status_code == 404


def test_a_csv_file_of_customers_is_taken_as_a_stream(front: Front) -> None:
    def file() -> Iterator[bytes]:
        yield "\ufeffhost_id;legal_name;contact_kind;contact_person;contact_addr".encode()
        yield b"ess\n"
        for number in range(300):
            yield f"new-{number};Customer ".encode()
            yield f"{number};privacy;c;c{number}@example.net\n".encode()
        yield b"broken;;;;\nlast;Last;;"

    answer = front.program().post("/api/customers/import", content=file(), headers=CSV)
    assert answer.status_code == 200
    assert answer.json() == {
        "new": 300,
        "changed": 0,
        "unchanged": 0,
        "refused": 2,
        "faults": [
            {"line": 302, "field": "legal_name", "message": "is empty", "mend": "1 to 300 characters"},
            {
                "line": 303,
                "field": "line",
                "message": "has 4 columns, the first line names 5",
                "mend": "quote cells that hold the separator",
            },
        ],
    }
    again = front.program().post("/api/customers/import", content=file(), headers=CSV)
    assert (again.json()["unchanged"], again.json()["new"]) == (300, 0)


def test_persons_come_as_csv_or_json_lines(front: Front) -> None:
    host = front.program()
    table = "host_id,customer,address\nu-1,customer-001,u1@example.net\nu-2,nobody,\n"
    taken = host.post("/api/persons/import", content=table.encode(), headers=CSV)
    assert (taken.json()["new"], taken.json()["refused"]) == (1, 1)
    lines = b'{"host_id": "u-1", "address": "new@example.net"}\n{"host_id": "u-3"}\nnothing\n'
    taken = host.post("/api/persons/import", content=lines, headers=LINES)
    assert (taken.json()["new"], taken.json()["changed"], taken.json()["refused"]) == (1, 1, 1)
    assert person(front, "u-1") == ("new@example.net", 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_another_kind_is_refused_before_it_is_read(front: Front) -> None:
    host = front.program()
    plain = {"Content-Type": "application/json"}
    packed = {**CSV, "Content-Encoding": "gzip"}
    for path, headers in (
        ("/api/customers/import", plain),
        ("/api/customers/import", LINES),
        ("/api/persons/import", plain),
        ("/api/persons/import", packed),
        ("/api/persons/import", {}),
    ):
        assert host.post(path, content=b"host_id\nu-1\n", headers=headers).status_code == 415, (path, headers)
    wrong = host.post("/api/customers/import", content=b"host_id,secret\nc,x\n", headers=CSV)
    assert wrong.status_code == 422
    assert [fault["field"] for fault in wrong.json()["faults"]] == ["legal_name"]
    assert "secret" not in wrong.text


def test_who_reads_the_register_need_not_keep_it(front: Front) -> None:
    assert front.program(Role.AUDITOR).get("/api/customers").status_code == 200
    assert front.program(Role.AUDITOR).put("/api/customers/c", json=CEDAR).status_code == 403
    refused = front.program(Role.RESPONDER).post("/api/customers/import", content=b"secret", headers=CSV)
    assert refused.status_code == 403
    assert "secret" not in refused.text
