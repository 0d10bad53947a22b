"""Who does not prove itself is answered 401 and leaves nothing behind; a source that is off is like one never there."""

from datetime import timedelta

import pytest

from incident.adapters.authenticity import REPLAY_WINDOW
from incident.verbs.sources import retire_secret, rotate_secret, set_enabled
from notifications.clock import MovableClock
from tests.hooks.gate import ALERTMANAGER, BASIC, SIGNED, Gate, event
from tests.incident.monitor import alert, notification

BODY = notification(alert("exports-eu-1"))
UNPROVEN = {"detail": "The delivery could not be authenticated."}


@pytest.mark.parametrize(
    ("slug", "headers", "reason"),
    [
        (ALERTMANAGER, {}, "missing"),
        (ALERTMANAGER, {"authorization": "Bearer"}, "malformed"),
        (ALERTMANAGER, {"authorization": "Basic dXNlcjpwYXNz"}, "malformed"),
        (ALERTMANAGER, {"authorization": "Bearer wrong-but-long-enough"}, "wrong"),
        (BASIC, {"authorization": "Basic !!!"}, "malformed"),
        (BASIC, {"authorization": "Basic dXNlcjpwYXNz"}, "wrong"),
        (SIGNED, {}, "missing"),
        (SIGNED, {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}, "stale"),
        (SIGNED, {"webhook-id": "1", "webhook-timestamp": "soon", "webhook-signature": "v1,x"}, "malformed"),
    ],
)
def test_without_proof_nothing_is_kept_but_a_count(gate: Gate, slug: str, headers: dict[str, str], reason: str) -> None:
    answer = gate.post(BODY, slug, headers)
    assert (answer.status_code, answer.json()) == (401, UNPROVEN)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (gate.intakes(), gate.incidents(), gate.refusals()) == ([], [], {reason: 1})


@pytest.mark.parametrize("slug", [ALERTMANAGER, BASIC, SIGNED])
def test_each_scheme_lets_its_own_proof_in(gate: Gate, slug: str) -> None:
    assert gate.post(event() if slug == SIGNED else BODY, slug).status_code == 202
    assert gate.refusals() == {}


def test_a_changed_body_or_id_is_not_the_signed_one(gate: Gate) -> None:
    proof = gate.proof(SIGNED, event())
    assert gate.post(event("Bucket is fine"), SIGNED, proof).status_code == 401
    assert gate.post(event(), SIGNED, proof | {"webhook-id": "msg-2"}).status_code == 401
    assert gate.refusals() == {"wrong": 2}


def test_a_source_that_is_off_is_answered_like_one_that_never_was(gate: Gate) -> None:
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=False)
    off, never = gate.post(BODY), gate.client.post("/hooks/never-heard-of", content=BODY)
    assert (off.status_code, off.content) == (never.status_code, never.content) == (404, never.content)
    assert (gate.intakes(), gate.refusals()) == ([], {})
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=True)
    assert gate.post(BODY).status_code == 202


@pytest.mark.parametrize("direction", [1, -1])
def test_a_signed_delivery_is_good_for_five_minutes_both_ways(gate: Gate, clock: MovableClock, direction: int) -> None:
    proof = gate.proof(SIGNED, event())
    clock.move(direction * REPLAY_WINDOW)
    assert gate.post(event(), SIGNED, proof).status_code == 202
    clock.move(direction * timedelta(seconds=1))
    assert gate.post(event(), SIGNED, proof).status_code == 401
    assert gate.refusals() == {"stale": 1}


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(days=8)])
def test_a_replay_without_signed_time_is_a_counted_repeat(gate: Gate, clock: MovableClock, later: timedelta) -> None:
    first = gate.post(BODY).json()
    clock.move(later)
    assert gate.post(BODY).json() == {"intake": first["intake"], "repeat": True}
    assert len(gate.incidents()) == 1


@pytest.mark.parametrize("slug", [ALERTMANAGER, SIGNED])
def test_a_rotation_loses_nothing(gate: Gate, slug: str) -> None:
    def status(secret: str) -> int:
        body = event() if slug == SIGNED else BODY
        return int(gate.post(body, slug, gate.proof(slug, body, secret=secret)).status_code)

    old = gate.secrets[slug]
    new = gate.stage.act("operator", rotate_secret, slug)
    assert (status(old), status(new)) == (202, 202)
    gate.stage.act("operator", retire_secret, slug)
    assert (status(old), status(new)) == (401, 202)


def test_an_answer_never_says_why_a_proof_failed(gate: Gate) -> None:
    answers = {gate.post(BODY, ALERTMANAGER, headers).content for headers in ({}, {"authorization": "Bearer x"})}
    assert len(answers) == 1


def test_only_post_is_known(gate: Gate) -> None:
    assert gate.client.get(f"/hooks/{ALERTMANAGER}").status_code == 405
