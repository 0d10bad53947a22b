"""A throw-away PostgreSQL with an installation made by the product's migrations, and copies of it."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from bench.measuring.workplace import settings_in
from incident.installation import Installation, open_installation
from notifications.clock import SystemClock
from tests.postgresql.binaries import NoPostgresql
from tests.postgresql.server import Server

TEMPLATE = "migrated"


@dataclass(frozen=True, slots=True)
class ServerDatabase:
    """A running server, one migrated installation on it, and the folder with its key."""

    server: Server
    home: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextlib.contextmanager
    def copy(self) -> Iterator[Installation]:
        """A copy of the installation, gone afterwards."""
        name = f"run_{next(self.numbers)}"
        self._say(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        try:
            opened = open_installation(settings_in(self.home, self.server.url(name)), SystemClock())
            try:
                yield opened
            finally:
                opened.close()
        finally:
            self._say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _say(self, words: sql.Composed) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(words)


@contextlib.contextmanager
def running(home: Path) -> Iterator[ServerDatabase | None]:
    """A server until the block ends; None where PostgreSQL cannot be had."""
    try:
        server = Server()
    except NoPostgresql:
        yield None
        return
    try:
        database = ServerDatabase(server, home)
        database._say(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        home.mkdir()
        open_installation(settings_in(home, server.url(TEMPLATE)), SystemClock(), upgrade=True).close()
        yield database
    finally:
        server.stop()
