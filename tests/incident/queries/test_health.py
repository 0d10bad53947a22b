"""What `/readyz` says: each part that deadlines and notices depend on has lately proved that it lives, or is named."""

from datetime import UTC, datetime, timedelta

import pytest

from incident.models.intake import Intake, IntakeState, Source
from incident.queries.health import SWEEP, Health, read_health
from notifications.models import Heartbeat
from notifications.store import Store
from notifications.upkeep import HEARTBEAT

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("name", "ago", "said", "problem"),
    [
        (SWEEP, 61, {}, "The sweep last ran 61 s ago: deadlines are not being watched."),
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
    assert look(alive).problems == ("Stored requests wait longer than a minute to be read.",)
