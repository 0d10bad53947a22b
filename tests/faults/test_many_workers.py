"""Any number of workers on PostgreSQL share a release; jobs lost, doubled or foreign change nothing that is sent."""

import os
import random
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from notifications.job_tables import SCHEMA
from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from notifications.store import StoreUnavailable
from tests.faults.conftest import Start
from tests.faults.processes import WORKER, Node, Program, SinkProgram, until
from tests.faults.released import NOTHING_WRONG, Released, copies, reckon

pytestmark = [pytest.mark.fault, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]
SLOW = 0.03  # seconds a mail takes: four connections send some 130 a second
PEOPLE = 1000
Crew = Callable[[int], list[tuple[Program, SinkProgram]]]
JOBS = f"{SCHEMA}.procrastinate_jobs"


@pytest.fixture
def crew(database_url: str, start: Start, tmp_path: Path) -> Iterator[Crew]:
    """So many workers, each with its node and its relay."""
    with ExitStack() as stack:

        def hire(number: int) -> list[tuple[Program, SinkProgram]]:
            found = []
            for one in range(number):
                home = tmp_path / f"node-{one}"
                home.mkdir()
                shutil.copy(tmp_path / "key-encryption-key", home)
                sink = SinkProgram(tmp_path / f"mails-{one}.jsonl", SLOW)
                stack.callback(sink.close)
                found.append((start(Node(home, database_url, sink.port), "worker"), sink))
            return found

        yield hire


def say_to(case: Released, *statements: str) -> None:
    for words in statements:
        case.store.write(partial(_say, words))


def _say(words: str, session: Session) -> None:
    session.execute(text(words))


def jobs(case: Released) -> int:
    return count(case, f"FROM {JOBS}")


def count(case: Released, words: str) -> int:
    with case.store.read() as session:
        return int(session.execute(text(f"SELECT count(*) {words}")).scalar_one())


def said(those: list[tuple[Program, SinkProgram]]) -> Callable[[], str]:
    return lambda: "\n".join(program.output() for program, _ in those)


def all_sent(case: Released, those: list[tuple[Program, SinkProgram]]) -> list[int]:
    """Every row has an end and nothing is wrong. Returns how many mails each worker sent, and how many went twice."""
    until("the release is over and every row has an end", case.settled, said(those))
    mails = [mail for _, sink in those for mail in sink.mails()]
    assert reckon(case, mails) == NOTHING_WRONG
    return [*(len(sink.mails()) for _, sink in those), copies(mails)]


@pytest.mark.parametrize("number", [2, 3])
def test_workers_share_a_release_and_nobody_has_two_mails(
    released: Callable[[int], Released], crew: Crew, number: int
) -> None:
    case = released(PEOPLE)
    say_to(case, "UPDATE release SET state = 'stopped'", f"DELETE FROM {JOBS}")
    those = crew(number)
    for program, _ in those:
        program.await_saying(WORKER)
    say_to(case, "UPDATE release SET state = 'approved'", "UPDATE delivery SET state = 'pending' WHERE state = 'held'")
    *shares, twice = all_sent(case, those)
    assert twice == case.times_uncertain() == 0
    assert min(shares) > PEOPLE / number / 5, shares
    until("no job is left", lambda: jobs(case) == 0, said(those))


def test_rows_find_a_worker_when_no_notification_comes_through(released: Callable[[int], Released], crew: Crew) -> None:
    case = released(30)
    say_to(
        case,
        f"DROP TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 ON {JOBS}",
        f"DELETE FROM {JOBS}",
        "UPDATE delivery SET next_at = next_at + interval '3 hours'",
    )
    those = crew(1)
    those[0][0].await_saying(WORKER)
    say_to(case, "UPDATE delivery SET next_at = next_at - interval '3 hours'")
    *_, twice = all_sent(case, those)
    assert twice == 0


