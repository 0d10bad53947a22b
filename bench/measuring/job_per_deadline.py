"""What the sweep is held against: APScheduler with one date job for each deadline, kept in its SQLAlchemy store."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bench.measuring.durable import durable_engine
from bench.measuring.rounds import Spent, spent

PATIENCE_SECONDS = 120.0
LATER = timedelta(days=3)
Work = Callable[[int], None]
_ran = threading.Semaphore(0)
_work: list[Work] = []  # what a job does; a job in a store can hold no closure


def nothing(deadline: int) -> None:
    assert deadline >= 0


def fired(deadline: int) -> None:
    """The job of one deadline."""
    _work[-1](deadline)
    _ran.release()


class JobPerDeadline:
    """A scheduler of its own for each measurement, over one file that holds jobs for later already."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._engine = durable_engine(folder / "jobs.db")
        self._jobs = jobs

    def adding(self) -> Spent:
        """Add a job for each deadline, all of them for later."""
        scheduler = self._scheduler()
        took = spent(lambda: self._add(scheduler, datetime.now(UTC) + LATER))
        scheduler.shutdown()
        return took

    def firing(self, work: Work = nothing) -> Spent:
        """From the moment all the jobs are due until each has done its work, ten threads at once."""
        _work[:] = [work]
        scheduler = self._scheduler()
        self._add(scheduler, datetime.now(UTC))
        took = spent(lambda: self._run(scheduler))
        scheduler.shutdown()
        return took

    def close(self) -> None:
        self._engine.dispose()

    def _scheduler(self) -> BackgroundScheduler:
        settings = {"misfire_grace_time": None, "coalesce": False}
        store = SQLAlchemyJobStore(engine=self._engine)
        scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC, job_defaults=settings)
        scheduler.start(paused=True)
        return scheduler

    def _run(self, scheduler: BackgroundScheduler) -> None:
        scheduler.resume()
        for _ in range(self._jobs):
            assert _ran.acquire(timeout=PATIENCE_SECONDS), "a job did not run"

    def _add(self, scheduler: BackgroundScheduler, at: datetime) -> None:
        for number in range(self._jobs):
            scheduler.add_job(fired, "date", run_date=at, args=(number,))
