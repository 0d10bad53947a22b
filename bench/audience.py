"""How much memory does an import of a million people add, and how fast is it? Asked: less than 150 MB.

    python -m bench.audience [--rows 1000000] [--kind csv|jsonl]

A fresh process imports a file that is made while it is read, by the product's own verb, into SQLite; every thousandth
line is broken. It says what it has resident at each tenth of the lines, and what it ever had at the end (VmHWM).
"""

import argparse
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measuring.machine import introduce
from bench.measuring.rounds import table
from bench.measuring.workplace import DURABILITY, begun, folder, installation
from incident.verbs.audiences import Importer
from notifications.audience_files import read_csv, read_jsonl

LIMIT_MB = 150.0
BROKEN_EVERY = 1000
DOMAINS = 5000
LOCALES = ("de", "en", "fr", "pl", "pt-BR")
REGIONS = ("DE", "FR", "PL", "BR", "US-CA")
SEGMENTS = ("accounts", "lists", "payments")
STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an import was, after how many seconds, with how much resident memory."""

    rows: int
    seconds: float
    resident_mb: float


class People(io.RawIOBase):
    """A file of people, in no order of their ids, that is never there as a whole; `passed` hears how far it is."""

    def __init__(self, rows: int, line: Callable[[int], bytes], head: bytes, passed: Callable[[int], None]) -> None:
        self._lines = self._written(rows, line, head, passed)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._lines, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    @staticmethod
    def _written(
        rows: int, line: Callable[[int], bytes], head: bytes, passed: Callable[[int], None]
    ) -> Iterator[bytes]:
        if head:
            yield head
        for begin in range(0, rows, 500):
            yield b"".join(map(line, range(begin, min(begin + 500, rows))))
            passed(min(begin + 500, rows))


def person(number: int) -> dict[str, str]:
    """One person; the ids are spread like those of a register and not counted up."""
    spread = number * 2654435761 % 2**32
    return {
        "person": f"user-{spread:08x}",
        "address": "" if number % BROKEN_EVERY == 0 else f"person.{spread:08x}@mail{number % DOMAINS}.example",
        "name": f"Person {number}",
        "locale": LOCALES[number % len(LOCALES)],
        "region": REGIONS[number % len(REGIONS)],
        "segment": SEGMENTS[number % len(SEGMENTS)],
        "plan": "professional",
    }


def csv_line(number: int) -> bytes:
    return (";".join(person(number).values()) + "\n").encode()


def json_line(number: int) -> bytes:
    return (json.dumps(person(number)) + "\n").encode()


def measured(home: Path, rows: int, kind: str) -> None:
    """Import and print one JSON line for each tenth and one at the end; run in a process of its own."""
    with installation(home) as opened:
        actor, incident_id, audience_id = begun(opened)
        began, before = time.perf_counter(), resident_mb("VmRSS")
        _say(Mark(0, 0.0, before))

        def passed(number: int) -> None:
            if number % max(rows // 10, 1) == 0:
                _say(Mark(number, time.perf_counter() - began, resident_mb("VmRSS")))

        csv = kind == "csv"
        head = (";".join(person(0)) + "\n").encode() if csv else b""
        file = io.BufferedReader(People(rows, csv_line if csv else json_line, head, passed))
        importer = Importer(opened.store, opened.keys, actor, opened.clock)
        report = importer.fill(incident_id, audience_id, (read_csv if csv else read_jsonl)(file))
        _say(Mark(report.stored + report.refused, time.perf_counter() - began, resident_mb("VmHWM")))
        assert report.whole
        assert report.refused == len(range(0, rows, BROKEN_EVERY)), report.refused


def resident_mb(name: str) -> float:
    """VmRSS: what this process has resident; VmHWM: the most it ever had."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def main() -> int:
    """Measure in a process of its own and print. Status 1 when the limit was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=("csv", "jsonl"), default="csv")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.within:
        measured(given.within, given.rows, given.kind)
        return 0
    with folder("audience") as home:
        introduce(f"Audience: {given.rows:,} people from {given.kind} as a stream", home, "sqlalchemy", "cryptography")
        print(f"  database  {DURABILITY}; addresses, values and faults sealed\n", flush=True)
        command = [sys.executable, "-m", "bench.audience", "--rows", str(given.rows), "--kind", given.kind]
        said = subprocess.run([*command, "--within", str(home)], stdout=subprocess.PIPE, text=True, check=True).stdout
        size = sum(path.stat().st_size for path in home.glob("seventytwo.db*"))
    return _report([Mark(**json.loads(line)) for line in said.splitlines()], size)


def _say(mark: Mark) -> None:
    said = {"rows": mark.rows, "seconds": mark.seconds, "resident_mb": mark.resident_mb}
    print(json.dumps(said), flush=True)


def _report(marks: list[Mark], size: int) -> int:
    begin, *steps, end = marks
    lines, before = [], begin
    for mark in steps:
        rate = (mark.rows - before.rows) / (mark.seconds - before.seconds)
        lines.append(
            (f"{mark.rows:,}", f"{mark.seconds:.0f}", f"{rate:,.0f}", f"{mark.resident_mb - begin.resident_mb:+.1f}")
        )
        before = mark
    table(("rows read", "s", "rows/s here", "MB resident, added"), lines)
    added = end.resident_mb - begin.resident_mb
    held = added < LIMIT_MB
    rate = end.rows / end.seconds
    print(f"\n  {end.rows:,} rows in {end.seconds:.0f} s: {rate:,.0f} rows/s; database {size / 1e6:,.0f} MB")
    print(f"  before {begin.resident_mb:.1f} MB, the most {end.resident_mb:.1f} MB: {added:.1f} MB added")
    print(f"  limit {LIMIT_MB:g} MB: {'kept' if held else 'NOT KEPT'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
