"""What an edge answers, to whom and how often; what it learns from a seventytwo that says what cannot be."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from notifications.clock import MovableClock
from notifications.edge.door import COMPONENT, STALE, Door, door_app
from notifications.edge.feeding import Feeder, Untold, client_for
from notifications.edge.pace import Pace
from notifications.reader_tokens import Reader, issue_token
from tests.browser.hosts import SECRET, Held, saying
from tests.browser.server import free_port

ORIGIN = "https://app.nimbus.example"
NOTICES = "/api/in-app/notices"
TEXTS = {"en": {"subject": "Your data", "text": "Read this. " * 100}, "de": {"subject": "Ihre Daten", "text": "Lesen."}}


@pytest.fixture
def held(tmp_path: Path, clock: MovableClock) -> Iterator[Held]:
    with Held(tmp_path, clock) as made:
        made.hold(TEXTS, person="u-1")
        yield made


@pytest.fixture
def door(held: Held, clock: MovableClock) -> Door:
    return Door(held.copy, clock, [SECRET], lambda: None)


def browser(door: Door, person: str = "u-1", **headers: str) -> TestClient:
    token = issue_token(SECRET, Reader(person), door.clock.now())
    return TestClient(door_app(door, [ORIGIN]), headers={"Authorization": f"Bearer {token}", **headers})


def test_an_answer_is_kept_by_nobody_and_not_sent_twice(door: Door) -> None:
    asked = browser(door).get(NOTICES)
    assert asked.headers["cache-control"] == "no-store"
    assert asked.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in asked.headers
    for tag in (asked.headers["etag"], f'"x", W/{asked.headers["etag"]}'):
        again = browser(door).get(NOTICES, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    assert browser(door, "u-2").get(NOTICES, headers={"If-None-Match": asked.headers["etag"]}).status_code == 200
    (notice,) = asked.json()["notices"]
    assert browser(door).post(f"{NOTICES}/{notice['id']}/receipts").status_code == 201
    assert browser(door).get(NOTICES, headers={"If-None-Match": asked.headers["etag"]}).json()["unread"] == 0


def test_the_component_may_be_kept_and_used_by_every_page(door: Door) -> None:
    anybody = TestClient(door_app(door, [ORIGIN]))
    found = anybody.get("/seventytwo-notices.js", headers={"Origin": "https://elsewhere.example"})
    assert found.content == COMPONENT.read_bytes()
    assert found.headers["content-type"].startswith("text/javascript")
    assert found.headers["access-control-allow-origin"] == "*"
    assert "public" in found.headers["cache-control"]
    known = {"If-None-Match": found.headers["etag"]}
    assert anybody.get("/seventytwo-notices.js", headers=known).status_code == 304


def test_pages_of_the_host_and_no_others_may_ask(door: Door) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization, if-none-match"}
    allowed = browser(door, Origin=ORIGIN).options(NOTICES, headers=asks)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "access-control-allow-credentials" not in allowed.headers
    refused = browser(door, Origin="https://evil.example").options(NOTICES, headers=asks)
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (400, False)
    answers = (
        browser(door, Origin=ORIGIN).get(NOTICES),
        browser(door, Origin=ORIGIN, Authorization="").get(NOTICES),
        browser(door, Origin=ORIGIN).get(NOTICES, params={"locale": "no such/thing"}),
    )
    assert [answer.status_code for answer in answers] == [200, 401, 422]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "etag" in answer.headers["access-control-expose-headers"].lower()


def test_who_has_no_token_of_ours_is_told_nothing(door: Door, clock: MovableClock) -> None:
    late = browser(door)
    clock.move(timedelta(minutes=15))
    foreign = issue_token(b"x" * 32, Reader("u-1"), clock.now())
    stranger = TestClient(door_app(door, [ORIGIN]))
    answers = [late.get(NOTICES), *(stranger.get(NOTICES, headers={"Authorization": f"Bearer {foreign}"}),)]
    answers += [stranger.get(NOTICES), stranger.post(f"{NOTICES}/{'0' * 32}/receipts")]
    for answer in answers:
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["cache-control"] == "no-store"
    large = browser(door).post(f"{NOTICES}/{'0' * 32}/receipts", content=b"x" * 2000)
    assert large.status_code == 413
    assert stranger.get("/healthz").json() == {"status": "ok"}
    assert stranger.get("/api/edge/releases").status_code == 404


def test_who_asks_too_often_waits_and_keeps_nobody_else_waiting(door: Door, clock: MovableClock) -> None:
    mine = browser(door)
    assert {mine.get(NOTICES).status_code for _ in range(30)} == {200}
    refused = mine.get(NOTICES)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert browser(door, "u-2").get(NOTICES).status_code == 200
    clock.move(timedelta(seconds=1))
    assert mine.get(NOTICES).status_code == 200
    stranger = TestClient(door_app(door, [ORIGIN]))
    assert {stranger.get(NOTICES).status_code for _ in range(20)} == {401}
    assert stranger.get(NOTICES).status_code == 429
    assert browser(door, "u-2").get(NOTICES).status_code == 200  # from the same address, with a token of ours


def test_a_pace_forgets_who_was_not_seen_for_longest(clock: MovableClock) -> None:
    pace = Pace(at_once=1, each_second=0.5, known=2)
    assert [pace.wait(one, clock.now()) for one in ("a", "a", "b", "c", "a")] == [0, 2, 0, 0, 0]
    clock.move(timedelta(seconds=-60))  # a clock that is set back takes nothing away for ever
    assert pace.wait("a", clock.now()) > 0
    clock.move(timedelta(seconds=2))
    assert pace.wait("a", clock.now()) == 0


def test_an_edge_says_how_old_what_it_shows_is(held: Held, clock: MovableClock) -> None:
    told: list[Any] = [None]
    anybody = TestClient(door_app(Door(held.copy, clock, [SECRET], lambda: told[0]), []))
    assert (anybody.get("/readyz").status_code, anybody.get("/readyz").json()) == (503, {"status": "not ready"})
    told[0] = clock.now()
    assert anybody.get("/readyz").json()["status"] == "ready"
    clock.move(STALE)
    assert (anybody.get("/readyz").status_code, anybody.get("/readyz").json()["status"]) == (200, "stale")
    held.copy.remember("releases", '"tag"')  # started again while seventytwo is down
    told[0] = None
    assert anybody.get("/readyz").json() == {"status": "stale", "fresh_at": None}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"\xff\x00"),
        (200, b"<html>sign in here</html>"),
        (200, b'{"releases": {}}'),
        (200, json.dumps({"releases": [{"id": "x", "version": "1", "edition": "y"}]}).encode()),
        (401, b'{"detail": "no"}'),
        (403, b""),
        (500, b""),
        (302, b""),
        (404, b""),
    ],
)
def test_what_seventytwo_says_that_cannot_be_changes_nothing(
    held: Held, clock: MovableClock, door: Door, status: int, body: bytes
) -> None:
    with saying(free_port(), status, body) as source, client_for(source, "72_x") as client:
        feeder = Feeder(held.copy, client, clock)
        with pytest.raises(Untold):
            feeder.look()
        assert feeder.fresh_at is None
    assert browser(door).get(NOTICES).json()["unread"] == 1


def test_an_answer_without_end_is_not_read_to_its_end(
    held: Held, clock: MovableClock, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.edge.feeding.LARGEST", 1000)
    endless = saying(free_port(), 200, b" " * 100_000)
    with endless as source, client_for(source, "72_x") as client, pytest.raises(Untold, match="without end"):
        Feeder(held.copy, client, clock).look()
    assert browser(door).get(NOTICES).json()["unread"] == 1


def test_nothing_released_any_more_is_an_answer_too(held: Held, clock: MovableClock, door: Door) -> None:
    body = b'{"releases": [], "receipts": [], "next": null, "more": false, "new": "what a later version says"}'
    with saying(free_port(), 200, body) as source, client_for(source, "72_x") as client:
        Feeder(held.copy, client, clock).look()
    assert browser(door).get(NOTICES).json()["notices"] == []
