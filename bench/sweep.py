"""What does a tick of the sweep cost, idle and with much due at once? Against one APScheduler job per deadline.

    python -m bench.sweep [--small 10000] [--large 100000] [--due 1000] [--jobs 100] [--rounds 3]

Our reminders are the whole work: found, taken, one sealed message for each incident, its delivery rows, a line of the
timeline. The peer's jobs are run twice: doing nothing, and doing our work for their one deadline.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlmodel import Session

from bench.measuring.caseload import OF_EACH, START, Batch, Caseload, obligations_of
from bench.measuring.job_per_deadline import JobPerDeadline
from bench.measuring.machine import introduce
from bench.measuring.rounds import Spent, interleaved, ratio, spent, spread, table
from bench.measuring.workplace import DURABILITY, folder, installation
from incident.roles import system
from incident.sweep import tick
from incident.verbs.act import Act
from incident.verbs.reminders import fire, keep_reminders
from incident.verbs.reminding import remind
from notifications.clock import MovableClock

DISTRIBUTIONS = ("apscheduler", "sqlalchemy", "sqlmodel", "cryptography")
IDLE_TICKS = 10
HOUR = timedelta(hours=1)
ADDING = "ours: reminders made with their deadline"
TAKING = "ours: reminders taken, nothing written of them"
JOBS_ADDED = "APScheduler: a job added"
JOBS_RUN = "APScheduler: a job run that does nothing"
JOBS_REMIND = "APScheduler: a job run that reminds"


@dataclass
class Sized:
    """One installation with so many open obligations, and batches that come due one after the other."""

    caseload: Caseload
    batches: list[Batch]
    now = START

    def idle(self) -> Spent:
        """One tick with nothing due: the median of a few."""
        ticks = [spent(lambda: self._tick(0)) for _ in range(IDLE_TICKS)]
        return Spent(median(each.wall for each in ticks), median(each.cpu for each in ticks))

    def due(self) -> Spent:
        """The tick at which the next batch is due."""
        batch = self.batches.pop(0)
        self.now = batch.due_at
        return spent(lambda: self._tick(len(batch.incidents) * OF_EACH))

    def _tick(self, expected: int) -> None:
        found = tick(self.caseload.store, self.caseload.keys, self.caseload.organisation, self.now)
        assert found.checked, found.troubles
        assert found.reminded == expected, f"{found.reminded} reminders, not {expected}"


@dataclass
class Steps:
    """The steps of a reminder one by one, on an installation without a sweep."""

    caseload: Caseload
    bare: list[Batch]
    taken: list[Batch]
    by_jobs: list[Batch]

    def adding(self) -> Spent:
        """Make the reminders of deadlines that have none, an incident a transaction."""
        return self._of_each(
            self.bare.pop(), lambda session, of: keep_reminders(session, obligations_of(session, of), START)
        )

    def taking(self) -> Spent:
        """Take the reminders of a batch, an incident a transaction, without message and timeline."""
        batch = self.taken.pop()

        def take(session: Session, incident_id: UUID) -> None:
            assert len(fire(session, obligations_of(session, incident_id), batch.due_at)) == OF_EACH

        return self._of_each(batch, take)

    def reminding(self, jobs: JobPerDeadline) -> Spent:
        """Let each job of the peer remind of its own deadline: a transaction, a message, a line each."""
        batch, store = self.by_jobs.pop(), self.caseload.store
        with store.read() as session:
            owed = [(row.incident_id, row.id) for of in batch.incidents for row in obligations_of(session, of)]

        def work(session: Session, number: int) -> int:
            incident_id, obligation_id = owed[number]
            act = Act(session, self.caseload.keys, system("sweep"), batch.due_at)
            return remind(act, incident_id, "localhost", only=obligation_id)

        def job(number: int) -> None:
            assert store.write(lambda session: work(session, number)) == 1

        return jobs.firing(job)

    def _of_each(self, batch: Batch, work: Callable[[Session, UUID], None]) -> Spent:
        def all_of_them() -> None:
            for incident_id in batch.incidents:
                self.caseload.store.write(lambda session, of=incident_id: work(session, of))  # type: ignore[misc]

        return spent(all_of_them)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000, help="open obligations of the smaller installation")
    parser.add_argument("--large", type=int, default=100_000, help="and of the larger one")
    parser.add_argument("--due", type=int, default=1000, help=f"obligations due at once, {OF_EACH} of each incident")
    parser.add_argument("--jobs", type=int, default=100, help="jobs of the peer, added and run")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with folder("sweep") as home, ExitStack() as stack:
        _introduce(home, given)
        empty, small, large = (_sized(stack, home, size, given) for size in (0, given.small, given.large))
        steps, jobs = _steps(stack, home, given), JobPerDeadline(home, given.jobs)
        stack.callback(jobs.close)
        candidates: dict[str, Callable[[], Spent]] = {
            "idle, nothing open": empty.idle,
            f"idle, {given.small:,} open": small.idle,
            f"idle, {given.large:,} open": large.idle,
            f"{given.due:,} due, {given.small:,} open": small.due,
            f"{given.due:,} due, {given.large:,} open": large.due,
            TAKING: steps.taking,
            JOBS_RUN: jobs.firing,
            JOBS_REMIND: partial(steps.reminding, jobs),
            ADDING: steps.adding,
            JOBS_ADDED: jobs.adding,
        }
        _report(interleaved(candidates, given.rounds), given)


def _sized(stack: ExitStack, home: Path, obligations: int, given: argparse.Namespace) -> Sized:
    caseload = Caseload(stack.enter_context(installation(home / f"open-{obligations}", MovableClock(START))))
    if not obligations:
        return Sized(caseload, [])
    caseload.add_waiting(obligations)
    moments = [START + HOUR * (number + 1) for number in range(given.rounds)]
    return Sized(caseload, [caseload.add_due(given.due, moment) for moment in moments])


def _steps(stack: ExitStack, home: Path, given: argparse.Namespace) -> Steps:
    caseload = Caseload(stack.enter_context(installation(home / "steps", MovableClock(START))))
    caseload.add_waiting(given.small)
    rounds = range(given.rounds)
    return Steps(
        caseload,
        bare=[caseload.add_bare(given.jobs) for _ in rounds],
        taken=[caseload.add_due(given.due, START + HOUR) for _ in rounds],
        by_jobs=[caseload.add_due(given.jobs, START + HOUR) for _ in rounds],
    )


def _introduce(home: Path, given: argparse.Namespace) -> None:
    introduce("Sweep: one tick over all deadlines", home, *DISTRIBUTIONS)
    print(f"  database  {DURABILITY}; the peer's: the same library and settings, a file of its own")
    print(f"  open      {OF_EACH} obligations an incident, each due in 72 h with its seven reminders, as derived")
    print(
        f"  due       {given.due:,} at once, one reminder each, of {given.due // OF_EACH:,} incidents, to three people"
    )
    print(f"  idle      the median of {IDLE_TICKS} ticks a round, each with its heartbeat written")
    print(f"  jobs      {given.jobs:,} a run, ten threads, as APScheduler comes")
    print(f"  rounds    {given.rounds}, interleaved; median [least to most]\n")


def _report(found: Mapping[str, Sequence[Spent]], given: argparse.Namespace) -> None:
    ticks = list(found)[:5]
    lines = [(name, *(spread([took * 1e3 for took in figures], 2) for figures in _both(found[name]))) for name in ticks]
    table(("one tick", "ms", "CPU ms"), lines)
    for what, small, large in (("idle", ticks[1], ticks[2]), ("due ", ticks[3], ticks[4])):
        wall, cpu = (ratio(more, less) for more, less in zip(_both(found[large]), _both(found[small]), strict=True))
        print(f"  {what}  {given.large:,} open over {given.small:,}: {wall}, CPU {cpu}")
    print()
    heads = ("one deadline", "us", "a reminding job takes x", "CPU us", "a reminding job takes x")
    table(heads, list(_each(found, given, [*ticks[3:5], TAKING, JOBS_RUN, JOBS_REMIND], JOBS_REMIND)))
    print()
    heads = ("one deadline set up", "us", "a job takes x", "CPU us", "a job takes x")
    table(heads, list(_each(found, given, [ADDING, JOBS_ADDED], JOBS_ADDED)))


def _each(
    found: Mapping[str, Sequence[Spent]], given: argparse.Namespace, names: Sequence[str], peer: str
) -> Iterator[list[str]]:
    """By deadline, and how many times that the peer takes."""
    for name in names:
        number = given.jobs if name in (JOBS_RUN, JOBS_REMIND, ADDING, JOBS_ADDED) else given.due
        line = [name]
        for mine, theirs in zip(_both(found[name]), _both(found[peer]), strict=True):
            each = [took / number * 1e6 for took in mine]
            line += [spread(each), ratio([took / given.jobs * 1e6 for took in theirs], each)]
        yield line


def _both(runs: Sequence[Spent]) -> tuple[list[float], list[float]]:
    return [run.wall for run in runs], [run.cpu for run in runs]


if __name__ == "__main__":
    main()
