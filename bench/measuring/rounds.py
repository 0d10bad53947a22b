"""Candidates measured in turn, round after round, and the plain table they end in."""

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work took: seconds on the wall, and of this process's processors."""

    wall: float
    cpu: float


def spent(work: Callable[[], object]) -> Spent:
    """Do it once."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def interleaved(candidates: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Run every candidate once in each round, so that what disturbs the machine disturbs them all.

    Each round begins with another candidate. Returns name → one result per round.
    """
    names = list(candidates)
    found: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            _say(f"round {number + 1} of {rounds}: {name}")
            gc.collect()
            found[name].append(candidates[name]())
    _say("")
    return found


def _say(words: str) -> None:
    """What is under way, for whoever looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  {words:<78}" + ("" if words else "\r"))
        sys.stderr.flush()


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, and the least and the greatest beside it."""
    least, middle, most = (f"{value:,.{digits}f}" for value in (min(values), median(values), max(values)))
    return middle if least == most else f"{middle} [{least} to {most}]"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Ours over theirs, round by round: the median and the range."""
    found = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return spread(found, 2 if median(found) < 20 else 0)


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print columns as wide as they need, the first to the left, numbers to the right."""
    widths = [max(len(line[column]) for line in (heads, *lines)) for column in range(len(heads))]
    for line in (heads, ["-" * width for width in widths], *lines):
        cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        cells[0] = line[0].ljust(widths[0])
        print("  " + "  ".join(cells).rstrip())
