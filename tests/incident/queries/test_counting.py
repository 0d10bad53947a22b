"""Deliveries are counted anew where they are few, and once a second for everybody where they are very many."""

import pytest

from incident.queries import counting
from notifications.models import DeliveryState
from tests.notifications.outbox import Outbox


def test_few_are_counted_anew_and_many_once_a_second(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr("incident.queries.counting.time.monotonic", lambda: seconds[0])
    release = outbox.release(3)

    def look() -> dict[DeliveryState, int]:
        return dict(outbox.look(lambda session: counting.counts_of(session, release)))

    assert look() == {DeliveryState.PENDING: 3}
    outbox.change("u0", state=DeliveryState.CANCELLED)
    assert look() == {DeliveryState.PENDING: 2, DeliveryState.CANCELLED: 1}
    monkeypatch.setattr(counting, "KEPT_FROM", 3)
    look()
    outbox.change("u1", state=DeliveryState.CANCELLED)
    assert look() == {DeliveryState.PENDING: 2, DeliveryState.CANCELLED: 1}
    seconds[0] += 1.0
    assert look() == {DeliveryState.PENDING: 1, DeliveryState.CANCELLED: 2}
