"""No sequence of verbs reaches a state the table does not have, loses a line, or breaks the chain."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from incident.queries.audit import verify
from incident.verbs.checkpoints import sign_heads
from tests.incident.verbs.life import Life

pytestmark = pytest.mark.untraced

if TYPE_CHECKING:
    from tests.incident.cases import LawCase


def live(case: "LawCase", examples: int, steps: int, folder: Path) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(partial(Life, case), settings=chosen)  # type: ignore[arg-type]
    sign_heads(case.store, folder / "key", folder / "outside", case.clock.now())
    report = case.look(lambda session: verify(session, case.keys, folder / "outside"))
    assert report.holds, report.text()
    assert report.window == {}


def test_no_sequence_reaches_an_illegal_state_or_loses_a_line(case: "LawCase", tmp_path: Path) -> None:
    live(case, examples=12, steps=25, folder=tmp_path)


@pytest.mark.soak
def test_no_long_sequence_does_either(case: "LawCase", tmp_path: Path) -> None:
    live(case, examples=70, steps=60, folder=tmp_path)
