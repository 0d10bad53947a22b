"""An empty database of each kind, for building its schema in more than one way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.store import Store
from tests.databases import ServerDatabases


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
        yield store
        store.close()
    else:
        server: ServerDatabases = request.getfixturevalue("server_databases")
        with server.copy(empty=True) as url:
            store = Store(url)
            yield store
            store.close()
