"""What is owed on an incident: each obligation with its standing, sorted by what is next due; customers told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from incident.deadlines import Deadline, Standing, standing
from incident.law.derivation import CONTROLLERS
from incident.law.duties import Duty, read_duty
from incident.models.incidents import Incident
from incident.models.law import Obligation, Reminder
from incident.models.people import Customer, Telling
from incident.queries.access import access_to, visible_incidents
from incident.queries.case import open_obligation
from incident.roles import Action, Actor, require


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One obligation as a page shows it: the row, its frozen rule, and where it stands now."""

    obligation: Obligation
    duty: Duty
    standing: Standing
    deadline: Deadline

    @property
    def soft(self) -> bool:
        """The law names no number; the moment shown is the organisation's own target, if any."""
        return self.duty.period is None

    @property
    def moment(self) -> datetime | None:
        return self.deadline.moment


@dataclass(frozen=True, slots=True)
class CustomersTold:
    """How many of the affected customers were told; counts customers, never messages."""

    affected: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def waiting(self) -> tuple[str, ...]:
        return tuple(name for name in self.affected if name not in self.told)


def deadline_of(obligation: Obligation) -> Deadline:
    """What the standing of a stored obligation is read from."""
    gone = obligation.not_due_at is not None or obligation.withdrawn_at is not None
    return Deadline(
        starts_at=obligation.starts_at,
        due_at=obligation.due_at,
        target_at=obligation.target_at,
        owed=obligation.applies != "no" and not gone,
        blocked=bool(obligation.blocked),
        provisional=obligation.provisional,
        met_at=obligation.met_at,
        waived_at=obligation.waived_at,
    )


def duties_of(session: Session, actor: Actor, incident_id: UUID, now: datetime) -> list[DutyLine]:
    """Every obligation of an incident: open ones first, by what is next due. Raises NotFound and Forbidden."""
    require(actor, Action.READ, access_to(session, incident_id))
    rows = session.exec(select(Obligation).where(col(Obligation.incident_id) == incident_id)).all()
    return sorted((line_of(row, now) for row in rows), key=_urgency)


def duty_line(session: Session, actor: Actor, incident_id: UUID, obligation_id: UUID, now: datetime) -> DutyLine | None:
    """One obligation, None when this incident has no such row."""
    require(actor, Action.READ, access_to(session, incident_id))
    wanted = (col(Obligation.incident_id) == incident_id, col(Obligation.id) == obligation_id)
    row = session.exec(select(Obligation).where(*wanted)).first()
    return None if row is None else line_of(row, now)


def known_entities(session: Session, actor: Actor) -> list[str]:
    """Short ids of legal entities that owe something on an incident one may see."""
    seen = select(Obligation.entity).join(Incident, col(Incident.id) == col(Obligation.incident_id))
    return list(session.exec(seen.where(visible_incidents(actor)).distinct()).all())


class OpenDuty(NamedTuple):
    """What is read of an open obligation to count and sort it: without its rule, which is large and wanted for few."""

    incident_id: UUID
    id: UUID
    duty: str
    addressee_kind: str
    entity: str
    applies: str
    blocked: str
    due_at: datetime | None
    target_at: datetime | None
    provisional: bool

    @property
    def moment(self) -> datetime | None:
        return self.due_at or self.target_at

    def stands(self, now: datetime) -> Standing:
        """Where it stands; of an open one nothing else matters."""
        return standing(Deadline(due_at=self.due_at, target_at=self.target_at, blocked=bool(self.blocked)), now)


COLUMNS = tuple(getattr(Obligation, name) for name in OpenDuty._fields)


def open_duties(session: Session, incidents: Sequence[UUID]) -> list[OpenDuty]:
    """The open obligations of these incidents; for callers that have asked which one may see."""
    mine = (col(Obligation.incident_id).in_(incidents), *open_obligation())
    return [OpenDuty(*row) for row in session.execute(sql_select(*COLUMNS).where(*mine))]  # type: ignore[arg-type]


