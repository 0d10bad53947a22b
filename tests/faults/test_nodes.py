"""Several workers at one ledger: of one node only one works, of two nodes each sends its share."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from tests.faults.conftest import Serve, Start
from tests.faults.databases import EITHER, IN_SOAK
from tests.faults.processes import WORKER, Node, until
from tests.faults.released import NOTHING_WRONG, Released, copies, reckon

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
WAITS = re.compile(r"another one holds (\S+); waiting")
MISCONFIGURED = 2
FULL = "each connection has a body that is not answered"
MUTE = 3600.0  # seconds: a relay that keeps a mail and says nothing


@pytest.mark.fault
@EITHER
def test_a_second_worker_of_a_node_waits_and_takes_over_when_the_first_is_killed(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, mute = released(130), relay(MUTE)
    first = start(Node(tmp_path, database_url, mute.port), "worker")
    until(
        "each connection has a body that is not answered", lambda: len(mute.mails()) == 4, case.said_with(first.output)
    )
    willing = relay(0)
    second = start(Node(tmp_path, database_url, willing.port), "worker")
    second.await_saying(WAITS)
    assert not WORKER.search(second.output())
    first.kill()
    second.await_saying(WORKER)
    until("the release is over and every row has an end", case.settled, case.said_with(second.output))
    assert 4 <= case.times_uncertain() <= WINDOW
    assert reckon(case, willing.mails()) == NOTHING_WRONG
    assert copies(willing.mails()) == 4
    second.terminate()
    assert second.wait() == 0


@pytest.mark.fault
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("program", ["worker", pytest.param("serve", marks=IN_SOAK)])
def test_mail_in_clear_text_to_another_machine_ends_the_program_and_says_why(
    database_url: str, start: Start, tmp_path: Path, program: str
) -> None:
    running = start(Node(tmp_path, database_url, 25, {"smtp_host": "mail.example"}), program)
    assert running.wait() == MISCONFIGURED
    assert "clear text to mail.example" in running.output()
    assert "Traceback" not in running.output(), running.output()


@pytest.mark.soak
@ON_POSTGRESQL
@pytest.mark.proves("F04")
def test_of_two_nodes_one_is_killed_for_good_and_the_other_takes_its_rows_over_when_their_lease_ends(
    database_url: str,
    released: Callable[[int], Released],
    relay: Serve,
    start: Start,
    tmp_path: Path,
    say: Callable[[str], None],
) -> None:
    case, mute, willing = released(400), relay(MUTE), relay(0.01)
    here, there = Node(tmp_path / "here", database_url, mute.port), Node(tmp_path / "there", database_url, willing.port)
    for node in (here, there):
        node.home.mkdir()
        shutil.copy(tmp_path / "key-encryption-key", node.home)
    lost = start(here, "worker")
    until(
        "each connection has a body that is not answered", lambda: len(mute.mails()) == 4, case.said_with(lost.output)
    )
    staying = start(there, "worker")
    until("the other one sends what is free", lambda: len(willing.mails()) > 100, staying.output)
    assert len(case.in_hand()) == 2
    lost.kill()
    until("the release is over and every row has an end", case.settled, case.said_with(staying.output), seconds=240)
    mails, doubtful = willing.mails(), case.times_uncertain()
    assert 4 <= doubtful <= WINDOW
    assert reckon(case, mails) == NOTHING_WRONG
    assert copies(mails) == 4
    say(f"one of two nodes lost while both sent: {doubtful} rows uncertain, {copies(mails)} mails twice, none lost")


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.proves("F13", "F23")
def test_a_relay_that_never_answers_holds_the_end_up_for_half_a_minute_and_only_its_bodies_are_doubtful(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, mute = released(200), relay(MUTE)
    node = Node(tmp_path, database_url, mute.port)
    running = start(node, "serve")
    running.await_saying(WORKER)
    until(
        "each connection has a body that is not answered",
        lambda: len(mute.mails()) == 4,
        case.said_with(running.output),
    )
    running.terminate()
    assert running.wait() == 0
    assert case.in_hand() == frozenset()
    assert case.times_uncertain() == case.in_state(DeliveryState.UNCERTAIN) == 4
