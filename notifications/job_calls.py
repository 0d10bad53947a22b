"""procrastinate calls a worker to chunks: its own worker fetches jobs in our loop, woken by LISTEN/NOTIFY.

It is begun anew whenever it ends; while it cannot work, rows are found without it.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable

from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.connector import Notify
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg_pool import PoolTimeout
from sqlalchemy.engine import URL

from notifications.chunk_work import ChunkWork
from notifications.chunks import LAST
from notifications.job_tables import DEAD_SECONDS, QUEUE, TASK, search_path

log = logging.getLogger(__name__)
AT_ONCE = 2  # chunks one worker holds, so that it need not wait for the next
POLL_SECONDS = 1.0  # no notification comes through, or one comes while the library looks, which then misses it
AGAIN_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 0.5  # asyncio.wait_for of Python 3.11, which psycopg uses, may swallow a cancellation
END_SECONDS = 5.0  # for jobs that are over to be deleted
LONGEST_END_SECONDS = 20.0


class CalledWork(ChunkWork):
    """Chunks of the jobs that procrastinate hands to this worker."""

    def __init__(self, database: URL) -> None:
        super().__init__()
        self._database = database

    async def run(self, wake: Callable[[], None]) -> None:
        """Fetch jobs until cancelled. Trouble is said once and does not end it."""
        holding = asyncio.create_task(super().run(wake))
        fetching = asyncio.create_task(self._fetch_again())
        try:
            await asyncio.wait((holding, fetching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (holding, fetching):  # in this order: the library waits for jobs that are held
                await _ended(task, LONGEST_END_SECONDS)

    async def _fetch_again(self) -> None:
        said = ""
        while True:
            try:
                async with _app(self._database, self).open_async() as app:
                    said = ""
                    await self._fetch(app)
            except (exceptions.ConnectorException, PoolTimeout, OSError) as error:
                if said != str(error):
                    log.warning("sender: no jobs can be fetched, rows are looked for all the same: %s", error)
                said = str(error)
            except Exception:
                log.exception("sender: a defect in fetching jobs; rows are looked for all the same")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _fetch(self, app: App) -> None:
        """Until cancelled or the library's worker ends; none runs while no job is wanted."""
        while True:
            await self.rested()
            fetching = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=AT_ONCE,
                    fetch_job_polling_interval=POLL_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=DEAD_SECONDS,
                )
            )
            resting = asyncio.create_task(self.resting.wait())
            try:
                await asyncio.wait((fetching, resting), return_when=asyncio.FIRST_COMPLETED)
            finally:
                resting.cancel()
                try:
                    await _ended(fetching, END_SECONDS)
                finally:
                    await asyncio.to_thread(self.put_back)


async def _ended(task: "asyncio.Task[None]", again: float) -> None:
    """Cancel it, again after so many seconds, and wait until it is over; raises what ended it by itself.

    Our own cancellation is not swallowed.
    """
    cancelled, at = False, 0.0
    while not task.done():
        if time.monotonic() >= at:
            task.cancel()
            at = time.monotonic() + again
        try:
            await asyncio.wait((task,), timeout=again)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    if not task.cancelled():
        task.result()


def _app(database: URL, work: ChunkWork) -> App:
    plain = database.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=_Connector(conninfo=plain, min_size=1, max_size=4, kwargs={"options": search_path()}))
    app.job_manager = _Jobs(app.connector)

    @app.task(name=TASK, queue=QUEUE)
    async def send(chunk: object = None, **_foreign: object) -> None:
        if isinstance(chunk, int) and not isinstance(chunk, bool) and 0 <= chunk <= LAST:
            await work.hold(chunk)

    return app


class _Connector(PsycopgConnector):
    """Listens again after its connection was lost; the library listens once and gives up."""

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        while True:
            listening = asyncio.create_task(super().listen_notify(on_notification, channels))
            try:
                await asyncio.wait((listening,))
            finally:
                with contextlib.suppress(exceptions.ConnectorException):
                    await _ended(listening, CANCEL_AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)


class _Jobs(JobManager):
    """Ends jobs that somebody has deleted meanwhile, and beats again after a beat failed."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        with contextlib.suppress(exceptions.ConnectorException):
            await super().finish_job(job, status, delete_job)

    async def update_heartbeat(self, worker_id: int) -> None:
        with contextlib.suppress(exceptions.ConnectorException):
            await super().update_heartbeat(worker_id)
