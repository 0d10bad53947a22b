"""`seventytwo release`: an operator follows a release, confirms its canary, stops it, lets it go on, gives it up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.exceptions import Exit

from incident.errors import Conflict, Invalid, NotFound
from incident.keys import KeyRing, load_kek
from notifications.clock import MovableClock, SystemClock
from notifications.models import DeliveryState, ReleaseState
from notifications.ramp import Stage
from notifications.store import Store
from tests.incident.approving import timeline
from tests.incident.cases import begin_case
from tests.incident.commands.conftest import Type
from tests.incident.notices import ACCOUNT, prepare
from tests.incident.pacing import Opening, open_release


@pytest.fixture
def opening(store: Store, tmp_path: Path) -> Opening:
    """A release whose canary has its answers, in the installation that the commands open."""
    clock = MovableClock(SystemClock().now() - timedelta(hours=2))
    keys = KeyRing(load_kek(None, tmp_path / "key-encryption-key", database_has_keys=False), clock)
    began = clock.now() - timedelta(days=3)
    moments = {"occurred_from": began, "occurred_until": clock.now(), "discovered": clock.now()}
    desk = prepare(begin_case(store, keys, clock), moments)
    account = replace(ACCOUNT, next_update=clock.now() + timedelta(days=3))
    found = open_release(desk, account=account)
    found.answer()
    found.sweep()
    return found


def test_it_is_followed_in_words_and_as_json(opening: Opening, type_command: Type) -> None:
    name = str(opening.release.id)
    line = type_command("release", "watch", name, "--once")
    assert "4 of 40 answered" in line
    assert "36 not yet admitted" in line
    assert "WAITS FOR A PERSON" in line
    found = json.loads(type_command("release", "watch", name, "--once", "--json"))
    assert (found["stage"], found["deliveries"], found["waits_for_a_person"]) == ("confirm", {"accepted": 4}, True)


def test_it_is_confirmed_stopped_and_let_go_on(opening: Opening, type_command: Type) -> None:
    name = str(opening.release.id)
    type_command("release", "confirm", name)
    assert (opening.row().stage, len(opening.rows())) == (Stage.RAMP, 12)
    type_command("release", "stop", name, "--reason", "a doubt")
    assert {row.state for row in opening.rows()} == {DeliveryState.ACCEPTED, DeliveryState.HELD}
    with pytest.raises(Conflict):
        type_command("release", "confirm", name, "--all-at-once", "--reason", "no")
    type_command("release", "resume", name)
    type_command("release", "confirm", name, "--all-at-once", "--reason", "It is urgent.")
    assert len(opening.rows()) == 40
    assert "It is urgent." in timeline(opening.desk, "release.opened")[0]


def test_it_is_given_up_and_whoever_follows_it_hears_so(opening: Opening, type_command: Type) -> None:
    name = str(opening.release.id)
    with pytest.raises(Conflict):
        type_command("release", "cancel", name, "--reason", "the wrong list")
    type_command("release", "stop", name, "--reason", "the wrong list")
    type_command("release", "cancel", name, "--reason", "the wrong list")
    assert opening.row().state is ReleaseState.VOID
    with pytest.raises((Exit, SystemExit)):
        type_command("release", "watch", name)


def test_what_is_no_release_is_said(type_command: Type) -> None:
    with pytest.raises(Invalid):
        type_command("release", "watch", "amber-heron", "--once")
    with pytest.raises(NotFound):
        type_command("release", "watch", str(uuid4()), "--once")
