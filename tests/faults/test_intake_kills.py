"""kill -9 under a storm of deliveries: whatever was answered 2xx is on disk, byte for byte, and is read afterwards."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, func, select

from incident.installation import Installation, open_installation
from incident.models.intake import Intake, IntakeState
from incident.roles import operator, system
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.intake import as_received
from incident.verbs.sources import add_source
from notifications.clock import SystemClock
from tests.faults.conftest import Start
from tests.faults.databases import EITHER
from tests.faults.processes import Node, Program, until
from tests.hooks.gate import ALERTMANAGER
from tests.incident.monitor import alert, notification

pytestmark = pytest.mark.fault
AT_ONCE, KILLS = 12, 3
ANSWERED_FIRST = 40  # deliveries of each life that are answered before it is killed


class Storm:
    """Monitors that post as fast as they are answered; `answered`: what each 202 named, and the bytes it was for."""

    def __init__(self, secret: str) -> None:
        self._proof = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        self._numbers = itertools.count()
        self.answered: dict[str, bytes] = {}
        self.others: list[int] = []

    @contextmanager
    def over(self, program: Program) -> Iterator[None]:
        """Posting goes on while the block runs, and in each monitor until it gets no answer."""
        threads = [threading.Thread(target=self._post, args=(program.url,)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join()

    def _post(self, base: str) -> None:
        with httpx.Client(base_url=base, headers=self._proof, timeout=30) as client:
            while True:
                body = notification(alert(f"web-{next(self._numbers):06}"), group="outage")
                try:
                    answer = client.post(f"/hooks/{ALERTMANAGER}", content=body)
                except httpx.TransportError:
                    return
                if answer.status_code == 202:
                    self.answered[answer.json()["intake"]] = body
                else:
                    self.others.append(answer.status_code)


def kept_of(house: Installation) -> dict[str, bytes]:
    """Every delivery on disk, opened."""
    with house.store.read() as session:
        act = Act(session, house.keys, system("test"), SystemClock().now())
        return {str(row.id): as_received(act, row).body for row in session.exec(select(Intake)).all()}


@pytest.mark.proves("F07")
@EITHER
def test_killed_under_load_nothing_that_was_acknowledged_is_lost(
    database_url: str, start: Start, tmp_path: Path, say: Callable[[str], None]
) -> None:
    house = open_installation(Settings(home=tmp_path, database_url=database_url), SystemClock())
    secret = house.store.write(
        lambda session: add_source(
            Act(session, house.keys, operator("root"), SystemClock().now()), ALERTMANAGER, "alertmanager", "bearer"
        )
    ).secret
    node, storm = Node(tmp_path, database_url, smtp_port=9), Storm(secret)
    for life in range(1, KILLS + 1):
        web = start(node, "web")
        assert web.url
        with storm.over(web):
            until("the storm is on", lambda: len(storm.answered) >= ANSWERED_FIRST * life, web.output)  # noqa: B023
            web.kill_group()
    kept = kept_of(house)
    assert set(storm.others) <= {503}  # "send it again", where the machine is too busy for the database
    assert {name: kept.get(name) for name in storm.answered} == storm.answered
    assert sorted(_hashes(house)) == sorted(hashlib.sha256(body).hexdigest() for body in kept.values())
    start(node, "serve")
    until("the sweep has read what was left", lambda: _unread(house) == 0)
    say(f"{KILLS} kills -9 under load: {len(storm.answered)} deliveries acknowledged, {len(kept)} kept, none lost")
    house.close()


def _hashes(house: Installation) -> list[str]:
    with house.store.read() as session:
        return list(session.exec(select(Intake.sha256)).all())


def _unread(house: Installation) -> int:
    query = select(func.count()).select_from(Intake).where(col(Intake.state) == IntakeState.OPEN)
    with house.store.read() as session:
        return int(session.exec(query).one())
