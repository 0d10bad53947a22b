"""Killed while mails are under way and started again: all have the notice, only declared ones have it twice."""

import os
import random
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from incident.queries.audit import verify
from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from tests.faults.conftest import Serve, Start
from tests.faults.databases import ON_SQLITE
from tests.faults.processes import WORKER, Node, Program, SinkProgram, until
from tests.faults.released import NOTHING_WRONG, Released, copies, reckon

SLOW = 0.1  # seconds a mail takes while there are kills: four connections send some 40 a second
AT_MOST = 0.4  # seconds into the sending at which a kill comes
WORKER_KILLED = re.compile(r"the worker ended with status (-9)")
PASSES = max(1, int(os.environ.get("SOAK_BUDGET", "0")) // 1200)  # more only by hand


@dataclass
class Rounds:
    """Kills `serve` again and again, its worker child alone and all of it in turns, and counts what each kill did."""

    node: Node
    start: Start
    case: Released
    uncertain: list[int] = field(default_factory=list)  # rows, by kill
    _program: Program | None = None
    _lives: int = 0  # workers the program has had
    _dead: frozenset[str] = frozenset()  # the last worker killed, while rows are in its hands
    _before: int = 0

    def kill_worker(self) -> None:
        program = self._sending()
        os.kill(program.worker_pid, signal.SIGKILL)
        program.await_saying(WORKER_KILLED, self._lives)
        self._look()
        self._lives += 1

    def kill_all(self) -> None:
        self._sending().kill_group()
        self._look()
        self._program = None

    def finish(self, quick: SinkProgram) -> None:
        """Let the rest go, to a quick relay."""
        self._end(self._working())
        self.case.bring_forward()
        self.node, self._program = replace(self.node, smtp_port=quick.port), None
        program = self._working()
        until("the release is over and every row has an end", self.case.settled, self.case.said_with(program.output))
        self._end(program)

    def _end(self, program: Program) -> None:
        program.terminate()
        assert program.wait() == 0, program.output()

    def _working(self) -> Program:
        """The program with a worker that has taken over what the last one left."""
        if self._program is None:
            self._program, self._lives = self.start(self.node, "serve"), 1
        self._program.await_saying(WORKER, self._lives)
        if self._dead:
            until(
                "rows of the dead are taken over",
                lambda: self._dead.isdisjoint(self.case.in_hand()),
                self._program.output,
            )
            self.uncertain.append(self.case.times_uncertain() - self._before)
            self._dead = frozenset()
        return self._program

    def _sending(self) -> Program:
        """The program, at a random moment of its sending."""
        program = self._working()
        until("mails are under way", lambda: self.case.in_state(DeliveryState.TRANSMITTING) > 0, program.output)
        threading.Event().wait(random.uniform(0, AT_MOST))
        return program

    def _look(self) -> None:
        """What a kill left: rows were transmitting, and no more than a window of them."""
        until("the database has heard of it", self.case.nothing_under_way)
        assert 1 <= self.case.in_state(DeliveryState.TRANSMITTING) <= WINDOW
        self._dead, self._before = self.case.in_hand(), self.case.times_uncertain()


def carry_out(rounds: Rounds, quick: SinkProgram, kills: int) -> str:
    """So many kills, then the rest is sent. Returns what was seen."""
    for number in range(kills):
        if number % 2:
            rounds.kill_all()
        else:
            rounds.kill_worker()
    rounds.finish(quick)
    assert len(rounds.uncertain) == kills
    assert any(rounds.uncertain)
    assert max(rounds.uncertain) <= WINDOW
    mails = quick.mails()
    assert reckon(rounds.case, mails) == NOTHING_WRONG
    assert rounds.case.wrong(mails, "I1", "I2", "I6", losses=kills) == []
    return (
        f"{kills} kills while sending: {sum(rounds.uncertain)} rows uncertain, {copies(mails)} mails twice, none lost"
    )


def chain_holds(case: Released, home: Path) -> bool:
    with case.store.read() as session:
        return verify(session, case.desk.case.keys, home / "checkpoints").holds


@pytest.mark.fault
@ON_SQLITE
@pytest.mark.proves("F06")
def test_killed_twice_everybody_has_a_mail_and_only_uncertain_rows_have_two(
    database_url: str,
    released: Callable[[int], Released],
    relay: Serve,
    start: Start,
    tmp_path: Path,
    say: Callable[[str], None],
) -> None:
    case, slow = released(300), relay(SLOW)
    say(carry_out(Rounds(Node(tmp_path, database_url, slow.port), start, case), relay(0), kills=2))
    assert chain_holds(case, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("_pass", range(PASSES))
@pytest.mark.proves("F06")
def test_killed_ten_times_everybody_has_a_mail_and_only_uncertain_rows_have_two(
    database_url: str,
    released: Callable[[int], Released],
    relay: Serve,
    start: Start,
    tmp_path: Path,
    say: Callable[[str], None],
    _pass: int,
) -> None:
    case, slow = released(2400), relay(SLOW)
    seen = carry_out(Rounds(Node(tmp_path, database_url, slow.port), start, case), relay(0), kills=10)
    say(f"{'SQLite' if case.store.is_sqlite else 'PostgreSQL'}: {seen}")
    assert chain_holds(case, tmp_path)