def test_without_the_tables_of_the_jobs_rows_are_sent_all_the_same(
    released: Callable[[int], Released], crew: Crew
) -> None:
    case = released(PEOPLE // 2)
    those = crew(2)
    until("some are sent", lambda: case.in_state(DeliveryState.ACCEPTED) > 0, said(those))
    say_to(case, f"DROP TABLE {JOBS} CASCADE")
    *_, twice = all_sent(case, those)
    assert twice == 0
    assert "the job tables cannot be used" in said(those)()
    assert "Traceback" not in said(those)()


def test_every_job_deleted_again_and_again_in_mid_send(released: Callable[[int], Released], crew: Crew) -> None:
    case = released(PEOPLE)
    say_to(case, f"DELETE FROM {JOBS}")
    those = crew(2)
    for sent in (100, 400, 700):
        until("it goes on", lambda sent=sent: case.in_state(DeliveryState.ACCEPTED) >= sent, said(those))  # type: ignore[misc]
        say_to(case, f"DELETE FROM {JOBS}")
    *_, twice = all_sent(case, those)
    assert twice == case.times_uncertain() == 0
    assert "Traceback" not in said(those)()


def test_doubled_stale_and_foreign_jobs(released: Callable[[int], Released], crew: Crew) -> None:
    case = released(PEOPLE)
    put = f"INSERT INTO {JOBS} (queue_name, task_name, args) "
    say_to(
        case,
        f"{put} SELECT queue_name, task_name, args FROM {JOBS}, generate_series(1, 5)",
        f"{put} VALUES ('delivery', 'send', '{{\"chunk\": 999999999}}'), "
        "('delivery', 'send', '{\"chunk\": -1, \"more\": 1}'), ('delivery', 'send', '{\"chunk\": \"x\"}'), "
        "('delivery', 'send', '{}'), ('delivery', 'another', '{}'), ('builtin', 'nobody', '{}')",
    )
    those = crew(2)
    *_, twice = all_sent(case, those)
    assert twice == case.times_uncertain() == 0
    until("all of them are over", lambda: jobs(case) == 1, said(those))  # of another queue


def test_one_killed_in_mid_chunk_is_taken_over_when_its_lease_ends(
    released: Callable[[int], Released], crew: Crew, tmp_path: Path
) -> None:
    case = released(PEOPLE)
    those = crew(2)
    (lost, _), (staying, _) = those
    until("both send", lambda: len(case.in_hand()) == 2, said(those))
    lost.kill()
    end_lease(case, tmp_path / "node-0")
    until("it took over", lambda: "took over" in staying.output(), said(those))
    *_, twice = all_sent(case, those)
    assert twice <= case.times_uncertain() <= WINDOW


def stand_still(case: Released, those: list[tuple[Program, SinkProgram]], home: Path, *, for_real: bool) -> int:
    """The first worker stops while both send, loses its rows when its lease ends, wakes, ends. Returns the copies."""
    (paused, _), (staying, _) = those
    until("both send", lambda: len(case.in_hand()) == 2, said(those))
    stop_between_transactions(case, paused, home)
    if not for_real:
        end_lease(case, home)
    until("it took over", lambda: "took over" in staying.output(), said(those))
    until("the release is over and every row has an end", case.settled, said(those))
    beat = f"FROM heartbeat WHERE name = 'sender:{node_of(home)}'"
    say_to(case, f"DELETE {beat}")
    os.kill(paused.pid, signal.SIGCONT)
    until("it lives again", lambda: bool(count(case, beat)), said(those))
    paused.terminate()
    assert paused.wait() == 0
    return all_sent(case, those)[-1]


@pytest.mark.parametrize("for_real", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_one_that_stood_still_past_its_lease_sends_nothing_twice_in_silence(
    released: Callable[[int], Released], crew: Crew, tmp_path: Path, for_real: bool
) -> None:
    case = released(PEOPLE // 2)
    twice = stand_still(case, crew(2), tmp_path / "node-0", for_real=for_real)
    assert twice <= case.times_uncertain() <= WINDOW


def stop_between_transactions(case: Released, program: Program, home: Path) -> None:
    """Within one, a worker that stands still keeps its rows locked until the server ends it, a minute later."""

    def look(session: Session) -> None:
        session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        session.execute(text(f"SELECT id FROM delivery WHERE worker LIKE '{node_of(home)}.%' FOR UPDATE"))

    for _ in range(40):
        os.kill(program.pid, signal.SIGSTOP)
        try:
            case.store.write(look)
        except StoreUnavailable:
            os.kill(program.pid, signal.SIGCONT)
            threading.Event().wait(random.uniform(0, 0.05))
        else:
            return
    raise AssertionError("it is never between two transactions")


def node_of(home: Path) -> str:
    return (home / "worker.lock").read_text()


def end_lease(case: Released, home: Path) -> None:
    """As if the lease of what a worker holds were over: it has stood still for a minute."""
    mine = f"WHERE worker LIKE '{node_of(home)}.%'"
    say_to(case, f"UPDATE delivery SET lease_until = lease_until - interval '2 minutes' {mine}")
