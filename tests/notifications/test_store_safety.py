"""Databases that could lose what was acknowledged are refused, and no second SQLite library is ever loaded."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from notifications.store import Store, UnsafeStore

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SOURCES = Path(__file__).parents[2]


def test_a_sound_database_passes_the_check(store: Store) -> None:
    store.check()


@pytest.mark.proves("F17")
def test_an_embedded_database_that_forgets_is_refused() -> None:
    forgetful = Store("sqlite://")
    with pytest.raises(UnsafeStore, match="journal_mode is memory, must be wal"):
        forgetful.check()
    forgetful.close()


@ON_POSTGRESQL
@pytest.mark.proves("F17")
def test_a_server_that_acknowledges_before_it_stores_is_refused(store: Store) -> None:
    url = store.url.update_query_dict({"options": "-c synchronous_commit=off"})
    careless = Store(url.render_as_string(hide_password=False))
    with pytest.raises(UnsafeStore, match="synchronous_commit is off"):
        careless.check()
    careless.close()


@pytest.mark.parametrize("package", ["incident", "notifications"])
def test_no_module_opens_a_database_with_the_standard_librarys_sqlite(package: str) -> None:
    """Closing a file with a second SQLite library in one process drops the locks of the first."""
    guilty = []
    for path in sorted((SOURCES / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            guilty += [f"{path.name}: {name}" for name in imported if name.split(".")[0] in ("sqlite3", "aiosqlite")]
    assert guilty == []


@ON_SQLITE
def test_a_process_at_work_has_not_even_loaded_it(store: Store) -> None:
    program = (
        "import sys\nfrom notifications.store import Store\nfrom sqlalchemy import text\n"
        "store = Store(sys.argv[1]); store.check()\n"
        "store.write(lambda session: session.execute(text('SELECT 1')))\n"
        "with store.read() as session: session.execute(text('SELECT 1'))\n"
        "sys.exit('_sqlite3' in sys.modules)"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}  # it loads sqlite3
    assert subprocess.run([sys.executable, "-c", program, str(store.url)], env=plain).returncode == 0
