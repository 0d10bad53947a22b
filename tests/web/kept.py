"""Stages that are played once and copied from then on: a story of law and notices takes seconds, a copy none."""

import tempfile
from pathlib import Path

from notifications.clock import Clock, MovableClock, SystemClock
from notifications.store import Store
from tests.conftest import START
from tests.web.stage import Stage, fill_registers, open_case, open_stage, play


def opened(store: Store) -> None:
    """People, full registers, and an incident nobody has touched."""
    with tempfile.TemporaryDirectory() as home:
        _open(store, MovableClock(START), Path(home))


def played(store: Store) -> None:
    """The same incident in investigation, with facts, decisions, a customer told and drafts."""
    with tempfile.TemporaryDirectory() as home:
        play(_open(store, MovableClock(START), Path(home)))


def played_today(store: Store) -> None:
    """That one now, for a browser, whose clock nobody moves."""
    with tempfile.TemporaryDirectory() as home:
        play(_open(store, SystemClock(), Path(home)))


def _open(store: Store, clock: Clock, home: Path) -> Stage:
    stage = open_stage(store, clock, home)
    fill_registers(stage)
    open_case(stage)
    return stage
