"""The dead man's switch outside hears of every tick that looked at everything, and of no other."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from incident.models.law import Obligation, Reminder
from notifications.models import Heartbeat
from notifications.store import Store
from tests.faults.conftest import Start
from tests.faults.processes import WORKER, Node, until
from tests.faults.released import release

pytestmark = [pytest.mark.fault, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


class Switch(HTTPServer):
    """Somebody else's alarm: counts what it hears."""

    heard = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/beat"


class _Hears(BaseHTTPRequestHandler):
    server: Switch

    def do_GET(self) -> None:
        self.server.heard += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch(("127.0.0.1", 0), _Hears)
    listening = threading.Thread(target=server.serve_forever)
    listening.start()
    yield server
    server.shutdown()
    listening.join()
    server.server_close()


def beating(switch: Switch, *, loopback: bool = True) -> dict[str, str]:
    """The settings of a worker that tells the switch, which is on this machine."""
    return {"heartbeat_url": switch.url, "endpoint_loopback": str(loopback).lower()}


def troubles(store: Store) -> list[str] | None:
    """What the last tick could not look at; None before there was one."""
    with store.read() as session:
        beat = session.get(Heartbeat, "sweep")
        found = beat.document["troubles"] if beat else None
    assert found is None or isinstance(found, list)
    return found


def test_it_hears_of_a_tick_that_looked_at_everything(
    store: Store, database_url: str, switch: Switch, start: Start, tmp_path: Path
) -> None:
    release(store, tmp_path, 3)
    running = start(Node(tmp_path, database_url, 25, beating(switch)), "worker")
    until("it is heard", lambda: switch.heard >= 2, running.output)
    assert troubles(store) == []


def test_it_hears_nothing_while_one_deadline_cannot_be_looked_at(
    store: Store, database_url: str, switch: Switch, start: Start, tmp_path: Path
) -> None:
    case = release(store, tmp_path, 3).desk.case
    poisoned = case.obligations()["eu-gdpr-33-1-sa", "supervisory_authority"].id

    def spoil(session: Session) -> None:
        session.execute(update(Obligation).where(col(Obligation.id) == poisoned).values(rule={}))
        first = session.exec(select(Reminder).where(col(Reminder.obligation_id) == poisoned).limit(1)).one()
        first.fires_at = case.clock.now()
        session.add(first)

    store.write(spoil)
    running = start(Node(tmp_path, database_url, 25, beating(switch)), "worker")
    running.await_saying(WORKER)
    until("a tick has been", lambda: troubles(store) is not None, running.output)
    running.terminate()
    assert running.wait() == 0
    assert troubles(store) == [f"obligation {poisoned}"]
    assert switch.heard == 0


def test_it_is_asked_through_the_guard_of_every_other_request(
    store: Store, database_url: str, switch: Switch, start: Start, tmp_path: Path
) -> None:
    release(store, tmp_path, 3)
    running = start(Node(tmp_path, database_url, 25, beating(switch, loopback=False)), "worker")
    running.await_saying(re.compile("heartbeat could not be sent: not sent: the address leads to this machine"))
    assert switch.heard == 0
