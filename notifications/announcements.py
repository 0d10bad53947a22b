"""Public announcements: published, corrected by versions that say why, withdrawn with a reason; Atom and JSON feed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlmodel import Session, col, select

from notifications.ids import new_id
from notifications.message import Text, choose_locale
from notifications.models import Announcement, AnnouncementVersion

ATOM = "http://www.w3.org/2005/Atom"


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


def public_page(session: Session, public_id: str, locale: str) -> PublicPage | None:
    """One announcement in the reader's language, else the nearest; None when there is no such page."""
    row = session.exec(select(Announcement).where(col(Announcement.public_id) == public_id)).first()
    return None if row is None else _page(session, row, locale)


def public_pages(session: Session, locale: str, limit: int = 50) -> list[PublicPage]:
    """The newest announcements, also withdrawn ones, which say so."""
    newest = select(Announcement).order_by(col(Announcement.published_at).desc(), col(Announcement.id)).limit(limit)
    return [_page(session, row, locale) for row in session.exec(newest).all()]


def atom_feed(pages: Sequence[PublicPage], title: str, base_url: str) -> bytes:
    """The announcements as an Atom feed (RFC 4287). Addresses are <base_url>/<public id>."""
    feed = Element("feed", {"xmlns": ATOM})
    _sub(feed, "title", title)
    _sub(feed, "id", base_url)
    SubElement(feed, "link", {"rel": "self", "href": f"{base_url}/feed.atom"})
    SubElement(feed, "link", {"rel": "alternate", "href": base_url})
    _sub(feed, "updated", _stamp(max((page.announcement.updated_at for page in pages), default=None)))
    author = SubElement(feed, "author")
    _sub(author, "name", title)
    for page in pages:
        entry = SubElement(feed, "entry", {"xml:lang": page.current.locale})
        address = f"{base_url}/{page.announcement.public_id}"
        _sub(entry, "title", _title(page))
        _sub(entry, "id", address)
        SubElement(entry, "link", {"rel": "alternate", "href": address})
        _sub(entry, "published", _stamp(page.announcement.published_at))
        _sub(entry, "updated", _stamp(page.announcement.updated_at))
        SubElement(entry, "summary").text = _summary(page)
        content = SubElement(entry, "content", {"type": "html"})
        content.text = page.current.body_html
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def json_feed(pages: Iterable[PublicPage], title: str, base_url: str) -> dict[str, object]:
    """The announcements as a JSON Feed 1.1 document."""
    items = [
        {
            "id": f"{base_url}/{page.announcement.public_id}",
            "url": f"{base_url}/{page.announcement.public_id}",
            "title": _title(page),
            "summary": _summary(page),
            "content_html": page.current.body_html,
            "content_text": page.current.body_text,
            "date_published": _stamp(page.announcement.published_at),
            "date_modified": _stamp(page.announcement.updated_at),
            "language": page.current.locale,
        }
        for page in pages
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": base_url}
    return {**head, "feed_url": f"{base_url}/feed.json", "items": items}


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


def _page(session: Session, row: Announcement, locale: str) -> PublicPage:
    by_number: dict[int, dict[str, AnnouncementVersion]] = {}
    for version in _versions(session, row.id):
        by_number.setdefault(version.number, {})[version.locale] = version
    chosen = (texts[choose_locale(locale, texts)] for _, texts in sorted(by_number.items(), reverse=True))
    return PublicPage(row, tuple(chosen))


def _title(page: PublicPage) -> str:
    return f"[withdrawn] {page.current.title}" if page.announcement.withdrawn_at else page.current.title


def _summary(page: PublicPage) -> str:
    if page.announcement.withdrawn_at is not None:
        return f"Withdrawn: {page.announcement.reason}"
    return f"Version {page.current.number}: {page.current.correction}" if page.current.correction else "First version"


def _stamp(moment: datetime | None) -> str:
    return "1970-01-01T00:00:00Z" if moment is None else moment.isoformat().replace("+00:00", "Z")


def _sub(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
