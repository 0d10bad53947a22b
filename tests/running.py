"""Which test each worker is in, kept in a file for each: what a run that hangs was at, told after it was ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT = Path(__file__).parents[1] / ".var" / "running"


@contextmanager
def noted(test: str) -> Iterator[None]:
    """Note it for as long as it runs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    mine = KEPT / f"{worker}-{os.getpid()}"
    mine.write_text(test)
    try:
        yield
    finally:
        mine.unlink(missing_ok=True)


def forget() -> None:
    """Before a run: what an earlier one left behind."""
    for one in _kept():
        one.unlink(missing_ok=True)


def running() -> list[str]:
    """The tests that were begun and not ended, each with its worker."""
    return [f"{one.name.partition('-')[0]}: {one.read_text()}" for one in _kept()]


def _kept() -> list[Path]:
    return sorted(KEPT.glob("*-*"))
