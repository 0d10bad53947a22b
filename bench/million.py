"""One release from the first line of its audience to the purge: imported, approved, sent, closed out, in one process.

    python -m bench.million [--rows 100000] [--connections 8]; make bench-million does a million

Every step is the product's own code on a database made by its migrations; the relay is Postfix's smtp-sink, or ours
where it cannot be had. What is counted is read back from the ledger, the sink and the report. Asked (D6): the last
tenth of the mails goes at 0.9 of the rate of the first; sending adds less than 150 MB. Writes bench/out/million.json.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import uvloop
from sqlalchemy import func, select
from sqlmodel import col

from bench.audience import resident_mb
from bench.close_out import RULES, Step, Watched
from bench.measuring import goals, mailing, postfix, sink
from bench.measuring.goals import Goal
from bench.measuring.machine import introduce
from bench.measuring.notice import SENDER, SENDER_NAME, person
from bench.measuring.rounds import table
from bench.measuring.workplace import DURABILITY, begun, folder, installation
from incident.installation import Installation
from incident.models.entries import incident_subject
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.closing_out import Closer
from incident.verbs.purging import Purger, begin_audience_purge
from notifications.audience import import_members
from notifications.composing import Composer, From
from notifications.engine import Engine
from notifications.ids import public_id
from notifications.ledger import Worker, anything_due, counts
from notifications.models import Delivery, DeliveryState, Release
from notifications.release import finish
from notifications.sending import Sender
from notifications.smtp import connect
from notifications.turns import Plan

WHOLE = sys.maxsize
LIMIT_MB = 150.0
STEADY = 0.9
Counted = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Mails a second of the first and of the last tenth, by the ledger's own moments."""

    first: float
    last: float


