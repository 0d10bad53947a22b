"""A chunk is a range of rows for ever: what is due of it is claimed; chunks that are due are found without a scan."""

from datetime import timedelta

import pytest

from notifications import chunks, ledger
from notifications.chunks import CHUNK, LAST, chunk_of
from notifications.models import DeliveryState
from tests.notifications.dispatch import HERE, THERE
from tests.notifications.outbox import Outbox


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 4)


ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def number(outbox: Outbox, person: str) -> int:
    identity = outbox.row(person).id
    assert identity is not None
    return identity


def due(outbox: Outbox, limit: int = 100) -> list[int]:
    return outbox.look(lambda session: chunks.due(session, outbox.clock.now(), limit))


def claimed(outbox: Outbox, chunk: int, limit: int = 100) -> list[int]:
    now = outbox.clock.now()
    return [row.id for row in outbox.write(lambda session: chunks.claim(session, HERE, now, limit, chunk))]


def test_the_rows_of_a_chunk_are_claimed_and_no_others(outbox: Outbox) -> None:
    outbox.release(11)
    rows = [number(outbox, f"u{n}") for n in range(11)]
    for chunk in sorted({row // 4 for row in rows}):
        mine = [row for row in rows if row // 4 == chunk]
        assert claimed(outbox, chunk, 2) == mine[:2]
        assert claimed(outbox, chunk) == mine[2:]
        assert claimed(outbox, chunk) == []


def test_what_may_not_go_is_not_claimed_by_its_chunk_either(outbox: Outbox) -> None:
    outbox.release(4)
    first = number(outbox, "u0")
    outbox.change("u0", next_at=outbox.clock.now() + timedelta(minutes=1))
    outbox.change("u1", state=DeliveryState.HELD)
    now = outbox.clock.now()
    outbox.write(lambda session: ledger.claim(session, THERE, now, 1))
    found = {row for chunk in range(first // 4, first // 4 + 2) for row in claimed(outbox, chunk)}
    assert found == {first + 3}


@pytest.mark.parametrize("nobodys", [-1, 10**6, LAST, LAST + 1, 2**80])
def test_a_number_no_row_belongs_to_has_no_rows(outbox: Outbox, nobodys: int) -> None:
    outbox.release(1)
    assert claimed(outbox, nobodys) == []


@ON_POSTGRESQL
def test_due_chunks_are_each_named_once_the_longest_waiting_first(outbox: Outbox) -> None:
    outbox.release(40)
    rows = [number(outbox, f"u{n}") for n in range(40)]
    expected = sorted({row // 4 for row in rows})
    assert due(outbox) == expected
    assert due(outbox, 3) == expected[:3]
    outbox.change("u39", next_at=outbox.clock.now() - timedelta(minutes=1))
    assert due(outbox) == [expected[-1], *expected[:-1]]


@ON_POSTGRESQL
def test_only_chunks_that_may_be_sent_at_this_moment_are_due(outbox: Outbox) -> None:
    stopped = outbox.release(4)
    outbox.stop(stopped)
    assert due(outbox) == []
    outbox.page("inside")
    assert due(outbox) == [number(outbox, "inside") // 4]


@ON_POSTGRESQL
def test_rows_due_at_moments_of_their_own_are_found_as_well(outbox: Outbox) -> None:
    outbox.release(12)
    for n in range(12):
        outbox.change(f"u{n}", next_at=outbox.clock.now() - timedelta(seconds=(n * 5) % 12))
    expected = {number(outbox, f"u{n}") // 4 for n in range(12)}
    found = due(outbox)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_the_last_chunk_lies_within_what_a_database_can_number() -> None:
    assert (LAST + 1) * CHUNK <= 2**63
    assert [chunk_of(row) for row in (0, 3, 4, 7, 8)] == [0, 0, 1, 1, 2]
