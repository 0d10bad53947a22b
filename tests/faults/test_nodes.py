"""Several workers at one ledger: of one node only one works, of two nodes each sends its share."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from tests.faults.conftest import Serve, Start
from tests.faults.processes import WORKER, Node, until
from tests.faults.released import NOTHING_WRONG, Released, copies, reckon

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
WAITS = re.compile(r"another one holds (\S+); waiting")
MISCONFIGURED = 2


@pytest.mark.fault
def test_a_second_worker_of_a_node_waits_and_takes_over_when_the_first_is_killed(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, sink = released(200), relay(0.05)
    node = Node(tmp_path, database_url, sink.port)
    first = start(node, "worker")
    first.await_saying(WORKER)
    second = start(node, "worker")
    second.await_saying(WAITS)
    until("mails are under way", lambda: case.in_state(DeliveryState.TRANSMITTING) > 0, first.output)
    assert not WORKER.search(second.output())
    first.kill()
    second.await_saying(WORKER)
    until("every row has an end", case.all_ended, second.output)
    assert 1 <= case.times_uncertain() <= WINDOW
    assert reckon(case, sink.mails()) == NOTHING_WRONG
    second.terminate()
    assert second.wait() == 0


@pytest.mark.fault
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("program", ["worker", "serve"])
def test_mail_in_clear_text_to_another_machine_ends_the_program_and_says_why(
    database_url: str, start: Start, tmp_path: Path, program: str
) -> None:
    running = start(Node(tmp_path, database_url, 25, {"smtp_host": "mail.example"}), program)
    assert running.wait() == MISCONFIGURED
    assert "clear text to mail.example" in running.output()
    assert "Traceback" not in running.output()


@pytest.mark.soak
@ON_POSTGRESQL
def test_of_two_nodes_one_is_killed_for_good_and_the_other_takes_its_rows_over_when_their_lease_ends(
    database_url: str,
    released: Callable[[int], Released],
    relay: Serve,
    start: Start,
    tmp_path: Path,
    say: Callable[[str], None],
) -> None:
    case, sink = released(1500), relay(0.03)
    here, there = (Node(tmp_path / name, database_url, sink.port) for name in ("here", "there"))
    for node in (here, there):
        node.home.mkdir()
        shutil.copy(tmp_path / "key-encryption-key", node.home)
    lost, staying = start(here, "worker"), start(there, "worker")
    lost.await_saying(WORKER)
    staying.await_saying(WORKER)
    until("both send", lambda: len(case.in_hand()) == 2 and len(sink.mails()) > 200, staying.output)
    lost.kill()
    until("every row has an end", case.all_ended, staying.output, seconds=240)
    mails, doubtful = sink.mails(), case.times_uncertain()
    assert 1 <= doubtful <= WINDOW
    assert reckon(case, mails) == NOTHING_WRONG
    say(f"one of two nodes lost while both sent: {doubtful} rows uncertain, {copies(mails)} mails twice, none lost")


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_relay_that_never_answers_holds_the_end_up_for_half_a_minute_and_only_its_bodies_are_doubtful(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, stalled = released(200), relay(3600)
    node = Node(tmp_path, database_url, stalled.port)
    running = start(node, "serve")
    running.await_saying(WORKER)
    until("each connection has a body that is not answered", lambda: len(stalled.mails()) == 4, running.output)
    running.terminate()
    assert running.wait() == 0
    assert case.in_hand() == frozenset()
    assert case.times_uncertain() == case.in_state(DeliveryState.UNCERTAIN) == 4
