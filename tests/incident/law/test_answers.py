"""Three-valued logic: no and yes decide at once, unknown waits and names what it waits for."""

import pytest

from incident.law.answers import Answer, Truth, all_of, any_of, negated, no, presumed, unknown, yes

Y, N, U = yes("y"), no("n"), unknown("fact")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((Y, Y), Y), ((Y, U), U), ((Y, N), N), ((U, N), N), ((N, N), N), ((U, U), U), ((), Answer(Truth.YES))],
)
def test_all_of(parts: tuple[Answer, ...], expected: Answer) -> None:
    assert all_of(parts) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((Y, Y), Y), ((Y, U), Y), ((Y, N), Y), ((U, N), U), ((N, N), N), ((), Answer(Truth.NO))],
)
def test_any_of(parts: tuple[Answer, ...], expected: Answer) -> None:
    assert any_of(parts) == expected


def test_the_opposite_of_unknown_is_unknown_and_asks_for_the_same_fact() -> None:
    assert negated(U) == U
    assert negated(Y).truth is Truth.NO


def test_a_presumption_carries_unknown_to_yes_and_leaves_the_fact_missing() -> None:
    found = presumed(U, "until stated")
    assert found.truth is Truth.YES
    assert found.missing == ("fact",)
    assert found.why == ("presumed: until stated",)
    assert presumed(N, "until stated") == N
