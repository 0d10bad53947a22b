"""Reads of endpoints: each with what it is told of and how it takes it, and the last messages to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.endpoint_events import EventType
from incident.errors import NotFound
from incident.roles import Action, Actor, require
from notifications.endpoints import Endpoint, live_secrets, person_of
from notifications.models import Delivery, DeliveryState
from notifications.notice_pushes import is_push
from notifications.wording import worded

LAST = 20
PERIOD = timedelta(days=7)  # whose messages are counted
OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """An endpoint as whoever administers it sees it. `secrets` are the days its live secrets were made.

    The counts are of messages made in the last seven days.
    """

    endpoint: Endpoint
    secrets: tuple[datetime, ...]
    accepted: int
    waiting: int
    uncertain: int
    rejected: int

    def told(self, now: datetime) -> str:
        """One line for a terminal."""
        row = self.endpoint
        ages = " and ".join(f"{(now - made).days} days" for made in self.secrets)
        off, age = "" if row.active else f", OFF: {row.disabled_reason}", f"; secret {ages} old" if ages else ""
        return (
            f"{row.name}: {row.kind} at {row.host}{off}{age}; {', '.join(row.events)}; in seven days "
            f"{self.accepted} accepted, {self.waiting} waiting, {self.uncertain} uncertain, {self.rejected} rejected"
        )


@dataclass(frozen=True, slots=True)
class PostLine:
    """One message to an endpoint, and what came of it. `said` is what the receiver answered, cut and escaped."""

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


def read_endpoints(session: Session, actor: Actor, now: datetime) -> list[EndpointLine]:
    """Every endpoint, by name. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    return [_line(session, row, now) for row in session.exec(select(Endpoint).order_by(Endpoint.name)).all()]


def read_endpoint(session: Session, actor: Actor, name: str, now: datetime) -> EndpointLine:
    """One endpoint. Raises Forbidden and NotFound."""
    require(actor, Action.ADMINISTER, None)
    return _line(session, _named(session, name), now)


def read_posts(session: Session, actor: Actor, name: str, limit: int = LAST) -> list[PostLine]:
    """The last messages to an endpoint, the newest first: what happened, never what was said. Raises as above."""
    require(actor, Action.ADMINISTER, None)
    mine = col(Delivery.person) == person_of(_named(session, name).id)
    query = select(Delivery).where(mine).order_by(col(Delivery.id).desc()).limit(limit)
    return [_post(row) for row in session.exec(query).all()]


def _named(session: Session, name: str) -> Endpoint:
    found = session.exec(select(Endpoint).where(col(Endpoint.name) == name)).first()
    if found is None:
        raise NotFound(worded("There is no such endpoint."))
    return found


def _line(session: Session, row: Endpoint, now: datetime) -> EndpointLine:
    lately = (col(Delivery.person) == person_of(row.id), col(Delivery.created_at) > now - PERIOD)
    counts = select(col(Delivery.state), func.count()).where(*lately).group_by(col(Delivery.state))
    counted = {state: int(number) for state, number in session.exec(counts).all()}
    return EndpointLine(
        row,
        tuple(secret.created_at for secret in live_secrets(session, row.id)),
        _sum(counted, (DeliveryState.ACCEPTED,)),
        _sum(counted, OPEN),
        _sum(counted, (DeliveryState.UNCERTAIN,)),
        _sum(counted, (DeliveryState.REJECTED,)),
    )


def _sum(counted: dict[DeliveryState, int], states: Sequence[DeliveryState]) -> int:
    return sum(counted.get(state, 0) for state in states)


def _post(row: Delivery) -> PostLine:
    event = EventType.NOTICE_RELEASED if is_push(row.occasion) else EventType(row.occasion.split(":")[1])
    return PostLine(
        event=event,
        part=row.address_version,
        state=row.state,
        created_at=row.created_at,
        settled_at=row.settled_at,
        next_at=row.next_at if row.state in (*OPEN, DeliveryState.UNCERTAIN) else None,
        attempts=row.attempt,
        code=row.reply_code,
        said=row.reply_text,
        possible_duplicate=row.possible_duplicate,
    )
