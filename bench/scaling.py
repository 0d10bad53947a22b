"""How do rate, memory and room grow with recipients and with workers? Real `seventytwo worker`s and one sink for each.

    python -m bench.scaling [--people 10000] [--workers 1] [--connections 4] [--database postgresql://…]

Without `--database` it is the embedded database, which has one worker. With it, name an empty database of a server that
is there for this run: `seventytwo db upgrade` is what makes the tables. The people are fictitious; import, release and
fan-out are the product's own. Timed from the start of the workers to the last row settled: in tenths, so that a rate
that falls shows. The counts are read back from the ledger and from the sinks.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from bench.measuring import mailing, sink
from bench.measuring.machine import OUT, introduce
from bench.measuring.programs import ROOT
from bench.measuring.workplace import folder
from incident.installation import Installation, open_installation
from incident.settings import Settings
from notifications.clock import SystemClock
from notifications.ledger import counts
from notifications.models import Delivery, DeliveryState, Member

LOOK_SECONDS = 0.05
COMMAND = "import sys; from incident.cli import main; sys.argv[0] = 'seventytwo'; main()"


@dataclass(frozen=True, slots=True)
class Grown:
    """What one run came to. Rates in mails a second; memory at most, of each worker; bytes of rows with indexes."""

    people: int
    workers: int
    connections: int
    database: str
    import_seconds: float
    send_seconds: float
    rate: float
    first_tenth: float
    last_tenth: float
    shares: list[int]
    worker_mb: list[float]
    bytes_a_recipient: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000, help="recipients of one release")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--connections", type=int, default=4, help="of each worker to its relay")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; not given: the embedded one")
    given = parser.parse_args()
    if not given.database and given.workers != 1:
        parser.error("an embedded database has one worker")
    with folder("scaling") as home:
        introduce("Scaling: one release, sent by real workers", home, "procrastinate", "psycopg", "sqlalchemy")
        grown = measure(home, given)
    print(json.dumps(asdict(grown), indent=1))
    with (OUT / "scaling.jsonl").open("a") as kept:
        kept.write(json.dumps(asdict(grown)) + "\n")


def measure(home: Path, given: argparse.Namespace) -> Grown:
    """Import, release, then time the workers."""
    settings = _settings(home, given.database)
    opened = open_installation(settings, SystemClock(), upgrade=True)
    began = time.perf_counter()
    release_id = mailing.released(opened, given.people)
    imported = time.perf_counter() - began
    if not opened.store.is_sqlite:
        opened.store.write(lambda session: session.execute(text("ANALYZE")))
    with ExitStack() as stack:
        sinks = [stack.enter_context(sink.running()) for _ in range(given.workers)]
        began = time.perf_counter()
        workers = [
            stack.enter_context(_worker(_node(home, number, opened), settings, one.port, given.connections))
            for number, one in enumerate(sinks)
        ]
        marks = _tenths(opened, release_id, given.people, began)
        memory = [_most_mb(worker.pid) for worker in workers]
        shares = [one.counted().mails for one in sinks]
    assert sum(shares) == given.people, shares
    octets = _size(opened, Delivery.__tablename__, Member.__tablename__) / given.people
    opened.close()
    first, last = _rate(marks[0], marks[1]), _rate(marks[-2], marks[-1])
    seconds = marks[-1][0] - marks[0][0]
    sent = marks[-1][1] - marks[0][1]
    kind = "SQLite" if opened.store.is_sqlite else "PostgreSQL"
    return Grown(
        given.people, given.workers, given.connections, kind, imported, seconds, sent / seconds, first, last, shares,
        memory, octets,
    )  # fmt: skip


def _settings(home: Path, database: str) -> Settings:
    url = database or f"sqlite:///{home / 'seventytwo.db'}"
    return Settings(home=home, database_url=url, kek=None, kek_file=None, smtp_security="clear")


def _node(home: Path, number: int, opened: Installation) -> Path:
    """A folder for one worker with the installation's key; the embedded database has the installation's own."""
    if opened.store.is_sqlite:
        return home
    node = home / f"node-{number}"
    node.mkdir()
    shutil.copy(opened.settings.kek_path, node)
    return node


@contextlib.contextmanager
def _worker(node: Path, settings: Settings, port: int, connections: int) -> Iterator["subprocess.Popen[bytes]"]:
    said = {
        "home": str(node),
        "database_url": str(settings.store_url),
        "smtp_port": str(port),
        "smtp_security": "clear",
        "smtp_connections": str(connections),
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEVENTYTWO_")}
    environment = inherited | {f"SEVENTYTWO_{name.upper()}": value for name, value in said.items()}
    with (node / "said.log").open("ab") as log:
        command = [sys.executable, "-c", COMMAND, "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _tenths(opened: Installation, release_id: UUID, people: int, began: float) -> list[tuple[float, int]]:
    """When the first were sent, and each further tenth: seconds and how many by then."""
    marks: list[tuple[float, int]] = []
    while not marks or marks[-1][1] < people:
        threading.Event().wait(LOOK_SECONDS * max(1.0, people / 5000))  # counting must not be what takes the time
        sent = _accepted(opened, release_id)
        if sent >= (len(marks) * people // 10 or 1):
            marks.append((time.perf_counter() - began, sent))
    return marks


def _accepted(opened: Installation, release_id: UUID) -> int:
    def query(session: Session) -> int:
        return counts(session, release_id).get(DeliveryState.ACCEPTED, 0)

    with opened.store.read() as session:
        return query(session)


def _rate(before: tuple[float, int], after: tuple[float, int]) -> float:
    return (after[1] - before[1]) / max(after[0] - before[0], 1e-9)


def _most_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _size(opened: Installation, *tables: str) -> int:
    """Bytes of tables with their indexes; of an embedded database of the whole file."""
    with opened.store.read() as session:
        if opened.store.is_sqlite:
            words = ["SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"]
        else:
            words = [f"SELECT pg_total_relation_size('{table}')" for table in tables]
        return sum(int(session.execute(text(one)).scalar_one()) for one in words)


if __name__ == "__main__":
    main()
