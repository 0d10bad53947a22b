"""The schema of an installation: where it stands, and bringing it up to date. Ships with the package, needs no file.

One upgrade is one transaction on both databases (SQLite too, because the store says BEGIN itself). An embedded
database is copied aside first all the same.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from incident.migrations import triggers
from notifications import job_tables
from notifications.store import Store, UnsafeStore

UPGRADE_LOCK = 7_200_033  # PostgreSQL advisory lock: of two programs that start at once, one waits


def upgrade_schema(store: Store) -> str:
    """Bring the schema to the newest revision and return it; a current one is left alone.

    Raises UnsafeStore when the database was written by a newer version of the program; nothing was touched then.
    """
    newest = newest_revision()
    found = revision(store)
    if is_current(store):
        return newest
    if store.is_sqlite and found:
        _copy_aside(store, found)
    with _schema_change(store) as connection:
        command.upgrade(configuration(connection), "head")
        triggers.install(connection)
        job_tables.install(connection)
    return newest


def is_current(store: Store) -> bool:
    """Whether the schema is at the newest revision, its append-only tables are guarded, and workers can be called."""
    with store.read() as session:
        connection = session.connection()
        at = MigrationContext.configure(connection).get_current_revision()
        guarded = at == newest_revision() and not triggers.differences(connection)
        return guarded and not job_tables.differ(connection)


def revision(store: Store) -> str | None:
    """The revision the schema is at; None for an empty database. Raises UnsafeStore for one we do not know."""
    with store.read() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found and found not in known:
        raise UnsafeStore(f"the schema is at {found}, which this version does not know: install a newer seventytwo")
    return found


def newest_revision() -> str:
    """The revision this version of the program works with."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise UnsafeStore("the installed package holds no migrations: install it again")
    return head


def downgrade_schema(store: Store, to: str) -> None:
    """Take revisions back; `base` is the empty database. What the undone tables held is lost."""
    with _schema_change(store) as connection:
        triggers.remove(connection)
        job_tables.remove(connection)
        command.downgrade(configuration(connection), to)
        if to != "base":
            triggers.install(connection)
            job_tables.install(connection)


@contextmanager
def _schema_change(store: Store) -> Iterator[Connection]:
    """One transaction for the whole change. SQLite rebuilds tables, so its foreign keys rest and are checked after."""
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if store.is_sqlite:
            _say(raw, "PRAGMA foreign_keys=OFF")  # before BEGIN, else it does nothing
        try:
            with connection.begin():
                if not store.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
                yield connection
                _check_references(connection)
        finally:
            if store.is_sqlite:
                _say(raw, "PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise UnsafeStore(f"the change would leave {len(broken)} rows without what they refer to; nothing was done")


def _copy_aside(store: Store, found: str) -> None:
    """A copy of the embedded database beside it, named for the revision it is at."""
    place = Path(store.url.database or "")
    copy = place.with_name(f"{place.name}.before-upgrade-from-{found}")
    copy.unlink(missing_ok=True)
    with store.engine.connect() as connection:
        _say(connection.connection.dbapi_connection, "VACUUM INTO ?", str(copy))
    shutil.copymode(place, copy)


def _say(raw: Any, statement: str, *values: str) -> None:
    raw.execute(statement, values)


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic needs to know, without a file."""
    config = Config()
    config.set_main_option("script_location", "incident:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
