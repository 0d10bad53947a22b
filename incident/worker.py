"""The worker: the sweep's tick and the sender, one of each for a node, ending with the parent that started it."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from incident.doors import check_doors, incoming_rules_of, lmtp_door, look_into, mail_reception_of, mailbox_of
from incident.errors import IncidentError
from incident.incoming_mail import look_at_incoming
from incident.installation import Installation, NotReady, open_installation
from incident.keys import KeyTrouble
from incident.mail_relays import relays_of
from incident.organisation import reception_of, retention_rules_of
from incident.retaining import look
from incident.senders import engine_of, loop_for, poster_of
from incident.settings import BadSettings, Settings, read_settings
from incident.sweep import look_at_customers, tick
from incident.verbs.checkpoints import KEY_FILE, sign_heads, signs_here
from incident.verbs.reading import Reception
from notifications.address_guard import Allowed
from notifications.clock import SystemClock
from notifications.node_lock import NodeLock
from notifications.smtp import Relay
from notifications.store import OutcomeUnknown, StoreUnavailable, UnsafeStore
from notifications.transitions import Fate
from notifications.webhooks_out import Answer, Patience, Post, Transport

log = logging.getLogger(__name__)
CHECKPOINT_SECONDS = 60.0
RETENTION_SECONDS = 30.0
HEARTBEAT = Patience(resolve=3, connect=3, write=3, read=5, whole=8)  # seconds: the next tick waits behind it
ORPHAN_SECONDS = 0.6  # a worker without its parent may record for so long what it knows
MISCONFIGURED = 2  # exit status: starting again would not help
NO_DATABASE = 1
QUIETER = {
    "mail.log": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "httpx": logging.WARNING,
    "procrastinate": logging.WARNING,
    "psycopg.pool": logging.ERROR,
}
TICKS = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}


class Ending:
    """That this process is to end: set by a signal or by the loss of the parent, heard in threads and in the loop."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._tell: Callable[[], object] = lambda: None

    def begin(self, *_: object) -> None:
        self.event.set()
        self._tell()

    def tell(self, loop: asyncio.AbstractEventLoop, halt: asyncio.Event) -> None:
        """From now on the loop's own event is set too."""
        self._tell = lambda: loop.call_soon_threadsafe(halt.set)
        if self.event.is_set():
            halt.set()

    def with_parent(self, pipe: int) -> None:
        """End when the other end of a pipe closes, however the parent died; within a second, whatever is under way."""

        def watch() -> None:
            while os.read(pipe, 1):
                pass
            log.warning("worker: the parent is gone")
            self.begin()
            threading.Timer(ORPHAN_SECONDS, os._exit, (0,)).start()

        threading.Thread(target=watch, name="parent", daemon=True).start()


def lock_path(settings: Settings) -> Path:
    """The lock lies beside an embedded database, whoever's home it is in; else in the installation's folder."""
    scheme, _, path = settings.store_url.partition(":///")
    return Path(f"{path}.worker.lock") if scheme == "sqlite" and path else settings.home / "worker.lock"


