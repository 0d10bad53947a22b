"""What every test may ask for: a clock that is moved, and a store on both databases."""

import os
import sys
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from notifications.clock import MovableClock
from notifications.store import Store
from tests import chromium
from tests.databases import EmbeddedDatabases, ServerDatabases
from tests.postgresql.keeper import VARIABLE, KeptServer

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
SAID = "said"
SERVER = pytest.StashKey[KeptServer]()

settings.register_profile("seventytwo", deadline=None, print_blob=True)
settings.load_profile("seventytwo")


def pytest_configure(config: pytest.Config) -> None:
    """With several workers one server is for all of them; it starts while they still collect."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[SERVER] = KeptServer()


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Tests that go over the same lines for every rule or example are not traced: others cover those lines."""
    tracing = sys.gettrace()
    if tracing is None or item.get_closest_marker("untraced") is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracing)


@pytest.fixture(scope="session")
def embedded_databases(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedDatabases:
    return EmbeddedDatabases(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def server_databases() -> Iterator[ServerDatabases]:
    own = None if VARIABLE in os.environ else KeptServer()
    try:
        databases = ServerDatabases()
        yield databases
        databases.close()
    finally:
        if own:
            own.stop()


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says something in the summary of the run, such as how many cases of another folder were there to be tried."""
    return lambda words: record_property(SAID, words)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    said = sorted({words for report in reports for name, words in report.user_properties if name == SAID})
    if said:
        terminalreporter.section("what the tests say")
        for words in said:
            terminalreporter.line(words)


@pytest.fixture(scope="session")
def browser_program() -> Path:
    """A Chromium to drive; a test that asks for it fails where there is none."""
    found = chromium.find()
    assert found, chromium.ADVICE
    return found


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the whole schema and nothing in it. A test that uses it runs on both kinds.

    One kind only: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        embedded: EmbeddedDatabases = request.getfixturevalue("embedded_databases")
        with embedded.copy(tmp_path) as url:
            yield url
    else:
        server: ServerDatabases = request.getfixturevalue("server_databases")
        with server.copy() as url:
            yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()
