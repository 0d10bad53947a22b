"""Endpoints and what goes to them: rows made as the product makes them, and a poster over a real transport."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from notifications import upkeep
from notifications.address_guard import Allowed
from notifications.audience import NewMember, add_members, new_audience
from notifications.endpoints import Endpoint, EndpointKind, EndpointSecret, person_of, secret_place, url_place
from notifications.ids import new_id
from notifications.ledger import Worker
from notifications.message import Text
from notifications.models import Channel, Delivery, DeliveryState, Outgoing, Release
from notifications.notice_pushes import EVENT, begin_push
from notifications.poster import Poster
from notifications.quorum import Yes
from notifications.release import NewEdition, Seen, approve, finish, freeze_edition, request_release
from notifications.store import Store
from notifications.webhook_bodies import BodyComposer, Event, content_place
from notifications.webhooks_out import Patience, Transport
from tests.notifications.dispatch import HERE, soon
from tests.notifications.outbox import SENDER, SUBJECT, Outbox

CONSOLE = "https://incident.example.org"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class PostRoom:
    """Endpoints over an outbox. `gone` collects those that answered 410."""

    outbox: Outbox
    gone: list[UUID] = field(default_factory=list)

    def endpoint(
        self, url: str, kind: EndpointKind = EndpointKind.WEBHOOK, secrets: Sequence[str] = (SECRET,), **more: object
    ) -> UUID:
        identity, keys, now = new_id(), self.outbox.keys, self.outbox.clock.now()

        def work(session: Session) -> None:
            sealed = keys.seal(session, url, url_place(identity))
            values = {"name": f"e-{identity}", "host": "127.0.0.1", "events": [EVENT], **more}
            session.add(Endpoint(id=identity, kind=kind, url_sealed=sealed, created_at=now, **values))  # type: ignore[arg-type]
            session.flush()
            for secret in secrets:
                row = new_id()
                shut = keys.seal(session, secret, secret_place(row))
                session.add(EndpointSecret(id=row, endpoint_id=identity, sealed=shut, created_at=now))

        self.outbox.write(work)
        return identity

    def event(self, *endpoints: UUID, channel: Channel = Channel.WEBHOOK, **facts: str) -> str:
        """A message inside to these endpoints. Returns its occasion."""
        occasion, now = f"event:{new_id()}", self.outbox.clock.now()
        said = Event("release.approved", now.isoformat(), "Released", facts or {"incident": "amber-heron"}, "/x")

        def work(session: Session) -> None:
            text = json.dumps(said.document())
            content = self.outbox.keys.seal(session, text, content_place(occasion, SUBJECT))
            session.add(
                Outgoing(occasion=occasion, scope=SUBJECT, content_sealed=content, addresses_sealed=b"", created_at=now)
            )
            session.add_all(row_of(occasion, endpoint, channel, now) for endpoint in endpoints)

        self.outbox.write(work)
        return occasion

    def in_app(self, members: Sequence[NewMember], texts: Mapping[str, Text]) -> UUID:
        """A finished release of a notice in the product, whose push has begun."""

        def work(session: Session) -> UUID:
            now, keys = self.outbox.clock.now(), self.outbox.keys
            audience = new_audience(session, SUBJECT, "readers", Channel.IN_APP, now)
            assert add_members(session, keys, audience.id, list(enumerate(members, 1))) == []
            edition = freeze_edition(
                session, keys, NewEdition(new_id(), SUBJECT, "in_app", texts, "f" * 64), new_id(), now
            )
            asked = request_release(session, edition, audience.id, SENDER, new_id(), now)
            release = approve(
                session, asked, Seen(edition.digest, asked.audience_digest, "f" * 64), Yes(new_id()), (), now
            )
            assert finish(session, release, now)
            begin_push(session, keys, release, now)
            return release.id

        return self.outbox.write(work)

    def push_again(self, release_id: UUID) -> int:
        now = self.outbox.clock.now()
        return self.outbox.write(
            lambda session: begin_push(session, self.outbox.keys, session.get_one(Release, release_id), now)
        )

    async def post(self, worker: Worker = HERE, patience: Patience | None = None) -> None:
        """Post everything that is due now."""
        async with Transport(Allowed(loopback=True), patience=patience) as transport:
            await soon(self.poster(transport, worker).deliver())

    def poster(self, transport: Transport, worker: Worker = HERE, store: Store | None = None) -> Poster:
        """`store`: the same database where it is to fail."""
        composer = BodyComposer(self.outbox.store, self.outbox.keys, self.outbox.clock, CONSOLE)
        gone = lambda session, endpoint, now: self.gone.append(endpoint)  # noqa: E731
        return Poster(store or self.outbox.store, self.outbox.clock, worker, composer, transport, gone)

    def later(self, by: timedelta) -> None:
        """Time passes, and the engine's upkeep wakes what is due."""
        now = self.outbox.clock.move(by)
        self.outbox.write(lambda session: upkeep.wake(session, now))

    def to(self, endpoint: UUID) -> list[Delivery]:
        return [row for row in self.outbox.rows() if row.person == person_of(endpoint)]


def row_of(occasion: str, endpoint: UUID, channel: Channel, now: datetime) -> Delivery:
    return Delivery(
        occasion=occasion,
        person=person_of(endpoint),
        channel=channel,
        message_id=f"msg_{new_id().hex}",
        state=DeliveryState.PENDING,
        next_at=now,
        give_up_at=now + timedelta(hours=24),
        created_at=now,
    )
