"""The disk takes no more from programs that are running: nothing is acknowledged, nothing lost, and all goes on."""

import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from incident.models.intake import Intake, IntakeState
from incident.roles import operator
from incident.verbs.act import Act
from incident.verbs.sources import add_source
from tests.faults.conftest import Serve, Start
from tests.faults.invariants import Scene, violations
from tests.faults.processes import Node, Program, until
from tests.faults.released import Released, copies
from tests.incident.monitor import alert, notification

pytestmark = [pytest.mark.fault, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LITTLE = 64 * 1024  # octets a file may have: enough for what the programs say, too little for the database's log
CANNOT = re.compile(r"the ledger cannot be written: disk I/O error|the database cannot be used: disk I/O error")


@contextmanager
def no_room(*programs: int) -> Iterator[None]:
    """No file of these processes may grow beyond a little (RLIMIT_FSIZE): the system refuses as a full disk does."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in programs}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (LITTLE, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@pytest.mark.proves("F14", "F15", "F16")
def test_running_programs_whose_disk_is_full_acknowledge_nothing_and_go_on_when_there_is_room(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, sink = released(600), relay(0.1, hold=10)
    secret = add_monitor(case)
    node = Node(tmp_path, database_url, sink.port)
    web, worker = start(node, "web"), start(node, "worker")
    post = partial(deliver, web, secret)
    assert post("exports-eu-1").status_code == 202
    until("mails are under way", lambda: len(sink.mails()) >= 10, worker.output)
    with no_room(web.pid, worker.pid):
        sink.go_on()
        worker.await_saying(CANNOT)
        refused = post("exports-us-1")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert httpx.get(f"{web.url}/healthz").status_code == 200
        assert not case.all_ended()
    until("the release is over and every row has an end", case.settled, worker.output)
    assert post("exports-us-1").status_code == 202
    until("both are read", lambda: len(keys_of(case, col(Intake.state) == IntakeState.APPLIED)) == 2)
    until("whom they page has it", case.settled, worker.output)
    worker.terminate()
    assert worker.wait() == 0, worker.output()
    known = case.desk.case
    mails, kept = sink.mails(), keys_of(case)
    assert copies(mails) <= case.times_uncertain()
    scene = Scene(
        case.store, known.keys, known.clock.now(), mails, 1, acknowledged=kept, checkpoints=tmp_path / "checkpoints"
    )
    assert violations(scene, "I1", "I2", "I4", "I5", "I6") == []


def add_monitor(case: Released) -> str:
    """A source that may post; its secret."""
    known = case.desk.case

    def work(session: object) -> str:
        act = Act(session, known.keys, operator("root"), known.clock.now())  # type: ignore[arg-type]
        return add_source(act, "pager", "alertmanager", "bearer").secret

    return case.store.write(work)


def deliver(web: Program, secret: str, instance: str) -> httpx.Response:
    proof = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    return httpx.post(f"{web.url}/hooks/pager", content=notification(alert(instance)), headers=proof, timeout=60)


def keys_of(case: Released, *where: ColumnElement[bool]) -> list[str]:
    with case.store.read() as session:
        return list(session.exec(select(Intake.intake_key).where(*where)).all())
