"""PostgreSQL crashes and comes back while a notice is sent: nothing is lost, at most a window a crash is doubtful."""

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from notifications.store import Store
from tests.databases import build_schema
from tests.faults.conftest import Serve, Start
from tests.faults.processes import WORKER, Node, until
from tests.faults.released import NOTHING_WRONG, copies, reckon, release
from tests.postgresql.server import Server

pytestmark = pytest.mark.soak
CRASHES = 3
SLOW = 0.03


@pytest.fixture
def server() -> Iterator[Server]:
    """One of its own: the session's server is for all tests."""
    running = Server()
    build_schema(running.url("postgres"))
    yield running
    running.stop()


def test_the_server_is_killed_while_sending_and_everybody_has_a_mail(
    server: Server, relay: Serve, start: Start, tmp_path: Path, say: Callable[[str], None]
) -> None:
    store, sink = Store(server.url("postgres")), relay(SLOW)
    case = release(store, tmp_path, 1200)
    program = start(Node(tmp_path, server.url("postgres"), sink.port), "serve")
    program.await_saying(WORKER)
    for _ in range(CRASHES):
        until("mails are under way", lambda: case.in_state(DeliveryState.TRANSMITTING) > 0, program.output)
        threading.Event().wait(random.uniform(0, 0.5))
        server.crash()
        threading.Event().wait(random.uniform(0, 2))
        server.start_again()
    until("the release is over and every row has an end", case.settled, program.output, seconds=240)
    mails, doubtful = sink.mails(), case.times_uncertain()
    assert doubtful <= CRASHES * WINDOW
    assert reckon(case, mails) == NOTHING_WRONG
    until("everything works", lambda: httpx.get(f"{program.url}/readyz").status_code == 200, program.output)
    assert program.output().count("has the lock") == 1
    store.close()
    say(f"PostgreSQL crashed {CRASHES} times while sending: {doubtful} rows uncertain, {copies(mails)} mails twice")
