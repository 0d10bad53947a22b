"""What every test may ask for: a clock that is moved, a store on both databases, something to send, and a relay."""

import gc
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings

from notifications.clock import MovableClock
from notifications.store import Store
from tests import chromium
from tests.databases import Content, EmbeddedDatabases, ServerDatabases
from tests.notifications.outbox import Outbox
from tests.postgresql.keeper import VARIABLE, KeptServer
from tests.running import noted
from tests.smtp_sink import Sink
from tests.worded_lines import lines_are_worded

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
KINDS = ("sqlite", "postgresql")
SAID = "said"
NOT_BEGUN = "the budget of the soak is spent"
HERE = Path(__file__).parent
TELL_KINDS_APART = ("faults", "migrations", "notifications", "postgresql", "incident/queries")
# Whole programs and browsers: they go over what tests of the parts cover, and so do the programs they start.
WHOLE = (
    "browser",
    "faults/test_disk",
    "faults/test_intake_kills",
    "faults/test_kills",
    "faults/test_many_workers",
)
COVERED = frozenset((HERE / "covered_elsewhere.txt").read_text().splitlines())
MEASURES_PROGRAMS = "COVERAGE_PROCESS_CONFIG"  # with it in its environment a program measures its own coverage
SERVER = pytest.StashKey[KeptServer]()
BEGAN = pytest.StashKey[float]()  # the first test of this worker

settings.register_profile("seventytwo", deadline=None, print_blob=True)
settings.load_profile("seventytwo")


def pytest_configure(config: pytest.Config) -> None:
    """With several workers one server is for all of them; it starts while they still collect."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[SERVER] = KeptServer()


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What treats no kind of database differently runs on one of them, by its name, and in the soak on the other."""
    pairs: dict[str, list[pytest.Function]] = {}
    for item in items:
        kind = _kind(item)
        if kind and isinstance(item, pytest.Function) and not _tells_kinds_apart(item):
            pairs.setdefault(item.nodeid.replace(kind, ""), []).append(item)
    for name, both in pairs.items():
        if len(both) == len(KINDS):
            both[crc32(name.encode()) % len(KINDS)].add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: looking through it for garbage again and again took a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """While it runs it is noted, so that a run that hangs can say where."""
    with noted(item.nodeid):
        return (yield from _traced_or_not(item))


def _traced_or_not(item: pytest.Item) -> Generator[None, object, object]:
    """Tests that go over lines others cover are not traced: half the time of a run would be the tracer's."""
    tracing, starting = sys.gettrace(), threading.gettrace()
    if tracing is None or not (_covered_elsewhere(item) or _named_as_covered(item)):
        return (yield)
    measured = os.environ.pop(MEASURES_PROGRAMS, None) if _covered_elsewhere(item) else None
    _trace(None, None)
    try:
        return (yield)
    finally:
        _trace(tracing, starting)
        if measured is not None:
            os.environ[MEASURES_PROGRAMS] = measured


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The soak begins nothing once its budget is spent; each run has another order, so that none is always last."""
    budget = float(os.environ.get("SOAK_BUDGET", "inf"))
    began = item.session.stash.setdefault(BEGAN, time.monotonic())
    if item.get_closest_marker("soak") is not None and time.monotonic() - began > budget:
        pytest.skip(f"{NOT_BEGUN} ({budget:.0f} s)")


def _covered_elsewhere(item: pytest.Item) -> bool:
    """Marked so, or going over what covers what it covers: whole programs, and all that is run in the soak."""
    marked = any(item.get_closest_marker(mark) is not None for mark in ("untraced", "soak"))
    return marked or item.path.relative_to(HERE).as_posix().startswith(WHOLE)


def _named_as_covered(item: pytest.Item) -> bool:
    """Measured so, in this process; the programs it starts are measured all the same."""
    return item.path.relative_to(HERE).as_posix() in COVERED


def _kind(item: pytest.Item) -> str:
    """The kind of database this test runs on, "" where it has none or cannot have another."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return str(given.get("database_url", ""))


def _tells_kinds_apart(item: pytest.Item) -> bool:
    return item.path.relative_to(HERE).as_posix().startswith(TELL_KINDS_APART)


def _trace(here: Any, in_threads: Any) -> None:
    sys.settrace(here)
    threading.settrace(in_threads)


@pytest.fixture(autouse=True, scope="session")
def every_line_worded() -> Iterator[None]:
    with lines_are_worded():
        yield


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
    late = [one for one in terminalreporter.getreports("skipped") if NOT_BEGUN in str(one.longrepr)]
    if late:
        terminalreporter.section(f"{len(late)} tests were not begun: {NOT_BEGUN}")
        for one in sorted(late, key=lambda report: report.nodeid):
            terminalreporter.line(one.nodeid)
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


@pytest.fixture
def content() -> Content | None:
    """What a database holds when a test gets it: nothing but its schema, unless a folder of tests says more."""
    return None


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, content: Content | None) -> Iterator[str]:
    """A database with the whole schema and `content` in it. A test that uses it runs on both kinds, see above.

    One kind only: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        embedded: EmbeddedDatabases = request.getfixturevalue("embedded_databases")
        with embedded.copy(tmp_path, content) as url:
            yield url
    else:
        server: ServerDatabases = request.getfixturevalue("server_databases")
        with server.copy(content) as url:
            yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def outbox(store: Store, clock: MovableClock) -> Outbox:
    """Something to send, without an incident around it."""
    return Outbox(store, clock)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A relay in this process that does what its scripts say."""
    async with Sink() as running:
        yield running
