"""Triggers that keep the timeline append-only, in the words of each database, and whether they are all there.

A batch operation on SQLite rebuilds a table and drops its triggers without a word, so they are put back after every
migration and compared with what they must be.
"""

from sqlalchemy import Connection, text

from incident.models.entries import APPEND_ONLY
from notifications.columns import METADATA

FUNCTION = "refuse_change"
FUNCTION_BODY = (
    "BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation'; END;"
)


def install(connection: Connection) -> None:
    """Put every trigger in place again, in the transaction of the change that may have lost it."""
    remove(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${FUNCTION_BODY}$$"
        )
    for definition in expected(connection).values():
        connection.exec_driver_sql(definition)


def remove(connection: Connection) -> None:
    """Take the triggers away, for a change of the tables they guard."""
    for name, table in _names(connection).items():
        at = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        if _has_table(connection, table):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{at}")


def differences(connection: Connection) -> list[str]:
    """Names of triggers that are missing, switched off or say something else. Empty: all is guarded."""
    seen = _seen(connection)
    wrong = [name for name, definition in expected(connection).items() if seen.get(name) != definition]
    if connection.dialect.name == "postgresql":
        query = text(
            "SELECT prosrc FROM pg_proc WHERE proname = :name AND pronamespace = current_schema()::regnamespace"
        )
        if connection.execute(query, {"name": FUNCTION}).scalars().all() != [FUNCTION_BODY]:
            wrong.append(FUNCTION)
    return wrong


def expected(connection: Connection) -> dict[str, str]:
    """Name → definition, spelled as the database will show it."""
    make = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    return {name: sql for table in APPEND_ONLY for name, sql in make(table).items()}


def _sqlite(table: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    key = " AND ".join(f"{column.name} = NEW.{column.name}" for column in METADATA.tables[table].primary_key)
    # INSERT OR REPLACE deletes without asking a delete trigger
    replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "  # noqa: S608 (names of our own tables)
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"{table}_no_replace": f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {replaced}{refuse}",
    }


def _postgresql(table: str) -> dict[str, str]:
    each = f"ON {table} FOR EACH"
    call = f"EXECUTE FUNCTION {FUNCTION}()"
    return {
        f"{table}_no_change": f"CREATE TRIGGER {table}_no_change BEFORE DELETE OR UPDATE {each} ROW {call}",
        f"{table}_no_truncate": f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE {each} STATEMENT {call}",
    }


def _names(connection: Connection) -> dict[str, str]:
    make = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    return {name: table for table in APPEND_ONLY for name in make(table)}


def _seen(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled = 'O' AND relnamespace = current_schema()::regnamespace"
        )
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    return {str(name): str(definition) for name, definition in connection.execute(text(query))}


def _has_table(connection: Connection, table: str) -> bool:
    return connection.dialect.has_table(connection, table)
