"""Announcement editions with what is public of them, and how many people have read an in-app release."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.errors import Conflict, NotFound
from incident.models.people import Notice
from incident.notice_kinds import PUBLIC
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.message import Text
from notifications.models import Announcement, AnnouncementVersion, Delivery, Edition, Receipt
from notifications.release import open_texts
from notifications.sealing import Keys
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Published:
    """An edition of an announcement: its texts, and the public page it is on or would correct.

    `announcement` is a page that stands; `withdrawn` the page it was on that was withdrawn since.
    """

    edition: Edition
    notice: Notice
    texts: Mapping[str, Text]
    announcement: Announcement | None
    is_public: bool
    withdrawn: Announcement | None = None

    @property
    def page(self) -> Announcement:
        """The page that shows this edition or has shown it before. Raises Conflict for an edition on none."""
        if self.announcement is None or not self.is_public:
            raise Conflict(worded("This edition stands on no public page."))
        return self.announcement


def read_publication(session: Session, keys: Keys, actor: Actor, edition_id: UUID) -> Published:
    """One edition of an announcement. Raises NotFound and Forbidden by permission."""
    edition = session.get(Edition, edition_id)
    notice = session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None or notice.kind not in PUBLIC:
        raise NotFound(worded("There is no such edition of an announcement."))
    require(actor, Action.READ, access_to(session, notice.incident_id))
    editions = select(Edition.digest).where(col(Edition.notice_id) == notice.id)
    versions = (
        select(Announcement, AnnouncementVersion.edition_digest)
        .join(AnnouncementVersion, col(AnnouncementVersion.announcement_id) == col(Announcement.id))
        .where(
            col(Announcement.subject) == edition.subject,
            col(AnnouncementVersion.edition_digest).in_(editions),
        )
    )
    rows = session.exec(versions).all()
    standing = [(row, digest) for row, digest in rows if row.withdrawn_at is None]
    announcement = standing[0][0] if standing else None
    is_public = edition.digest in {digest for _, digest in standing}
    withdrawn = next((row for row, digest in rows if row.withdrawn_at and digest == edition.digest), None)
    texts = open_texts(session, keys, edition)
    return Published(edition, notice, texts, announcement, is_public, None if is_public else withdrawn)


def read_count(session: Session, release_id: UUID) -> int:
    """How many readers have opened the in-app notices of a release."""
    query = (
        select(func.count())
        .select_from(Receipt)
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .where(col(Delivery.release_id) == release_id)
    )
    return session.exec(query).one()
