"""Databases for tests: the schema is built once, and every test gets its own copy."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

import incident.models as tables
from incident.migrations import configuration, is_current, triggers
from notifications import job_tables
from notifications.columns import METADATA
from notifications.store import Store
from tests.postgresql import keeper

Content = Callable[[Store], None]  # writes what every copy begins with
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
            job_tables.install(connection)
        assert is_current(store)
    finally:
        store.close()


class EmbeddedDatabases:
    """SQLite: one finished file, copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._filled: dict[Content, Path] = {}
        build_schema(f"sqlite:///{self._template}")

    @contextmanager
    def copy(self, folder: Path, content: Content | None = None) -> Iterator[str]:
        """The URL of a fresh database in `folder`; `content` is written once and copied from then on."""
        place = folder / "seventytwo.db"
        shutil.copyfile(self._with(content) if content else self._template, place)
        yield f"sqlite:///{place}"

    def _with(self, content: Content) -> Path:
        if content not in self._filled:
            place = self._folder / f"filled-{len(self._filled)}.db"
            shutil.copyfile(self._template, place)
            _fill(f"sqlite:///{place}", content)
            self._filled[content] = place
        return self._filled[content]


class ServerDatabases:
    """PostgreSQL: one template database, made by whichever worker comes first, copied by the server itself."""

    def __init__(self) -> None:
        self._admin = psycopg.connect(keeper.address("postgres"), autocommit=True)
        self._numbers = itertools.count(1)
        self._filled: dict[Content, str] = {}
        try:
            self._make_template()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._admin.close()

    @contextmanager
    def copy(self, content: Content | None = None, *, empty: bool = False) -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards.

        `content` is written once and copied from then on; `empty` has no table in it.
        """
        template = "template1" if empty else self._with(content) if content else TEMPLATE
        name = self._create_from(template)
        try:
            yield keeper.address(name)
        finally:
            self._admin.execute(_drop(name))

    def _with(self, content: Content) -> str:
        if content not in self._filled:
            name = self._create_from(TEMPLATE)
            _fill(keeper.address(name), content)
            self._filled[content] = name
        return self._filled[content]

    def _create_from(self, template: str) -> str:
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._admin.execute(_create(name, template))
        return name

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


def _fill(url: str, content: Content) -> None:
    store = Store(url)
    try:
        content(store)
    finally:
        store.close()


def _create(name: str, template: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
