"""Engines and `write`: the only way to change the database, one transaction a verb."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pysqlite3.dbapi2
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

T = TypeVar("T")

SQLITE_FLOOR = (3, 51, 3)  # older libraries can corrupt a WAL file that two connections reset at once
SQLITE_WAIT_MS = 5000
STANDSTILL = "1min"  # a process that stands still within a transaction is ended by PostgreSQL, which frees its locks
SQLITE_ERROR = 1  # the generic result code: bad SQL, not trouble with the file
STOOD_STILL = "25P03"
SERIALIZATION_FAILURES = {"40001", "40P01"}
ATTEMPTS = 5


class StoreUnavailable(Exception):
    """The database cannot take the write now (locked, full, unreachable). Nothing was stored; try again later."""


class OutcomeUnknown(Exception):
    """The connection was lost during COMMIT: the write may be there or not. Look it up before redoing it."""


class UnsafeStore(Exception):
    """The database is set so that it could lose what we acknowledged, or is too old. The text says what to change."""


class Store:
    """One database, with one way in. Readers and the writer have separate connections.

    SQLite: one write connection a process behind a lock, `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`; readers are
    `query_only`. PostgreSQL: a pool, READ COMMITTED with conditional updates; deadlocks and serialization failures are
    tried again. The file is only ever opened through the `pysqlite3` library: closing it with a second SQLite library
    in the same process would drop the first one's POSIX locks.
    """

    def __init__(self, url: str, *, wait_ms: int = SQLITE_WAIT_MS) -> None:
        self.url = _with_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._wait_ms = wait_ms
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, wait_ms, writes=True)
            self._reader = _sqlite_engine(self.url, wait_ms, writes=False)
        else:
            self._writer = create_engine(
                self.url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
            )
            event.listen(self._writer, "connect", _end_at_standstill)
            self._reader = self._writer
        for engine in {self._writer, self._reader}:
            event.listen(engine, "checkin", self._end_late)

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction and commit it before returning what it returned.

        `work` may run more than once (a lost race on PostgreSQL), so it must not touch anything but its session:
        no mail, no rendering, no password hashing, no network. Raises StoreUnavailable when nothing was stored and
        OutcomeUnknown when only the database knows.
        """
        if not self.is_sqlite:
            return self._write_with_retry(work)
        if not self._turn.acquire(timeout=self._wait_ms / 1000):
            raise StoreUnavailable("another write in this process holds the database; try again in a few seconds")
        try:
            return self._write_with_retry(work)
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; on SQLite the connection refuses to write. Raises StoreUnavailable."""
        try:
            with Session(self._reader) as session:
                yield session
        except (DBAPIError, NoConnection) as error:
            raise _named(error) from error

    def check(self) -> None:
        """Refuse a database that could lose an acknowledged write. Raises UnsafeStore, which says what to change."""
        with self._reader.connect() as connection:
            faults = _sqlite_faults(connection) if self.is_sqlite else _postgresql_faults(connection)
        if faults:
            raise UnsafeStore("; ".join(faults))

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and for nothing else."""
        return self._writer

    def close(self) -> None:
        """Close every connection; one that is in use is closed as soon as it is given back."""
        self._closed.set()
        self._writer.dispose()
        self._reader.dispose()

    def _end_late(self, _connection: Any, record: Any) -> None:
        if self._closed.is_set():
            record.invalidate()

    def _write_with_retry(self, work: Callable[[Session], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._write_once(work)
            except NoConnection as error:
                raise _named(error) from error
            except DBAPIError as error:
                if _code(error) not in SERIALIZATION_FAILURES or attempt == ATTEMPTS:
                    raise _named(error) from error
                threading.Event().wait(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 (jitter, not a secret)
        raise AssertionError("the loop above returns or raises")

    def _write_once(self, work: Callable[[Session], T]) -> T:
        with Session(self._writer, expire_on_commit=False) as session:
            result = work(session)
            session.flush()
            try:
                session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise OutcomeUnknown("the connection was lost during COMMIT") from error
                raise
            return result


@contextmanager
def erasing(session: Session) -> Iterator[None]:
    """What is deleted within is overwritten where it lies on SQLite, which otherwise leaves it in the file.

    PostgreSQL keeps deleted rows until VACUUM, and in archived WAL as long as that is kept.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    connection = session.connection()
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")


def _end_at_standstill(connection: Any, _record: Any) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{STANDSTILL}'")
    connection.commit()


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def _sqlite_engine(url: URL, wait_ms: int, *, writes: bool) -> Engine:
    if pysqlite3.dbapi2.sqlite_version_info < SQLITE_FLOOR:
        raise UnsafeStore(f"SQLite {pysqlite3.dbapi2.sqlite_version} has the WAL-reset bug; install pysqlite3 >= 0.6.1")
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        poolclass=QueuePool,
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else 24,
        connect_args={"check_same_thread": False, "timeout": wait_ms / 1000},
        hide_parameters=True,  # a traceback in the log would show them
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={wait_ms}"):
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _named(error: DBAPIError | NoConnection) -> Exception:
    """Locked, full or unreachable is the store's trouble; everything else is a defect and stays as it is."""
    if isinstance(error, NoConnection):
        return StoreUnavailable("every connection is in use; try again in a few seconds")
    if _code(error) == STOOD_STILL:
        return StoreUnavailable("the transaction stood still for too long and the server ended it; try again")
    if isinstance(error, OperationalError) and not _is_defect(error):
        return StoreUnavailable(str(error.orig))
    return error


def _is_defect(error: OperationalError) -> bool:
    """SQLite calls a statement that cannot be right (no such table) operational too; that is no outage."""
    return getattr(error.orig, "sqlite_errorcode", None) == SQLITE_ERROR


def _sqlite_faults(connection: Any) -> list[str]:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    seen = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted}
    return [f"PRAGMA {name} is {seen[name]}, must be {value}" for name, value in wanted.items() if seen[name] != value]


def _postgresql_faults(connection: Any) -> list[str]:
    faults = []
    if int(connection.execute(text("SHOW server_version_num")).scalar_one()) < 150000:
        faults.append("PostgreSQL is older than 15")
    for name in ("fsync", "synchronous_commit"):
        if connection.execute(text(f"SHOW {name}")).scalar_one() == "off":
            faults.append(f"{name} is off: acknowledged alerts could be lost; set {name} = on")
    return faults
