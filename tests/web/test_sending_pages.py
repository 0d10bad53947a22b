"""The page of a release while it is sent: canary, confirmation, hours, stop, and the rest given up."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, update

from incident.organisation import organisation_of
from incident.sweep import tick
from incident.web import releases
from notifications.models import Delivery, DeliveryState, ReleaseState
from notifications.quorum import seats_of
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage
from tests.web.test_release_pages import ask, seen, state_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def small(played: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Forty people are many here."""
    monkeypatch.setattr(played.installation.settings, "canary_from", 10)
    monkeypatch.setattr(played.installation.settings, "canary_size", 4)
    return played


def released(stage: Stage, mara: TestClient, ines: TestClient) -> str:
    release = ask(mara, stage)
    html = ines.get(release).text
    assert "First the canary, confirmed by a person" in html
    assert send(ines, f"{release}/approval", count="40", **seen(html)).status_code == 303
    return release


def answered(stage: Stage) -> None:
    """Everybody who waits has it, and the sweep has looked."""
    parts = stage.installation
    waiting = update(Delivery).where(col(Delivery.state) == DeliveryState.PENDING)
    taken = waiting.values(state=DeliveryState.ACCEPTED, settled_at=parts.clock.now())
    parts.store.write(lambda session: session.exec(taken))
    assert tick(parts.store, parts.keys, organisation_of(parts.settings), parts.clock.now()).checked


def test_the_canary_is_confirmed_on_the_page_by_who_may_approve(small: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    release = released(small, mara, ines)
    panel = mara.get(f"{release}/progress").text
    assert "Not yet admitted" in panel
    assert "<html" not in panel
    assert "Confirm the canary" not in ines.get(release).text
    answered(small)
    assert "Confirm and go on in steps" in ines.get(release).text
    assert f'href="{release}#confirm"' in ines.get("/").text
    assert "Whoever may approve this release confirms." in mara.get(release).text
    assert "Let the sending go on" not in mara.get("/").text
    assert send(ines, f"{release}/go-ahead").status_code == 303
    assert "Next step at" in ines.get(f"{release}/progress").text
    assert "Let the sending go on" not in ines.get("/").text


def test_all_at_once_wants_its_reason_and_the_number_typed(small: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    release = released(small, mara, ines)
    hurry = {"everybody": "true", "reason": "Now."}
    for number in ("", "39", "canary"):
        refused = send(ines, f"{release}/go-ahead", **hurry, confirmation=number)
        assert (refused.status_code, "is not how many this reaches (type 40 to confirm)" in refused.text) == (422, True)
    assert send(ines, f"{release}/go-ahead", everybody="true", reason=" ", confirmation="40").status_code == 422
    assert "The canary: a few of every language" in ines.get(f"{release}/progress").text
    assert send(ines, f"{release}/go-ahead", **hurry, confirmation=" 40").status_code == 303
    assert "To everybody at once: Now." in ines.get(f"{release}/progress").text


def test_stop_is_in_reach_and_the_rest_is_given_up(small: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    release = released(small, mara, ines)
    assert 'href="#stop"' in mara.get(release).text
    assert send(mara, f"{release}/stop", reason="a doubt").status_code == 303
    html = mara.get(release).text
    assert 'href="#stop"' not in html
    assert "Give it up for good" in html
    assert send(mara, f"{release}/cancellation", reason="The wrong list.").status_code == 303
    assert state_of(small, release) is ReleaseState.VOID
    assert "Cancelled: The wrong list." in mara.get(release).text


def test_hours_are_asked_for_with_the_release_and_a_wrong_one_is_said(small: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice = links(mara.get(f"{small.path}/notices").text, "/notices/")[0]
    send(mara, f"{notice}/audience")
    assert 'name="hours"' in mara.get(notice).text
    assert send(mara, f"{notice}/releases", version="1", hours="at night").status_code == 422
    asked = send(
        mara, f"{notice}/releases", version="1", hours="08:00-20:00 Europe/Berlin", all_at_once="It is urgent."
    )
    html = mara.get(asked.headers["location"]).text
    assert "Sent 08:00-20:00 Europe/Berlin only" in html
    assert "It is urgent." in html


def test_who_has_a_seat_is_asked_only_while_something_can_go_on(
    small: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def seated(_session: object, bound: object, *_: object) -> bool:
        asked.append(bound)
        return False

    monkeypatch.setattr(releases, "has_seat", seated)
    mara, ines = enter("mara"), enter("ines")
    release = released(small, mara, ines)
    assert asked == []  # requested: the approval has its own question
    ines.get(release)
    assert len(asked) == 1
    assert send(mara, f"{release}/stop", reason="a doubt").status_code == 303
    ines.get(release)
    assert len(asked) == 1


def test_who_has_no_seat_is_refused_by_seats_read_once(
    small: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    mara, ines = enter("mara"), enter("ines")
    release = released(small, mara, ines)
    answered(small)
    read, asked = seats_of, []

    def counted(*given: Any) -> Any:
        asked.append(given)
        return read(*given)

    monkeypatch.setattr("incident.queries.seats.seats_of", counted)
    mara.get("/")
    board = len(asked)  # which `send` opens as well, for the form's token
    refused = send(mara, f"{release}/go-ahead")
    assert (refused.status_code, "may not approve release" in refused.text) == (403, True)
    assert len(asked) == 2 * board + 1
