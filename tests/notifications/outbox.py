"""Something to send: approved releases and pages to people inside, on a database and a clock that is moved."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select, update

from incident.keys import KeyRing
from notifications import pacing
from notifications import release as releases
from notifications.audience import NewMember, add_members, new_audience
from notifications.clock import MovableClock
from notifications.composing import Composer, From, LookedUp
from notifications.ids import new_id
from notifications.ledger import Claimed
from notifications.message import Text
from notifications.models import Channel, Delivery, DeliveryState, Edition, Outgoing, Release
from notifications.quorum import Yes
from notifications.ramp import Plan
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release
from notifications.sealing import Place
from notifications.store import Store

T = TypeVar("T")
SUBJECT = "incident:1"
SENDER = "notices@sender.example"
DESK = From("desk@sender.example", "Incident desk", "answers@sender.example")
TEXTS = {
    "en": Text("Your data", "Hello {{ name }}\n.a line that begins with a dot", fallbacks={"name": "you"}),
    "de": Text("Ihre Daten", "Hallo {{ name }}", fallbacks={"name": "Sie"}),
}


def address(person: str) -> str:
    return f"{person}@mail.example"


def people(number: int) -> list[NewMember]:
    return [NewMember(f"u{n}", address(f"u{n}"), values={"name": f"Person {n}"}) for n in range(number)]


class ReadsLater:
    """A composer that reads nothing in the transaction of the claim."""

    def look_up(self, _session: Session, _rows: Sequence[Claimed]) -> Mapping[UUID, LookedUp]:
        return {}


@dataclass(frozen=True)
class Outbox:
    """The ledger's surroundings."""

    store: Store
    clock: MovableClock
    keys: KeyRing = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", KeyRing(os.urandom(32), self.clock))

    def write(self, work: Callable[[Session], T]) -> T:
        return self.store.write(work)

    def look(self, query: Callable[[Session], T]) -> T:
        with self.store.read() as session:
            return query(session)

    def composer(self) -> Composer:
        return Composer(self.store, self.keys, self.clock, DESK)

    def release(
        self,
        members: int | Sequence[NewMember] = 1,
        texts: Mapping[str, Text] = TEXTS,
        *,
        resend: bool = True,
        plan: Plan = Plan(),  # noqa: B008 (never changed)
    ) -> UUID:
        """An approved release with a row for everybody, named u0, u1 and so on. `resend` False: a person is asked."""
        found = people(members) if isinstance(members, int) else members

        def work(session: Session) -> UUID:
            now = self.clock.now()
            audience = new_audience(session, SUBJECT, "everybody", Channel.EMAIL, now)
            assert all(
                fault.warning for fault in add_members(session, self.keys, audience.id, list(enumerate(found, 1)))
            )
            new = NewEdition(new_id(), SUBJECT, "people", texts, "f" * 64)
            edition = freeze_edition(session, self.keys, new, new_id(), now)
            asked = request_release(session, edition, audience.id, SENDER, new_id(), now)
            asked.resend_uncertain = resend
            pacing.set_out(session, asked, plan, None)
            session.flush()
            seen = Seen(edition.digest, asked.audience_digest, "f" * 64)
            return approve(session, asked, seen, Yes(new_id()), (), now).id

        return self.write(work)

    def page(self, *persons: str, subject: str = "[GREEN OWL] Your approval is asked for") -> str:
        """A message to people inside. Returns its occasion."""
        occasion, now = f"page:{new_id()}", self.clock.now()
        content = {"subject": subject, "text": "Please look.\n\n.dot\n"}
        addresses = {person: address(person) for person in persons}

        def sealed(session: Session, column: str, value: Mapping[str, str]) -> bytes:
            return self.keys.seal(session, json.dumps(value), Place("outgoing", column, occasion, SUBJECT))

        def work(session: Session) -> None:
            texts = sealed(session, "content_sealed", content), sealed(session, "addresses_sealed", addresses)
            session.add(
                Outgoing(
                    occasion=occasion, scope=SUBJECT, content_sealed=texts[0], addresses_sealed=texts[1], created_at=now
                )
            )
            session.add_all(
                Delivery(
                    occasion=occasion,
                    person=person,
                    channel=Channel.EMAIL,
                    message_id=f"<{new_id()}@sender.example>",
                    state=DeliveryState.PENDING,
                    next_at=now,
                    give_up_at=now + timedelta(hours=24),
                    created_at=now,
                )
                for person in persons
            )

        self.write(work)
        return occasion

    def stop(self, release_id: UUID) -> int:
        return self.write(lambda session: releases.stop(session, session.get_one(Release, release_id), "wait"))

    def resume(self, release_id: UUID) -> int:
        now = self.clock.now()
        return self.write(lambda session: releases.resume(session, session.get_one(Release, release_id), now))

    def void(self, release_id: UUID) -> int:
        now = self.clock.now()
        return self.write(lambda session: releases.void(session, session.get_one(Release, release_id), "wrong", now))

    def finish(self, release_id: UUID) -> bool:
        now = self.clock.now()
        return self.write(lambda session: releases.finish(session, session.get_one(Release, release_id), now))

    def released(self, release_id: UUID) -> Release:
        return self.look(lambda session: session.get_one(Release, release_id))

    def edition(self, release_id: UUID) -> Edition:
        return self.look(lambda session: session.get_one(Edition, session.get_one(Release, release_id).edition_id))

    def rows(self) -> list[Delivery]:
        """Every row, in the order they were made."""
        return self.look(lambda session: list(session.exec(select(Delivery).order_by(col(Delivery.id))).all()))

    def row(self, person: str = "u0") -> Delivery:
        (found,) = [row for row in self.rows() if row.person == person]
        return found

    def states(self) -> dict[DeliveryState, int]:
        return dict(Counter(row.state for row in self.rows()))

    def change(self, person: str, /, **values: object) -> None:
        """Forge one row."""
        statement = update(Delivery).where(col(Delivery.person) == person).values(**values)
        self.write(lambda session: session.exec(statement))

    def forge(self, release_id: UUID, **values: object) -> None:
        """Change a release behind everybody's back."""
        statement = update(Release).where(col(Release.id) == release_id).values(**values)
        self.write(lambda session: session.exec(statement))
