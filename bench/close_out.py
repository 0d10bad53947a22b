"""How long does it take to close a release to a million people out and to purge it, and in how much memory?

    python -m bench.close_out [--rows 1000000]

A fresh process imports the people, approves and fans out by the product's own code. What relays answered is then put
into the rows by one statement: sending has its own measurement. Timed are the product's verbs, report and purge, with
the longest of their transactions, for others wait that long. Asked: less than 150 MB of memory, no write over 50 ms at
the median of pieces.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar
from uuid import UUID

from sqlalchemy import case, func, update
from sqlmodel import Session, col, select

from bench.audience import person, resident_mb
from bench.measuring import mailing
from bench.measuring.machine import introduce
from bench.measuring.rounds import table
from bench.measuring.workplace import DURABILITY, begun, folder, installation
from incident.installation import Installation
from incident.models.entries import incident_subject
from incident.retention_rules import RetentionRules
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.closing_out import Closer
from incident.verbs.purging import Purger, begin_audience_purge
from notifications.audience import NewMember, import_members
from notifications.ledger import counts
from notifications.models import Delivery, DeliveryState, Member, Release
from notifications.release import finish
from notifications.store import Store

T = TypeVar("T")
LIMIT_MB = 150.0
WRITE_MS = 50.0
RULES = RetentionRules(bounce_days=0, audience_days=0, while_open=False)
REJECTED_EVERY = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the product: what it took, and how its transactions were."""

    name: str
    rows: int
    seconds: float
    cpu: float
    writes: int
    median_ms: float
    longest_ms: float
    cpu_ms: float
    added_mb: float


@dataclass
class Watched:
    """The installation's store, which hears how long each transaction is."""

    store: Store
    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._write = self.store.write
        self.store.write = self.write  # type: ignore[method-assign]

    def write(self, work: Callable[[Session], T]) -> T:
        began, busy = time.perf_counter(), time.process_time()
        try:
            return self._write(work)
        finally:
            self.taken.append(time.perf_counter() - began)
            self.worked.append(time.process_time() - busy)

    def step(self, name: str, rows: int, work: Callable[[], object]) -> Step:
        self.taken.clear()
        self.worked.clear()
        began, busy, before = time.perf_counter(), time.process_time(), resident_mb("VmRSS")
        work()
        took, cpu = time.perf_counter() - began, time.process_time() - busy
        of_writes = (median(self.taken) * 1000, max(self.taken) * 1000, median(self.worked) * 1000)
        return Step(name, rows, took, cpu, len(self.taken), *of_writes, resident_mb("VmHWM") - before)


def sent(opened: Installation, rows: int) -> tuple[UUID, UUID]:
    """A finished release to so many people. Returns it and its audience."""
    store, keys, now = opened.store, opened.keys, opened.clock.now()
    _, incident_id, audience_id = begun(opened)
    import_members(store, keys, audience_id, ((number, member(number)) for number in range(1, rows + 1)))
    release_id = mailing.approved(opened, incident_subject(incident_id), audience_id)
    bad = col(Delivery.id) % REJECTED_EVERY == 0
    answers = {
        "state": case((bad, DeliveryState.REJECTED.value), else_=DeliveryState.ACCEPTED.value),
        "reply_code": case((bad, 550), else_=250),
        "reply_enhanced": case((bad, "5.1.1"), else_="2.0.0"),
        "reply_text": case((bad, "no such user here"), else_="ok queued as 4f9d2c71b8"),
        "attempt": 1,
        "first_transmitting_at": now,
        "settled_at": now,
    }
    store.write(lambda session: session.execute(update(Delivery).values(answers)))
    assert store.write(lambda session: finish(session, session.get_one(Release, release_id), now))
    return release_id, audience_id


def member(number: int) -> NewMember:
    """One person as `bench.audience` has them."""
    said = person(number)
    return NewMember(
        said["person"],
        said["address"] or f"{said['person']}@mail.example",
        locale=said["locale"],
        region=said["region"],
        values={"name": said["name"]},
    )


def measured(home: Path, rows: int) -> None:
    """Close out and purge and print one JSON line for each step; run in a process of its own."""
    with installation(home) as opened:
        release_id, audience_id = sent(opened, rows)
        store, keys, actor, now = opened.store, opened.keys, system("retention"), opened.clock.now()
        watched, closer = Watched(store), Closer(store, keys, actor)
        whole = sys.maxsize
        _say(watched.step("close out", rows, lambda: closer.close(release_id, now, whole)))
        report = closer.close(release_id, now, whole)
        assert report is not None
        assert report.counts["rows"] == rows

        def begin() -> None:
            assert store.write(lambda s: begin_audience_purge(Act(s, keys, actor, now), audience_id, RULES))

        _say(watched.step("key destroyed", 1, begin))
        _say(watched.step("purge", rows, lambda: Purger(store, keys, actor, now).audience(audience_id, whole)))
        with store.read() as session:
            found = counts(session, release_id)
            left = session.exec(select(func.count()).select_from(Member)).one()
        assert sum(found.values()) == rows, found
        assert left == 0
        _say(Step("file", report.parts, 0, 0, 0, 0, 0, 0, report.size / 1e6))


def _say(step: Step) -> None:
    print(json.dumps(asdict(step)), flush=True)


def main() -> int:
    """Measure in a process of its own and print. Status 1 when the memory was more than is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.within:
        measured(given.within, given.rows)
        return 0
    with folder("close-out") as home:
        introduce(f"Close-out: a release to {given.rows:,} people closed out and purged", home, "sqlalchemy")
        print(f"  database  {DURABILITY}; key, members and names go, the condensed rows stay\n", flush=True)
        command = [sys.executable, "-m", "bench.close_out", "--rows", str(given.rows), "--within", str(home)]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return _report([Step(**json.loads(line)) for line in said.splitlines()])


def _report(steps: list[Step]) -> int:
    *timed, file = steps
    lines = [
        (
            step.name,
            f"{step.seconds:.1f}",
            f"{step.rows / step.seconds:,.0f}",
            f"{step.cpu / step.rows * 1e6:.0f}",
            f"{step.writes:,}",
            f"{step.median_ms:.0f}",
            f"{step.longest_ms:.0f}",
            f"{step.cpu_ms:.0f}",
            f"{step.added_mb:+.1f}",
        )
        for step in timed
    ]
    table(("step", "s", "rows/s", "CPU us/row", "writes", "ms median", "longest", "CPU ms", "MB added at most"), lines)
    most = max(step.added_mb for step in timed)
    slow = max(step.median_ms for step in timed)
    print(f"\n  file: {file.rows:,} parts, {file.added_mb:.1f} MB packed and sealed")
    print(f"  a write of {WRITE_MS:g} ms at the median: {'kept' if slow <= WRITE_MS else 'NOT KEPT'} ({slow:.0f} ms)")
    print(f"  limit {LIMIT_MB:g} MB: {'kept' if most < LIMIT_MB else 'NOT KEPT'}")
    return 0 if most < LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
