"""The worker's poster as it is wired: from a verb to a receiver, and from its answer to the record."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session, col, select

from incident.adapters.authenticity import Authentic, Scheme, verify
from incident.models.entries import EntryHeader
from incident.queries.endpoints import read_endpoint, read_posts
from incident.senders import poster_of
from incident.verbs.endpoints import AddedEndpoint, NewEndpoint, add_endpoint, post_test
from notifications.clock import MovableClock
from notifications.models import DeliveryState
from notifications.store import Store
from notifications.webhooks_out import Transport
from tests.notifications.receiver import Receiver, Script
from tests.web.stage import Stage, open_stage

pytestmark = pytest.mark.anyio
T = TypeVar("T")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as running:
        yield running


@pytest.fixture
def stage(store: Store, clock: MovableClock, tmp_path: Path) -> Stage:
    return open_stage(store, clock, tmp_path, endpoint_loopback=True)


def add(stage: Stage, receiver: Receiver, kind: str = "webhook") -> AddedEndpoint:
    allowed = stage.installation.settings.posting_allowed
    events = ("incident.opened",)
    return stage.act("operator", add_endpoint, NewEndpoint("here", kind, receiver.url, events), allowed)


async def deliver(stage: Stage) -> None:
    async with Transport(stage.installation.settings.posting_allowed) as transport:
        await poster_of(stage.installation, "node.1", transport).deliver()


async def test_a_test_goes_out_signed_with_the_secret_that_was_shown(stage: Stage, receiver: Receiver) -> None:
    secret = add(stage, receiver).secret
    stage.act("operator", post_test, "here")
    await deliver(stage)
    (taken,) = receiver.taken
    now = stage.installation.clock.now()
    assert isinstance(verify(Scheme.STANDARD_WEBHOOKS, [secret], taken.headers, taken.body, now), Authentic)
    assert b"/endpoints/here" in taken.body
    (post,) = read(stage, lambda session: read_posts(session, stage.people["operator"], "here"))
    assert (post.state, post.code) == (DeliveryState.ACCEPTED, 200)


async def test_a_room_that_is_gone_is_off_and_the_record_says_so(stage: Stage, receiver: Receiver) -> None:
    add(stage, receiver, "slack")
    receiver.script(Script(410, b"channel_is_archived"))
    stage.act("operator", post_test, "here")
    stage.act("operator", post_test, "here")
    await deliver(stage)
    posts = read(stage, lambda session: read_posts(session, stage.people["operator"], "here"))
    assert [post.state for post in posts] == [DeliveryState.CANCELLED, DeliveryState.REJECTED]
    now = stage.installation.clock.now()
    assert not read(stage, lambda s: read_endpoint(s, stage.people["operator"], "here", now)).endpoint.active
    gone = select(EntryHeader).where(col(EntryHeader.action) == "endpoint.gone")
    assert read(stage, lambda session: len(session.exec(gone).all())) == 1


def read(stage: Stage, query: Callable[[Session], T]) -> T:
    with stage.installation.store.read() as session:
        return query(session)
