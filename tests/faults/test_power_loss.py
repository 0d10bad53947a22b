"""What is on disk when something is said: the order of system calls, and a write-ahead log that was cut anywhere."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from sqlalchemy import select, text
from sqlmodel import Session, col

from incident.models.intake import Intake
from incident.queries.audit import heads_of, verify
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.sources import add_source
from notifications.ledger_conditions import ROW
from notifications.smtp import connect
from notifications.store import Store
from notifications.workers import beats
from tests.faults.conftest import Serve, Start
from tests.faults.databases import ON_SQLITE
from tests.faults.invariants import Scene, violations
from tests.faults.lives import relay as relay_of
from tests.faults.processes import WORKER, Node, until
from tests.faults.released import Released, begin, engine_of, release, release_to
from tests.faults.tracing import OPTIONS, STRACE, unsynchronised
from tests.incident.monitor import alert, notification
from tests.smtp_sink import Sink

T = TypeVar("T")
HEAD, FRAME = 32, 24 + 4096  # octets of the log before its first frame, and of each frame
BODY = notification(alert("exports-eu-1"))


@pytest.mark.fault
@pytest.mark.proves("F17")
@ON_SQLITE
def test_the_log_is_on_disk_before_a_body_begins_and_before_a_202(
    store: Store, database_url: str, relay: Serve, start: Start, tmp_path: Path, say: Callable[[str], None]
) -> None:
    if STRACE is None:
        say("F17 NOT PROVEN HERE: there is no strace on this machine (apt-get install strace)")
        pytest.skip("no strace")
    desk, sink, trace = begin(store, tmp_path), relay(0), tmp_path / "trace"
    known = desk.case
    act = partial(Act, keys=known.keys, actor=operator("root"), now=known.clock.now())
    source = store.write(lambda session: add_source(act(session), "pager", "alertmanager", "bearer"))
    node = Node(tmp_path, database_url, sink.port, {"sweep_seconds": "3600"})
    running = start(node, "serve", under=(STRACE, *OPTIONS, "-o", str(trace)))
    running.await_saying(WORKER)
    rest_of_the_beat(store)
    proof = {"authorization": f"Bearer {source.secret}", "content-type": "application/json"}
    answer = httpx.post(f"{running.url}/hooks/pager", content=BODY, headers=proof, timeout=60)
    assert answer.status_code == 202
    case = release_to(desk, 5)
    until("the release is over and every row has an end", case.settled, running.output)
    os.kill(parent_of(running.worker_pid), signal.SIGTERM)  # strace itself hears no signal
    assert running.wait() == 0
    lines = trace.read_text(errors="replace").splitlines()
    forgetful = [line for line in lines if "sync" not in line]  # as with synchronous=NORMAL
    for words in ("HTTP/1.1 202 Accepted", "From: Example Organisation <notices@"):
        assert unsynchronised(lines, words) == []
        assert unsynchronised(forgetful, words)
    with store.read() as session:
        kept = session.execute(select(col(Intake.intake_key))).scalars().all()
    assert len(kept) == 1
    scene = Scene(store, known.keys, known.clock.now(), sink.mails(), losses=0, open_rows=True, acknowledged=kept)
    assert violations(scene, "I1", "I4") == []


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def rest_of_the_beat(store: Store) -> None:
    """Wait for the sender's next heartbeat: for ten seconds nothing is written that is not asked for."""

    def beat() -> Any:
        with store.read() as session:
            return [one.at for one in beats(session)]

    before = beat()
    until("the sender beats", lambda: beat() != before)


class Recording(Store):
    """A store that remembers what the database said after each commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.seen: list[str] = []

    def write(self, work: Callable[[Session], T]) -> T:
        result = super().write(work)
        self.seen.append(state_of(self))
        return result


def state_of(store: Store) -> str:
    """Every delivery and the end of every timeline."""
    with store.read() as session:
        rows = session.execute(select(ROW.id, ROW.state, ROW.attempt).order_by(ROW.id)).all()
        return f"{rows} {sorted(heads_of(session).items())}"


@pytest.fixture
def recording(database_url: str) -> Iterator[Recording]:
    opened = Recording(database_url)
    yield opened
    opened.close()


@pytest.mark.fault
@pytest.mark.proves("F18")
@ON_SQLITE
def test_a_log_cut_anywhere_leaves_exactly_what_was_committed_before(recording: Recording, tmp_path: Path) -> None:
    case = release(recording, tmp_path, 8)
    empty_the_log(recording)
    recording.seen[:] = [state_of(recording)]
    asyncio.run(send(case))
    case.desk.save(case.desk.facts | {"breach": {"kinds": ["confidentiality"], "cause": "hacking"}})
    file = Path(recording.url.database or "")
    whole = file.with_name(f"{file.name}-wal").read_bytes()
    states = list(dict.fromkeys(recording.seen))
    assert len(states) > 4
    reached = [opened_with(case, file, whole[:cut], tmp_path / "cut", states) for cut in cuts(len(whole))]
    assert reached == sorted(reached)
    assert set(reached) == set(range(len(states)))
    middle = HEAD + len(whole) // FRAME // 2 * FRAME
    torn = (
        whole[: middle + 2000]
        + bytes(255 - one for one in whole[middle + 2000 : middle + 2500])
        + whole[middle + 2500 :]
    )
    assert opened_with(case, file, torn, tmp_path / "cut", states) == reached[list(cuts(len(whole))).index(middle)]


def empty_the_log(store: Store) -> None:
    """Everything written so far is in the file itself."""
    connection = store.engine.raw_connection()
    busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    assert not busy


def cuts(octets: int) -> Iterator[int]:
    """Before, at and behind the head of the log, at every frame and within it."""
    yield from (0, HEAD)
    for end in range(HEAD, octets, FRAME):
        yield from (end + 1000, end + FRAME)


def opened_with(case: Released, file: Path, log: bytes, folder: Path, states: list[str]) -> int:
    """Which of the states a database with this log is in; the file is sound and the timeline verifies."""
    with copied(file, log, folder) as store:
        with store.read() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        number = states.index(state_of(store))
        with store.read() as session:
            assert verify(session, case.desk.case.keys, Path("nowhere")).holds
        return number


@contextmanager
def copied(file: Path, log: bytes, folder: Path) -> Iterator[Store]:
    folder.mkdir()
    shutil.copy(file, folder / file.name)
    (folder / f"{file.name}-wal").write_bytes(log)
    store = Store(f"sqlite:///{folder / file.name}")
    try:
        yield store
    finally:
        store.close()
        shutil.rmtree(folder)


async def send(case: Released) -> None:
    async with Sink() as sink:
        await engine_of(case, partial(connect, relay_of(sink)), "node.1").deliver(asyncio.Event())
    assert case.all_ended()
