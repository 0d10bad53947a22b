"""What `/readyz` says: each part that deadlines and notices depend on has lately proved that it lives, or is named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from incident.models.intake import Intake, IntakeState, Source
from incident.queries.health import SWEEP, Health, read_health
from notifications.models import Heartbeat
from notifications.store import Store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HEARTBEAT = "sender:" + "a" * 32
TICK = timedelta(seconds=10)


def beat(store: Store, name: str, ago: float = 1, **said: object) -> None:
    row = Heartbeat(name=name, at=NOW - timedelta(seconds=ago), document=said)
    store.write(lambda session: session.merge(row))


def look(store: Store) -> Health:
    with store.read() as session:
        return read_health(session, NOW, TICK)


@pytest.fixture
def alive(store: Store) -> Store:
    beat(store, SWEEP, troubles=[])
    beat(store, HEARTBEAT, trouble="")
    return store


def test_all_is_well_when_everything_lately_lived(alive: Store) -> None:
    assert look(alive).problems == ()
    assert look(alive).sweep_age == timedelta(seconds=1)


def test_a_sweep_that_never_ran_is_named_with_the_mend(store: Store) -> None:
    assert look(store).problems == ("The sweep has never run: start `seventytwo worker` (or `serve`).",)


def test_the_first_sweep_has_as_long_to_come_as_a_late_one(store: Store) -> None:
    never = "The sweep has never run: start `seventytwo worker` (or `serve`)."
    with store.read() as session:
        said = [read_health(session, NOW, TICK, NOW - timedelta(seconds=ago)).problems for ago in (0, 60, 61)]
    assert said == [(), (), (never,)]


@pytest.mark.parametrize(
    ("name", "ago", "said", "problem"),
    [
        (SWEEP, 61, {}, "The sweep last ran 61 s ago: deadlines are not being watched."),
        (SWEEP, 2640, {}, "The sweep last ran 44 min ago: deadlines are not being watched."),
        (SWEEP, 108_000, {}, "The sweep last ran 30 h ago: deadlines are not being watched."),
        (
            SWEEP,
            1,
            {"troubles": ["incident 01"]},
            "The last sweep could not look at everything that is due: the log says at what, and why.",
        ),
        (HEARTBEAT, 61, {}, "The sender last lived 61 s ago: nothing is being sent."),
        (HEARTBEAT, 1, {"trouble": "the relay refuses"}, "Mail does not go out: the relay refuses."),
    ],
)
def test_a_part_that_stands_still_or_fails_is_named(
    alive: Store, name: str, ago: float, said: dict[str, object], problem: str
) -> None:
    beat(alive, name, ago, **said)
    assert look(alive).problems == (problem,)


def test_a_delivery_that_nobody_reads_is_named_after_a_minute(alive: Store) -> None:
    def keep(ago: float, key: str) -> None:
        at = NOW - timedelta(seconds=ago)
        row = Intake(
            source_id=source.id,
            intake_key=key,
            received_at=at,
            sha256="",
            size=0,
            scope="",
            headers_sealed=None,
            body_sealed=None,
            state=IntakeState.OPEN,
        )
        alive.write(lambda session: session.add(row))

    source = Source(slug="am", adapter="alertmanager", scheme="bearer", created_at=NOW)
    alive.write(lambda session: session.add(source))
    keep(59, "young")
    assert (look(alive).open_intakes, look(alive).problems) == (1, ())
    keep(61, "old")
    assert look(alive).problems == ("Stored requests wait longer than a minute to be read: 1.",)


def node(name: str) -> str:
    return f"sender:{name}"


@pytest.mark.parametrize(
    ("beats", "problems"),
    [
        ({"a": (1, ""), "b": (1, "")}, ()),
        ({"a": (1, "it refuses"), "b": (1, "")}, ("Mail does not go out from 1 of 2 workers: it refuses.",)),
        ({"a": (61, ""), "b": (1, "")}, ("1 of 2 workers stopped without a word; the others send.",)),
        ({"a": (3601, ""), "b": (1, "")}, ()),
        ({"a": (61, ""), "b": (90, "")}, ("The sender last lived 61 s ago: nothing is being sent.",)),
    ],
)
def test_several_workers_are_looked_at_together(
    store: Store, beats: dict[str, tuple[float, str]], problems: tuple[str, ...]
) -> None:
    beat(store, SWEEP, troubles=[])
    for name, (ago, trouble) in beats.items():
        beat(store, node(name), ago, trouble=trouble)
    found = look(store)
    assert found.problems == problems
    assert found.workers_alive == sum(ago <= 60 for ago, _ in beats.values())
    assert found.workers_silent == sum(60 < ago <= 3600 for ago, _ in beats.values())


def test_a_worker_that_took_its_leave_is_missed_by_nobody(store: Store) -> None:
    beat(store, SWEEP, troubles=[])
    beat(store, node("a"), 600, trouble="", ended=True)
    beat(store, node("b"), 1, trouble="")
    assert look(store).problems == ()


def test_a_signer_that_is_gone_is_named_while_others_work(store: Store) -> None:
    beat(store, SWEEP, troubles=[])
    beat(store, "checkpoints", 5, number=3, by="a")
    beat(store, node("b"), 1, trouble="")
    assert "signs where the timelines end is gone" in look(store).problems[0]
    beat(store, node("a"), 1, trouble="")
    assert look(store).problems == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_asks_for_it_so_no_ledger_and_no_folder_of_payloads_is_read_through(alive: Store) -> None:
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    with alive.read() as session:
        event.listen(session.connection().engine, "before_cursor_execute", hear)
        read_health(session, NOW, TICK)
        event.remove(session.connection().engine, "before_cursor_execute", hear)
        cursor = session.connection().connection.cursor()
        plans = [cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall() for statement, given in asked]
    steps = {str(step[3]) for plan in plans for step in plan}
    read_through = {step for step in steps if step.startswith(("SCAN delivery", "SCAN intake"))}
    partial = ("ix_delivery_in_flight", "ix_intake_open", "ix_intake_quarantined")
    assert [step for step in read_through if not step.endswith(partial)] == []
    assert len(read_through) == 3
