"""An engine for a peer's own file: the same SQLite library and the same durability as ours."""

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import Engine, create_engine, event


def durable_engine(path: Path) -> Engine:
    """WAL and synchronous=FULL; otherwise as SQLAlchemy makes it."""
    engine = create_engine(
        f"sqlite:///{path}", module=pysqlite3.dbapi2, connect_args={"check_same_thread": False, "timeout": 30}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine
