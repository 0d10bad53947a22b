"""Over a real socket: at once, half, and with a length that lies."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from incident.models.intake import IntakeState
from tests.hooks.gate import ALERTMANAGER, SIGNED, Gate, event, until
from tests.incident.monitor import alert, notification

BODY = notification(alert("exports-eu-1"))
AT_ONCE = 10


def post_at_once(gate: Gate, base: str, slug: str, bodies: list[bytes]) -> list[httpx.Response]:
    """All bodies at the same moment, each over a connection of its own."""
    together = threading.Barrier(len(bodies), timeout=60)

    def post(body: bytes) -> httpx.Response:
        with httpx.Client(timeout=60) as client:
            proof = gate.proof(slug, body, delivery=f"msg-{hash(body)}")
            together.wait()
            return client.post(f"{base}/hooks/{slug}", content=body, headers=proof)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(post, bodies))


@pytest.mark.parametrize("slug", [ALERTMANAGER, SIGNED])
def test_the_same_webhook_ten_times_at_once_is_one_incident_and_nine_counted_repeats(gate: Gate, slug: str) -> None:
    body = event() if slug == SIGNED else BODY
    with gate.serving() as base:
        answers = post_at_once(gate, base, slug, [body] * AT_ONCE)
        until("it was heard ten times", lambda: [row.seen for row in gate.alerts()] == [AT_ONCE])
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["repeat"] for answer in answers) == [False] + [True] * (AT_ONCE - 1)
    assert len({answer.json()["intake"] for answer in answers}) == 1
    (row,) = gate.intakes()
    assert (row.state, row.repeats) == (IntakeState.APPLIED, AT_ONCE - 1)
    assert len(gate.incidents()) == 1


def test_different_deliveries_of_one_group_at_once_open_one_incident(gate: Gate) -> None:
    bodies = [notification(alert(f"host-{number}")) for number in range(AT_ONCE)]
    with gate.serving() as base:
        answers = post_at_once(gate, base, ALERTMANAGER, bodies)
        until("all are read", lambda: gate.states() == [IntakeState.APPLIED] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {202}
    (opened,) = gate.incidents()
    assert [row.incident_id for row in gate.alerts()] == [opened.id] * AT_ONCE


def test_a_first_of_the_day_and_a_first_refusal_at_once_are_all_counted(gate: Gate) -> None:
    gate.secrets[ALERTMANAGER] = "not-the-one-it-was-given"
    with gate.serving() as base:
        answers = post_at_once(gate, base, ALERTMANAGER, [BODY] * AT_ONCE)
        until("all are counted", lambda: gate.refusals() == {"wrong": AT_ONCE})
    assert {answer.status_code for answer in answers} == {401}
    assert gate.intakes() == []


def connected(base: str) -> socket.socket:
    parts = urlsplit(base)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=30)


def test_half_a_body_leaves_no_row(gate: Gate) -> None:
    proof = "".join(f"{name}: {value}\r\n" for name, value in gate.proof(ALERTMANAGER, BODY).items())
    head = f"POST /hooks/{ALERTMANAGER} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(BODY)}\r\n{proof}\r\n".encode()
    with gate.serving() as base:
        with connected(base) as half:
            half.sendall(head + BODY[:100])
        assert httpx.post(
            f"{base}/hooks/{ALERTMANAGER}", content=BODY, headers=gate.proof(ALERTMANAGER, BODY)
        ).is_success
        until("the whole one is read", lambda: gate.states() == [IntakeState.APPLIED])


@pytest.mark.parametrize("length", ["-1", "1e3", "5, 6", "99999999999999999999999999"])
def test_a_length_that_lies_is_refused_and_leaves_no_row(gate: Gate, length: str) -> None:
    proof = "".join(f"{name}: {value}\r\n" for name, value in gate.proof(ALERTMANAGER, BODY).items())
    head = f"POST /hooks/{ALERTMANAGER} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{proof}\r\n".encode()
    with gate.serving() as base, connected(base) as lying:
        lying.sendall(head + BODY)
        status = int(lying.makefile("rb").readline().split()[1])
    assert 400 <= status < 500
    assert gate.intakes() == []
