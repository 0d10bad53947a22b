"""Mutated payloads at every monitor's address, to the disk and back: taken, read or set aside, nothing logged."""

import logging
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from incident.adapters.registry import all_adapters
from incident.models.intake import IntakeState
from tests.adapters.test_expected_signals import document_of
from tests.adapters.test_fuzz import payloads_of
from tests.hooks.monitors import Monitors
from tests.payload_mutations import mutated

pytestmark = [pytest.mark.untraced, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
EVERY = tuple(all_adapters())
QUICK, LONG = 60, 2_000
READ = (IntakeState.APPLIED, IntakeState.QUARANTINED)


def post_all(
    monitors: Monitors, number: int, caplog: pytest.LogCaptureFixture, *, derandomize: bool = False
) -> Counter[str]:
    """So many mutated payloads, each of a monitor drawn; returns how they were answered and what became of them."""
    heard: Counter[str] = Counter()
    usual = settings(
        max_examples=number,
        derandomize=derandomize,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @usual
    @given(data=st.data())
    def post(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(EVERY))
        one = data.draw(st.sampled_from(payloads_of(name)))
        body = data.draw(mutated(document_of(one)))
        answer = monitors.post(name, body, one.headers)
        assert answer.status_code in (200, 202), (name, body, answer.text)
        heard[str(answer.status_code)] += 1
        wrong = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
        assert not wrong, (name, body, wrong)

    post()
    states = monitors.gate.states()
    assert set(states) <= set(READ)
    return heard + Counter(states)


def test_mutated_payloads_are_read_or_set_aside(monitors: Monitors, caplog: pytest.LogCaptureFixture) -> None:
    heard = post_all(monitors, QUICK, caplog, derandomize=True)
    assert heard[IntakeState.APPLIED]
    assert heard[IntakeState.QUARANTINED]


@pytest.mark.soak
def test_many_mutated_payloads_are_read_or_set_aside(
    monitors: Monitors, caplog: pytest.LogCaptureFixture, say: Callable[[str], None]
) -> None:
    say(f"mutated payloads posted: {sorted(post_all(monitors, LONG, caplog).items())}")
