"""What a database's schema is, as plain data, so that two of them can be compared."""

import re
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.engine.reflection import Inspector


def schema_of(engine: Engine) -> dict[str, dict[str, Any]]:
    """Table → columns, keys, conditions and indexes. Alembic's own table is left out."""
    inspector = inspect(engine)
    return {name: _table(inspector, name) for name in inspector.get_table_names() if name != "alembic_version"}


def _table(inspector: Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(name)
        },
        "primary key": inspector.get_pk_constraint(name),
        "foreign keys": {key["name"]: key for key in inspector.get_foreign_keys(name)},
        "unique": {key["name"]: key["column_names"] for key in inspector.get_unique_constraints(name)},
        "checks": {key["name"]: _words(key["sqltext"]) for key in inspector.get_check_constraints(name)},
        "indexes": {index["name"]: _index(index) for index in inspector.get_indexes(name)},
    }


def _index(index: ReflectedIndex) -> tuple[Any, ...]:
    conditions = {key: _words(str(value)) for key, value in index.get("dialect_options", {}).items() if "where" in key}
    return index["column_names"], bool(index["unique"]), conditions


def _words(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()
