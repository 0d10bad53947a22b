"""Announcements that wait to be published, and what has become of each: by the edition, not by the incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
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
    same = (
        col(Announcement.subject) == col(Edition.subject),
        col(AnnouncementVersion.edition_digest) == col(Edition.digest),
    )
    of_page = col(AnnouncementVersion.announcement_id) == col(Announcement.id)
    shown = select(Announcement.id).join(AnnouncementVersion, of_page).where(*same).exists()
    newer = select(func.max(col(Edition.number))).where(col(Edition.notice_id) == col(Notice.id))
    query = (
        select(Notice, Edition, Incident.codename)
        .join(Incident, col(Incident.id) == col(Notice.incident_id))
        .join(Edition, col(Edition.notice_id) == col(Notice.id))
        .where(visible_incidents(actor), col(Notice.kind).in_(PUBLIC), col(Notice.discarded_at).is_(None), ~shown)
        .where(col(Edition.number) == newer.correlate(Notice).scalar_subquery())
        .order_by(col(Edition.created_at))
    )
    found = []
    for notice, edition, codename in session.exec(query).all():
        barred = {*notice.editors, str(edition.created_by)}
        if str(actor.id) not in barred and may(actor, Action.ANNOUNCE, access_to(session, notice.incident_id)):
            found.append(Unpublished(edition.id, codename, notice.kind, edition.created_at))
    return tuple(found)


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
