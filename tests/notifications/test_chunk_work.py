"""Jobs say where to look first; whatever becomes of them, chunks with due rows get one, and rows are sent."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import text
from sqlmodel import Session

from notifications import chunk_work, chunks, job_tables, ledger
from notifications.chunk_work import ChunkWork
from notifications.job_tables import SCHEMA
from tests.notifications.dispatch import HERE, until
from tests.notifications.outbox import Outbox

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
JOBS = f"{SCHEMA}.procrastinate_jobs"
WORKERS = f"{SCHEMA}.procrastinate_workers"


def said(words: str) -> Callable[[Session], Sequence[object]]:
    return lambda session: session.execute(text(words)).scalars().all()


def jobs(outbox: Outbox, state: str = "todo") -> list[int]:
    words = f"SELECT CAST(args ->> 'chunk' AS bigint) FROM {JOBS} WHERE status = '{state}' ORDER BY id"
    return [int(str(chunk)) for chunk in outbox.look(said(words))]


def change(outbox: Outbox, words: str) -> None:
    outbox.write(lambda session: session.execute(text(words)))


def work_of(outbox: Outbox) -> ChunkWork:
    work = ChunkWork()
    work.tend(outbox.store, outbox.clock.now())
    return work


def taken(outbox: Outbox, work: ChunkWork, limit: int = 100) -> int:
    now = outbox.clock.now()
    return len(outbox.write(lambda session: work.claim(session, HERE, now, limit)))


def is_due(outbox: Outbox, work: ChunkWork) -> bool:
    return outbox.look(lambda session: work.due(session, outbox.clock.now()))


def test_rows_that_are_put_in_call_workers_in_the_same_transaction(outbox: Outbox) -> None:
    outbox.release(3)
    assert jobs(outbox) == [0]
    occasion = outbox.page("inside")
    assert jobs(outbox) == [0, 0]
    priorities = outbox.look(said(f"SELECT priority FROM {JOBS} ORDER BY id"))
    assert (occasion[:4], list(priorities)) == ("page", [0, 1])


def test_a_chunk_that_is_due_and_has_no_job_gets_one_and_only_one(outbox: Outbox) -> None:
    outbox.release(3)
    change(outbox, f"DELETE FROM {JOBS}")
    work = work_of(outbox)
    assert jobs(outbox) == [0]
    work.tend(outbox.store, outbox.clock.now())
    assert jobs(outbox) == [0]


def test_nothing_that_is_not_due_gets_a_job(outbox: Outbox) -> None:
    outbox.stop(outbox.release(3))
    change(outbox, f"DELETE FROM {JOBS}")
    work_of(outbox)
    assert jobs(outbox) == []


def test_with_enough_jobs_no_more_are_made(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 1)
    monkeypatch.setattr(chunk_work, "ENOUGH", 4)
    outbox.release(10)
    change(outbox, f"DELETE FROM {JOBS}")
    work_of(outbox)
    assert len(jobs(outbox)) == 4
    work_of(outbox)
    assert len(jobs(outbox)) == 4


def test_jobs_of_the_dead_and_jobs_that_are_over_go(outbox: Outbox) -> None:
    outbox.release(3)
    change(outbox, f"INSERT INTO {WORKERS} (last_heartbeat) VALUES (now()), (now() - interval '1 minute')")
    put = f"INSERT INTO {JOBS} (queue_name, task_name, args, status, worker_id) VALUES "
    each = "('delivery', 'send', '{\"chunk\": %d}', '%s', %s)"
    rows = [(1, "doing", "1"), (2, "doing", "2"), (3, "doing", "NULL"), (4, "failed", "NULL"), (5, "todo", "NULL")]
    change(outbox, put + ", ".join(each % row for row in rows))
    work_of(outbox)
    assert (jobs(outbox, "doing"), jobs(outbox), jobs(outbox, "failed")) == ([1], [0, 5], [])


def test_one_worker_at_a_time_looks_for_what_has_no_job(outbox: Outbox) -> None:
    outbox.release(3)
    change(outbox, f"DELETE FROM {JOBS}")
    with outbox.store.read() as session:
        assert job_tables.is_my_turn(session)
        work_of(outbox)
        assert jobs(outbox) == []
    work_of(outbox)
    assert jobs(outbox) == [0]


async def test_a_job_lasts_as_long_as_there_is_something_to_claim_in_its_chunk(outbox: Outbox) -> None:
    outbox.release(3)
    work, woken = ChunkWork(), asyncio.Event()
    running = asyncio.create_task(work.run(woken.set))
    await asyncio.sleep(0)
    job, same = asyncio.create_task(work.hold(0)), asyncio.create_task(work.hold(0))
    await until(woken.is_set)
    assert is_due(outbox, work)
    assert taken(outbox, work, 2) == 2
    assert not job.done()
    assert taken(outbox, work, 2) == 1
    await asyncio.gather(job, same)
    assert not is_due(outbox, work)
    running.cancel()


async def test_what_is_let_go_is_put_back_for_others_and_nothing_is_held_for_a_while(outbox: Outbox) -> None:
    outbox.release(3)
    change(outbox, f"DELETE FROM {JOBS}")
    work = ChunkWork()
    running = asyncio.create_task(work.run(lambda: None))
    await asyncio.sleep(0)
    job = asyncio.create_task(work.hold(0))
    await until(lambda: is_due(outbox, work))
    work.let_go(outbox.store, 60)
    await job
    assert work.resting.is_set()
    assert jobs(outbox) == []
    await asyncio.gather(work.hold(0), work.hold(1))  # fetched before the rest was heard of
    work.put_back()
    work.put_back()
    assert jobs(outbox) == [0, 1]
    assert taken(outbox, work) == 0
    running.cancel()


async def test_no_job_is_held_before_or_after_the_loop(outbox: Outbox) -> None:
    work = ChunkWork()
    await work.hold(0)
    running = asyncio.create_task(work.run(lambda: None))
    await asyncio.sleep(0)
    job = asyncio.create_task(work.hold(0))
    await asyncio.sleep(0)
    running.cancel()
    await job
    await work.hold(0)


def test_messages_to_people_inside_go_without_any_call(outbox: Outbox) -> None:
    outbox.release(2)
    outbox.page("inside")
    change(outbox, f"DELETE FROM {JOBS}")
    work = ChunkWork()
    assert is_due(outbox, work)
    assert taken(outbox, work) == 1
    assert not is_due(outbox, work)


def test_a_worker_nobody_called_for_a_while_takes_whatever_is_due(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.release(3)
    work = ChunkWork()
    assert not is_due(outbox, work)
    monkeypatch.setattr(chunk_work, "ALONE_SECONDS", 0.0)
    assert is_due(outbox, work)
    assert taken(outbox, work) == 3
    assert not is_due(outbox, work)


def test_without_the_tables_everything_is_there_all_the_same(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chunk_work, "ALONE_SECONDS", 0.0)
    change(outbox, f"DROP TABLE {JOBS} CASCADE")
    outbox.release(3)
    work = work_of(outbox)
    work.tend(outbox.store, outbox.clock.now())
    assert caplog.text.count("the job tables cannot be used") == 1
    assert is_due(outbox, work)
    now = outbox.clock.now()
    assert len(outbox.write(lambda session: ledger.claim(session, HERE, now))) == 3
