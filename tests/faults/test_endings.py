"""How the programs end: with their parent, on SIGTERM with mails under way, and at once when their key is lost."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications.columns import METADATA
from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from notifications.store import Store
from tests.faults.conftest import Serve, Start
from tests.faults.databases import EITHER, IN_SOAK, ON_SQLITE
from tests.faults.processes import WORKER, Node, Program, until
from tests.faults.released import NOTHING_WRONG, Released, copies, reckon

pytestmark = pytest.mark.fault
CONNECTIONS = 4
STALLED = 60.0  # a relay that keeps every mail and says nothing for a minute


def under_way(case: Released, program: Program) -> None:
    program.await_saying(WORKER)
    until("mails are under way", lambda: case.in_state(DeliveryState.TRANSMITTING) > 0, program.output)


@ON_SQLITE
@pytest.mark.proves("F04")
def test_a_worker_is_gone_a_second_after_its_parent_and_the_next_one_takes_its_lock_and_its_rows(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path
) -> None:
    case, stalled = released(120), relay(STALLED)
    node = Node(tmp_path, database_url, stalled.port)
    parent = start(node, "serve")
    under_way(case, parent)
    until("each connection has a mail that is not answered", lambda: len(stalled.mails()) == CONNECTIONS)
    parent.kill()
    assert parent.over_within(1.0), "the worker outlived its parent by more than a second"
    left = case.in_state(DeliveryState.TRANSMITTING)
    assert CONNECTIONS <= left <= WINDOW

    willing = relay(0)
    successor = start(replace(node, smtp_port=willing.port), "serve")
    until("the release is over and every row has an end", case.settled, successor.output)
    assert case.times_uncertain() == left
    mails = willing.mails()
    assert reckon(case, mails) == NOTHING_WRONG
    assert copies(mails) == CONNECTIONS


@EITHER
@pytest.mark.parametrize("program", ["worker", pytest.param("serve", marks=IN_SOAK)])
@pytest.mark.proves("F13")
def test_sigterm_lets_bodies_under_way_end_and_begins_no_other(
    database_url: str, released: Callable[[int], Released], relay: Serve, start: Start, tmp_path: Path, program: str
) -> None:
    case, sink = released(300), relay(0.5)
    node = Node(tmp_path, database_url, sink.port)
    running = start(node, program)
    under_way(case, running)
    until("the relay has some", lambda: len(sink.mails()) >= CONNECTIONS)
    before = len(sink.mails())
    running.terminate()
    assert running.wait() == 0, running.output()
    assert len(sink.mails()) <= before + 2 * CONNECTIONS  # one each may have begun while the signal was on its way
    assert case.in_hand() == frozenset()
    assert case.times_uncertain() == 0
    accepted = {row.message_id for row in case.rows() if row.state is DeliveryState.ACCEPTED}
    assert sorted(mail.message_id for mail in sink.mails()) == sorted(accepted)

    quick = relay(0)
    successor = start(replace(node, smtp_port=quick.port), program)
    until("the release is over and every row has an end", case.settled, successor.output)
    assert reckon(case, quick.mails()) == NOTHING_WRONG
    assert case.wrong(quick.mails(), "I1", "I2", losses=0) == []
    assert copies(quick.mails()) == 0


@EITHER
@pytest.mark.parametrize("lost", ["missing", pytest.param("another", marks=IN_SOAK)])
def test_without_its_key_every_program_says_so_and_touches_nothing(
    store: Store, database_url: str, released: Callable[[int], Released], start: Start, tmp_path: Path, lost: str
) -> None:
    released(3)
    key, kept = tmp_path / "key-encryption-key", tmp_path / "kept-elsewhere"
    key.rename(kept)
    if lost == "another":
        key.write_text("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")
        key.chmod(0o600)
    before, node = everything(store), Node(tmp_path, database_url, 25)
    for program in [start(node, name) for name in ("worker", "serve", "web")]:
        assert program.wait() == 2
        assert "key-encryption key" in program.output()
        assert "Nothing was touched" in program.output()
        assert "Traceback" not in program.output()
        assert (str(key) in program.output()) == (lost == "missing")
    assert everything(store) == before
    assert key.exists() == (lost == "another")
    assert not (tmp_path / "checkpoints").exists()

    os.replace(kept, key)
    start(node, "worker").await_saying(WORKER)


def everything(store: Store) -> str:
    """SHA-256 over every row and, where the database is a file, over its bytes, with nobody at work on it."""
    store.close()
    found = hashlib.sha256()
    if store.is_sqlite:
        file = Path(store.url.database or "")
        assert not file.with_name(f"{file.name}-wal").exists()
        found.update(file.read_bytes())
    with store.read() as session:
        for table in METADATA.sorted_tables:
            found.update(repr(sorted(map(repr, session.execute(select(table)).all()))).encode())
    store.close()
    return found.hexdigest()
