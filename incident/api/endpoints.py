"""Endpoints for webhooks and chat: added and changed, tested, switched off, and what came of the last messages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from incident.api.shapes import AtEdge, In, Out, word_of
from incident.auth.dependencies import acting
from incident.endpoint_events import EventType
from incident.queries.endpoints import EndpointLine, PostLine, read_endpoint, read_endpoints, read_posts
from incident.roles import Action, Actor
from incident.verbs.endpoints import (
    NewEndpoint,
    add_endpoint,
    change_endpoint,
    post_test,
    retire_endpoint_secret,
    rotate_endpoint_secret,
    set_endpoint_active,
)
from notifications.address_guard import LONGEST_URL
from notifications.endpoints import EndpointKind
from notifications.models import DeliveryState

router = APIRouter(prefix="/api/endpoints", tags=["endpoints"])
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
Url = Annotated[str, Field(max_length=LONGEST_URL)]
Events = Annotated[list[Annotated[EventType, word_of(EventType)]], Field(max_length=len(EventType))]
Secret = Annotated[str, Field(max_length=300)]


class EndpointIn(In):
    """A new endpoint. `secret`: one that a receiver has already; left out, one is made where its kind has one.

    What calls people (`pagerduty`, `opsgenie`, `provider`) has no events and brings its own key; a `provider` is asked
    as its `template` says, a JSON text.
    """

    name: str = Field(max_length=64, description="1 to 64 of a-z, 0-9 and -")
    kind: Annotated[EndpointKind, word_of(EndpointKind)]
    url: Url = ""
    events: Events = Field(default_factory=list)
    secret: Secret = ""
    template: Annotated[str, Field(max_length=8192)] = ""


class ChangeIn(In):
    """What an endpoint is told of from now on; `url` where its address is another one."""

    events: Events
    url: Url = ""


class ActiveIn(In):
    """Whether an endpoint is told of anything."""

    active: bool


class SecretIn(In):
    """The next secret; left out, one is made."""

    secret: Secret = ""


class SecretOut(Out):
    """A secret, shown this once; empty for a chat, whose address is its secret."""

    secret: str


class TestOut(Out):
    """The occasion of a test; what came of it is among the endpoint's deliveries."""

    occasion: str


class EndpointOut(Out):
    """An endpoint. Of its address the host alone is shown; `secrets` are the days its live secrets were made.

    The four counts are of messages of the last seven days.
    """

    name: str
    kind: EndpointKind
    host: str
    events: list[str]
    active: bool
    disabled_reason: str
    created_at: datetime
    secrets: list[datetime]
    accepted: int
    waiting: int
    uncertain: int
    rejected: int

    @classmethod
    def of(cls, line: EndpointLine) -> "EndpointOut":
        row = line.endpoint
        own = {name: getattr(row, name) for name in ("name", "kind", "host", "events", "active", "disabled_reason")}
        counts = {name: getattr(line, name) for name in ("accepted", "waiting", "uncertain", "rejected")}
        return cls(**own, **counts, created_at=row.created_at, secrets=list(line.secrets))


class EndpointsOut(Out):
    """Every endpoint, by name."""

    endpoints: list[EndpointOut]


class PostOut(Out):
    """One message to an endpoint: what happened and what came of it. `said`: the receiver's answer, cut, escaped."""

    event: EventType
    part: int
    state: DeliveryState
    created_at: datetime
    settled_at: datetime | None
    next_at: datetime | None
    attempts: int
    code: int | None
    said: str
    possible_duplicate: bool

    @classmethod
    def of(cls, line: PostLine) -> "PostOut":
        return cls(**{name: getattr(line, name) for name in PostOut.model_fields})


class PostsOut(Out):
    """The last messages, the newest first."""

    deliveries: list[PostOut]


@router.get("", response_model=EndpointsOut)
def list_endpoints(by: Keeper, edge: AtEdge) -> EndpointsOut:
    """Every endpoint."""
    with edge.read() as session:
        found = read_endpoints(session, by, edge.clock.now())
    return EndpointsOut(endpoints=[EndpointOut.of(line) for line in found])


@router.post("", status_code=201, response_model=SecretOut)
def make_endpoint(by: Keeper, edge: AtEdge, body: EndpointIn, response: Response) -> SecretOut:
    """Add an endpoint; its secret is in this answer and in no later one."""
    new = NewEndpoint(body.name, body.kind, body.url, tuple(body.events), body.secret, body.template)
    added = edge.write(by, lambda act: add_endpoint(act, new, edge.settings.posting_allowed))
    response.headers["Location"] = f"/api/endpoints/{body.name}"
    return SecretOut(secret=added.secret)


@router.get("/{name}", response_model=EndpointOut)
def get_endpoint(by: Keeper, edge: AtEdge, name: Name) -> EndpointOut:
    """One endpoint."""
    with edge.read() as session:
        return EndpointOut.of(read_endpoint(session, by, name, edge.clock.now()))


@router.put("/{name}", status_code=204, response_model=None)
def put_endpoint(by: Keeper, edge: AtEdge, name: Name, body: ChangeIn) -> None:
    """Tell it of these events and no others, at another address where one is given."""
    allowed = edge.settings.posting_allowed
    edge.write(by, lambda act: change_endpoint(act, name, list(body.events), allowed, body.url))


@router.put("/{name}/active", status_code=204, response_model=None)
def put_active(by: Keeper, edge: AtEdge, name: Name, body: ActiveIn) -> None:
    """Switch it on or off; what waits for one that is switched off is cancelled."""
    edge.write(by, lambda act: set_endpoint_active(act, name, active=body.active))


@router.post("/{name}/secrets", status_code=201, response_model=SecretOut)
def make_secret(by: Keeper, edge: AtEdge, name: Name, body: SecretIn) -> SecretOut:
    """Give it a second live secret, which is in this answer and in no later one; both sign."""
    return SecretOut(secret=edge.write(by, lambda act: rotate_endpoint_secret(act, name, body.secret)))


@router.delete("/{name}/secrets/oldest", status_code=204, response_model=None)
def retire_oldest(by: Keeper, edge: AtEdge, name: Name) -> None:
    """End the older of two live secrets."""
    edge.write(by, lambda act: retire_endpoint_secret(act, name))


@router.post("/{name}/tests", status_code=201, response_model=TestOut)
def make_test(by: Keeper, edge: AtEdge, name: Name) -> TestOut:
    """Send a test, whatever it wants to hear of."""
    return TestOut(occasion=edge.write(by, lambda act: post_test(act, name)))


@router.get("/{name}/deliveries", response_model=PostsOut)
def list_posts(by: Keeper, edge: AtEdge, name: Name, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> PostsOut:
    """The last messages to it, and what came of each."""
    with edge.read() as session:
        return PostsOut(deliveries=[PostOut.of(line) for line in read_posts(session, by, name, limit)])
