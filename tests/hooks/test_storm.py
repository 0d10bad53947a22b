"""Ten thousand alerts of one outage in a minute, over a real socket: one incident one can read, the grave one first.

`make soak` runs it; the times it took are said in the summary.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, func, select

from incident.models.incidents import Incident, Severity
from incident.models.intake import Intake, IntakeState, SignalRow
from notifications.models import Outgoing
from tests.hooks.gate import ALERTMANAGER, Gate, until
from tests.incident.monitor import Alert, alert, notification
from tests.web.stage import PASSWORD

pytestmark = pytest.mark.soak
ALERTS, IN_BATCHES, BATCH, MINUTE, AT_ONCE = 10_000, 9_500, 500, 60.0, 8
Say = Callable[[str], None]


def outage(number: int) -> Alert:
    """One of many: a host each, five sorts."""
    sorts = ("InstanceDown", "TargetMissing", "HighErrorRate", "QueueGrows", "ReplicationLag")
    return alert(f"web-{number:05}", name=sorts[number % len(sorts)], severity="warning")


def deliveries() -> list[bytes]:
    """All of them in notifications of five hundred and of one, mixed, always in the same way."""
    batches = range(0, IN_BATCHES, BATCH)
    made = [notification(*map(outage, range(first, first + BATCH)), group="outage") for first in batches]
    made += [notification(outage(number), group="outage") for number in range(IN_BATCHES, ALERTS)]
    random.Random(72).shuffle(made)
    return made


def send(gate: Gate, address: str, bodies: Sequence[bytes]) -> list[float]:
    """Post them as many at once as a monitor does; the seconds each answer took, the longest last."""
    with httpx.Client(base_url=address, timeout=60) as client, ThreadPoolExecutor(AT_ONCE) as several:

        def post(body: bytes) -> float:
            headers = {"content-type": "application/json"} | gate.proof(ALERTMANAGER, body)
            began = time.perf_counter()
            answer = client.post(f"/hooks/{ALERTMANAGER}", content=body, headers=headers)
            assert answer.status_code == 202, answer.text
            return time.perf_counter() - began

        return sorted(several.map(post, bodies))


def read(browser: TestClient, path: str) -> tuple[str, float]:
    """The words of a page, and the seconds until it was there."""
    began = time.perf_counter()
    answer = browser.get(path)
    took = time.perf_counter() - began
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split()), took


def unread(gate: Gate) -> int:
    query = select(func.count()).select_from(Intake).where(col(Intake.state) == IntakeState.OPEN)
    return int(gate.look(lambda session: session.exec(query).one()))


def sizes_of(gate: Gate) -> dict[object, int]:
    query = select(SignalRow.incident_id, func.count()).group_by(col(SignalRow.incident_id))
    return dict(gate.look(lambda session: session.exec(query).all()))


def test_ten_thousand_alerts_of_one_outage_are_one_incident_and_the_graver_one_is_first(gate: Gate, say: Say) -> None:
    bodies = deliveries()
    bodies.insert(len(bodies) // 2, notification(alert("exports-eu-1"), group="outage"))  # of the same group, amid them
    with gate.serving() as address:
        began, worked = time.perf_counter(), time.process_time()
        took = send(gate, address, bodies)
        answered = time.perf_counter() - began
        until("all are read", lambda: unread(gate) == 0)
        applied, work = time.perf_counter() - began, time.process_time() - worked
    sizes = sizes_of(gate)
    storm, graver = sorted(gate.incidents(), key=lambda one: -sizes[one.id])
    assert (sizes[storm.id], sizes[graver.id]) == (ALERTS, 1)
    assert (storm.severity, graver.severity) == (Severity.MEDIUM, Severity.CRITICAL)
    assert len(gate.rows(Outgoing)) == 2  # one page each
    assert gate.states().count(IntakeState.APPLIED) == len(bodies)
    seconds = look_at(gate, storm, graver)
    words = ", ".join(f"{name} {each:.2f} s" for name, each in seconds.items())
    say(
        f"storm on {gate.stage.installation.store.engine.dialect.name}: {ALERTS:,} alerts in {len(bodies):,} requests, "
        f"answered in {answered:.1f} s (p99 {took[int(len(took) * 0.99)]:.2f} s), applied in {applied:.1f} s "
        f"({work:.1f} s of work); {words}"
    )
    assert work < MINUTE  # of our own: others may share the processors
    assert max(seconds.values()) < 1.0


def look_at(gate: Gate, storm: Incident, graver: Incident) -> dict[str, float]:
    """Read the pages of the storm as a person does; how long each took."""
    browser = TestClient(gate.app, headers={"Accept": "text/html"}, follow_redirects=False)
    browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
    sort = gate.alerts()[-1].alike_digest
    here, seconds, said = f"/incidents/{storm.codename}", {}, {}
    paths = {"board": "/", "overview": here, "evidence": f"{here}/evidence", "timeline": f"{here}/timeline"}
    read(browser, f"/incidents/{graver.codename}")  # templates are compiled once
    for name, path in (paths | {"alerts": f"{here}/alerts?sort={sort}&page=20"}).items():
        said[name], seconds[name] = read(browser, path)
    open_ones = said["board"].partition("Open incidents")[2]
    assert open_ones.index(graver.codename) < open_ones.index(storm.codename)
    assert "10,000 alerts of 5 sorts; 10,000 still fire" in said["evidence"]
    assert "2,000 alerts, those heard of last first · page 20 of 40" in said["alerts"]
    assert len(said["timeline"]) < 10_000
    return seconds
