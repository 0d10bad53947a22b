"""`seventytwo worker --status` names every worker with what ails it, and fails while none lives."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from notifications import workers
from notifications.clock import SystemClock
from notifications.ledger import Worker
from notifications.store import Store
from tests.incident.commands.conftest import Type

Beats = Callable[..., None]


@pytest.fixture
def beats(store: Store) -> Beats:
    """A worker of a node proved so many seconds ago that it lives."""

    def beat(node: str, ago: float, trouble: str = "") -> None:
        at = SystemClock().now() - timedelta(seconds=ago)
        store.write(lambda session: workers.beat(session, Worker(f"{node}.1"), at, trouble))

    return beat


def test_each_has_a_line_and_all_are_counted(store: Store, type_command: Type, beats: Beats) -> None:
    beats("a" * 32, 1)
    beats("b" * 32, 300, "the relay refuses")
    beats("c" * 32, 20)
    store.write(lambda session: workers.take_leave(session, Worker("c" * 32 + ".1"), SystemClock().now()))
    *lines, total = type_command("worker", "--status").splitlines()
    assert [line.split()[0] for line in lines] == ["lives", "silent", "ended"]
    assert re.search(r"node b{8}, seen 3\d\d s ago: the relay refuses$", lines[1])
    assert total == "1 of 3 workers live."


def test_with_none_alive_it_fails(type_command: Type, beats: Beats) -> None:
    beats("a" * 32, 61)
    with pytest.raises(SystemExit) as ended:
        type_command("worker", "--status")
    assert ended.value.code == 1
