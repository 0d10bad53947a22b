"""Ids made by us: UUIDv7 that rise, public ids that tell nothing."""

import threading
import time
from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest

from notifications.ids import new_id, public_id


def milliseconds(made: UUID) -> int:
    return made.int >> 80


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id()
    assert made.version == 7
    assert made.variant == RFC_4122
    assert abs(milliseconds(made) / 1000 - datetime.now(UTC).timestamp()) < 60


def test_ids_of_one_process_rise() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_made_by_several_threads_differ_and_rise_in_each() -> None:
    lots: list[list[UUID]] = [[] for _ in range(8)]
    threads = [threading.Thread(target=lambda lot=lot: lot.extend(new_id() for _ in range(2000))) for lot in lots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({made for lot in lots for made in lot}) == 16_000
    assert all(lot == sorted(lot) for lot in lots)


def test_a_clock_that_steps_back_makes_no_smaller_id(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3_600_000_000_000)
    after = [new_id() for _ in range(5000)]
    assert before < after[0]
    assert after == sorted(after)
    assert all(one.version == 7 for one in after)


def test_the_random_part_is_random() -> None:
    tails = {new_id().int & (1 << 62) - 1 for _ in range(1000)}
    assert len(tails) == 1000


def test_a_public_id_has_128_random_bits_for_an_address() -> None:
    made = [public_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(len(one) == 22 and one.replace("-", "").replace("_", "").isalnum() for one in made)
    assert made != sorted(made)
