"""Sources are known for a moment: what is changed here holds at once, what another process changes within a second."""

import asyncio
import threading

import pytest
from sqlalchemy import text

from incident.auth.edge import Edge
from incident.hooks.postings import GOOD_FOR, Postings
from incident.queries.sources import Posting, posting_source
from incident.verbs.sources import add_source, retire_secret, rotate_secret, set_enabled
from notifications.store import StoreUnavailable
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.hooks.test_group_commit import edge_of
from tests.incident.monitor import alert, notification

BODY = notification(alert("exports-eu-1"))


def test_a_change_of_this_process_holds_for_the_next_delivery(gate: Gate) -> None:
    assert gate.post(BODY).status_code == 202
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=False)
    assert gate.post(BODY).status_code == 404
    gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=True)
    after = gate.stage.act("operator", rotate_secret, ALERTMANAGER)
    assert [gate.post(BODY).status_code, gate.post(BODY, headers=bearer(after)).status_code] == [202, 202]
    gate.stage.act("operator", retire_secret, ALERTMANAGER)
    assert [gate.post(BODY).status_code, gate.post(BODY, headers=bearer(after)).status_code] == [401, 202]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_change_of_another_process_holds_within_a_second(gate: Gate) -> None:
    now = [0.0]
    postings, edge = Postings(lambda: now[0]), edge_of(gate)

    def known() -> Posting | None:
        return asyncio.run(postings.of(edge, ALERTMANAGER))

    assert known() is not None
    statement = text("UPDATE source SET enabled = false")  # as another process does: nothing is heard of it here
    gate.stage.installation.store.write(lambda session: session.execute(statement))
    now[0] = GOOD_FOR / 2
    assert known() is not None
    now[0] = GOOD_FOR
    assert known() is None


def test_a_source_that_is_not_there_is_looked_up_every_time(gate: Gate) -> None:
    assert gate.client.post("/hooks/later", content=BODY).status_code == 404
    gate.stage.act("operator", add_source, "later", "alertmanager", "bearer")
    assert gate.client.post("/hooks/later", content=BODY).status_code == 401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_those_who_ask_at_the_same_moment_share_one_look_up(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, may_read = [], threading.Event()

    def slowly(edge: Edge, slug: str) -> Posting | None:
        looked.append(slug)
        assert may_read.wait(20)
        with edge.read() as session:
            return posting_source(session, edge.keys, slug)

    async def crowd() -> None:
        postings, edge = Postings(), edge_of(gate)
        first, *others = (asyncio.create_task(postings.of(edge, ALERTMANAGER)) for _ in range(20))
        await asyncio.sleep(0)
        first.cancel()  # its sender has left
        await asyncio.sleep(0)
        gate.stage.act("operator", set_enabled, ALERTMANAGER, enabled=False)
        later = asyncio.create_task(postings.of(edge, ALERTMANAGER))
        await asyncio.sleep(0)
        may_read.set()
        assert await later is None
        assert await asyncio.gather(*others) == [None] * 19
        assert first.cancelled()

    monkeypatch.setattr("incident.hooks.postings._read", slowly)
    asyncio.run(crowd())
    assert looked == [ALERTMANAGER] * 2  # the one that began before the change, and the one after it


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_look_up_that_fails_is_not_remembered(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> None:
        postings, edge = Postings(), edge_of(gate)
        with monkeypatch.context() as patched:
            patched.setattr("incident.hooks.postings._read", failing)
            found = await asyncio.gather(*(postings.of(edge, ALERTMANAGER) for _ in range(2)), return_exceptions=True)
        assert [type(one) for one in found] == [StoreUnavailable] * 2
        assert await postings.of(edge, ALERTMANAGER) is not None

    def failing(_edge: Edge, _slug: str) -> Posting | None:
        raise StoreUnavailable("held by somebody else")

    asyncio.run(both())


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}
