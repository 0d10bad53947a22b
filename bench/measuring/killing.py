"""Programs killed at random moments of their sending and started again; what their ledgers and the relay say then."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysqlite3.dbapi2
from sqlmodel import col, select

from bench.measuring.mailing import released
from bench.measuring.notice import person
from bench.measuring.programs import ROOT
from bench.measuring.witness import Witness
from bench.measuring.workplace import installation, settings_in
from incident.serving import environment_of
from notifications.models import Delivery, DeliveryState
from notifications.store import Store
from notifications.transitions import OPEN

AT_MOST = 0.6  # seconds into its sending at which a program is killed
PATIENCE = 120.0
LOOK_SECONDS = 0.02
CONNECTIONS = 4  # of every design
SCHEMA = (
    "CREATE TABLE message (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending')",
    "CREATE TABLE cursor (at INTEGER NOT NULL, status TEXT NOT NULL)",
    "INSERT INTO cursor VALUES (0, 'running')",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one design came to. `said`: what its own ledger says; `admitted`: second mails that it declares."""

    kills: int
    people: int
    lost: int
    twice: int
    admitted: int
    said: str


class Stuck(Exception):
    """A program did not get on: what it said is the text."""


@dataclass(frozen=True, slots=True)
class Design:
    """A way to send: how its program is started, and whether its own ledger has anything left."""

    command: Sequence[str]
    environment: Mapping[str, str]
    finished: Callable[[], bool]
    log: Path
    ends_itself: bool  # once it is finished; others are asked to


def kill_again_and_again(design: Design, witness: Witness, kills: int, chance: random.Random) -> int:
    """Kill the program so often while it sends, then let it finish. Returns how often it was killed. Raises Stuck."""
    done = 0
    while done < kills:
        process, had = _start(design), len(witness.mails())
        if not _until(lambda: len(witness.mails()) > had or design.finished(), process, design):  # noqa: B023
            break
        if design.finished():
            _end(process, design)
            break
        time.sleep(chance.uniform(0, AT_MOST))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done += 1
    process = _start(design)
    _until(design.finished, process, design)
    _end(process, design)
    return done


def _start(design: Design) -> "subprocess.Popen[bytes]":
    with design.log.open("ab") as said:
        return subprocess.Popen(
            design.command,
            cwd=ROOT,
            env=dict(design.environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _until(holds: Callable[[], bool], process: "subprocess.Popen[bytes]", design: Design) -> bool:
    """Wait for it; False when the program ended by itself first. Raises Stuck."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if process.poll() is not None:
            if process.returncode:
                raise Stuck(design.log.read_text(errors="replace")[-2000:])
            return holds()
        if time.monotonic() > end:
            raise Stuck(f"nothing for {PATIENCE:.0f} s: {design.log.read_text(errors='replace')[-2000:]}")
        time.sleep(LOOK_SECONDS)
    return True


def _end(process: "subprocess.Popen[bytes]", design: Design) -> None:
    if process.poll() is None:
        if not design.ends_itself:
            process.terminate()
        process.wait(PATIENCE)


def our_ledger(home: Path, witness: Witness, people: int, kills: int, chance: random.Random) -> Outcome:
    """The product's worker on a database of its own migrations, with a release to so many people."""
    settings = settings_in(home).model_copy(update={"smtp_port": witness.port, "smtp_connections": CONNECTIONS})
    settings.model_fields_set.update({"smtp_port", "smtp_connections"})
    with installation(home) as opened:
        released(opened, people)
        store = opened.store
        command = [sys.executable, "-m", "incident.worker"]
        design = Design(
            command, _clean() | environment_of(settings), lambda: not _open_rows(store), home / "said.log", False
        )
        done = kill_again_and_again(design, witness, kills, chance)
        with store.read() as session:
            rows = list(session.exec(select(Delivery).where(col(Delivery.release_id).is_not(None))).all())
    copies = Counter(name for _, name in witness.mails())
    mailed = {to for to, _ in witness.mails()}
    states = Counter(row.state for row in rows)
    return Outcome(
        kills=done,
        people=len(rows),
        lost=len({person(number).address for number in range(people)} - mailed),
        twice=copies.total() - len(copies),
        admitted=sum(max(0, copies[row.message_id] - 1) for row in rows if row.possible_duplicate),
        said=f"{states[DeliveryState.ACCEPTED]} accepted, "
        f"{sum(row.possible_duplicate for row in rows)} of them perhaps twice",
    )


def peer(module: str, home: Path, witness: Witness, people: int, kills: int, chance: random.Random) -> Outcome:
    """A program of `bench.peers` on a file of its own, as durable as ours."""
    home.mkdir()
    file = home / "peer.db"
    database = pysqlite3.dbapi2.connect(str(file), isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    for statement in SCHEMA:
        database.execute(statement)
    addresses = [str(person(number).address) for number in range(people)]
    database.executemany("INSERT INTO message (recipient) VALUES (?)", [(address,) for address in addresses])
    command = [sys.executable, f"bench/peers/{module}.py", str(file), str(witness.port), str(CONNECTIONS)]
    marks = module == "mark_then_send"
    left = "SELECT count(*) FROM message WHERE status = 'pending'" if marks else "SELECT status = 'running' FROM cursor"
    design = Design(command, os.environ, lambda: not database.execute(left).fetchone()[0], home / "said.log", True)
    done = kill_again_and_again(design, witness, kills, chance)
    states = "SELECT count(*), status FROM message GROUP BY status ORDER BY status DESC"
    found = database.execute(states if marks else "SELECT 'campaign', status FROM cursor").fetchall()
    said = ", ".join(f"{what} {status}" for what, status in found)
    database.close()
    copies = Counter(to for to, _ in witness.mails())
    return Outcome(done, people, len(set(addresses) - set(copies)), copies.total() - len(copies), 0, said)


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SEVENTYTWO_")}


def _open_rows(store: Store) -> bool:
    with store.read() as session:
        return session.exec(select(Delivery.id).where(col(Delivery.state).in_(OPEN)).limit(1)).first() is not None
