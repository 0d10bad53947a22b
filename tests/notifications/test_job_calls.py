"""procrastinate wakes engines at once, spreads their work, and none of its troubles ends anything."""

import asyncio
import contextlib

import pytest
from sqlalchemy import text

from notifications import chunk_work, chunks, engine, job_calls
from notifications.engine import Engine
from notifications.job_calls import CalledWork
from notifications.job_tables import SCHEMA
from notifications.ledger import Worker
from notifications.turns import Plan
from tests.notifications.dispatch import HERE, THERE, duplicates, reckon, sender, until
from tests.notifications.engines import all_accepted, heartbeat, working
from tests.notifications.outbox import Outbox, people
from tests.smtp_sink import Script, Sink

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
JOBS, WORKERS = f"{SCHEMA}.procrastinate_jobs", f"{SCHEMA}.procrastinate_workers"
NEVER = 3600.0
LISTENING = "pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND query LIKE 'LISTEN%'"


@pytest.fixture
def only_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at rows by themselves; the library looks for jobs that came between its first look and LISTEN."""
    monkeypatch.setattr(engine, "LOOK_SECONDS", NEVER)
    monkeypatch.setattr(chunk_work, "ALONE_SECONDS", NEVER)
    monkeypatch.setattr(job_calls, "POLL_SECONDS", 0.2)


def called(outbox: Outbox, sink: Sink, worker: Worker = HERE, window: int = 100) -> Engine:
    plan = Plan(connections=2, window=window, work=CalledWork(outbox.store.url))
    return Engine(sender(outbox, sink, worker, plan), holds_lock=True)


def count(outbox: Outbox, words: str) -> int:
    return outbox.look(lambda session: int(session.execute(text(f"SELECT count(*) FROM {words}")).scalar_one()))


def say_to(outbox: Outbox, words: str) -> None:
    outbox.write(lambda session: session.execute(text(words)))


async def test_rows_that_are_put_in_are_sent_though_nobody_looks(
    outbox: Outbox, sink: Sink, only_jobs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_calls, "POLL_SECONDS", NEVER)
    async with working(called(outbox, sink)):
        await until(lambda: heartbeat(outbox) and count(outbox, LISTENING) == 1)
        for number in range(10):  # one that comes while the library looks is missed by it; the next one is not
            outbox.release(people(number + 1)[number:])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await until(lambda: all_accepted(outbox))
                    break
        assert all_accepted(outbox)
    assert reckon(outbox, sink) == []
    assert count(outbox, WORKERS) == 0


async def test_two_share_what_is_due_and_nobody_has_two_mails(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 5)
    sink.scripts["*"] = Script(slow=0.005)
    outbox.release(60)
    both = [called(outbox, sink, worker, window=3) for worker in (HERE, THERE)]
    async with working(*both):
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_its_tables_gone_and_back_it_fetches_again(outbox: Outbox, sink: Sink, only_jobs: None) -> None:
    say_to(outbox, f"ALTER TABLE {JOBS} RENAME TO elsewhere")
    async with working(called(outbox, sink)):
        await until(lambda: heartbeat(outbox))
        say_to(outbox, f"ALTER TABLE {SCHEMA}.elsewhere RENAME TO procrastinate_jobs")
        outbox.release(2)
        await until(lambda: all_accepted(outbox))
    assert duplicates(sink) == 0


async def test_a_relay_that_is_down_gives_its_chunks_to_others(outbox: Outbox, sink: Sink, only_jobs: None) -> None:
    async with Sink() as down:
        down.scripts[""] = Script({"greeting": "421 4.3.2 down"})
        async with working(called(outbox, down, THERE)):
            await until(lambda: heartbeat(outbox, THERE) and count(outbox, WORKERS) == 1)
            outbox.release(3)
            await until(lambda: down.connections)
            async with working(called(outbox, sink)):
                await until(lambda: all_accepted(outbox))
    assert len(sink.taken) == 3


async def test_a_lost_connection_to_the_database_is_made_again(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_work, "ALONE_SECONDS", NEVER)
    async with working(called(outbox, sink)):
        await until(lambda: heartbeat(outbox) and count(outbox, WORKERS) == 1)
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        outbox.look(
            lambda session: session.execute(
                text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
            )
        )
        outbox.release(2)
        await until(lambda: all_accepted(outbox))
    assert duplicates(sink) == 0


async def test_ended_while_it_holds_a_chunk_it_leaves_it_to_the_next(
    outbox: Outbox, sink: Sink, only_jobs: None
) -> None:
    outbox.release(20)
    sink.scripts["*"] = Script(slow=0.01)
    async with working(called(outbox, sink, window=2)):
        await until(lambda: len(sink.taken) >= 2)
    assert 2 <= len(sink.taken) < 20
    async with asyncio.timeout(60):
        async with working(called(outbox, sink, THERE)):
            await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0
