"""Who is not let in is answered as if there were no such address, and every refusal is counted and seen."""

import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from incident.app import create_app
from incident.auth.edge import Edge
from incident.hooks.counting import Tally
from incident.models.intake import StrayRefusal
from incident.roles import Role
from incident.verbs.admission import set_admission
from incident.verbs.people import add_api_token
from notifications.clock import MovableClock
from notifications.store import Store
from tests.hooks.gate import ALERTMANAGER, BASIC, Gate, until
from tests.incident.monitor import alert, notification
from tests.web.reading import send
from tests.web.stage import PASSWORD, open_stage

BODY = notification(alert("exports-eu-1"))
OFFICE, ELSEWHERE = "192.0.2.7", "203.0.113.9"
NAMED = "CN=monitor.example,O=Verein"
HEADER = "X-Client-Certificate"


def post(gate: Gate, address: str, slug: str = ALERTMANAGER, method: str = "POST", **more: str) -> Any:
    """A delivery that proves itself, from this address."""
    client = TestClient(gate.app, client=(address, 4711))
    headers = gate.proof(ALERTMANAGER, BODY) | more
    return client.request(method, f"/hooks/{slug}", content=BODY, headers=headers)


def strays(gate: Gate) -> dict[tuple[str, str], int]:
    return {(row.place, row.reason): row.count for row in gate.rows(StrayRefusal)}


@pytest.fixture
def certified(store: Store, clock: MovableClock, tmp_path: Path) -> Gate:
    """Behind a proxy that names the certificates it verified."""
    return Gate(open_stage(store, clock, tmp_path, client_certificate_header=HEADER))


def test_a_source_takes_deliveries_from_its_networks_alone(gate: Gate) -> None:
    gate.stage.act("operator", set_admission, ALERTMANAGER, ["192.0.2.0/24", "2001:db8::/32"])
    for address in (OFFICE, "2001:db8::7", f"::ffff:{OFFICE}"):
        assert post(gate, address).status_code == 202
    barred, never = post(gate, ELSEWHERE), post(gate, ELSEWHERE, "never-heard-of")
    assert (barred.status_code, barred.content) == (never.status_code, never.content) == (404, never.content)
    assert (barred.headers.keys(), len(gate.incidents())) == (never.headers.keys(), 1)
    assert post(gate, ELSEWHERE, method="GET").content == post(gate, ELSEWHERE, "never", method="GET").content
    assert gate.refusals() == {"network": 1}  # a GET is asked of a monitor that has no such question
    assert strays(gate) == {("address", "unknown"): 1, ("address", "method"): 2}
    gate.stage.act("operator", set_admission, ALERTMANAGER, [])
    assert post(gate, ELSEWHERE).status_code == 202


def test_a_source_takes_them_with_its_client_certificate_alone(certified: Gate) -> None:
    certified.stage.act("operator", set_admission, ALERTMANAGER, [], NAMED)
    assert post(certified, OFFICE).status_code == 404
    assert post(certified, OFFICE, **{HEADER: "CN=other"}).status_code == 404
    assert post(certified, OFFICE, **{HEADER: NAMED}).status_code == 202
    twice = TestClient(certified.app, client=(OFFICE, 1))
    headers = [*certified.proof(ALERTMANAGER, BODY).items(), (HEADER, NAMED), (HEADER, "CN=other")]
    assert twice.post(f"/hooks/{ALERTMANAGER}", content=BODY, headers=headers).status_code == 404
    assert certified.refusals() == {"certificate": 3}


