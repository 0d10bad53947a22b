"""What is deleted within `erasing` is overwritten where it lies; copies of rearranged pages stay until VACUUM."""

import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlmodel import Session, col, delete

from notifications.models import Heartbeat
from notifications.store import Store, erasing
from tests.conftest import START

NAMES = 1000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("overwritten", "at_most", "at_least"), [(True, 0.35, 0.0), (False, 1.0, 0.8)])
def test_deleted_rows_are_overwritten_where_they_lie(
    store: Store, overwritten: bool, at_most: float, at_least: float
) -> None:
    names = [f"{number:05}{os.urandom(27).hex()}" for number in range(NAMES)]
    gone = names[::7]

    def work(session: Session) -> None:
        with erasing(session) if overwritten else nullcontext():
            session.exec(delete(Heartbeat).where(col(Heartbeat.name).in_(gone)))

    store.write(lambda session: session.add_all(Heartbeat(name=name, at=START) for name in names))
    store.write(work)
    store.close()  # whoever closes the file last writes everything back into it
    content = Path(str(store.url.database)).read_bytes()
    found = sum(name[10:].encode() in content for name in gone) / len(gone)
    assert at_least <= found <= at_most


def test_both_databases_take_it(store: Store) -> None:
    store.write(lambda session: session.add(Heartbeat(name="a", at=START)))

    def work(session: Session) -> None:
        with erasing(session):
            session.exec(delete(Heartbeat).where(col(Heartbeat.name) == "a"))

    store.write(work)
    with store.read() as session:
        assert session.get(Heartbeat, "a") is None
