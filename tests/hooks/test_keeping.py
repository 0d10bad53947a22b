"""What is proven is kept, answered 202 and read; too large or encoded ones are refused; a bad one costs no other."""

import gzip
import hashlib
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from incident.hooks.raw_requests import LARGEST
from incident.models.intake import IntakeState
from incident.verbs.intake import view
from tests.hooks.gate import ALERTMANAGER, SIGNED, Gate, event
from tests.incident.monitor import alert, notification
from tests.web.reading import send
from tests.web.stage import PASSWORD

BODY = notification(alert("exports-eu-1"))


def pieces(size: int) -> Iterator[bytes]:
    """A chunked body, which announces no length."""
    while size > 0:
        yield b" " * min(size, 64 * 1024)
        size -= 64 * 1024


def test_a_proven_delivery_is_kept_answered_202_and_read(gate: Gate) -> None:
    answer = gate.post(BODY)
    (row,) = gate.intakes()
    assert (answer.status_code, answer.json()) == (202, {"intake": str(row.id), "repeat": False})
    assert (row.sha256, row.size) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    (opened,) = gate.incidents()
    assert (row.state, row.incident_id) == (IntakeState.APPLIED, opened.id)


def test_the_secret_that_proved_it_is_not_kept(gate: Gate) -> None:
    kept = UUID(gate.post(BODY).json()["intake"])
    seen = gate.stage.act("mara", view, kept)
    secret = gate.secrets[ALERTMANAGER]
    assert seen.headers["authorization"] == f"[{len('Bearer ' + secret)} characters, not kept]"
    assert secret not in str(seen)
    assert seen.body == BODY


def test_a_signed_delivery_is_known_by_its_id(gate: Gate) -> None:
    first, again = gate.post(event(), SIGNED).json(), gate.post(event(), SIGNED).json()
    assert again == {"intake": first["intake"], "repeat": True}
    proof = gate.proof(SIGNED, event(), delivery="msg-2")
    assert gate.post(event(), SIGNED, proof).json()["repeat"] is False
    assert ([row.repeats for row in gate.intakes()], len(gate.incidents())) == ([1, 0], 1)
    assert [row.seen for row in gate.alerts()] == [3]


def test_a_header_sent_twice_is_kept_joined(gate: Gate) -> None:
    proof = [*gate.proof(ALERTMANAGER, BODY).items(), ("x-scope", "one"), ("x-scope", "two")]
    answer = gate.client.post(f"/hooks/{ALERTMANAGER}", content=BODY, headers=proof)
    assert gate.stage.act("mara", view, UUID(answer.json()["intake"])).headers["x-scope"] == "one, two"


def test_what_cannot_be_read_is_kept_for_a_person_and_the_next_is_read(gate: Gate) -> None:
    assert [gate.post(b"{").status_code, gate.post(BODY).status_code] == [202, 202]
    assert gate.states() == [IntakeState.QUARANTINED, IntakeState.APPLIED]
    assert len(gate.incidents()) == 1


def test_a_person_finds_it_in_the_quarantine_looks_at_it_and_settles_it(gate: Gate) -> None:
    kept = gate.post(b"<not json>").json()["intake"]
    browser = TestClient(gate.app, headers={"Accept": "text/html"}, follow_redirects=False)
    browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
    page = browser.get("/quarantine").text
    assert "Not JSON" in page
    assert "&lt;not json&gt;" not in page
    assert "&lt;not json&gt;" in send(browser, f"/quarantine/{kept}/views").text
    assert send(browser, f"/quarantine/{kept}/settlement", reason="x", incident="none of them").status_code == 422
    assert send(browser, f"/quarantine/{kept}/settlement", reason="A test of ours.").status_code == 303
    assert gate.states() == [IntakeState.SETTLED]
    assert "Nothing in quarantine" in browser.get("/quarantine").text


def test_an_announced_body_that_is_too_large_is_refused_unread(gate: Gate) -> None:
    proof = gate.proof(ALERTMANAGER, b"")
    for length in (str(LARGEST + 1), "9" * 30):
        assert gate.post(b"small", headers=proof | {"content-length": length}).status_code == 413
    assert (gate.intakes(), gate.refusals()) == ([], {"size": 2})


def test_a_body_without_announced_length_is_counted_as_it_comes(gate: Gate) -> None:
    proof, address = gate.proof(ALERTMANAGER, b""), f"/hooks/{ALERTMANAGER}"
    answer = gate.client.post(address, content=pieces(LARGEST + 1), headers=proof)
    assert (answer.status_code, answer.json()) == (413, {"detail": "The body is larger than 1,024 KiB."})
    assert (gate.intakes(), gate.refusals()) == ([], {"size": 1})
    assert gate.client.post(address, content=pieces(LARGEST), headers=proof).status_code == 202
    assert [row.size for row in gate.intakes()] == [LARGEST]


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_an_encoded_body_is_refused_and_never_unpacked(gate: Gate, encoding: str) -> None:
    packed = gzip.compress(BODY)
    answer = gate.post(packed, headers=gate.proof(ALERTMANAGER, packed) | {"content-encoding": encoding})
    assert (answer.status_code, gate.intakes(), gate.refusals()) == (415, [], {"encoding": 1})
    assert gate.post(BODY, headers=gate.proof(ALERTMANAGER, BODY) | {"content-encoding": "Identity"}).status_code == 202
