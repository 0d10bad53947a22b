"""A monitor for tests: notifications as Alertmanager writes them, kept and read by the real verbs."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlmodel import Session, col, select

from incident.adapters.authenticity import intake_key
from incident.models.incidents import Incident
from incident.models.intake import Intake, SignalRow, Source
from incident.queries.timeline import Line, read_timeline
from incident.roles import Actor, operator, system
from incident.runbooks import Runbook, usable
from incident.settings import shipped
from incident.sweep import Tick, tick
from incident.verbs.act import Act
from incident.verbs.deliveries import INTAKE, Deliveries
from incident.verbs.intake import Delivery, Received, receive
from incident.verbs.reading import Applied, Reception
from incident.verbs.sources import add_source
from tests.incident.cases import LawCase

BEGAN = datetime(2026, 11, 24, 8, 55, tzinfo=UTC)
OPERATOR = operator("root")
Alert = dict[str, Any]


def alert(
    instance: str = "exports-eu-1",
    *,
    name: str = "CustomerExportBucketPublic",
    state: str = "firing",
    began: datetime = BEGAN,
    severity: str = "critical",
) -> Alert:
    """One alert of a notification; name and instance are its identity."""
    return {
        "status": state,
        "labels": {"alertname": name, "instance": instance, "severity": severity},
        "annotations": {"summary": f"{name} on {instance}"},
        "startsAt": began.isoformat(),
        "endsAt": (began + timedelta(minutes=9)).isoformat() if state == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.org/graph",
    }


def small(number: int) -> Alert:
    """An alert with nothing in it that could be left out: so many of them fit into one body."""
    return {"status": "firing", "labels": {"alertname": "Down", "host": str(number)}, "startsAt": BEGAN.isoformat()}


def notification(*alerts: Alert, group: str = "exports") -> bytes:
    """The body Alertmanager posts for a group; an empty group leaves the key of the group out."""
    document: dict[str, Any] = {
        "version": "4",
        "status": "firing",
        "receiver": "seventytwo",
        "alerts": list(alerts),
        **({"groupKey": f'{{}}:{{alertname="{group}"}}'} if group else {}),
    }
    return json.dumps(document).encode()


@cache
def shipped_runbooks() -> dict[str, Runbook]:
    return usable([shipped("runbooks")])


@dataclass
class Watch:
    """One Alertmanager source of an installation, and its deliveries on their way."""

    case: LawCase
    slug: str = "alertmanager"
    runbooks: dict[str, Runbook] = field(default_factory=shipped_runbooks)

    def __post_init__(self) -> None:
        self.write(OPERATOR, lambda act: add_source(act, self.slug, "alertmanager", "bearer"))

    @property
    def reception(self) -> Reception:
        return Reception(self.case.organisation, self.runbooks, "example.org", "https://incident.example.org")

    @property
    def source(self) -> Source:
        return self.case.look(lambda session: session.exec(select(Source).where(Source.slug == self.slug)).one())

    def write(self, actor: Actor, verb: Callable[[Act], Any]) -> Any:
        now = self.case.clock.now()
        return self.case.store.write(lambda session: verb(Act(session, self.case.keys, actor, now)))

    def keep(self, body: bytes, key: str = "", headers: dict[str, str] | None = None) -> Received:
        """Keep a delivery as its request would; an empty key is that of its bytes."""
        sent = headers or {"content-type": "application/json"}
        delivery = Delivery(self.source.id, key or intake_key(sent, body), sent, body)
        received: Received = self.write(system(INTAKE), lambda act: receive(act, delivery))
        return received

    @property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.case.store, self.case.keys, self.reception, self.case.clock.now())

    def deliver(self, body: bytes) -> Applied:
        """Keep a delivery and read it, as one request does."""
        return self.deliveries.read(self.keep(body).intake_id)

    def sweep(self) -> Tick:
        parts = self.case
        return tick(parts.store, parts.keys, parts.organisation, parts.clock.now(), reception=self.reception)

    def incidents(self) -> list[Incident]:
        """Those that alerts opened, the oldest first."""
        opened = select(Incident).where(col(Incident.opened_by) == f"system:{INTAKE}").order_by(col(Incident.id))
        return list(self.case.look(lambda session: session.exec(opened).all()))

    def incident(self) -> Incident:
        (found,) = self.incidents()
        return found

    def alerts(self) -> list[SignalRow]:
        return list(self.case.look(lambda session: session.exec(select(SignalRow).order_by(SignalRow.key)).all()))

    def intake(self, intake_id: UUID) -> Intake:
        return self.case.look(lambda session: session.get_one(Intake, intake_id))

    def lines(self, incident_id: UUID) -> list[Line]:
        """The timeline of an incident, the first entry first."""
        parts, reader = self.case, system("test")
        read = parts.look(lambda session: read_timeline(session, parts.keys, reader, incident_id, limit=1000))
        return read[::-1]

    def actions(self, incident_id: UUID) -> list[str]:
        return [line.action for line in self.lines(incident_id)]


@contextmanager
def statements_of(session_engine: Any) -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile; many rows by one statement count once."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(session_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(session_engine, "before_cursor_execute", note)


def rows(session: Session, table: Any) -> Sequence[Any]:
    """Every row of a table."""
    return session.exec(select(table)).all()
