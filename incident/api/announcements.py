"""Public announcements as JSON; nobody signs in here."""

from datetime import datetime

from fastapi import APIRouter

from incident.api.shapes import AtEdge, Locale, Out
from notifications.announcements import PublicPage, public_pages

router = APIRouter(prefix="/api/announcements", tags=["announcements"])


class AnnouncementOut(Out):
    """One announcement as it stands. `correction`: what its last version changed and why, "" for the first."""

    id: str
    url: str
    title: str
    locale: str
    text: str
    html: str
    version: int
    correction: str
    published_at: datetime
    updated_at: datetime
    withdrawn_at: datetime | None
    reason: str


class AnnouncementsOut(Out):
    """The newest fifty, the newest first."""

    announcements: list[AnnouncementOut]


@router.get("", response_model=AnnouncementsOut)
def list_announcements(edge: AtEdge, locale: Locale = "en") -> AnnouncementsOut:
    """What is published, withdrawn ones among them, which say so."""
    with edge.read() as session:
        pages = public_pages(session, locale or "en")
    return AnnouncementsOut(announcements=[_out(page, edge.settings.base_url) for page in pages])


def _out(page: PublicPage, base_url: str) -> AnnouncementOut:
    row, shown = page.announcement, page.current
    return AnnouncementOut(
        id=row.public_id,
        url=f"{base_url}/announcements/{row.public_id}",
        title=shown.title,
        locale=shown.locale,
        text=shown.body_text,
        html=shown.body_html,
        version=shown.number,
        correction=shown.correction,
        published_at=row.published_at,
        updated_at=row.updated_at,
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
    )
