"""What the figures are reckoned from: incidents one may see with their moments, their deadlines, and who was reached.

Drills and dismissed incidents are left out, and counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.anchors import AWARE, Anchor
from incident.facts import FactSheet
from incident.figures import NOT_KNOWN, Batch, Course, Due
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, PhaseMove
from incident.models.law import Decision, Filing, Obligation
from incident.models.people import Telling
from incident.phases import Phase
from incident.queries.access import visible_incidents
from incident.queries.breach_records import Ids, pieces
from incident.queries.breach_sealed import Vault, latest_sheets, moments_of
from incident.queries.counting import REACHED, counts_of
from incident.roles import Action, Actor, require
from notifications.models import Announcement, Release
from notifications.release_states import WENT_OUT
from notifications.sealing import Keys

SIGNS = (AWARE, "discovered")  # the second only where a person recorded it
First = Mapping[UUID, datetime]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything figures are reckoned from. `drills` and `dismissed` say how many incidents are left out."""

    courses: tuple[Course, ...]
    dues: tuple[Due, ...]
    batches: tuple[Batch, ...]
    drills: int
    dismissed: int


def gather_figures(session: Session, keys: Keys, actor: Actor, only: UUID | None = None) -> Gathered:
    """Of every incident the actor may see, or of one, also a drill. Raises Forbidden."""
    require(actor, Action.READ, None)
    seen = list(session.exec(select(Incident).where(visible_incidents(actor))).all())
    rows = [row for row in seen if _counts(row)] if only is None else [row for row in seen if row.id == only]
    ids = _ids(actor, only)
    batches = _batches(session, rows)
    return Gathered(
        courses=_courses(session, keys, rows, ids, batches),
        dues=_dues(session, ids),
        batches=tuple(batch for mine in batches.values() for batch in mine),
        drills=sum(row.drill for row in seen),
        dismissed=sum(row.phase is Phase.DISMISSED and not row.drill for row in seen),
    )


def _counts(row: Incident) -> bool:
    return not row.drill and row.phase is not Phase.DISMISSED


def _ids(actor: Actor, only: UUID | None) -> Ids:
    if only is not None:
        return select(Incident.id).where(visible_incidents(actor), col(Incident.id) == only)
    counted = (col(Incident.drill).is_(False), col(Incident.phase) != Phase.DISMISSED)
    return select(Incident.id).where(visible_incidents(actor), *counted)


def _courses(
    session: Session, keys: Keys, rows: Sequence[Incident], ids: Ids, batches: Mapping[UUID, Sequence[Batch]]
) -> tuple[Course, ...]:
    vault = Vault.of(session, keys, rows)
    moments, sheets = moments_of(vault, ids, rows), latest_sheets(vault, ids)
    moves, decided = _moves(session, ids), _first(session, Decision.incident_id, Decision.at, ids)
    told = _told(session, ids, rows, batches)
    return tuple(
        Course(
            codename=row.codename,
            opened_at=row.opened_at,
            first_sign_at=_first_sign(row, moments[row.id]),
            moves=tuple(moves[row.id]),
            aware_at=min((one.at for one in moments[row.id].get(AWARE, ()) if one.decided), default=None),
            decided_at=decided.get(row.id),
            told_at=told.get(row.id),
            cause=_cause(sheets[row.id].sheet) if row.id in sheets else NOT_KNOWN,
        )
        for row in sorted(rows, key=lambda row: (row.opened_at, row.codename))
    )


def _first_sign(row: Incident, moments: Mapping[str, Sequence[Anchor]]) -> datetime:
    """The opening and the first alert stand among the candidates for awareness."""
    signs = [one.at for one in moments.get(AWARE, ()) if not one.decided and not one.id]
    signs += [one.at for name in ("detected", "discovered") for one in moments.get(name, ()) if one.decided]
    return min((row.opened_at, *signs))


def _cause(sheet: FactSheet) -> str:
    found = sheet.shared.get("breach.cause")
    return found if isinstance(found, str) else NOT_KNOWN


def _moves(session: Session, ids: Ids) -> dict[UUID, list[tuple[Phase, datetime]]]:
    query = select(PhaseMove).where(col(PhaseMove.incident_id).in_(ids)).order_by(col(PhaseMove.version))
    found: dict[UUID, list[tuple[Phase, datetime]]] = defaultdict(list)
    for move in session.exec(query).all():
        found[move.incident_id].append((move.after, move.at))
    return found


def _told(
    session: Session, ids: Ids, rows: Sequence[Incident], batches: Mapping[UUID, Sequence[Batch]]
) -> dict[UUID, datetime]:
    """When somebody outside was first told: a filing, a customer, a public page, or a release that reached anybody."""
    reached = {
        incident_id: min(at)
        for incident_id, mine in batches.items()
        if (at := [one.at for one in mine if any(one.counts.get(state) for state in REACHED)])
    }
    firsts: Iterable[First] = (
        _first(session, Filing.incident_id, Filing.submitted_at, ids),
        _first(session, Telling.incident_id, Telling.told_at, ids),
        _published(session, rows),
        reached,
    )
    found: dict[UUID, datetime] = {}
    for first in firsts:
        found |= {key: min(at, found.get(key, at)) for key, at in first.items()}
    return found


def _first(session: Session, incident_id: object, at: object, ids: Ids) -> dict[UUID, datetime]:
    query = select(incident_id, func.min(at)).where(incident_id.in_(ids)).group_by(incident_id)  # type: ignore[call-overload,attr-defined]
    return {key: moment for key, moment in session.exec(query).all() if moment is not None}


def _published(session: Session, rows: Sequence[Incident]) -> dict[UUID, datetime]:
    by_subject = {incident_subject(row.id): row.id for row in rows}
    found: dict[UUID, datetime] = {}
    for piece in pieces(list(by_subject)):
        mine = col(Announcement.subject).in_(piece)
        query = select(Announcement.subject, func.min(Announcement.published_at)).where(mine)
        for subject, at in session.exec(query.group_by(col(Announcement.subject))).all():
            found[by_subject[subject]] = at
    return found


def _dues(session: Session, ids: Ids) -> tuple[Due, ...]:
    """Deadlines with a number, those of provisional clocks left out until they are met: they may still move."""
    numbered = (
        col(Obligation.due_at).is_not(None),
        (col(Obligation.applies) != "no") | col(Obligation.met_at).is_not(None),
        col(Obligation.provisional).is_(False) | col(Obligation.met_at).is_not(None),
    )
    query = select(Obligation).where(col(Obligation.incident_id).in_(ids), *numbered)
    return tuple(
        Due(row.due_at, row.met_at, any((row.waived_at, row.not_due_at, row.withdrawn_at)))
        for row in session.exec(query).all()
        if row.due_at is not None
    )


def _batches(session: Session, rows: Sequence[Incident]) -> dict[UUID, list[Batch]]:
    by_subject = {incident_subject(row.id): row.id for row in rows}
    found: dict[UUID, list[Batch]] = defaultdict(list)
    for piece in pieces(list(by_subject)):
        mine = (
            col(Release.subject).in_(piece),
            col(Release.state).in_(WENT_OUT),
            col(Release.approved_at).is_not(None),
        )
        for row in session.exec(select(Release).where(*mine).order_by(col(Release.approved_at))).all():
            assert row.approved_at is not None
            counts = {state.value: number for state, number in counts_of(session, row.id).items()}
            found[by_subject[row.subject]].append(Batch(row.approved_at, counts))
    return found
