"""Public pages: announcements with their versions, and the feeds. Nobody signs in here."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from incident.auth.edge import Edge
from incident.errors import NotFound
from incident.web.frame import answer, pages_of, stranger_shell
from incident.web.views import AnnouncementView
from notifications.announcements import PublicPage, atom_feed, json_feed, public_page, public_pages
from notifications.blocks import read_blocks

router = APIRouter(include_in_schema=False)
BASE = "/announcements"
LOCALES = ("en", "de")
SUMMARY = 220
Locale = Annotated[str, Query(max_length=16)]


@router.get(BASE)
def show_announcements(request: Request, locale: Locale = "") -> Response:
    """Every announcement, the newest first."""
    language = locale if locale in LOCALES else wanted_locale(request)
    with Edge.of(request).read() as session:
        found = public_pages(session, language)
    values = {"items": tuple(_view(page) for page in found), "language": language}
    return _page(request, "announcements.html", values)


@router.get(f"{BASE}/feed.atom")
def show_atom(request: Request) -> Response:
    """The announcements as an Atom feed."""
    edge = Edge.of(request)
    with edge.read() as session:
        feed = atom_feed(public_pages(session, "en"), _title(edge), f"{edge.settings.base_url}{BASE}")
    return Response(feed, media_type="application/atom+xml")


@router.get(f"{BASE}/feed.json")
def show_json(request: Request) -> Response:
    """The announcements as a JSON feed."""
    edge = Edge.of(request)
    with edge.read() as session:
        feed = json_feed(public_pages(session, "en"), _title(edge), f"{edge.settings.base_url}{BASE}")
    return JSONResponse(feed, media_type="application/feed+json")


@router.get(BASE + "/{public_id}")
def show_announcement(
    request: Request, public_id: str, locale: Locale = "", version: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """One announcement: as it stands, or as it stood in an earlier version."""
    with Edge.of(request).read() as session:
        page = public_page(session, public_id, locale or wanted_locale(request))
    if page is None:
        raise NotFound("There is no such announcement.")
    view = _view(page, version)
    return _page(request, "announcement.html", {"view": view})


def _page(request: Request, template: str, values: Mapping[str, object]) -> Response:
    response = answer(request, pages_of(request).render(template, shell=stranger_shell(request), **values))
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def in_short(text: str) -> str:
    """The first sentences of a paragraph that fit, else its first words."""
    if len(text) <= SUMMARY:
        return text
    sentences, stop, _ = text[:SUMMARY].rpartition(". ")
    return sentences + stop.strip() if sentences else f"{text[:SUMMARY].rsplit(' ', 1)[0]} …"


def wanted_locale(request: Request) -> str:
    """The first language of the browser that announcements are written in."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.partition(";")[0].strip().partition("-")[0].lower()
        if language in LOCALES:
            return language
    return "en"


def _view(page: PublicPage, number: int | None = None) -> AnnouncementView:
    row = page.announcement
    href = f"{BASE}/{row.public_id}"
    shown = next((version for version in page.versions if version.number == number), page.current)
    blocks = read_blocks(shown.body_text)
    first = next((block.text for block in blocks if block.kind == "paragraph"), "")
    return AnnouncementView(
        href=href,
        title=shown.title,
        locale=shown.locale,
        blocks=blocks,
        number=shown.number,
        published_at=row.published_at,
        updated_at=shown.published_at,
        languages=tuple((name, f"{href}?locale={name}") for name in LOCALES),
        versions=tuple(
            (one.number, one.published_at, one.correction, f"{href}?version={one.number}&locale={one.locale}")
            for one in page.versions
        ),
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
        summary=in_short(first),
    )


def _title(edge: Edge) -> str:
    return f"{edge.settings.organisation}: security announcements"
