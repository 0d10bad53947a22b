"""`make test`, `make soak`, `make check` and `make bench`: one step after the other, then a summary.

A step that fails does not keep the others from running, so that one run shows everything there is to mend.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import alertmanager, chromium, postfix, running
from tests.postgresql import binaries

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / ".var" / "coverage"
SOAK_BY_HAND = 3600  # seconds; CI says less
PATIENCE = 4200  # seconds until a hanging test run is ended: with the soak after it, CI is not stopped at 90 min
GRACE = 900  # seconds a soak may take beyond its budget: what was begun within it


@dataclass(frozen=True, slots=True)
class Step:
    """Something that must hold: what it is called, and the work, which says whether it held."""

    name: str
    work: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    held: bool
    seconds: float


def main(what: str) -> int:
    """Run the steps of one target. Returns the status for the shell."""
    started = time.monotonic()
    outcomes = [_run(number, step) for number, step in enumerate(STEPS[what](), 1)]
    print(f"\n==> make {what}: summary")
    for outcome in outcomes:
        print(f"    {'holds ' if outcome.held else 'FAILED'} {outcome.seconds:6.1f} s  {outcome.name}")
    held = all(outcome.held for outcome in outcomes)
    print(f"==> {'All holds' if held else 'Not everything holds'}, {time.monotonic() - started:.0f} s.", flush=True)
    return 0 if held else 1


def _run(number: int, step: Step) -> Outcome:
    print(f"\n==> {number}. {step.name}", flush=True)
    started = time.monotonic()
    held = step.work()
    return Outcome(step.name, held, time.monotonic() - started)


def _check() -> Iterator[Step]:
    yield Step("Style (ruff)", lambda: _tool("ruff", "check", "--quiet", "."))
    yield Step("Format (ruff)", lambda: _tool("ruff", "format", "--check", "--quiet", "."))
    yield Step("Types (mypy, strict)", lambda: _tool("mypy", "--no-error-summary"))
    yield Step("Layers (import-linter)", lambda: _program("lint-imports", "--no-logo"))


def _test() -> Iterator[Step]:
    yield Step("What the tests need of this machine", _prepare_machine)
    yield from _check()
    yield Step("Tests, on SQLite and PostgreSQL (pytest)", _tests)
    yield Step("Branch coverage", _coverage)


def _soak() -> Iterator[Step]:
    budget = int(os.environ.setdefault("SOAK_BUDGET", str(SOAK_BY_HAND)))
    yield Step("What the tests need of this machine", _prepare_machine)
    yield Step(
        f"Soak, {budget} s at most (pytest)",
        lambda: _tool("pytest", "-m", "soak", "-q", "-n", _workers(), "--durations=10", patience=budget + GRACE),
    )


def _bench() -> Iterator[Step]:
    for program in sorted((ROOT / "bench").glob("[a-z]*.py")):
        yield Step(program.stem.replace("_", " "), lambda program=program: _tool(f"bench.{program.stem}"))  # type: ignore[misc]


def _tests() -> bool:
    MEASURED.mkdir(parents=True, exist_ok=True)
    _tool("coverage", "erase")
    return _tool("coverage", "run", "-m", "pytest", "-q", "-n", _workers(), "--durations=15", patience=PATIENCE)


def _workers() -> str:
    """One more than there are processors: some tests always wait, for programs, browsers and relays."""
    return str(max(2, os.cpu_count() or 2) + 1)


def _coverage() -> bool:
    """The whole table goes to a file; what is printed is what is least covered."""
    _tool("coverage", "combine", "--quiet")
    _tool("coverage", "html", "--quiet", "-d", str(MEASURED / "html"))
    print(f"Line by line: {(MEASURED / 'html' / 'index.html').relative_to(ROOT)}", flush=True)
    return _tool("coverage", "report", "--skip-covered", "--sort=miss")


def _prepare_machine() -> bool:
    try:
        programs = binaries.obtain()
        print(f"PostgreSQL {binaries.version(programs)}: {programs}")
        browser = chromium.obtain()
        print(f"Browser {chromium.version(browser)}: {browser}")
        monitor = alertmanager.obtain()
        print(f"Alertmanager {monitor.version()}: {monitor.program}", flush=True)
    except (binaries.NoPostgresql, chromium.NoChromium, alertmanager.NoAlertmanager) as missing:
        print(missing, flush=True)
        return False
    try:
        print(f"Postfix {postfix.version(postfix.obtain())}", flush=True)
    except postfix.NoPostfix as missing:
        print(f"NOT RUN: the test with a real Postfix. {missing}", flush=True)
    os.environ[chromium.VARIABLE] = str(browser)
    return True


def _tool(module: str, *arguments: str, patience: float | None = None) -> bool:
    return _holds([sys.executable, "-m", module, *arguments], patience)


def _program(name: str, *arguments: str) -> bool:
    return _holds([str(Path(sys.executable).parent / name), *arguments], None)


def _holds(command: list[str], patience: float | None) -> bool:
    running.forget()
    try:
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=patience).returncode == 0
    except subprocess.TimeoutExpired:
        print(
            f"Ended after {patience:.0f} s: {' '.join(command)}", *running.running(), sep="\n  it was in ", flush=True
        )
        return False


STEPS: dict[str, Callable[[], Iterator[Step]]] = {"check": _check, "test": _test, "soak": _soak, "bench": _bench}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
