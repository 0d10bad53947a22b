"""The sending of a release over the API: programs read its progress and give it up, people let it go on."""

from typing import Any

import pytest

from incident.organisation import sending_rules_of
from incident.roles import Role
from tests.api.conftest import Front
from tests.api.test_releases import RELEASES, person, said, written

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
assert written  # a fixture


@pytest.fixture
def small(front: Front, monkeypatch: pytest.MonkeyPatch) -> Front:
    """Forty people are many here."""
    settings = front.stage.installation.settings
    monkeypatch.setattr(settings, "canary_from", 10)
    monkeypatch.setattr(settings, "canary_size", 4)
    assert sending_rules_of(settings).pace.plan(40).steps == (4, 20, 40)
    return front


def released(front: Front, written: dict[str, str], **more: Any) -> str:
    asked = front.program(Role.COMMANDER).post(RELEASES, json={**written, **more})
    assert asked.status_code == 201, asked.text
    address = f"{RELEASES}/{asked.json()['id']}"
    assert person(front, "ines").post(f"{address}/approvals", json=said(asked.json())).status_code == 200
    return address


def test_progress_says_how_far_it_is_and_that_a_person_is_waited_for(small: Front, written: dict[str, str]) -> None:
    address = released(small, written)
    found = small.program(Role.AUDITOR).get(f"{address}/progress").json()
    assert (found["stage"], found["steps"], found["admitted"]) == ("canary", [4, 20, 40], 4)
    assert (found["deliveries"], found["not_admitted"]) == ({"pending": 4}, 36)
    assert found["waits_for_a_person"] is False


def test_only_a_person_with_a_seat_lets_it_go_on(small: Front, written: dict[str, str]) -> None:
    address, body = released(small, written), {"reason": "It is urgent.", "all_at_once": True}
    assert small.program(Role.APPROVER).post(f"{address}/go-ahead", json=body).status_code == 401
    assert person(small, "mara").post(f"{address}/go-ahead", json=body).status_code == 403
    ines = person(small, "ines")
    assert ines.post(f"{address}/go-ahead", json={"all_at_once": True}).status_code == 422
    done = ines.post(f"{address}/go-ahead", json=body)
    assert (done.status_code, done.json()["stage"], done.json()["admitted"]) == (200, "whole", 40)


def test_a_stopped_release_is_given_up(small: Front, written: dict[str, str]) -> None:
    address, program = released(small, written), small.program(Role.COMMANDER)
    assert program.post(f"{address}/cancellation", json={"reason": "the wrong list"}).status_code == 409
    assert program.post(f"{address}/stop", json={"reason": "the wrong list"}).status_code == 200
    found = program.post(f"{address}/cancellation", json={"reason": "the wrong list"}).json()
    assert (found["state"], found["cancelled"], found["not_admitted"]) == ("void", 40, 0)


def test_hours_and_all_at_once_are_asked_for_and_lifted(small: Front, written: dict[str, str]) -> None:
    wrong = small.program(Role.COMMANDER).post(RELEASES, json={**written, "hours": "at night"})
    assert wrong.status_code == 422
    assert "08:00-20:00 Europe/Berlin" in wrong.text
    now = small.stage.installation.clock.now()
    shut = f"{(now.hour + 2) % 24:02d}:00-{(now.hour + 3) % 24:02d}:00 UTC"
    address = released(small, written, hours=shut, all_at_once="It is urgent.")
    found = small.program(Role.AUDITOR).get(f"{address}/progress").json()
    assert (found["window_closed"], found["hours"], found["admitted"]) == (True, shut, 40)
    lifted = person(small, "ines").post(f"{address}/any-hour", json={"reason": "Money is being moved."}).json()
    assert (lifted["window_closed"], lifted["hours"]) == (False, "")


def test_a_release_of_few_has_no_steps(front: Front, written: dict[str, str]) -> None:
    address = released(front, written)
    found = front.program(Role.AUDITOR).get(f"{address}/progress").json()
    assert (found["stage"], found["steps"], found["not_admitted"]) == ("whole", [], 0)
