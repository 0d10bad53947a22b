"""Deliveries that arrive together share one commit; each is told what came of it, and a bad one costs no other."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event

from incident.auth.edge import Edge
from incident.hooks.group_commit import GroupCommit
from incident.models.intake import Source
from incident.verbs.intake import Delivery, Received
from notifications.ids import new_id
from tests.hooks.gate import ALERTMANAGER, Gate, until

HEADERS = {"content-type": "application/json"}


def edge_of(gate: Gate) -> Edge:
    state = gate.app.state
    return Edge(state.store, state.keys, state.clock, state.settings)


def source_of(gate: Gate) -> UUID:
    return next(row.id for row in gate.rows(Source) if row.slug == ALERTMANAGER)


def delivery(source: UUID, name: str, body: bytes = b"") -> Delivery:
    return Delivery(source, f"key:{name}", HEADERS, body or name.encode())


@contextmanager
def held(gate: Gate) -> Iterator[threading.Event]:
    """A write of somebody else goes on until the event is set: what comes meanwhile waits for it."""
    begun, release = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        begun.set()
        release.wait()

    other = threading.Thread(target=lambda: gate.stage.installation.store.write(hold))
    other.start()
    begun.wait()
    try:
        yield release
    finally:
        release.set()
        other.join()


async def all_at_once(gate: Gate, deliveries: list[Delivery]) -> list[Received | BaseException]:
    """Keep the first alone, and the others while it waits for its turn."""
    keeping, edge = GroupCommit(), edge_of(gate)
    with held(gate) as release:
        first = asyncio.create_task(keeping.keep(edge, deliveries[0]))
        await asyncio.to_thread(until, "the first is at it", lambda: not keeping._line and keeping._at_work)
        others = [asyncio.create_task(keeping.keep(edge, one)) for one in deliveries[1:]]
        await asyncio.to_thread(until, "the others wait", lambda: len(keeping._line) == len(others))
        release.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_comes_while_one_is_committed_is_committed_together(gate: Gate) -> None:
    source = source_of(gate)
    commits: list[object] = []
    engine = gate.stage.installation.store.engine
    event.listen(engine, "commit", commits.append)
    kept = asyncio.run(all_at_once(gate, [delivery(source, f"d{number}") for number in range(30)]))
    assert len(commits) == 2  # the first one, and one for all the others; whoever held the turn wrote nothing
    rows = gate.intakes()
    assert [one for one in kept if isinstance(one, BaseException)] == []
    assert {one.intake_id for one in kept if isinstance(one, Received)} == {row.id for row in rows}
    assert [(row.tries, row.repeats, row.incident_id) for row in rows] == [(1, 0, None)] * 30


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_equal_ones_of_a_group_are_one_row_and_other_bytes_under_its_key_another(gate: Gate) -> None:
    source = source_of(gate)
    wanted = [delivery(source, name) for name in ("before", "same", "same")] + [delivery(source, "same", b"other")]
    before, first, again, other = asyncio.run(all_at_once(gate, wanted))
    assert isinstance(first, Received)
    assert again == Received(first.intake_id, repeat=True)
    assert isinstance(other, Received)
    assert other.repeat is False
    assert [row.repeats for row in gate.intakes()] == [0, 1, 0]
    assert before != first


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_cannot_be_kept_takes_no_other_with_it(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    source = source_of(gate)
    good, bad = [delivery(source, f"good{number}") for number in range(3)], delivery(new_id(), "of nobody")
    *kept, refused, last = asyncio.run(all_at_once(gate, [*good[:2], bad, good[2]]))
    assert isinstance(refused, Exception)
    assert all(isinstance(one, Received) for one in (*kept, last))
    assert len(gate.intakes()) == 3
    assert "cannot be kept with the others" in caplog.text


def test_many_monitors_at_once_are_all_kept_and_read(gate: Gate) -> None:
    source = source_of(gate)

    async def storm() -> list[Received]:
        keeping, edge = GroupCommit(), edge_of(gate)
        return await asyncio.gather(*(keeping.keep(edge, delivery(source, f"d{number}")) for number in range(300)))

    kept = asyncio.run(storm())
    assert {one.intake_id for one in kept} == {row.id for row in gate.intakes()}
    assert len(kept) == 300


def test_reading_gives_way_to_a_crowd_and_only_for_a_while(gate: Gate) -> None:
    keeping = GroupCommit()
    keeping.give_way()  # nobody is there
    keeping._at_work = True
    reader = threading.Thread(target=keeping.give_way)
    reader.start()
    reader.join(0.1)
    assert reader.is_alive()
    keeping._at_work = False
    reader.join(10)
    assert not reader.is_alive()
