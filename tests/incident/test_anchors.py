"""Which moment starts a clock: decided before provisional, nearest scope first, strictest candidate while undecided."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.anchors import Anchor, Arguable, Clue, earliest_arguable, fault_in_scope, start_of, worksheet

T0 = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCOPES = (frozenset({"dataset:lists"}), frozenset({"entity:main"}), frozenset({"regime:gdpr"}))


def candidate(hours: int, clue: Clue = Clue.RECEIVED, arguable: Arguable = Arguable.ARGUABLE, **more: str) -> Anchor:
    return Anchor("aware", T0 + hours * HOUR, decided=False, clue=clue, arguable=arguable, **more)  # type: ignore[arg-type]


def test_without_a_decision_the_earliest_arguable_candidate_gives_a_provisional_clock() -> None:
    sheet = [candidate(5, Clue.VERIFIED, Arguable.CLEAR), candidate(0), candidate(-3, arguable=Arguable.HARDLY)]
    start = start_of(sheet, "aware", SCOPES)
    assert start is not None
    assert start.at == T0
    assert start.provisional
    assert "not decided" in str(start)


def test_a_decision_ends_the_provisional_clock_even_when_it_is_later() -> None:
    start = start_of([candidate(0), Anchor("aware", T0 + 5 * HOUR)], "aware", SCOPES)
    assert start is not None
    assert (start.at, start.provisional) == (T0 + 5 * HOUR, False)
    assert str(start) == "aware decided"


def test_an_unknown_moment_starts_nothing() -> None:
    assert start_of([], "aware", SCOPES) is None
    assert start_of([Anchor("detected", T0)], "aware", SCOPES) is None
    assert start_of([candidate(0, arguable=Arguable.HARDLY)], "aware", SCOPES) is None


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (["dataset:lists", "entity:main", "regime:gdpr", ""], 0),
        (["entity:main", "regime:gdpr", ""], 1),
        (["regime:gdpr", ""], 2),
        ([""], 3),
    ],
)
def test_the_nearest_scope_counts_and_falls_back_to_the_incident(scopes: list[str], expected: int) -> None:
    hours = {"dataset:lists": 0, "entity:main": 1, "regime:gdpr": 2, "": 3}
    anchors = [Anchor("aware", T0 + hours[scope] * HOUR, scope) for scope in scopes]
    start = start_of(anchors, "aware", SCOPES)
    assert start is not None
    assert start.at == T0 + expected * HOUR


def test_another_entitys_moment_is_not_ours() -> None:
    assert start_of([Anchor("aware", T0, "entity:other")], "aware", SCOPES) is None


def test_a_later_record_that_names_the_one_it_corrects_replaces_it() -> None:
    first = Anchor("aware", T0, id="1", recorded_at=T0)
    second = Anchor("aware", T0 + HOUR, id="2", corrects="1", recorded_at=T0 + 2 * HOUR)
    for order in ([first, second], [second, first]):
        start = start_of(order, "aware", SCOPES)
        assert start is not None
        assert start.at == T0 + HOUR


def test_the_worksheet_lists_candidates_earliest_first_and_no_decisions() -> None:
    assert [item.at for item in worksheet([candidate(2), candidate(1), Anchor("aware", T0)])] == [
        T0 + HOUR,
        T0 + 2 * HOUR,
    ]


@pytest.mark.parametrize(
    ("scope", "fine"),
    [
        ("", True),
        ("entity:main", True),
        ("dataset:lists", True),
        ("regime:gdpr", True),
        ("entity:", False),
        ("x", False),
    ],
)
def test_scopes_are_closed(scope: str, fine: bool) -> None:
    assert (fault_in_scope(scope) == "") is fine


@given(st.lists(st.tuples(st.integers(-100, 100), st.sampled_from(Arguable)), max_size=8), st.randoms())
def test_one_more_candidate_never_makes_the_provisional_clock_later(
    items: list[tuple[int, Arguable]], random: object
) -> None:
    candidates = [candidate(hours, arguable=arguable) for hours, arguable in items]
    before = earliest_arguable(candidates[1:])
    after = earliest_arguable(candidates)
    if before is not None:
        assert after is not None
        assert after.at <= before.at
