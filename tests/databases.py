"""Databases for tests: the schema is built once, and every test gets its own copy."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

import incident.models as tables
from incident.migrations import configuration, is_current, triggers
from notifications.columns import METADATA
from notifications.store import Store
from tests.postgresql import keeper

TEMPLATE = "seventytwo_template"
LOCK = 72  # advisory lock: the workers of one session share the server


def build_schema(url: str) -> None:
    """The schema as an installation has it, made from the models so that a model can be changed before its revision.

    That the revisions make the same is held by `tests/migrations`.
    """
    assert tables.entries
    store = Store(url)
    try:
        METADATA.create_all(store.engine)
        with store.engine.begin() as connection:
            MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(configuration()), "head")
            triggers.install(connection)
        assert is_current(store)
    finally:
        store.close()


class EmbeddedDatabases:
    """SQLite: one finished file, copied."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        build_schema(f"sqlite:///{self._template}")

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """The URL of a fresh database in `folder`."""
        place = folder / "seventytwo.db"
        shutil.copyfile(self._template, place)
        yield f"sqlite:///{place}"


class ServerDatabases:
    """PostgreSQL: one template database, made by whichever worker comes first, copied by the server itself."""

    def __init__(self) -> None:
        self._admin = psycopg.connect(keeper.address("postgres"), autocommit=True)
        self._numbers = itertools.count(1)
        try:
            self._make_template()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._admin.close()

    @contextmanager
    def copy(self, *, empty: bool = False) -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards; `empty` has no table in it."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._admin.execute(_create(name, "template1" if empty else TEMPLATE))
        try:
            yield keeper.address(name)
        finally:
            self._admin.execute(_drop(name))

    def _make_template(self) -> None:
        self._admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            if self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                return
            draft = f"{TEMPLATE}_draft"
            self._admin.execute(_drop(draft))  # of a worker that failed here
            self._admin.execute(_create(draft, "template1"))
            build_schema(keeper.address(draft))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            self._admin.execute(rename.format(sql.Identifier(draft), sql.Identifier(TEMPLATE)))
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _create(name: str, template: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
