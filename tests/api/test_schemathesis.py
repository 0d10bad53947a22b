"""Whatever Schemathesis makes of our description: every answer is as described, none a failure of ours, none logged."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from incident import api
from tests.api.conftest import Front
from tests.api.requests import AS_DESCRIBED, Callers, known, sent
from tests.api.test_surface import ROUTES, method

pytestmark = pytest.mark.untraced
QUICK, LONG = 2, 25  # requests of each kind to each route
PARTS, MANY = 3, 12  # of all routes, so that several workers try them at once
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LABELS = {f"{method(route)} {route.path_format}" for route in ROUTES}
NOT_READY = ("GET /readyz", 503)  # no worker runs beside these tests


Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Ask = Callable[[st.DataObject], None]


@cache
def described() -> list[Operation]:
    """Every operation of the description that is served."""
    app = FastAPI()
    api.describe(app)
    found: list[Operation] = []
    for made in schemathesis.openapi.from_dict(app.openapi()).get_all_operations():
        assert isinstance(made, Ok), made
        found.append(made.ok())
    return found


@ON_SQLITE
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_is_our_fault(played: Front, part: int, caplog: pytest.LogCaptureFixture) -> None:
    Trial(played, caplog).of(described()[part::PARTS], QUICK, derandomize=True)


@pytest.mark.soak
@ON_SQLITE
@pytest.mark.parametrize("part", range(MANY))
def test_no_request_of_many_is_our_fault(
    played: Front, part: int, caplog: pytest.LogCaptureFixture, say: Callable[[str], None]
) -> None:
    trial = Trial(played, caplog)
    trial.of(described()[part::MANY], LONG)
    say(f"requests made by Schemathesis, {part + 1} of {MANY}: {sorted(trial.heard.items())}")


def test_every_route_is_tried() -> None:
    assert {operation.label for operation in described()} == LABELS


@ON_SQLITE
def test_the_description_is_the_one_that_is_served(front: Front) -> None:
    served = front.client().get("/api/openapi.json").json()
    assert {f"{verb.upper()} {path}" for path, verbs in served["paths"].items() for verb in verbs} == LABELS


class Trial:
    """One installation that is asked, and what it answered, counted by status."""

    def __init__(self, front: Front, log: pytest.LogCaptureFixture) -> None:
        self.callers, self.known, self.log, self.front = Callers(front), known(front), log, front
        self.heard: Counter[int] = Counter()

    def of(self, operations: list[Operation], number: int, *, derandomize: bool = False) -> None:
        """Ask each operation so often with what fits its description, and as often with what does not."""
        usual = settings(
            max_examples=number,
            derandomize=derandomize,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        with self.front.client() as client:
            for operation in operations:
                usual(given(data=st.data())(self._asking(client, operation, GenerationMode.POSITIVE)))()
                with suppress(Unsatisfiable):  # where nothing is asked there is nothing to ask wrongly
                    usual(given(data=st.data())(self._asking(client, operation, GenerationMode.NEGATIVE)))()

    def _asking(self, client: TestClient, operation: Operation, mode: GenerationMode) -> Ask:
        callers = self.callers.of(operation.method.upper(), operation.path)
        names = {one.name for one in operation.path_parameters}
        real = {name: text for name, text in self.known.items() if name in names}
        made = operation.as_strategy(generation_mode=mode)
        there = operation.as_strategy(generation_mode=mode, path_parameters=real) if real else made

        def ask(data: st.DataObject) -> None:
            case: Case[Any] = data.draw(st.one_of(there, there, made))
            answer = sent(client, case, data.draw(st.sampled_from(callers)))
            self.heard[answer.status_code] += 1
            wrong = [record.getMessage() for record in self.log.records if record.levelno >= logging.ERROR]
            assert not wrong, (operation.label, case, wrong)
            assert answer.status_code < 500 or (operation.label, answer.status_code) == NOT_READY, answer.text
            case.validate_response(answer, AS_DESCRIBED)

        return ask
