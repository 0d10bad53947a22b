"""The recorded moments of an incident, and the worksheet from which awareness is decided."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.anchors import AWARE, Anchor, Arguable, Clue, Start, current, start_of, worksheet
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.intake import Intake, SignalRow
from incident.models.law import AnchorRecord
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The candidates for awareness, earliest first, and the moment that counts now (None: none is arguable)."""

    candidates: tuple[Anchor, ...]
    decided: tuple[Anchor, ...]
    start: Start | None


def anchor_place(incident_id: UUID, anchor_id: UUID) -> Place:
    """Where the reason of a recorded moment is sealed for."""
    return Place("anchor", "reason_sealed", str(anchor_id), incident_subject(incident_id))


def anchors_of(session: Session, keys: Keys, incident_id: UUID) -> tuple[Anchor, ...]:
    """Every recorded moment, and the candidates for awareness that the case itself holds: first alert, opening.

    For callers that have asked for permission.
    """
    rows = session.exec(select(AnchorRecord).where(col(AnchorRecord.incident_id) == incident_id)).all()
    return (*_held(session, incident_id), *(_opened(session, keys, row) for row in rows))


def read_worksheet(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> Worksheet:
    """The awareness worksheet. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    anchors = anchors_of(session, keys, incident_id)
    decided = tuple(anchor for anchor in current(anchors) if anchor.name == AWARE and anchor.decided)
    return Worksheet(tuple(worksheet(anchors)), decided, start_of(anchors, AWARE, ()))


def read_anchors(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[Anchor]:
    """Every moment that stands, corrected ones left out, in the order they were recorded."""
    require(actor, Action.READ, access_to(session, incident_id))
    return current(anchors_of(session, keys, incident_id))


def _opened(session: Session, keys: Keys, row: AnchorRecord) -> Anchor:
    said = {}
    if row.reason_sealed is not None:
        said = json.loads(keys.open(session, row.reason_sealed, anchor_place(row.incident_id, row.id)))
    return Anchor(
        name=row.name,
        at=row.at,
        scope=row.scope,
        decided=row.decided,
        clue=Clue(said.get("clue", Clue.OTHER)),
        arguable=Arguable(said.get("arguable", Arguable.CLEAR)),
        why=said.get("why", ""),
        evidence=row.evidence,
        id=str(row.id),
        corrects=str(row.corrects) if row.corrects else None,
        recorded_at=row.recorded_at,
    )


def _held(session: Session, incident_id: UUID) -> Iterator[Anchor]:
    """Moments nobody has to write down: when the first alert reached us and when the incident was opened."""
    opened_at = session.exec(select(Incident.opened_at).where(col(Incident.id) == incident_id)).one()
    first = (
        select(Intake.id, Intake.received_at)
        .join(SignalRow, col(SignalRow.intake_id) == col(Intake.id))
        .where(col(SignalRow.incident_id) == incident_id)
        .order_by(col(Intake.received_at))
        .limit(1)
    )
    for intake_id, received_at in session.exec(first).all():
        why = worded("The first alert of this incident reached us.")
        yield _candidate(Clue.RECEIVED, received_at, why, f"intake:{intake_id}")
    yield _candidate(Clue.OPENED, opened_at, worded("The incident was opened."), "entry:1")


def heard_first(session: Session, incident_id: UUID, intake_id: UUID, at: datetime) -> bool:
    """Whether this delivery, received at `at`, moves the incident's earliest moment back: nothing known is as early."""
    opened_at = session.exec(select(Incident.opened_at).where(col(Incident.id) == incident_id)).one()
    if opened_at <= at:
        return False
    as_early = (
        select(Intake.id)
        .join(SignalRow, col(SignalRow.intake_id) == col(Intake.id))
        .where(col(SignalRow.incident_id) == incident_id, col(Intake.id) != intake_id, col(Intake.received_at) <= at)
        .limit(1)
    )
    return session.exec(as_early).first() is None


def _candidate(clue: Clue, at: datetime, why: str, evidence: str) -> Anchor:
    return Anchor(AWARE, at, "", False, clue, Arguable.ARGUABLE, why, evidence)
