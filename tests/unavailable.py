"""A database that cannot be written for a while, on both kinds, and stores that do not wait long for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url, text

from notifications.store import Store
from tests.postgresql import keeper

PATIENCE_MS = 100


@contextmanager
def impatient(url: str) -> Iterator[Store]:
    """A store that gives up a tenth of a second after somebody else took the lock."""
    parts = make_url(url)
    if parts.get_backend_name() == "postgresql":
        parts = parts.update_query_dict({"options": f"-c lock_timeout={PATIENCE_MS}"})
    store = Store(parts.render_as_string(hide_password=False), wait_ms=PATIENCE_MS)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def locked(url: str, table: str = "intake") -> Iterator[None]:
    """Somebody else writes: the whole database on SQLite, this table on PostgreSQL. Readers are let through."""
    other = Store(url)
    try:
        with other.engine.connect() as connection, connection.begin():
            if not other.is_sqlite:
                connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
            yield
    finally:
        other.close()


@contextmanager
def full(store: Store) -> Iterator[None]:
    """The disk is full: the file of this SQLite store may not grow by one page."""
    with store.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    try:
        yield
    finally:
        with store.engine.connect() as connection:
            connection.execute(text("PRAGMA max_page_count = 1073741823"))


@contextmanager
def unreachable(url: str) -> Iterator[None]:
    """A PostgreSQL database that ends every connection and takes no new one."""
    name = sql.Identifier(str(make_url(url).database))
    with psycopg.connect(keeper.address("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name.as_string()[1:-1]]
        )
        try:
            yield
        finally:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
