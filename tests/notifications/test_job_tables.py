"""The library's tables stand in a schema of their own, are made anew when it changes, and are none on SQLite."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text

from incident.migrations import is_current, upgrade_schema
from notifications import job_tables
from notifications.job_tables import SCHEMA
from notifications.store import Store

T = TypeVar("T")
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
JOB = f"INSERT INTO {SCHEMA}.procrastinate_jobs (queue_name, task_name) VALUES ('delivery', 'send')"


def within(store: Store, work: Callable[[Connection], T]) -> T:
    with store.engine.begin() as connection:
        return work(connection)


def jobs(connection: Connection) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs")).scalar_one())


def test_an_installation_has_what_it_needs(store: Store) -> None:
    assert not within(store, job_tables.differ)
    assert is_current(store)


@ON_POSTGRESQL
def test_made_once_they_are_left_alone(store: Store) -> None:
    within(store, lambda connection: connection.execute(text(JOB)))
    within(store, job_tables.install)
    assert within(store, jobs) == 1
    path = within(store, lambda connection: connection.execute(text("SHOW search_path")).scalar_one())
    assert SCHEMA not in path


@ON_POSTGRESQL
@pytest.mark.parametrize("how", [f"COMMENT ON SCHEMA {SCHEMA} IS 'older'", f"DROP SCHEMA {SCHEMA} CASCADE"])
def test_those_of_another_version_are_made_anew_by_the_next_upgrade(store: Store, how: str) -> None:
    within(store, lambda connection: connection.execute(text(JOB)))
    within(store, lambda connection: connection.execute(text(how)))
    assert not is_current(store)
    upgrade_schema(store)
    assert is_current(store)
    assert within(store, jobs) == 0


@ON_POSTGRESQL
def test_whoever_deletes_a_job_by_its_full_name_can(store: Store) -> None:
    within(store, lambda connection: connection.execute(text(JOB)))
    within(store, lambda connection: connection.execute(text(f"DELETE FROM {SCHEMA}.procrastinate_jobs")))
    assert within(store, jobs) == 0


@ON_POSTGRESQL
def test_taken_away_nothing_is_left(store: Store) -> None:
    within(store, job_tables.remove)
    left = text("SELECT count(*) FROM pg_trigger WHERE tgname = 'delivery_calls_workers'")
    assert within(store, lambda connection: connection.execute(left).scalar_one()) == 0
