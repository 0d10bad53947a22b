"""What holds for every route of the API: who may call it, what goes in and out, how it refuses."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlmodel import SQLModel

from incident import api
from incident.api.shapes import In, Out
from incident.auth.dependencies import actions_of, asks_who
from incident.models.incidents import Incident
from incident.roles import ALLOWED, Role, Visibility
from tests.api.conftest import Front
from tests.web.reading import token

EVERYBODY = {"/healthz", "/readyz", "/api/announcements"}
BY_PEOPLE = ("approvals", "refusal", "resumption", "go-ahead", "any-hour")
PEOPLE = {f"/api/releases/{{release_id}}/{name}" for name in BY_PEOPLE} | {
    "/api/replies/{reply_id}/drafts",
    "/api/reply-answers/{given_id}/approvals",
    "/api/reply-answers/{given_id}/withdrawal",
    "/api/answer-versions/{version_id}/approvals",
    "/api/answer-versions/{version_id}/refusal",
}
READERS = {"/api/in-app/notices", "/api/in-app/notices/{notice_id}/receipts"}
PROGRAMS = {"/api/in-app/tokens", "/api/edge/receipts"}  # no person comes in here
ROUTES = [route for router in api.ROUTERS for route in router.routes if isinstance(route, APIRoute)]
GUARDED = [route for route in ROUTES if route.path not in EVERYBODY | READERS]
UNSAFE = {"POST", "PUT", "DELETE"}


def method(route: APIRoute) -> str:
    (found,) = route.methods or set()
    return found


def path(route: APIRoute) -> str:
    return route.path_format.format(**dict.fromkeys(route.param_convertors, "nothing") | {"notice_id": "0" * 32})


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """A model with every model below it."""
    for part in get_args(kind):
        yield from models(part)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for below in kind.model_fields.values():
            yield from models(below.annotation)


def test_every_route_asks_who_or_is_meant_for_everybody() -> None:
    assert len(ROUTES) == 145
    assert {route.path for route in ROUTES if not asks_who(route)} == EVERYBODY
    assert {route.path for route in ROUTES if asks_who(route) and not actions_of(route)} == READERS
    assert all(len(actions_of(route)) == 1 for route in GUARDED)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_matrix_of_roles_holds_at_the_door(front: Front, role: Role) -> None:
    program = front.program(role)
    for route in GUARDED:
        (action,) = actions_of(route)
        status = program.request(method(route), path(route)).status_code
        assert (status == 401) is (route.path in PEOPLE), (route.path, status)  # no program approves anything
        assert status == 401 or (status == 403) is (role not in ALLOWED[action]), (route.path, status)
        assert status < 500


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_and_no_wrong_token_passes(front: Front) -> None:
    front.reader("somebody")
    session = {"Cookie": "seventytwo=forged"}
    program = front.program().headers["authorization"]
    for route in ROUTES:
        if route.path in EVERYBODY:
            continue
        wrong = [{}, {"Authorization": "Bearer 72_wrong"}, {"Authorization": "Basic YTpi"}, session]
        wrong += [{"Authorization": program}] if route.path in READERS else []
        for headers in wrong:
            answer = front.client(Accept="text/html", **headers).request(method(route), path(route))
            assert answer.status_code == 401, (route.path, headers, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_session_needs_the_pages_token_to_change_anything(front: Front) -> None:
    browser = front.signed_in("mara")
    known = token(browser, "/incidents/new")
    for route in (route for route in GUARDED if method(route) in UNSAFE and route.path not in PROGRAMS):
        assert browser.request(method(route), path(route), json={}).status_code == 403, route.path
        foreign = {"X-CSRF-Token": known, "Sec-Fetch-Site": "cross-site"}
        assert browser.request(method(route), path(route), json={}, headers=foreign).status_code == 403, route.path
        passed = browser.request(method(route), path(route), json={}, headers={"X-CSRF-Token": known})
        assert passed.status_code in (200, 201, 204, 404, 415, 422), (route.path, passed.text)
    for barred in PROGRAMS:
        assert browser.post(barred, json={}, headers={"X-CSRF-Token": known}).status_code == 401
    assert browser.get("/api/incidents").status_code == 200


def test_no_table_goes_in_or_out_and_every_document_is_closed() -> None:
    for route in ROUTES:
        taken = [hint for name, hint in get_type_hints(route.endpoint).items() if name == "body"]
        for found in (kind for hint in taken for kind in models(hint)):
            assert issubclass(found, In), (route.path, found)
            assert found.model_config["extra"] == "forbid"
            assert found.model_config["strict"] is True
        assert route.response_model is not None or route.status_code == 204, route.path
        given = list(models(route.response_model))
        assert not any(issubclass(found, SQLModel) for found in given), route.path
        assert all(issubclass(found, Out) for found in given) or route.path in ("/healthz", "/readyz"), route.path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_error_names_field_and_mend_and_repeats_nothing(front: Front) -> None:
    program = front.program()
    contact = {"kind": "secret-1", "person": "p", "address": "secret-2"}
    body: dict[str, Any] = {"legal_name": "", "role": "secret-3", "contacts": [contact]}
    refused = program.put("/api/customers/secret%07id", json=body)
    assert refused.status_code == 422
    assert refused.json() == {
        "detail": "Nothing was stored. To mend:",
        "faults": [
            {
                "field": "host_id",
                "message": "holds a line break or a control character",
                "mend": "write one line of text",
            },
            {"field": "legal_name", "message": "is empty", "mend": "1 to 300 characters"},
            {"field": "role", "message": "is no role", "mend": "controller, joint, processor, sub_processor"},
            {
                "field": "contacts.0.kind",
                "message": "is no kind of contact",
                "mend": "privacy, security, legal, admin",
            },
            {
                "field": "contacts.0.address",
                "message": "is no e-mail address we can write to",
                "mend": "write name@domain, the name in ASCII",
            },
        ],
    }
    strange = program.put("/api/customers/c", json={"contract_hours": "secret", "secret@example.net": 1, "secret": 2})
    assert [fault["field"] for fault in strange.json()["faults"]] == ["legal_name", "contract_hours", "…", "secret"]
    assert "is missing" in strange.text
    assert "should be a valid integer" in strange.text
    broken = program.put("/api/customers/c", content=b'{"secret', headers={"Content-Type": "application/json"})
    plain = program.put("/api/customers/c", content=b"secret")
    for answer in (broken, plain):
        assert answer.status_code == 422
        assert "secret" not in answer.text
        assert answer.json()["faults"][0]["mend"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_types_are_not_guessed(front: Front) -> None:
    for values in ({"contract_hours": "24"}, {"contract_hours": True}, {"contract_hours": 24.0}, {"legal_name": 7}):
        answer = front.program().put("/api/customers/c", json={"legal_name": "Cedar", **values})
        assert answer.status_code == 422, values
    surrogate = b'{"legal_name": "\\ud800"}'
    answer = front.program().put("/api/customers/c", content=surrogate, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_an_incident_one_may_not_know_of_is_not_there(front: Front, visibility: Visibility) -> None:
    def hide(session: Any) -> None:
        session.get_one(Incident, front.stage.incident_id).visibility = visibility

    assert front.stage.incident is not None
    codename = front.stage.incident.codename
    front.stage.installation.store.write(hide)
    program, there = front.program(Role.RESPONDER), f"/api/incidents/{codename}"
    assert program.get("/api/incidents").json() == {"incidents": []}
    for reference in (codename, str(front.stage.incident_id), "amber-nothing"):
        for below in ("", "/timeline", "/obligations"):
            answer = program.get(f"/api/incidents/{reference}{below}")
            assert answer.status_code == 404, below
            assert answer.json()["detail"].startswith("There is no such incident.")
        assert program.post(f"/api/incidents/{reference}/notes", json={"text": "x"}).status_code == 404
    assert front.signed_in("mara").get(there).status_code == 200  # she opened it and belongs to it


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_without_end_is_refused_while_it_arrives(front: Front) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1
            yield b"x" * 65536

    answer = front.program().put("/api/customers/c", content=chunks(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = front.program().post("/api/customers/import", content=b"x" * 300_000, headers=form)
    assert answer.status_code == 415


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_of_the_api_that_leads_nowhere_is_answered_in_json(front: Front) -> None:
    browser = front.client(Accept="text/html")
    assert browser.get("/api/nothing").json() == {"detail": "There is no page at this address."}
    assert browser.patch("/api/customers").status_code == 405


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_nul_in_an_address_is_no_failure_of_ours(front: Front) -> None:
    program = front.program()
    assert program.put("/api/customers/a%00b", json={"legal_name": "Cedar"}).status_code == 422
    assert program.delete("/api/customers/a%00b").status_code == 404
    assert program.delete("/api/persons/a%00b").status_code == 404
    assert program.get("/api/customers?after=a%00b").status_code == 422
    assert front.program(Role.RESPONDER).get("/api/incidents/a%00b").status_code == 422
    assert program.post("/api/in-app/tokens", json={"person": "a\x00"}).status_code == 422
