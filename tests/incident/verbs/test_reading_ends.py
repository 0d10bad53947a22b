"""Ends that name no start, alerts without one, what is informational or a test, and severities nobody said."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident.adapters.signals import Severity, Signal, SignalState
from incident.models.intake import SignalRow
from incident.phases import Phase
from incident.queries.sources import read_sources
from incident.roles import system
from incident.verbs.alert_homes import EVERY_START
from incident.verbs.alert_rows import REORDER
from incident.verbs.deliveries import INTAKE
from incident.verbs.reading import Applied, apply_signals
from incident.verbs.sources import set_rules
from tests.incident.cases import LawCase
from tests.incident.monitor import BEGAN, OPERATOR, Watch

FIRING, RESOLVED, INFORMATIONAL, TEST = SignalState
NUMBERS = count()


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def signal(state: SignalState, start: int | None = None, *, key: str = "k", group: str = "g") -> Signal:
    began = None if start is None else BEGAN + timedelta(minutes=start)
    return Signal(f"Alarm {key}", None, "alertmanager", key, state, began, group=group)


def hear(watch: Watch, *signals: Signal, wait: timedelta = timedelta(seconds=1)) -> Applied:
    """One delivery with these signals, kept and read after a while."""
    watch.case.clock.move(wait)
    kept = watch.keep(f"body {next(NUMBERS)}".encode())
    done: Applied = watch.write(
        system(INTAKE), lambda act: apply_signals(act, kept.intake_id, signals, watch.reception)
    )
    return done


def shown(watch: Watch) -> list[tuple[str, str]]:
    """Start and state of each alert, without the marks of ends."""
    rows = sorted((row for row in watch.alerts() if row.started_at_text != EVERY_START), key=lambda row: row.id)
    return [(row.started_at_text[11:16], row.state) for row in rows]


def actions(watch: Watch) -> list[str]:
    return [action for action in watch.actions(watch.incident().id) if action.startswith("alert.")]


def test_an_end_without_a_start_ends_what_began_before_it_and_is_no_alert_of_its_own(watch: Watch) -> None:
    hear(watch, signal(FIRING, 0), signal(FIRING, 1), signal(FIRING, 1, key="other"))
    assert hear(watch, signal(RESOLVED)).resolved == 2
    assert sorted(shown(watch)) == [("08:55", "resolved"), ("08:56", "firing"), ("08:56", "resolved")]
    assert actions(watch) == ["alert.joined", "alert.resolved"]
    (line,) = [line for line in watch.lines(watch.incident().id) if line.action == "alert.resolved"]
    assert line.text.endswith("; 2 of 3. This closes nothing.")
    assert watch.incident().phase is Phase.DETECTION
    in_it = [row for row in watch.alerts() if row.incident_id == watch.incident().id]
    assert len(in_it) == 3


def test_an_end_that_comes_before_its_firing_is_kept_and_noted_then(watch: Watch) -> None:
    assert hear(watch, signal(RESOLVED)).incidents == ()
    assert hear(watch, signal(FIRING, 0)).opened == (watch.incident().id,)
    assert shown(watch) == [("08:55", "resolved")]
    assert actions(watch) == ["alert.joined", "alert.resolved"]


def test_what_begins_after_an_end_fires_anew(watch: Watch) -> None:
    hear(watch, signal(FIRING, 0))
    hear(watch, signal(RESOLVED))
    later = int((watch.case.clock.now() - BEGAN + REORDER).total_seconds() // 60) + 1
    hear(watch, signal(FIRING, later), wait=REORDER * 2)
    assert [state for _, state in shown(watch)] == ["resolved", "firing"]


def test_without_any_start_an_alert_is_one_until_it_ended_and_five_minutes_later_another(watch: Watch) -> None:
    hear(watch, signal(FIRING))
    hear(watch, signal(FIRING))
    hear(watch, signal(RESOLVED))
    hear(watch, signal(FIRING))  # a late repeat, for all anybody can tell
    assert [(row.state, row.seen) for row in watch.alerts() if row.started_at_text == ""] == [("resolved", 3)]
    assert hear(watch, signal(FIRING), wait=REORDER).new == 1
    assert [state for _, state in shown(watch)] == ["resolved", "firing"]
    hear(watch, signal(RESOLVED))
    assert [state for _, state in shown(watch)] == ["resolved", "resolved"]


def test_a_late_end_does_not_end_what_was_heard_firing_after_it(watch: Watch) -> None:
    first = watch.keep(b"an end whose request died")
    hear(watch, signal(FIRING), wait=REORDER * 2)
    reading = system(INTAKE)
    watch.write(reading, lambda act: apply_signals(act, first.intake_id, [signal(RESOLVED)], watch.reception))
    assert [state for _, state in shown(watch)] == ["firing"]


def test_what_is_informational_opens_nothing_unless_a_rule_says_so_and_a_test_never(watch: Watch) -> None:
    for state in (INFORMATIONAL, TEST):
        assert hear(watch, signal(state, 0, key=state)).incidents == ()
    assert ([state for _, state in shown(watch)], watch.incidents()) == (["informational", "test"], [])
    rules = {"matches": [{"kind": "unclassified", "title": "alarm*", "opens": True}]}
    watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, rules))
    assert hear(watch, signal(TEST, 1, key="t2")).incidents == ()
    assert hear(watch, signal(INFORMATIONAL, 1, key="i2")).opened == (watch.incident().id,)


def test_a_test_is_shown_as_heard(watch: Watch) -> None:
    def line() -> str:
        now = watch.case.clock.now()
        return watch.case.look(lambda session: read_sources(session, OPERATOR))[0].told(now)

    assert "a test heard" not in line()
    hear(watch, signal(TEST))
    assert f"a test heard {watch.case.clock.now():%Y-%m-%d %H:%M} UTC" in line()


def test_an_alert_first_heard_as_a_note_joins_when_it_fires(watch: Watch) -> None:
    hear(watch, signal(INFORMATIONAL, 0))
    assert hear(watch, signal(FIRING, 0)).opened == (watch.incident().id,)
    assert hear(watch, signal(INFORMATIONAL, 0)).repeated == 1
    assert shown(watch) == [("08:55", "firing")]


@pytest.mark.parametrize("word", ["", "high"])
def test_a_severity_nobody_said_is_the_sources_default(watch: Watch, word: str) -> None:
    if word:
        watch.write(OPERATOR, lambda act: set_rules(act, watch.slug, {"default_severity": word}))
    hear(watch, signal(FIRING, 0))
    (row,) = watch.alerts()
    assert row.severity == watch.incident().severity == (word or Severity.MEDIUM)


Event = tuple[str, int | None, SignalState]
events = st.tuples(st.sampled_from("ab"), st.sampled_from([None, 0, 1]), st.sampled_from(list(SignalState)))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """What happened within five minutes, and the same in another order; what is resolved by its start has fired."""
    some = draw(st.lists(events, min_size=1, max_size=4))
    fired = [(key, start, FIRING) for key, start, state in some if state is RESOLVED and start is not None]
    history = list(dict.fromkeys([*fired, *some]))
    return history, draw(st.permutations(history))


def outcome(watch: Watch, group: str, history: Sequence[Event]) -> object:
    """Hear the events as a group of their own, and say how the case then stands."""
    watch.case.clock.move(timedelta(hours=3))
    before, known = {row.id for row in watch.incidents()}, {row.id for row in watch.alerts()}
    for key, start, state in history:
        hear(watch, signal(state, start, key=f"{group}{key}", group=group))
    opened = {row.id for row in watch.incidents()} - before

    def standing(row: SignalRow) -> tuple[str, str, str, int, bool]:
        return row.key.removeprefix(group), row.started_at_text, row.state, row.seen, row.incident_id in opened

    return len(opened), sorted(standing(row) for row in watch.alerts() if row.id not in known)


SHORT: tuple[tuple[Event, ...], ...] = (
    (("a", 0, FIRING), ("a", None, RESOLVED)),
    (("a", None, FIRING), ("a", None, RESOLVED)),
    (("a", 0, FIRING), ("a", 1, FIRING), ("a", None, RESOLVED)),
    (("a", 0, FIRING), ("a", 0, RESOLVED), ("a", 0, INFORMATIONAL)),
    (("a", None, INFORMATIONAL), ("a", None, FIRING), ("a", None, RESOLVED)),
    (("a", 0, FIRING), ("b", 0, FIRING), ("a", None, RESOLVED)),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("history", SHORT, ids=range(len(SHORT)))
def test_every_permutation_of_a_short_history_ends_alike(watch: Watch, history: tuple[Event, ...]) -> None:
    ends = [outcome(watch, f"{next(NUMBERS)}-", order) for order in permutations(history)]
    assert all(end == ends[0] for end in ends)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_every_order_of_a_short_history_ends_alike(case: LawCase, history: tuple[list[Event], list[Event]]) -> None:
    watch = Watch(case, slug=f"alertmanager-{next(NUMBERS)}")
    one, other = (outcome(watch, f"{next(NUMBERS)}-", some) for some in history)
    assert one == other