def main() -> int:
    """Measure in a process of its own and print. Status 1 when a limit was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    quick = bool(os.environ.get("QUICK"))
    parser.add_argument("--rows", type=int, default=2_000 if quick else 100_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.within:
        measured(given.within, given.rows, given.connections)
        return 0
    with folder("million") as home:
        introduce(f"A release to {given.rows:,} people, from import to purge", home, "sqlalchemy", "uvloop")
        print(f"  database  {DURABILITY}, triggers and sealing on")
        print(
            f"  relay     {'smtp-sink of Postfix' if postfix.obtain() else 'bench.measuring.sink'}, on this machine\n"
        )
        command = [sys.executable, "-m", "bench.million", "--rows", str(given.rows), "--within", str(home)]
        command += ["--connections", str(given.connections)]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        size = sum(path.stat().st_size for path in home.glob("seventytwo.db*"))
    *steps, steadiness = map(json.loads, said.splitlines())
    return _report([Step(**step) for step in steps], Steadiness(**steadiness), size)


def measured(home: Path, rows: int, connections: int) -> None:
    """The whole story, one JSON line for each step; run in a process of its own."""
    with installation(home) as opened, _relay(home / "smtp-sink.log") as (port, counted):
        watched = Watched(opened.store)
        _, incident_id, audience_id = begun(opened)
        subject = incident_subject(incident_id)
        people = enumerate(map(person, range(rows)), 1)
        keys, store = opened.keys, opened.store
        _say(watched.step("import", rows, lambda: import_members(store, keys, audience_id, people)))
        made: list[UUID] = []
        _say(
            watched.step(
                "approve and lay out", rows, lambda: made.append(mailing.approved(opened, subject, audience_id))
            )
        )
        (release_id,) = made
        before = counted(0)
        _say(watched.step("send", rows, lambda: _sent(opened, port, connections)))
        with store.read() as session:
            found = counts(session, release_id)
        assert found == {DeliveryState.ACCEPTED: rows}, found
        assert counted(before + rows) - before == rows, "the sink's count differs from the ledger's"
        steadiness = _steadiness(opened, release_id, rows)
        assert store.write(lambda session: finish(session, session.get_one(Release, release_id), opened.clock.now()))
        _ended(opened, watched, (release_id, audience_id), rows)
        print(json.dumps(asdict(steadiness)), flush=True)


@contextlib.contextmanager
def _relay(log: Path) -> Iterator[tuple[int, Counted]]:
    programs = postfix.obtain()
    if programs:
        with postfix.sink(programs, log) as c_sink:
            yield c_sink.port, c_sink.settled
    else:
        with sink.running() as server:
            yield server.port, lambda _expected: server.counted().mails


def _sent(opened: Installation, port: int, connections: int) -> None:
    """The product's engine, until nothing is due."""
    composer = Composer(opened.store, opened.keys, opened.clock, From(SENDER, SENDER_NAME))
    connecting = partial(connect, mailing.relay(port))
    worker = Worker(f"bench.{public_id()}")
    sender = Sender(opened.store, opened.clock, worker, composer, connecting, Plan(connections))

    async def run() -> None:
        halt = asyncio.Event()

        def look() -> None:
            with opened.store.read() as session:
                if not anything_due(session, opened.clock.now()):
                    halt.set()

        await Engine(sender, holds_lock=True, after_run=look).run(halt)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def _steadiness(opened: Installation, release_id: UUID, rows: int) -> Steadiness:
    tenth = max(rows // 10, 1)
    mine, at = col(Delivery.release_id) == release_id, col(Delivery.settled_at)
    with opened.store.read() as session:

        def moment(number: int) -> float:
            found = session.execute(select(at).where(mine).order_by(at).offset(number).limit(1)).scalar_one()
            assert found is not None
            return float(found.timestamp())

        first = session.execute(select(func.min(col(Delivery.first_transmitting_at))).where(mine)).scalar_one()
        begun = first.timestamp() if first else moment(0)
        return Steadiness(tenth / (moment(tenth - 1) - begun), tenth / (moment(rows - 1) - moment(rows - tenth - 1)))


def _ended(opened: Installation, watched: Watched, of: tuple[UUID, UUID], rows: int) -> None:
    """Closed out and purged, as retention does it."""
    (release_id, audience_id), store, keys = of, opened.store, opened.keys
    actor, now = system("retention"), opened.clock.now()
    closer = Closer(store, keys, actor)
    _say(watched.step("close out", rows, lambda: closer.close(release_id, now, WHOLE)))
    report = closer.close(release_id, now, WHOLE)
    assert report is not None
    assert report.counts["rows"] == rows
    assert store.write(lambda session: begin_audience_purge(Act(session, keys, actor, now), audience_id, RULES))
    _say(watched.step("purge", rows, lambda: Purger(store, keys, actor, now).audience(audience_id, WHOLE)))


def _say(step: Step) -> None:
    print(json.dumps(asdict(step)), flush=True)
    print(f"{step.name}: {step.seconds:.0f} s, {resident_mb('VmRSS'):.0f} MB resident", file=sys.stderr, flush=True)


def _report(steps: list[Step], steadiness: Steadiness, size: int) -> int:
    lines = [
        (
            step.name,
            f"{step.seconds:.1f}",
            f"{step.rows / step.seconds:,.0f}",
            f"{step.cpu / step.rows * 1e6:.0f}",
            f"{step.median_ms:.1f}",
            f"{step.longest_ms:.0f}",
            f"{step.added_mb:+.1f}",
        )
        for step in steps
    ]
    table(("step", "s", "rows/s", "CPU us/row", "ms a write", "longest", "MB added at most"), lines)
    sending = next(step for step in steps if step.name == "send")
    print(
        f"\n  first tenth {steadiness.first:,.0f} mails/s, last {steadiness.last:,.0f}; database {size / 1e6:,.0f} MB"
    )
    wanted = [
        Goal("D6a", "rate of the last tenth of the mails over the first's", steadiness.last / steadiness.first, STEADY),
        Goal("D6b", "MB that sending adds at most", sending.added_mb, LIMIT_MB, "<="),
    ]
    goals.write("million", wanted)
    return 0 if all(goal.met for goal in wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
