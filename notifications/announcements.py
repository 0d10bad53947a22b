"""Public announcements: published, corrected by versions that say why, withdrawn with a reason; read by language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.ids import new_id
from notifications.message import Text, choose_locale
from notifications.models import Announcement, AnnouncementVersion


class NotAnnounced(Exception):
    """The announcement cannot be changed like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What goes on a public page: a released edition's texts by language."""

    subject: str
    texts: Mapping[str, Text]
    edition_digest: str
    released_by: UUID


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One announcement as a reader of one language sees it: newest version first, every version kept."""

    announcement: Announcement
    versions: tuple[AnnouncementVersion, ...]

    @property
    def current(self) -> AnnouncementVersion:
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Announced:
    """One announcement with every version it ever had, the newest first, each by language."""

    announcement: Announcement
    versions: tuple[Mapping[str, AnnouncementVersion], ...]

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages its current text is written in."""
        return tuple(sorted(self.versions[0]))

    def in_language(self, locale: str) -> PublicPage:
        """As a reader of this language sees it: each version in that language, else in the nearest there is."""
        return PublicPage(self.announcement, tuple(texts[choose_locale(locale, texts)] for texts in self.versions))


def publish(session: Session, publication: Publication, now: datetime) -> Announcement:
    """Put a new announcement on its public page. Raises NotAnnounced for a text that is on a page of this subject."""
    if _is_public(session, publication):
        raise NotAnnounced("This text is public already.")
    announcement = Announcement(id=new_id(), subject=publication.subject, published_at=now, updated_at=now)
    session.add(announcement)
    session.flush()
    _add_version(session, announcement, publication, 1, "", now)
    return announcement


def correct(
    session: Session, announcement: Announcement, publication: Publication, correction: str, now: datetime
) -> AnnouncementVersion:
    """Replace what the page says. The earlier versions stay readable, and the page says what changed and why.

    Raises NotAnnounced without saying what changed, for a withdrawn page, and for a text that is the same.
    """
    if not correction.strip():
        raise NotAnnounced("Say what changed and why: a public page is never edited silently.")
    if announcement.withdrawn_at is not None:
        raise NotAnnounced("This announcement was withdrawn: publish a new one.")
    newest = _versions(session, announcement.id)[0]
    if newest.edition_digest == publication.edition_digest:
        raise NotAnnounced("The page says this already.")
    announcement.updated_at = now
    session.add(announcement)
    return _add_version(session, announcement, publication, newest.number + 1, correction.strip(), now)


def withdraw(session: Session, announcement: Announcement, reason: str, now: datetime) -> None:
    """Take an announcement back. The page stays and says that it was withdrawn, when and why."""
    if not reason.strip():
        raise NotAnnounced("Give the reason: a public page is never withdrawn silently.")
    if announcement.withdrawn_at is not None:
        raise NotAnnounced("This announcement was withdrawn before.")
    announcement.withdrawn_at = announcement.updated_at = now
    announcement.reason = reason.strip()
    session.add(announcement)


def read_announced(session: Session, public_id: str) -> Announced | None:
    """One announcement; None when there is no such page."""
    found = _read(session, select(Announcement).where(col(Announcement.public_id) == public_id))
    return found[0] if found else None


def read_all_announced(session: Session, limit: int | None = None) -> list[Announced]:
    """The announcements, the newest first, also withdrawn ones, which say so."""
    newest = select(Announcement).order_by(col(Announcement.published_at).desc(), col(Announcement.id)).limit(limit)
    return _read(session, newest)


def public_page(session: Session, public_id: str, locale: str) -> PublicPage | None:
    """One announcement in the reader's language, else the nearest; None when there is no such page."""
    found = read_announced(session, public_id)
    return found.in_language(locale) if found else None


def public_pages(session: Session, locale: str, limit: int = 50) -> list[PublicPage]:
    """The newest announcements, also withdrawn ones, which say so."""
    return [found.in_language(locale) for found in read_all_announced(session, limit)]


def _is_public(session: Session, publication: Publication) -> bool:
    """Whether the text stands on a page of the subject that was not withdrawn."""
    same = (
        col(Announcement.subject) == publication.subject,
        col(Announcement.withdrawn_at).is_(None),
        col(AnnouncementVersion.edition_digest) == publication.edition_digest,
    )
    joined = select(Announcement.id).join(
        AnnouncementVersion, col(AnnouncementVersion.announcement_id) == Announcement.id
    )
    return session.exec(joined.where(*same)).first() is not None


def _add_version(
    session: Session, announcement: Announcement, publication: Publication, number: int, correction: str, now: datetime
) -> AnnouncementVersion:
    rows = [
        AnnouncementVersion(
            id=new_id(),
            announcement_id=announcement.id,
            number=number,
            locale=locale,
            title=text.subject,
            body_text=text.text,
            body_html=text.html,
            correction=correction,
            edition_digest=publication.edition_digest,
            published_at=now,
            released_by=publication.released_by,
        )
        for locale, text in sorted(publication.texts.items())
    ]
    session.add_all(rows)
    session.flush()
    return rows[0]


def _versions(session: Session, announcement_id: UUID) -> list[AnnouncementVersion]:
    mine = col(AnnouncementVersion.announcement_id) == announcement_id
    newest = (col(AnnouncementVersion.number).desc(), col(AnnouncementVersion.locale))
    return list(session.exec(select(AnnouncementVersion).where(mine).order_by(*newest)).all())


def _read(session: Session, query: SelectOfScalar[Announcement]) -> list[Announced]:
    """The announcements of a query in its order, their versions read at once."""
    rows = session.exec(query).all()
    wanted = select(AnnouncementVersion).where(col(AnnouncementVersion.announcement_id).in_([row.id for row in rows]))
    found: dict[UUID, dict[int, dict[str, AnnouncementVersion]]] = {row.id: {} for row in rows}
    for version in session.exec(wanted).all() if rows else ():
        found[version.announcement_id].setdefault(version.number, {})[version.locale] = version
    return [Announced(row, tuple(texts for _, texts in sorted(found[row.id].items(), reverse=True))) for row in rows]
