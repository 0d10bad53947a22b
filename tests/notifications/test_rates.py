"""Rates hold over any stretch of time, and what has to wait is named a moment at which it may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rates import AT_ONCE, Rates


def begun(rates: Rates, domain: str, moments: list[float]) -> list[float]:
    """The moments at which a mail began, of those at which one was tried."""
    return [at for at in moments if rates.wait(domain, at) == AT_ONCE]


@given(st.floats(0.5, 50), st.lists(st.floats(0, 60), max_size=300).map(sorted))
def test_no_stretch_of_time_sees_more_than_its_rate_and_a_second_in_advance(rate: float, moments: list[float]) -> None:
    went = begun(Rates(in_all=rate), "a.example", moments)
    for first, start in enumerate(went):
        for last in range(first, len(went)):
            assert last - first + 1 <= max(1, rate) + rate * (went[last] - start) + 1e-6


def test_without_a_rate_nothing_waits() -> None:
    assert begun(Rates(), "a.example", [0.0] * 1000) == [0.0] * 1000


def test_one_domain_does_not_slow_another() -> None:
    rates = Rates(by_domain={"slow.example": 1})
    assert len(begun(rates, "slow.example", [0.0] * 10)) == 1
    assert len(begun(rates, "fast.example", [0.0] * 10)) == 10


def test_the_star_is_for_each_domain_that_is_not_named() -> None:
    rates = Rates(by_domain={"*": 2, "big.example": 5})
    assert [len(begun(rates, name, [0.0] * 9)) for name in ("a.example", "b.example", "big.example")] == [2, 2, 5]


def test_those_that_wait_for_a_domain_get_a_moment_each() -> None:
    rates = Rates(by_domain={"slow.example": 2})
    waits = [rates.wait("slow.example", 0.0).seconds for _ in range(6)]
    assert waits == [0, 0, 0.5, 1.0, 1.5, 2.0]
    assert all(rates.wait("slow.example", at) == AT_ONCE for at in (0.5, 1.0, 1.5, 2.0))


def test_the_limit_in_all_is_said_to_be_one() -> None:
    rates = Rates(in_all=1, by_domain={"a.example": 1})
    assert rates.wait("a.example", 0.0) == AT_ONCE
    assert (rates.wait("b.example", 0.0).in_all, rates.wait("b.example", 0.0).seconds) == (True, 1.0)


@pytest.mark.parametrize("given_rates", [{"in_all": -1}, {"by_domain": {"a.example": 0}}])
def test_a_rate_that_never_lets_anything_go_is_refused(given_rates: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        Rates(**given_rates)  # type: ignore[arg-type]
