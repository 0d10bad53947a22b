"""The table of phases: every legal move, its guards, and nothing else."""

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.phases import (
    ASKS,
    FINAL,
    MOVES,
    PRIMARY,
    UNPASSABLE,
    Case,
    Guard,
    IllegalMove,
    Move,
    Phase,
    after,
    holds,
    missing,
    open_moves,
)

LEGAL = """
detection      contain      containment    commander
detection      dismiss      dismissed      reason duties
containment    investigate  investigation  evidence contained
containment    dismiss      dismissed      reason duties
investigation  contain      containment
investigation  recover      recovery       facts awareness
investigation  dismiss      dismissed      reason duties
recovery       contain      containment
recovery       investigate  investigation
recovery       review       review         restored
review         investigate  investigation
review         recover      recovery
review         close        closed         reviewed duties releases passes
closed         reopen       investigation  reason
dismissed      reopen       detection      reason
"""
TABLE = {
    (Phase(line[0]), Move(line[1])): (Phase(line[2]), tuple(Guard(name) for name in line[3:]))
    for line in (row.split() for row in LEGAL.strip().splitlines())
}
GOOD = Case(
    has_commander=True,
    evidence_items=1,
    fact_versions=1,
    awareness_decided=True,
    review_written=True,
    reason_given=True,
)
SPOILT = {
    Guard.COMMANDER: replace(GOOD, has_commander=False),
    Guard.EVIDENCE: replace(GOOD, evidence_items=0),
    Guard.CONTAINED: replace(GOOD, open_containment_tasks=1),
    Guard.FACTS: replace(GOOD, fact_versions=0),
    Guard.AWARENESS: replace(GOOD, awareness_decided=False),
    Guard.RESTORED: replace(GOOD, open_recovery_tasks=2),
    Guard.REVIEWED: replace(GOOD, review_written=False),
    Guard.DUTIES: replace(GOOD, open_duties=1),
    Guard.RELEASES: replace(GOOD, open_releases=1),
    Guard.PASSES: replace(GOOD, open_passes=1),
    Guard.REASON: replace(GOOD, reason_given=False),
}
REOPENED = replace(GOOD, review_outdated=True)


def test_the_table_has_these_moves_and_no_others() -> None:
    assert MOVES == TABLE


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("move", Move)
def test_a_move_leads_where_the_table_says_or_names_what_is_open(phase: Phase, move: Move) -> None:
    if (phase, move) in TABLE:
        assert after(phase, move) is TABLE[phase, move][0]
        return
    with pytest.raises(IllegalMove) as error:
        after(phase, move)
    assert all(open_move in str(error.value) for open_move in open_moves(phase))


def test_every_phase_can_be_reached_and_left() -> None:
    reached, waiting = set(), [Phase.DETECTION]
    while waiting:
        phase = waiting.pop()
        reached.add(phase)
        waiting += [target for (here, _), (target, _) in MOVES.items() if here is phase and target not in reached]
    assert reached == set(Phase)
    assert all(open_moves(phase) for phase in Phase)


def test_the_main_way_goes_through_the_phases_in_order() -> None:
    ways = {(here, target) for (here, _), (target, _) in MOVES.items()}
    assert all(step in ways for step in pairwise(PRIMARY))
    assert set(Phase) - set(PRIMARY) == {Phase.DISMISSED}


@pytest.mark.parametrize("phase", FINAL)
def test_what_is_over_is_only_reopened_and_with_a_reason(phase: Phase) -> None:
    assert open_moves(phase) == (Move.REOPEN,)
    assert MOVES[phase, Move.REOPEN][1] == (Guard.REASON,)


def test_nothing_is_dismissed_or_closed_while_duties_are_open() -> None:
    assert all(Guard.DUTIES in guards for (_, _), (target, guards) in MOVES.items() if target in FINAL)


@pytest.mark.parametrize("guard", Guard)
def test_each_guard_looks_at_its_own_part_of_the_case(guard: Guard) -> None:
    assert holds(guard, GOOD)
    assert not holds(guard, SPOILT[guard])
    assert all(holds(other, SPOILT[guard]) for other in Guard if other is not guard)


def test_each_guard_says_what_it_asks_for_and_where() -> None:
    assert set(ASKS) == set(Guard)
    assert all(item.text.endswith((".", "reason.")) and item.link.startswith("#") for item in ASKS.values())


def test_a_review_of_before_the_last_reopening_closes_nothing_and_it_is_said_which_it_is() -> None:
    (lacking,) = missing(Phase.REVIEW, Move.CLOSE, REOPENED)
    assert (lacking.guard, lacking.link) == (Guard.REVIEWED, "#review")
    assert "before the incident was reopened" in lacking.text
    (unwritten,) = missing(Phase.REVIEW, Move.CLOSE, SPOILT[Guard.REVIEWED])
    assert unwritten == ASKS[Guard.REVIEWED]


def test_every_field_of_the_case_is_looked_at() -> None:
    looked_at = {name for case in (*SPOILT.values(), REOPENED) for name in _differing(case)}
    assert looked_at == {field.name for field in fields(Case)}


def _differing(case: Case) -> list[str]:
    return [field.name for field in fields(Case) if getattr(case, field.name) != getattr(GOOD, field.name)]


CASES = st.builds(
    Case,
    has_commander=st.booleans(),
    evidence_items=st.integers(0, 2),
    open_containment_tasks=st.integers(0, 2),
    fact_versions=st.integers(0, 2),
    awareness_decided=st.booleans(),
    open_recovery_tasks=st.integers(0, 2),
    review_written=st.booleans(),
    review_outdated=st.booleans(),
    open_duties=st.integers(0, 2),
    open_releases=st.integers(0, 2),
    open_passes=st.integers(0, 2),
    reason_given=st.booleans(),
)


@given(st.sampled_from(sorted(TABLE)), CASES, st.sets(st.sampled_from(Guard)))
def test_what_is_missing_is_the_guards_that_do_not_hold_and_were_not_passed(
    key: tuple[Phase, Move], case: Case, passed: set[Guard]
) -> None:
    asked = {Guard(item.guard) for item in missing(*key, case, passed)}
    failing = {guard for guard in TABLE[key][1] if not holds(guard, case)}
    assert asked == failing - (passed - UNPASSABLE)


@given(CASES)
def test_a_missing_reason_cannot_be_passed(case: Case) -> None:
    silent = replace(case, reason_given=False)
    assert Guard.REASON in {item.guard for item in missing(Phase.CLOSED, Move.REOPEN, silent, Guard)}
