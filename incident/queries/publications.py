"""Announcements that wait to be published, and what has become of each: by the edition, not by the incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.notice_kinds import PUBLIC
from incident.queries.access import access_to, visible_incidents
from incident.roles import Action, Actor, may
from notifications.models import Announcement, AnnouncementVersion, Edition


class Standing(StrEnum):
    """How far an edition for everybody is."""

    WAITS = "waits"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Unpublished:
    """An edition the reader may publish now. `kind` is the notice's, `asked_at` when its text was frozen."""

    edition_id: UUID
    codename: str
    kind: str
    asked_at: datetime


def publications_waiting(session: Session, actor: Actor) -> tuple[Unpublished, ...]:
    """Newest editions for everybody, of incidents one may see, that the reader may publish; the oldest first."""
    names = {row.id: row.codename for row in session.exec(select(Incident).where(visible_incidents(actor))).all()}
    kept = select(Notice).where(col(Notice.kind).in_(PUBLIC), col(Notice.discarded_at).is_(None))
    found = []
    for notice in session.exec(kept).all():
        codename, edition = names.get(notice.incident_id), newest_edition(session, notice.id)
        if codename is None or edition is None or standing_of(session, edition) is not Standing.WAITS:
            continue
        barred = {*notice.editors, str(edition.created_by)}
        if str(actor.id) not in barred and may(actor, Action.ANNOUNCE, access_to(session, notice.incident_id)):
            found.append(Unpublished(edition.id, codename, notice.kind, edition.created_at))
    return tuple(sorted(found, key=lambda one: one.asked_at))


def newest_edition(session: Session, notice_id: UUID) -> Edition | None:
    """The text of a notice that was frozen last; None for a mere draft."""
    mine = select(Edition).where(col(Edition.notice_id) == notice_id)
    return session.exec(mine.order_by(col(Edition.number).desc()).limit(1)).first()


def standing_of(session: Session, edition: Edition) -> Standing:
    """Whether exactly this text is on a public page of its incident, was on one that was withdrawn, or waits."""
    query = (
        select(Announcement.withdrawn_at)
        .join(AnnouncementVersion, col(AnnouncementVersion.announcement_id) == col(Announcement.id))
        .where(
            col(Announcement.subject) == edition.subject,
            col(AnnouncementVersion.edition_digest) == edition.digest,
        )
    )
    pages = session.exec(query).all()
    if not pages:
        return Standing.WAITS
    return Standing.PUBLIC if None in pages else Standing.WITHDRAWN