def test_without_the_setting_no_header_is_believed(gate: Gate) -> None:
    gate.stage.act("operator", set_admission, ALERTMANAGER, [], NAMED)
    assert post(gate, OFFICE, **{HEADER: NAMED}).status_code == 404
    assert gate.refusals() == {"certificate": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_set_on_the_page_and_by_the_api_and_seen_there(certified: Gate) -> None:
    browser = TestClient(certified.app, headers={"Accept": "text/html"}, follow_redirects=False)
    browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
    here = f"/sources/{ALERTMANAGER}"
    wrong = send(browser, f"{here}/admission", networks="192.0.2.1/24", certificate=NAMED)
    assert (wrong.status_code, "has bits set behind its prefix" in wrong.text) == (422, True)
    assert NAMED in wrong.text
    saved = send(browser, f"{here}/admission", networks="192.0.2.0/24\r\n2001:db8::/32", certificate=NAMED)
    assert saved.headers["location"] == f"{here}#admission"
    assert post(certified, ELSEWHERE, **{HEADER: NAMED}).status_code == 404
    page = browser.get(here).text
    assert "192.0.2.0/24\n2001:db8::/32</textarea>" in page
    assert "Refused: network" in page
    post(certified, ELSEWHERE, "never-heard-of")
    listed = browser.get("/sources").text
    assert f"from 192.0.2.0/24, 2001:db8::/32 with the certificate {NAMED} alone" in listed
    assert "1 refused at an address that is no source (unknown)" in listed
    made = certified.stage.act("operator", add_api_token, "program", [Role.ADMINISTRATOR])
    program = TestClient(certified.app, headers={"Authorization": f"Bearer {made}"})
    assert program.put(f"/api{here}/admission", json={"networks": ["198.51.100.0/24"]}).status_code == 204
    found = program.get(f"/api{here}").json()
    assert (found["source"]["networks"], found["source"]["certificate"]) == (["198.51.100.0/24"], "")
    assert [(one["reason"], one["count"]) for one in found["refusals"]] == [("network", 1)]
    assert [(one["place"], one["count"]) for one in program.get("/api/sources").json()["strays"]] == [("address", 1)]
    fault = program.put(f"/api{here}/admission", json={"networks": ["x"]}).json()["faults"][0]
    assert fault["field"] == "networks.0"


def test_a_refusal_of_one_source_is_none_of_another(gate: Gate) -> None:
    gate.stage.act("operator", set_admission, BASIC, ["192.0.2.0/24"])
    assert post(gate, ELSEWHERE).status_code == 202
    assert gate.refusals() == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_flood_of_refusals_is_one_write_at_a_time(gate: Gate) -> None:
    parts, tally = gate.stage.installation, Tally()
    edge = Edge(parts.store, parts.keys, parts.clock, parts.settings)
    held, go = threading.Event(), threading.Event()

    def hold(_session: object) -> None:
        held.set()
        assert go.wait(10)

    holder = threading.Thread(target=parts.store.write, args=(hold,))
    first = threading.Thread(target=tally.count, args=(edge, None, "unknown"))
    holder.start()
    assert held.wait(10)
    first.start()
    until("the first one writes", lambda: tally.writes)
    for _ in range(100):
        tally.count(edge, None, "unknown")  # returns at once, though nothing can be written
    go.set()
    holder.join()
    first.join()
    assert strays(gate) == {("address", "unknown"): 101}
    tally.count(edge, None, "method")
    assert strays(gate) == {("address", "unknown"): 101, ("address", "method"): 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_refused_events_of_a_provider_are_counted_too(store: Store, clock: MovableClock, tmp_path: Path) -> None:
    stage = open_stage(store, clock, tmp_path, postmark_secret="user:a-password-of-ours")
    client = TestClient(create_app(stage.installation))
    assert client.post("/hooks/events/postmark", content=b"{}").status_code == 401
    assert client.post("/hooks/events/mailgun", content=b"{}").status_code == 404
    assert client.post("/hooks/events/nobody", content=b"{}").status_code == 404
    with store.read() as session:
        rows = session.exec(select(StrayRefusal)).all()
    assert {(row.place, row.reason): row.count for row in rows} == {
        ("events/postmark", "missing"): 1,
        ("events/mailgun", "unknown"): 1,
        ("address", "unknown"): 1,
    }
