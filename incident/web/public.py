"""Public pages: announcements with their versions in every language, and the feeds. Nobody signs in here.

Each address below /announcements is the path of a file of `public_site`, with the bytes an export has. Beside them
stand two that choose a language by what the browser asks for: the list, and the lasting address of an announcement.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from incident.auth.edge import Edge
from incident.errors import NotFound
from incident.notice_kinds import LOCALES
from incident.web.conditional import Entity, conditional
from incident.web.frame import pages_of
from incident.web.public_site import BASE, FEEDS, Site
from incident.web.public_words import known, preferred
from notifications.announcements import Announced, read_all_announced, read_announced

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
KEPT = {"Cache-Control": "public, max-age=60, stale-while-revalidate=60, stale-if-error=604800"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}  # readers are web apps too
STYLE = re.compile(r"announcements\.[0-9a-f]{12}\.css")
PAGE = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,32})(?:\.(?P<number>[1-9]\d{0,3}))?\.html")
Lang = Annotated[str, Query(max_length=35)]


@router.api_route(BASE, methods=READ)
def show_announcements(request: Request, lang: Lang = "") -> Response:
    """Every announcement, the newest first, in the reader's language."""
    return _list(request, lang, "announcements/")


@router.api_route(f"{BASE}/index.html", methods=READ)
def show_index(request: Request, lang: Lang = "") -> Response:
    """The same, at the name an export gives it."""
    return _list(request, lang, "")


@router.api_route(f"{BASE}/feed.atom", methods=READ)
def show_atom(request: Request) -> Response:
    """The announcements as an Atom feed."""
    return _feed(request, "", "feed.atom")


@router.api_route(f"{BASE}/feed.json", methods=READ)
def show_json(request: Request) -> Response:
    """The announcements as a JSON feed."""
    return _feed(request, "", "feed.json")


@router.api_route(BASE + "/{public_id}", methods=READ)
def show_announcement(request: Request, public_id: str, lang: Lang = "") -> Response:
    """One announcement in the reader's language, at the address that stays; or the style sheet of all pages."""
    if STYLE.fullmatch(public_id):
        return _style(request, public_id)
    found = _one(request, public_id)
    site = _site(request, [found])
    locale = known(lang) or site.language_of(found, preferred(request.headers.get("accept-language", "")))
    return _chosen(request, _existing(site.announcement(found, locale, "")))


@router.api_route(BASE + "/{locale}/{name}", methods=READ)
def show_file(request: Request, locale: str, name: str) -> Response:
    """One language: the list, a feed, an announcement as it stands or as it stood in a version."""
    if locale not in LOCALES:
        if name == "index.html":  # <public id>/index.html, as an export has it
            found = _one(request, locale)
            site = _site(request, [found])
            return conditional(request, _existing(site.announcement(found, site.language_of(found))), KEPT)
        raise _nothing()
    if name in FEEDS:
        return _feed(request, locale, name)
    if name == "index.html":
        return conditional(request, _site(request).index(locale), KEPT)
    asked = PAGE.fullmatch(name)
    if asked is None:
        raise _nothing()
    found = _one(request, asked["id"])
    page = _site(request, [found]).announcement(found, locale, number=int(asked["number"] or 0))
    return conditional(request, _existing(page), KEPT)


def _list(request: Request, lang: str, root: str) -> Response:
    site = _site(request)
    wanted = preferred(request.headers.get("accept-language", ""))
    return _chosen(request, site.index(known(lang) or next(iter(wanted), site.usual), root))


def _feed(request: Request, locale: str, name: str) -> Response:
    site = _site(request)
    return conditional(request, site.feed(locale or site.usual, name), {**KEPT, **OPEN})


def _style(request: Request, name: str) -> Response:
    """The style sheet; a page from before an update finds the one of today, which is then not kept."""
    site = _site(request, [])
    return conditional(request, site.style, FOR_EVER if name == site.style_name else KEPT)


def _chosen(request: Request, entity: Entity) -> Response:
    return conditional(request, entity, {**KEPT, "Vary": "Accept-Language"})


def _site(request: Request, announced: list[Announced] | None = None) -> Site:
    """The site with these announcements, else with all."""
    edge = Edge.of(request)
    if announced is None:
        with edge.read() as session:
            announced = read_all_announced(session)
    return Site(pages_of(request), edge.settings, announced)


def _one(request: Request, public_id: str) -> Announced:
    with Edge.of(request).read() as session:
        found = read_announced(session, public_id)
    if found is None:
        raise _nothing()
    return found


def _existing(entity: Entity | None) -> Entity:
    if entity is None:
        raise _nothing()
    return entity


class NoAnnouncement(NotFound):
    """Nothing was ever published at this address."""


async def show_nothing(request: Request, _error: Exception) -> Response:
    """The same frame and languages as around an announcement: who follows an old link is no user of the console."""
    locale, site = request.path_params.get("locale"), _site(request, [])
    wanted = preferred(request.headers.get("accept-language", ""))
    shown = locale if locale in LOCALES else next(iter(wanted), site.usual)
    entity = site.nothing(shown, "../" if locale else "")
    said = {"Cache-Control": "public, max-age=10", "Vary": "Accept-Language", "Content-Language": shown}
    return Response(entity.content, 404, said, entity.media_type)


def _nothing() -> NoAnnouncement:
    return NoAnnouncement("There is no such announcement.")
