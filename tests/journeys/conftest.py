"""A case in an installation that runs only while it works, on a clock that is moved, with a real relay."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from incident.installation import open_installation
from incident.keys import KeyRing, load_kek
from incident.mail_relays import relays_of
from incident.organisation import organisation_of
from incident.senders import engine_of
from incident.settings import Settings
from incident.sweep import Tick, tick
from notifications.clock import MovableClock
from notifications.store import Store
from tests.incident.cases import OPENED, LawCase, begin_case
from tests.smtp_sink import Sink


@dataclass
class Node:
    """The programs of a machine that is switched on for a moment: started, one tick, what is due sent, ended."""

    settings: Settings
    case: LawCase
    ticks: list[Tick] = field(default_factory=list)

    async def run(self, sink: Sink, ticks: int = 1) -> None:
        settings = self.settings.model_copy(update={"smtp_port": sink.port})
        installation = open_installation(settings, self.case.clock)
        try:
            engine = engine_of(installation, relays_of(settings), f"node.{len(self.ticks)}", lambda: None)
            for _ in range(ticks):
                now = installation.clock.now()
                self.ticks.append(tick(installation.store, installation.keys, organisation_of(settings), now))
                await engine.tend()
                await engine.deliver(asyncio.Event())
        finally:
            installation.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, smtp_security="clear")


@pytest.fixture
def case(store: Store, settings: Settings) -> LawCase:
    """An incident that was just opened."""
    clock = MovableClock(OPENED)
    keys = KeyRing(load_kek(None, settings.kek_path, database_has_keys=False), clock)
    return begin_case(store, keys, clock)


@pytest.fixture
def node(settings: Settings, case: LawCase) -> Node:
    """The same incident on a machine that is switched off."""
    return Node(settings, case)
