"""A stock Alertmanager, configured by our page: one incident for its group, and nothing that it sends is lost."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from incident.installation import Installation, open_installation
from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Incident
from incident.models.intake import SignalRow
from incident.models.law import Obligation
from incident.phases import Phase
from incident.roles import operator
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.sources import add_source
from notifications.clock import SystemClock
from notifications.store import Store
from tests.alertmanager import obtain
from tests.faults.conftest import Start
from tests.faults.databases import EITHER
from tests.faults.monitor import Alertmanager, documented, firing
from tests.faults.processes import Node, until
from tests.hooks.gate import ALERTMANAGER, BASIC, Gate
from tests.unavailable import impatient, locked
from tests.web.stage import open_stage

pytestmark = pytest.mark.fault
BEGAN = SystemClock().now() - timedelta(minutes=1)
Gates = Callable[[Store], Gate]


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    made = Alertmanager(obtain(), tmp_path)
    yield made
    made.kill()


@pytest.fixture
def gates(tmp_path: Path) -> Gates:
    return lambda store: Gate(open_stage(store, SystemClock(), tmp_path))


def config(folder: Path, base: str, secret: str, slug: str = ALERTMANAGER, repeat: str = "1h") -> str:
    """As the page says, with the secret in a file."""
    place = folder / "secret"
    place.write_text(f"{secret.partition(':')[2] if slug == BASIC else secret}\n")
    return documented("Bearer" if slug == ALERTMANAGER else "basic_auth", f"{base}/hooks/{slug}", place, repeat)


def resolved(gate: Gate) -> int:
    return sum(row.state == "resolved" for row in gate.alerts())


@EITHER
def test_one_incident_for_a_group_repeats_counted_resolves_noted_and_nothing_closed(
    store: Store, gates: Gates, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    gate = gates(store)
    with gate.serving() as base:
        alertmanager.start(config(tmp_path, base, gate.secrets[ALERTMANAGER], repeat="300ms"))
        alertmanager.post(firing("eu-1", BEGAN), firing("us-1", BEGAN))
        until("both alerts are there", lambda: len(gate.alerts()) == 2, alertmanager.said)
        until("repeats are counted", lambda: all(row.seen >= 3 for row in gate.alerts()), alertmanager.said)
        due = gate.look(lambda s: s.exec(select(Obligation.due_at)).all())
        for instance in ("eu-1", "us-1"):
            before = resolved(gate)
            alertmanager.post(firing(instance, BEGAN, ended=BEGAN + timedelta(seconds=30)))
            until("its resolve is noted", partial(lambda before: resolved(gate) > before, before), alertmanager.said)
    (opened,) = gate.incidents()
    assert (opened.phase, opened.closed_at, opened.kind) == (Phase.DETECTION, None, "public_bucket")
    assert [row.incident_id for row in gate.alerts()] == [opened.id] * 2
    assert gate.look(lambda s: s.exec(select(Obligation.due_at)).all()) == due
    assert any(due)
    written = select(EntryHeader.action).where(EntryHeader.subject == incident_subject(opened.id))
    actions = list(gate.look(lambda s: s.exec(written.order_by(col(EntryHeader.seq))).all()))
    assert [action for action in actions if action.startswith("alert.")] == ["alert.joined"] + ["alert.resolved"] * 2
    assert gate.refusals() == {}
    assert alertmanager.failures() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_basic_authentication_as_the_page_shows_it(
    store: Store, gates: Gates, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    gate = gates(store)
    with gate.serving() as base:
        made = config(tmp_path, base, gate.secrets[BASIC], BASIC)
        alertmanager.start(made.replace("alertmanager-basic", BASIC))
        alertmanager.post(firing("eu-1", BEGAN))
        until("the incident is open", lambda: len(gate.incidents()) == 1, alertmanager.said)


@EITHER
def test_while_we_answer_503_it_sends_again_and_nothing_is_lost(
    database_url: str, gates: Gates, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    with impatient(database_url) as store:
        gate = gates(store)
        with gate.serving() as base:
            alertmanager.start(config(tmp_path, base, gate.secrets[ALERTMANAGER]))
            with locked(database_url):
                alertmanager.post(firing("eu-1", BEGAN), firing("us-1", BEGAN))
                until("it was told to come again", lambda: alertmanager.failures() >= 2, alertmanager.said)
                assert gate.intakes() == []
            until("both alerts are there", lambda: len(gate.alerts()) == 2, alertmanager.said)
        assert len(gate.incidents()) == 1


@EITHER
def test_killed_right_after_our_202_it_sends_the_same_again_and_that_is_counted(
    store: Store, gates: Gates, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    gate = gates(store)
    with gate.serving() as base:
        made = config(tmp_path, base, gate.secrets[ALERTMANAGER])
        alertmanager.start(made)
        alertmanager.post(firing("eu-1", BEGAN))
        until("the alert is there", lambda: len(gate.alerts()) == 1, alertmanager.said)
        alertmanager.kill()
        alertmanager.start(made)
        alertmanager.post(firing("eu-1", BEGAN))
        until("it was heard again", lambda: [row.seen for row in gate.alerts()] == [2], alertmanager.said)
    assert len(gate.incidents()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_fires_while_we_are_killed_is_there_when_we_are_back(
    database_url: str, start: Start, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    node = Node(tmp_path, database_url, smtp_port=9, more={"port": str(port)})
    house = open_installation(Settings(home=tmp_path, database_url=database_url), SystemClock())
    secret = house.store.write(
        lambda session: add_source(
            Act(session, house.keys, operator("root"), SystemClock().now()), ALERTMANAGER, "alertmanager", "bearer"
        )
    ).secret
    alertmanager.start(config(tmp_path, f"http://127.0.0.1:{port}", secret))
    web = start(node, "web")
    assert web.url
    alertmanager.post(firing("eu-1", BEGAN))
    until("the first is there", lambda: alerts_of(house) == 1, alertmanager.said)
    web.kill_group()
    alertmanager.post(firing("us-1", BEGAN))
    until("nobody answered it", lambda: alertmanager.failures() >= 1, alertmanager.said)
    start(node, "web")
    until("the second is there", lambda: alerts_of(house) == 2, alertmanager.said)
    with house.store.read() as session:
        assert len(session.exec(select(Incident)).all()) == 1
    house.close()


def alerts_of(house: Installation) -> int:
    with house.store.read() as session:
        return len(session.exec(select(SignalRow)).all())
