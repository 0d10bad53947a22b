"""Decisions as pages show them, and the day on which one is looked at again as a form names it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from incident.errors import Fault, Invalid
from incident.queries.decisions import DecisionMade, read_decisions
from incident.verbs.decisions import LOOK_AGAIN
from incident.web.frame import Desk
from incident.web.times import read_local
from incident.web.views import Settled
from notifications.wording import worded

IN_THE_MORNING = "T09:00"
OUTCOMES = {"not_due": worded("Decided not due"), "waived": worded("Waived"), "notify": worded("Decided to notify")}


def settling(session: Session, desk: Desk, incident_id: UUID) -> dict[UUID, Settled]:
    """The decisions that stand on obligations, by id."""
    made = read_decisions(session, desk.edge.keys, desk.actor, incident_id)
    return {one.id: settled(one) for one in made if one.reopened_at is None}


def settled(made: DecisionMade) -> Settled:
    """A decision on obligations in the words of a card."""
    return Settled(OUTCOMES.get(made.outcome, made.outcome), made.reason, made.who, made.at, made.look_again_at)


def usual_day(now: datetime) -> datetime:
    """When a decision not to notify is looked at again where nobody names another day."""
    return now + LOOK_AGAIN


def first_day(now: datetime, zone: str) -> str:
    """The earliest day that can be named, tomorrow, as a date field carries it."""
    return (now + timedelta(days=1)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")


def read_day(text: str, zone: str) -> datetime | None:
    """The morning of the day a date field names, in the reader's zone; None for an empty one. Raises Invalid."""
    if not text.strip():
        return None
    try:
        return read_local(text.strip() + IN_THE_MORNING, zone)
    except ValueError:
        raise Invalid(Fault("look_again", worded("names no day"), worded("such as 2026-12-24"))) from None
