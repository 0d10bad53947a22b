"""Programs that are ended with the test, and the mail servers they send to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from notifications.store import Store
from tests.faults.processes import Node, Program, SinkProgram
from tests.faults.released import Released, release

Start = Callable[..., Program]
Serve = Callable[..., SinkProgram]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a program of the product on a node; it and its children are gone after the test."""
    with ExitStack() as stack:

        def begin(node: Node, *arguments: str, under: Sequence[str] = ()) -> Program:
            program = Program(node, *arguments, under=under)
            stack.callback(program.close)
            return program

        yield begin


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Serve]:
    """Starts a mail server that answers so many seconds late, or holds; all of a test write to one log."""
    with ExitStack() as stack:

        def begin(slow: float, hold: int = 0) -> SinkProgram:
            sink = SinkProgram(tmp_path / "mails.jsonl", slow, hold)
            stack.callback(sink.close)
            return sink

        yield begin


@pytest.fixture
def released(store: Store, tmp_path: Path) -> Callable[[int], Released]:
    """A notice released to so many people, on both databases; nothing of it has been sent."""
    return lambda people: release(store, tmp_path, people)
