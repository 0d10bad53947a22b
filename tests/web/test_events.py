"""Who is told when a chain grows or a release moves, and that streams end with the session and the process."""

import asyncio
import math

import pytest

from incident.models.entries import incident_subject
from incident.verbs.entries import note
from incident.web.events import Hub, Viewer
from incident.web.news import BOARD, News, look, release_key
from notifications.clock import MovableClock
from notifications.models import DeliveryState
from notifications.store import Store
from tests.notifications.outbox import SUBJECT, Outbox
from tests.web.conftest import Enter
from tests.web.stage import Stage


def told(hub: Hub, *steps: tuple[dict[str, int], dict[str, int]]) -> dict[str, list[bool]]:
    """Who was told at each step: somebody at incident a, somebody at b, somebody at the board."""
    found: dict[str, list[bool]] = {"a": [], "b": [], BOARD: []}
    with hub.watching(Viewer("a")) as first, hub.watching(Viewer("b")) as second, hub.watching(Viewer(BOARD)) as board:
        for heads, sending in steps:
            hub.learn(News(heads, sending))
            for viewer in (first, second, board):
                found[viewer.subject].append(viewer.news.is_set())
                viewer.news.clear()
    return found


def test_only_those_who_watch_a_chain_that_grew_are_told() -> None:
    steps: tuple[tuple[dict[str, int], dict[str, int]], ...] = (
        ({"a": 1, "b": 1}, {}),
        ({"a": 2, "b": 1}, {}),
        ({"a": 2, "b": 1}, {}),
        ({"a": 2, "b": 1}, {"b": 77}),
    )
    assert told(Hub(), *steps) == {
        "a": [False, True, False, False],
        "b": [False, False, False, True],
        BOARD: [False, True, False, True],
    }


def test_who_watches_a_release_is_told_apart_what_moved() -> None:
    hub, found = Hub(), []
    with hub.watching(Viewer("a", "release:1")) as viewer:
        for heads, sending in (
            ({"a": 1}, {"a": 5, "release:1": 7}),
            ({"a": 1}, {"a": 6, "release:1": 7}),  # another release of the incident
            ({"a": 2}, {"a": 6, "release:1": 7}),
            ({"a": 3}, {"a": 9, "release:1": 8}),
        ):
            viewer.happened.clear()
            hub.learn(News(heads, sending))
            found.append(sorted(viewer.happened))
    assert found == [["progress"], [], ["entry"], ["entry", "progress"]]


def test_a_new_incident_reaches_the_board() -> None:
    assert told(Hub(), ({"a": 1}, {}), ({"a": 1, "c": 1}, {}))[BOARD] == [False, True]


def test_a_page_that_connects_is_told_when_what_it_shows_last_moved() -> None:
    hub, here, board = Hub(), Viewer("a"), Viewer(BOARD)
    assert hub.last_moved(here) == math.inf  # it has not looked yet
    hub.learn(News({"a": 1, "b": 1}), 100.0)
    assert hub.last_moved(here) == 100.0  # what was before, nobody knows
    hub.learn(News({"a": 1, "b": 2}), 101.0)
    hub.learn(News({"a": 2, "b": 2}), 105.0)
    assert [hub.last_moved(viewer) for viewer in (here, Viewer("b"), board)] == [105.0, 101.0, 105.0]
    hub.learn(News({"a": 2, "b": 2}), 900.0)
    assert hub.last_moved(here) == 100.0  # forgotten: no page waits that long


def test_closing_wakes_everybody() -> None:
    async def wait() -> bool:
        hub = Hub()
        with hub.watching(Viewer("a")) as viewer:
            asyncio.get_running_loop().call_soon(hub.close)
            await asyncio.wait_for(viewer.news.wait(), 5)
            return hub.closing.is_set()

    assert asyncio.run(wait())


def test_the_store_tells_which_chains_grew(stage: Stage) -> None:
    subject = incident_subject(stage.incident_id)
    parts = stage.installation
    before = look(parts.store, parts.clock.now(), frozenset()).heads[subject]
    stage.act("mara", note, stage.incident_id, "one more line")
    assert look(parts.store, parts.clock.now(), frozenset()).heads[subject] == before + 1


def test_rows_of_a_release_are_counted_for_those_who_watch_it_alone(store: Store, clock: MovableClock) -> None:
    outbox = Outbox(store, clock)
    key = release_key(outbox.release(3))

    def sending(*watched: str) -> dict[str, int]:
        return look(store, clock.now(), frozenset(watched)).sending

    assert sending() == sending("incident:another") == {}
    assert sending(SUBJECT).keys() == sending(BOARD, "incident:another").keys() == {SUBJECT, key}
    before = sending(SUBJECT)
    outbox.change("u1", state=DeliveryState.ACCEPTED, settled_at=clock.now())
    after = sending(SUBJECT, "incident:another")
    assert [after[name] != before[name] for name in (SUBJECT, key)] == [True, True]


def test_it_is_known_what_is_watched() -> None:
    hub = Hub()
    with hub.watching(Viewer("a", "release:1")), hub.watching(Viewer(BOARD)):
        assert hub.subjects() == {"a", BOARD}
    assert hub.subjects() == frozenset()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_strangers_get_no_stream(stage: Stage, enter: Enter) -> None:
    for path in ("/events", f"{stage.path}/events"):
        assert enter("").get(path).status_code == 303


def test_who_answers_a_form_is_not_told_of_what_that_form_wrote() -> None:
    hub, found = Hub(), []
    with hub.watching(Viewer("a", shown={"a": 3})) as viewer:
        for seq in (1, 2, 3, 4):
            hub.learn(News({"a": seq}))
            found.append(viewer.news.is_set())
            viewer.news.clear()
    assert found == [False, False, False, True]
