"""What the situation report reads: who was told in figures, deliveries in trouble, and the rhythm of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.notice_kinds import KINDS, UPDATES, NoticeKind
from incident.queries.access import access_to
from incident.queries.breach_entry import AUTHORITIES
from incident.queries.counting import REACHED, counts_of
from incident.queries.duties import DutyLine
from incident.queries.handovers import last_header
from incident.queries.timeline import body_of
from incident.roles import Action, Actor, require
from incident.situation import PACED, Rhythm
from notifications.models import Announcement, DeliveryState, Edition, Release, ReleaseState
from notifications.release_states import WENT_OUT
from notifications.sealing import Keys

FAILED = (DeliveryState.BOUNCED, DeliveryState.REJECTED)


@dataclass(frozen=True, slots=True)
class Reached:
    """People of releases: mails to people concerned, and notices in the product; updates are not counted again.

    `waiting` counts releases that wait for approval, `stopped` those that were stopped, `public` pages that stand.
    """

    mailed: int = 0
    mails: int = 0
    shown: int = 0
    shows: int = 0
    failed: int = 0
    waiting: int = 0
    stopped: int = 0
    public: int = 0


def read_rhythm(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> Rhythm | None:
    """The rhythm the commander set last; None where there is none. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    header = last_header(session, incident_subject(incident_id), (PACED,))
    said = body_of(session, keys, header) if header else {}
    minutes = said.get("every_minutes")
    if not isinstance(minutes, int) or not minutes:
        return None
    return Rhythm(datetime.fromisoformat(str(said["first_at"])), timedelta(minutes=minutes))


def read_reached(session: Session, actor: Actor, incident_id: UUID) -> Reached:
    """Whom releases of an incident reached. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    subject = incident_subject(incident_id)
    query = select(Release, Edition.kind).join(Edition, col(Edition.id) == col(Release.edition_id))
    rows = session.exec(query.where(col(Release.subject) == subject)).all()
    found = {"mailed": 0, "mails": 0, "shown": 0, "shows": 0, "failed": 0}
    for release, kind in rows:
        if release.state in WENT_OUT:
            counts = counts_of(session, release.id)
            found["failed"] += sum(counts.get(state, 0) for state in FAILED)
            names = _counted_as(NoticeKind(kind))
            if names:
                found[names[0]] += sum(counts.get(state, 0) for state in REACHED)
                found[names[1]] += release.recipients
    stands = (col(Announcement.subject) == subject, col(Announcement.withdrawn_at).is_(None))
    return Reached(
        **found,
        waiting=sum(release.state is ReleaseState.REQUESTED for release, _ in rows),
        stopped=sum(release.state is ReleaseState.STOPPED for release, _ in rows),
        public=session.exec(select(func.count()).select_from(Announcement).where(*stands)).one(),
    )


def authorities_told(lines: Sequence[DutyLine]) -> tuple[int, int, int]:
    """Of duties to tell authorities: those met, those that stand, and those of which it is not known if they apply."""
    mine = [line for line in lines if line.obligation.addressee_kind in AUTHORITIES]
    met = sum(line.obligation.met_at is not None for line in mine)
    known = sum(line.deadline.is_open and line.obligation.applies == "yes" for line in mine)
    unknown = sum(line.deadline.is_open and line.obligation.applies == "unknown" for line in mine)
    return met, met + known, unknown


def _counted_as(kind: NoticeKind) -> tuple[str, str] | None:
    if kind is NoticeKind.IN_APP:
        return "shown", "shows"
    return ("mailed", "mails") if KINDS[kind].to_people and kind not in UPDATES else None
