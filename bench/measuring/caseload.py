"""Many open obligations with their reminders: one real incident is opened and derived, then copied in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, insert, literal, literal_column
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from incident.deadlines import Deadline, Threshold, thresholds
from incident.installation import Installation
from incident.models.incidents import Incident, Severity
from incident.models.law import Obligation, Reminder
from incident.models.people import UserAccount
from incident.organisation import organisation_of
from incident.queries.duties import deadline_of
from incident.roles import Role, system
from incident.verbs.act import Act
from incident.verbs.incidents import Report, open_incident
from incident.verbs.obligations import rederive
from notifications.columns import UtcDateTime
from notifications.ids import new_id

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
OF_EACH = 10  # obligations an incident has
PERIOD = timedelta(hours=72)
SHORT = timedelta(minutes=30)  # too short for any reminder before the moment itself
AUTHORITY = "eu-gdpr-33-1-sa"
REMINDED = (Role.COMMANDER, Role.PRIVACY_OFFICER, Role.DECIDER)


@dataclass(frozen=True, slots=True)
class Batch:
    """Incidents copied together. `due_at` is of all their obligations."""

    incidents: tuple[UUID, ...]
    due_at: datetime


class Caseload:
    """A new installation, filled in bulk; its clock shows START."""

    def __init__(self, opened: Installation) -> None:
        self.store, self.keys = opened.store, opened.keys
        self.organisation = organisation_of(opened.settings)
        self._copied = 0
        self._model, self._owed = self.store.write(self._begin)

    def add_waiting(self, obligations: int) -> Batch:
        """Obligations due in 72 hours, with every reminder such a deadline has; none of them has come."""
        return self._add(obligations // OF_EACH, START, START + PERIOD, reminders=True)

    def add_due(self, obligations: int, due_at: datetime) -> Batch:
        """Obligations of which one reminder comes at this moment, all at once."""
        return self._add(obligations // OF_EACH, due_at - SHORT, due_at, reminders=True)

    def add_bare(self, obligations: int) -> Batch:
        """Obligations due in 72 hours without any reminder yet."""
        return self._add(obligations // OF_EACH, START, START + PERIOD, reminders=False)

    def _begin(self, session: Session) -> tuple[UUID, UUID]:
        act = Act(session, self.keys, system("bench"), START)
        session.add_all(_person(role) for role in REMINDED)
        opened = open_incident(act, Report("Public bucket", "public_bucket", Severity.HIGH))
        rederive(act, opened.id, self.organisation)
        session.flush()
        mine = (col(Obligation.incident_id) == opened.id, col(Obligation.duty) == AUTHORITY)
        return opened.id, session.exec(select(Obligation.id).where(*mine)).one()

    def _add(self, incidents: int, starts_at: datetime, due_at: datetime, *, reminders: bool) -> Batch:
        ids = tuple(new_id() for _ in range(incidents))
        deadline = Deadline(starts_at=starts_at, due_at=due_at)

        self.store.write(lambda session: self._copy_incident(session, ids))
        named = {"starts_at": literal(starts_at, UtcDateTime), "due_at": literal(due_at, UtcDateTime)}
        for number in range(OF_EACH):
            alike = {**named, "addressee": literal(f"authority-{number}")}
            self.store.write(lambda session, alike=alike: self._copy_obligation(session, ids[0], ids[-1], alike))  # type: ignore[misc]
        for item in thresholds(deadline, START) if reminders else ():
            self.store.write(lambda session, item=item: _remind(session, ids[0], ids[-1], due_at, item))  # type: ignore[misc]
        return Batch(ids, due_at)

    def _copy_incident(self, session: Session, ids: Sequence[UUID]) -> None:
        model = session.get_one(Incident, self._model).model_dump()
        rows = [{**model, "id": made, "codename": f"copy-{self._copied + n}"} for n, made in enumerate(ids)]
        self._copied += len(rows)
        session.execute(insert(Incident), rows)

    def _copy_obligation(self, session: Session, first: UUID, last: UUID, alike: dict[str, Any]) -> None:
        """One more for each of these incidents, whose ids rise; in SQL, so that a hundred thousand take seconds."""
        obligations, incidents = _table(Obligation), _table(Incident)
        model = obligations.alias("model")
        both = incidents.join(model, model.c.id == self._owed)
        own = {**alike, "id": _rising_id("incident"), "incident_id": incidents.c.id}
        columns = {column.name: own.get(column.name, model.c[column.name]) for column in obligations.c}
        rows = select_columns(*columns.values()).select_from(both).where(incidents.c.id.between(first, last))
        session.execute(insert(Obligation).from_select(list(columns), rows))


def _person(role: Role) -> UserAccount:
    return UserAccount(
        id=new_id(),
        email=f"{role}@example.org",
        name=role.value,
        roles=[role],
        password="-",  # noqa: S106 (nobody signs in)
        created_at=START,
    )


def obligations_of(session: Session, incident_id: UUID) -> Sequence[Obligation]:
    """Every obligation of one incident; each has a moment."""
    rows = session.exec(select(Obligation).where(col(Obligation.incident_id) == incident_id)).all()
    assert all(deadline_of(row).moment for row in rows)
    return rows


def _remind(session: Session, first: UUID, last: UUID, due_at: datetime, item: Threshold) -> None:
    """The reminder of one threshold for every obligation of these incidents."""
    columns = {
        "id": _rising_id("obligation"),
        "obligation_id": col(Obligation.id),
        "threshold": literal(item.name),
        "due_at": literal(due_at, UtcDateTime),
        "fires_at": literal(item.fires_at, UtcDateTime),
        "superseded_by": literal(""),
    }
    within = col(Obligation.incident_id).between(first, last)
    session.execute(insert(Reminder).from_select(list(columns), select_columns(*columns.values()).where(within)))


def _rising_id(copied: str) -> Any:
    """An id as SQLite keeps it, made in SQL; ids of one statement follow each other, as ours of one moment do."""
    return func.printf(f"{new_id().hex[:16]}%016x", literal_column(f"{copied}.rowid"))


def _table(model: type) -> Table:
    found = model.__table__  # type: ignore[attr-defined]
    assert isinstance(found, Table)
    return found
