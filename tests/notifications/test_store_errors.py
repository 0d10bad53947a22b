"""What a failed statement shows in a log: which statement, not what was given to it."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from notifications.clock import SystemClock
from notifications.models import Heartbeat
from notifications.store import Store


def test_a_traceback_names_the_statement_without_its_parameters(store: Store) -> None:
    row = {"name": "mara@example.org", "at": SystemClock().now(), "document": {}}
    store.write(lambda session: session.execute(insert(Heartbeat).values(row)))
    with pytest.raises(IntegrityError) as caught:
        store.write(lambda session: session.execute(insert(Heartbeat).values(row)))
    shown = "".join(traceback.format_exception(caught.value.__cause__ or caught.value))
    assert "INSERT INTO heartbeat" in shown
    assert "SQL parameters hidden" in shown
