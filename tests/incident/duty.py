"""A case whose team takes turns: what opened it pages, time goes by, and what was said to whom is read back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.paging import PageCall, PagedOne
from incident.models.people import UserAccount
from incident.outreach import opened_message
from incident.queries.timeline import read_timeline
from incident.roles import Role, operator, system
from incident.sweep import Tick, tick
from incident.verbs.act import Act
from incident.verbs.page_events import Roads
from incident.verbs.pages import page_opened_incident
from incident.verbs.teams import NewLayer, add_team, put_layer, set_steps
from notifications.models import Delivery, DeliveryState, Outgoing
from notifications.webhook_bodies import content_place
from tests.incident.cases import LawCase

T = TypeVar("T")
ROOT, INTAKE = operator("root"), system("intake")
ROADS = Roads("example.org", "https://incident.example.org")
TEMPLATE = '{"fields": {"To": "{to}", "Body": "{text}"}}'
STEPS = ("on-call:first wait 10", "on-call:second wait 5", "team wait 15")


@dataclass
class Duty:
    """A case whose team takes turns: a responder first, the lawyer second."""

    case: LawCase

    def act(self, verb: Callable[..., T], *args: Any, by: Any = ROOT, **named: Any) -> T:
        now = self.case.clock.now()
        return self.case.store.write(lambda session: verb(Act(session, self.case.keys, by, now), *args, **named))

    def opened(self) -> int:
        """What opened it has it paged."""
        codename = self.case.look(lambda session: session.get_one(Incident, self.case.incident_id)).codename
        message = opened_message(self.case.incident_id, codename, "high")
        return self.act(page_opened_incident, self.case.incident_id, message, ROADS, by=INTAKE)

    def page(self) -> UUID:
        self.opened()
        return self.case.look(lambda session: session.exec(select(PageCall.id)).one())

    def sweep(self, minutes: float = 0) -> Tick:
        self.case.clock.move(timedelta(minutes=minutes))
        return tick(
            self.case.store, self.case.keys, self.case.organisation, self.case.clock.now(), domain="example.org"
        )

    def told(self) -> list[tuple[str, str]]:
        """Whom pages told, by which way, in order."""

        def read(session: Session) -> list[tuple[str, str]]:
            names = dict(session.exec(select(UserAccount.id, UserAccount.name)).all())
            rows = session.exec(select(PagedOne).order_by(col(PagedOne.id))).all()
            return [(names.get(row.user_id, "endpoint"), row.way) for row in rows]  # type: ignore[arg-type]

        return self.case.look(read)

    def lines(self, *actions: str) -> list[str]:
        auditor = self.case.people[Role.AUDITOR]
        found = self.case.look(lambda s: read_timeline(s, self.case.keys, auditor, self.case.incident_id))
        return [line.text for line in reversed(found) if line.action in (actions or ("paged",))]

    def states(self, start: str) -> list[DeliveryState]:
        query = select(Delivery).where(col(Delivery.occasion).startswith(start)).order_by(col(Delivery.id))
        return [row.state for row in self.case.look(lambda session: session.exec(query).all())]

    def content(self, occasion: str) -> dict[str, Any]:
        def read(session: Session) -> dict[str, Any]:
            row = session.get_one(Outgoing, occasion)
            found: dict[str, Any] = json.loads(
                self.case.keys.open(session, row.content_sealed, content_place(row.occasion, row.scope))
            )
            return found

        return self.case.look(read)

    def calls(self) -> list[PagedOne]:
        return list(self.case.look(lambda s: s.exec(select(PagedOne).order_by(col(PagedOne.id))).all()))

    def token(self, call: PagedOne) -> str:
        text = self.content(call.occasion)["text"]
        (found,) = [line for line in text.splitlines() if "/page-answers/" in line]
        return str(found.rpartition("/")[2])


def on_duty(case: LawCase) -> Duty:
    """A team with two layers and three steps."""
    made = Duty(case)
    made.act(add_team, "platform")
    for name, email in (("first", "responder@example.org"), ("second", "legal@example.org")):
        made.act(put_layer, "platform", NewLayer(name, (email,), "2026-11-23", "09:00", "Europe/Berlin"))
    made.act(set_steps, "platform", STEPS)
    return made
