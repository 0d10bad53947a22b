"""A page on its real way: from the rota to receivers on this machine, with the bodies they document, and back."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlmodel import select

from incident.models.paging import PageCall
from incident.queries.pages import read_page
from incident.senders import poster_of
from incident.verbs.endpoints import NewEndpoint, add_endpoint, post_test
from incident.verbs.page_answers import acknowledge
from incident.verbs.page_events import Roads
from incident.verbs.pages import send_test_page
from incident.verbs.rota import set_number
from incident.verbs.teams import NewLayer, add_team, put_layer, set_steps
from notifications.clock import MovableClock
from notifications.store import Store
from notifications.webhooks_out import Transport
from tests.notifications.receiver import Receiver, Script
from tests.web.stage import Stage, open_stage, session_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
ROADS = Roads("example.org", "https://incident.example.org")
TEMPLATE = json.dumps(
    {"headers": {"Authorization": "Basic {basic}"}, "fields": {"To": "{to}", "From": "+15005550006", "Body": "{text}"}}
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as running:
        yield running


@pytest.fixture
def stage(store: Store, clock: MovableClock, tmp_path: Path) -> Stage:
    made = open_stage(store, clock, tmp_path, endpoint_loopback=True)
    made.act("operator", add_team, "platform")
    made.act("operator", put_layer, "platform", NewLayer("first", ("mara@example.org",), "2026-11-23"))
    return made


def add(stage: Stage, kind: str, url: str, **more: Any) -> None:
    allowed = stage.installation.settings.posting_allowed
    stage.act("operator", add_endpoint, NewEndpoint("pager", kind, url, **more), allowed)


def page(stage: Stage, steps: str) -> PageCall:
    stage.act("operator", set_steps, "platform", [steps])
    return stage.act("mara", send_test_page, "platform", ROADS)


async def deliver(stage: Stage) -> None:
    async with Transport(stage.installation.settings.posting_allowed) as transport:
        await poster_of(stage.installation, "node.1", transport).deliver()


async def test_pagerduty_hears_of_a_page_and_of_its_answer_under_one_key(stage: Stage, receiver: Receiver) -> None:
    receiver.script(Script(202, b'{"status":"success"}'))
    add(stage, "pagerduty", receiver.url, secret="R" * 32)
    begun = page(stage, "on-call, endpoint:pager wait 10")
    await deliver(stage)
    stage.act("mara", acknowledge, begun.id, "console")
    await deliver(stage)
    bodies = [json.loads(taken.body) for taken in receiver.taken]
    assert [body["event_action"] for body in bodies] == ["trigger", "acknowledge", "resolve"]
    assert {body["dedup_key"] for body in bodies} == {str(begun.id)}
    assert bodies[0]["payload"]["severity"] == "info"
    assert bodies[0]["payload"]["summary"].startswith("TEST of paging")
    assert bodies[0]["payload"]["custom_details"]["team"] == "platform"
    with session_of(stage) as session:
        _, calls = read_page(session, stage.people["mara"], begun.id)
    assert [(call.whom, call.state, call.said) for call in calls if call.way == "pager"] == [
        ("endpoint pager", "accepted", "202")
    ]


async def test_opsgenie_is_asked_at_its_documented_paths(stage: Stage, receiver: Receiver) -> None:
    receiver.script(Script(202))
    add(stage, "opsgenie", receiver.url.removesuffix("/hooks/Secret-Path"), secret="key")
    begun = page(stage, "endpoint:pager wait 10")
    await deliver(stage)
    stage.act("mara", acknowledge, begun.id, "console")
    await deliver(stage)
    assert [taken.line.split()[1] for taken in receiver.taken] == [
        "/v2/alerts",
        f"/v2/alerts/{begun.id}/acknowledge?identifierType=alias",
        f"/v2/alerts/{begun.id}/close?identifierType=alias",
    ]
    assert {taken.headers["authorization"] for taken in receiver.taken} == {"GenieKey key"}


async def test_a_provider_writes_to_the_number_with_a_link_of_ones_own(stage: Stage, receiver: Receiver) -> None:
    add(stage, "provider", receiver.url, secret="AC1:token", template=TEMPLATE)
    stage.act("mara", set_number, "+49 30 123456")
    page(stage, "on-call wait 10 via pager")
    await deliver(stage)
    (taken,) = receiver.taken
    assert taken.headers["content-type"] == "application/x-www-form-urlencoded"
    said = parse_qs(taken.body.decode())
    assert said["To"] == ["+4930123456"]
    assert said["Body"][0].startswith("TEST of paging")
    assert "https://incident.example.org/page-answers/" in said["Body"][0]


async def test_a_room_hears_of_a_page_in_its_own_shape(stage: Stage, receiver: Receiver) -> None:
    add(stage, "slack", receiver.url, events=("incident.opened",))
    page(stage, "endpoint:pager wait 10")
    await deliver(stage)
    (taken,) = receiver.taken
    assert json.loads(taken.body)["text"].startswith("TEST of paging")


async def test_a_refused_key_stands_with_the_page(stage: Stage, receiver: Receiver, clock: MovableClock) -> None:
    receiver.script(Script(400, b'{"status":"invalid event","message":"Event object is invalid"}'))
    add(stage, "pagerduty", receiver.url, secret="x")
    begun = page(stage, "endpoint:pager wait 10")
    await deliver(stage)
    with session_of(stage) as session:
        _, calls = read_page(session, stage.people["mara"], begun.id)
    (call,) = calls
    assert "invalid event" in call.said
    assert clock.now() == begun.begun_at


async def test_a_test_of_the_endpoint_opens_and_ends_an_alarm(stage: Stage, receiver: Receiver) -> None:
    receiver.script(Script(202))
    add(stage, "pagerduty", receiver.url, secret="R" * 32)
    stage.act("operator", post_test, "pager")
    await deliver(stage)
    assert [json.loads(taken.body)["event_action"] for taken in receiver.taken] == ["trigger", "resolve"]
    with session_of(stage) as session:
        assert session.exec(select(PageCall)).all() == []