def run_worker(settings: Settings, parent: int | None = None) -> int:
    """Wait for the node's lock, then sweep and send until a signal or the end of the parent. Returns the status.

    SIGTERM lets bodies under way end (30 s) and takes no new ones.
    """
    _say_what_happens()
    relays = relays_of(settings)
    check_doors(settings)
    ending, lock = Ending(), NodeLock(lock_path(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ending.begin)
    if parent is not None:
        ending.with_parent(parent)
    if not lock.try_acquire():
        log.warning("worker: another one holds %s; waiting", lock.path)
        if not lock.acquire(ending.event):
            return 0
    try:
        installation = open_installation(settings, SystemClock())
        try:
            named = ", else ".join(f"{relay.host}:{relay.port}" for relay in relays)
            log.info("worker %d: has the lock, sends through %s", os.getpid(), named)
            with asyncio.Runner(loop_factory=loop_for(relays)) as runner:
                runner.run(_work(installation, relays, lock, ending))
        finally:
            installation.close()
    finally:
        lock.release()
    return 0


def _say_what_happens() -> None:
    """Lines on stderr, where whoever runs the programs collects them."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name, level in QUIETER.items():
        logging.getLogger(name).setLevel(level)


async def _work(installation: Installation, relays: Sequence[Relay], lock: NodeLock, ending: Ending) -> None:
    halt = asyncio.Event()
    ending.tell(asyncio.get_running_loop(), halt)
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=TICKS)
    clock = installation.clock

    def sweep_soon() -> None:
        scheduler.modify_job("sweep", next_run_time=clock.now())

    name = lock.worker_name()
    engine = engine_of(installation, relays, name, sweep_soon)
    first, reception = clock.now(), reception_of(installation.settings)
    every = installation.settings.sweep_seconds
    _add(scheduler, "sweep", partial(_sweep, installation, reception, engine.wake, sweep_soon), every, first)
    _add(scheduler, "checkpoint", partial(_checkpoint, installation, lock.node()), CHECKPOINT_SECONDS, first)
    _add(scheduler, "retention", partial(_retain, installation), RETENTION_SECONDS, first)
    if mailbox := mailbox_of(installation, sweep_soon):
        _add(scheduler, "mailbox", partial(look_into, mailbox), installation.settings.imap_seconds, first)
    scheduler.start()
    try:
        async with (
            Transport(installation.settings.posting_allowed) as transport,
            lmtp_door(installation, sweep_soon),
        ):
            await asyncio.gather(engine.run(halt), poster_of(installation, name, transport).run(halt))
    finally:
        await asyncio.to_thread(scheduler.shutdown)


def _add(scheduler: BackgroundScheduler, name: str, work: Callable[[], None], seconds: float, first: datetime) -> None:
    scheduler.add_job(work, "interval", seconds=seconds, id=name, next_run_time=first)


def _sweep(
    installation: Installation, reception: Reception, wake: Callable[[], None], again: Callable[[], None]
) -> None:
    settings = installation.settings
    try:
        found = tick(
            installation.store,
            installation.keys,
            reception.organisation,
            installation.clock.now(),
            domain=reception.domain,
            reception=reception,
        )
        mail, now = mail_reception_of(settings, reception), installation.clock.now()
        rules = replace(incoming_rules_of(settings), mail=mail)
        incoming = look_at_incoming(installation.store, installation.keys, rules, now)
        chase = timedelta(hours=settings.chase_hours)
        unchased = look_at_customers(installation.store, installation.keys, chase, now)
    except (StoreUnavailable, OutcomeUnknown) as error:
        log.error("sweep: the database cannot be used: %s", error)
        return
    wake()
    if incoming.more:
        again()
    if found.checked and not (incoming.troubles or unchased) and settings.heartbeat_url:
        _prove_life(settings.heartbeat_url, settings.posting_allowed, now)


def _prove_life(url: str, allowed: Allowed, now: datetime) -> None:
    """Tell the dead man's switch outside that a tick was fully checked; its silence is somebody's alarm.

    The address goes through the same guard as every other one that we ask.
    """
    answer = asyncio.run(_asked(Post(url, method="GET"), allowed, now))
    if answer.outcome.fate is not Fate.ACCEPTED:
        reply = answer.outcome.reply
        log.warning("sweep: the heartbeat could not be sent: %s", f"{reply.code or ''} {reply.text}".strip())


async def _asked(post: Post, allowed: Allowed, now: datetime) -> Answer:
    async with Transport(allowed, patience=HEARTBEAT) as transport:
        return await transport.post(post, now)


def _retain(installation: Installation) -> None:
    rules = retention_rules_of(installation.settings)
    try:
        look(installation.store, installation.keys, installation.clock.now(), rules)
    except (StoreUnavailable, OutcomeUnknown) as error:
        log.error("retention: the database cannot be used: %s", error)


def _checkpoint(installation: Installation, node: str) -> None:
    settings, now = installation.settings, installation.clock.now()
    try:
        if not installation.store.write(lambda session: signs_here(session, settings.checkpoints, node, now)):
            return
        key = settings.kek_path.with_name(KEY_FILE)
        sign_heads(installation.store, key, settings.checkpoints, now)
    except (OSError, KeyTrouble, StoreUnavailable, OutcomeUnknown) as error:
        log.error("checkpoint: the timelines' ends could not be signed: %s", error)


def main() -> int:
    """The worker as a child of `serve`, with the settings of its environment."""
    parser = argparse.ArgumentParser(prog="python -m incident.worker", description=__doc__)
    parser.add_argument("--parent-fd", type=int, default=None, help="a pipe whose closing says that the parent died")
    arguments = parser.parse_args()
    try:
        return run_worker(read_settings(), arguments.parent_fd)
    except (BadSettings, NotReady, KeyTrouble, UnsafeStore, IncidentError) as error:
        sys.stderr.write(f"seventytwo worker: {error}\n")
        return MISCONFIGURED
    except StoreUnavailable as error:
        sys.stderr.write(f"seventytwo worker: {error}\n")
        return NO_DATABASE


if __name__ == "__main__":
    sys.exit(main())