def counted_once(row: Obligation | OpenDuty, stands: Standing) -> tuple[object, ...]:
    """What obligations have in common that are shown, and counted, as one: they differ only in which customer."""
    rule = row.duty if row.addressee_kind == "controller" else row.id
    return (stands, row.due_at or row.target_at, row.applies, row.entity, row.blocked, rule)


def line_of(row: Obligation, now: datetime) -> DutyLine:
    """A stored obligation with its standing at `now`."""
    deadline = deadline_of(row)
    return DutyLine(row, read_duty(row.rule), standing(deadline, now), deadline)


def next_deadline(session: Session, actor: Actor, incident_id: UUID, now: datetime) -> DutyLine | None:
    """The open obligation that is due next, or has been for longest; numbered ones before own targets at one moment."""
    open_lines = [line for line in duties_of(session, actor, incident_id, now) if line.deadline.is_open and line.moment]
    return open_lines[0] if open_lines else None


def next_moments(session: Session, actor: Actor) -> dict[UUID, tuple[datetime, bool]]:
    """For the board: incident → (earliest open numbered deadline, whether it is provisional), in one read."""
    query = (
        select(Obligation.incident_id, Obligation.due_at, Obligation.provisional)
        .join(Incident, col(Incident.id) == col(Obligation.incident_id))
        .where(visible_incidents(actor), col(Obligation.due_at).is_not(None), *open_obligation())  # type: ignore[arg-type]
        .order_by(col(Obligation.due_at))
    )
    found: dict[UUID, tuple[datetime, bool]] = {}
    for incident_id, due_at, provisional in session.exec(query).all():
        if due_at is not None:
            found.setdefault(incident_id, (due_at, provisional))
    return found


def customers_told(session: Session, actor: Actor, incident_id: UUID) -> CustomersTold:
    """The customers the facts name as affected, and which of them have been told, by host id."""
    require(actor, Action.READ, access_to(session, incident_id))
    return told_of_affected(session, incident_id)


def told_of_affected(session: Session, incident_id: UUID) -> CustomersTold:
    """As `customers_told`, for callers that have asked for permission."""
    affected = session.exec(
        select(Obligation.addressee)
        .where(
            col(Obligation.incident_id) == incident_id,
            col(Obligation.addressee_kind) == "controller",
            col(Obligation.applies) != "no",
            col(Obligation.withdrawn_at).is_(None),
            col(Obligation.addressee) != CONTROLLERS,
        )
        .distinct()
    ).all()
    told = session.exec(
        select(Customer.host_id)
        .join(Telling, col(Telling.customer_id) == col(Customer.id))
        .where(col(Telling.incident_id) == incident_id)
        .distinct()
    ).all()
    return CustomersTold(tuple(sorted(affected)), tuple(sorted(set(told) & set(affected))))


def reminders_of(session: Session, actor: Actor, incident_id: UUID) -> list[Reminder]:
    """Every reminder of an incident, in order of firing: waiting, sent, or superseded by which."""
    require(actor, Action.READ, access_to(session, incident_id))
    query = (
        select(Reminder)
        .join(Obligation, col(Obligation.id) == col(Reminder.obligation_id))
        .where(col(Obligation.incident_id) == incident_id)
        .order_by(col(Reminder.fires_at), col(Reminder.id))
    )
    return list(session.exec(query).all())


def _urgency(line: DutyLine) -> tuple[bool, float, bool, str, str]:
    moment = line.moment
    seconds = moment.timestamp() if moment else float("inf")
    return (not line.deadline.is_open, seconds, line.soft, line.duty.id, line.obligation.addressee)


def met_by_hand(met_by: str) -> bool:
    """Whether a person said what met a duty; else what the product itself has on record did."""
    return not met_by.startswith(("release:", "filing:", "delivery:", "telling:"))
