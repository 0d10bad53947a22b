"""Tables of endpoints: where webhooks and chat messages go, the secrets they are signed with, and how both are opened.

An endpoint's address is a secret too: whoever knows that of a chat can post there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from notifications.columns import document, instant, word
from notifications.ids import new_id
from notifications.sealing import Keys, Place

SCOPE = "endpoints"  # of the data key
PREFIX = "endpoint:"  # of `delivery.person`


class EndpointKind(StrEnum):
    """What stands at the other end: a program that takes signed requests, a chat's webhook, or a service that calls."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    MATTERMOST = "mattermost"
    PAGERDUTY = "pagerduty"  # Events API v2, or what takes the same
    OPSGENIE = "opsgenie"  # Alert API v2, or what takes the same
    PROVIDER = "provider"  # of text messages or calls, by a template


CHATS = frozenset({EndpointKind.SLACK, EndpointKind.TEAMS, EndpointKind.MATTERMOST})
CALLERS = frozenset({EndpointKind.PAGERDUTY, EndpointKind.OPSGENIE, EndpointKind.PROVIDER})  # have a secret of theirs


class Endpoint(SQLModel, table=True):
    """One address that internal messages go to, beside mail."""

    __tablename__ = "endpoint"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=64)
    kind: EndpointKind = word(EndpointKind)
    url_sealed: bytes  # scope "endpoints"
    host: str = Field(max_length=255)  # of the address: all of it that is shown
    events: list[str] = document(default_factory=list)  # what it is told of
    template_sealed: bytes | None = None  # how a provider wants to be asked; scope "endpoints"
    active: bool = True
    disabled_reason: str = Field(default="", max_length=500)
    created_at: datetime = instant()


class EndpointSecret(SQLModel, table=True):
    """A live secret of an endpoint; two may live at once, and then both sign."""

    __tablename__ = "endpoint_secret"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    endpoint_id: UUID = Field(foreign_key="endpoint.id", index=True)
    sealed: bytes  # scope "endpoints"
    created_at: datetime = instant()
    retired_at: datetime | None = instant(default=None)


@dataclass(frozen=True, slots=True)
class OpenedEndpoint:
    """An endpoint as a request to it needs it, with its live secrets, the oldest first."""

    id: UUID
    kind: EndpointKind
    url: str
    secrets: tuple[str, ...]
    template: str = ""


def url_place(endpoint_id: UUID) -> Place:
    """Where an endpoint's address is sealed for."""
    return Place("endpoint", "url_sealed", str(endpoint_id), SCOPE)


def template_place(endpoint_id: UUID) -> Place:
    """Where a provider's template is sealed for."""
    return Place("endpoint", "template_sealed", str(endpoint_id), SCOPE)


def secret_place(secret_id: UUID) -> Place:
    """Where a secret is sealed for."""
    return Place("endpoint_secret", "sealed", str(secret_id), SCOPE)


def person_of(endpoint_id: UUID) -> str:
    """How the ledger names an endpoint."""
    return f"{PREFIX}{endpoint_id}"


def endpoint_of(person: str) -> UUID:
    """Which endpoint a row of the ledger goes to. Raises ValueError for a row that goes to none."""
    if not person.startswith(PREFIX):
        raise ValueError(f"{person!r} is no endpoint")
    return UUID(person.removeprefix(PREFIX))


def subscribed(session: Session, event: str) -> list[Endpoint]:
    """The active endpoints that are told of an event, by name."""
    active = select(Endpoint).where(col(Endpoint.active).is_(True)).order_by(col(Endpoint.name))
    return [row for row in session.exec(active).all() if event in row.events]


def live_secrets(session: Session, endpoint_id: UUID) -> Sequence[EndpointSecret]:
    """The live secrets, the oldest first."""
    mine = (col(EndpointSecret.endpoint_id) == endpoint_id, col(EndpointSecret.retired_at).is_(None))
    return session.exec(select(EndpointSecret).where(*mine).order_by(col(EndpointSecret.id))).all()


def open_endpoint(session: Session, keys: Keys, endpoint_id: UUID) -> OpenedEndpoint | None:
    """An active endpoint, opened; None for one that is switched off or gone. Raises Unsealable."""
    row = session.get(Endpoint, endpoint_id)
    if row is None or not row.active:
        return None
    secrets = tuple(keys.open(session, one.sealed, secret_place(one.id)) for one in live_secrets(session, row.id))
    url = keys.open(session, row.url_sealed, url_place(row.id))
    shut = row.template_sealed
    template = keys.open(session, shut, template_place(row.id)) if shut else ""
    return OpenedEndpoint(row.id, row.kind, url, secrets, template)
