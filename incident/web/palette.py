"""Going somewhere by its name: pages, incidents, sections and acts of the one that is open; also without a script."""

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from incident.errors import Forbidden, NotFound
from incident.queries.incident_search import search_incidents
from incident.roles import Action
from incident.web import words
from incident.web.case_view import case_view
from incident.web.frame import Desk, Seated, language_of
from incident.web.incidents import opened, tabs_of
from incident.web.languages import catalogue
from incident.web.places import Place, PlaceGroup, matching, places_for
from incident.web.public_site import BASE
from incident.web.views import CaseView
from incident.web.waiting import waiting_places
from notifications.wording import Catalogue, in_language, worded, worded_list

router = APIRouter(include_in_schema=False)
WITHIN = re.compile(r"/incidents/([^/?#]+)")
SECTION_ICONS = {
    "": "layout-dashboard",
    "timeline": "history",
    "tasks": "list-check",
    "facts": "database",
    "assessment": "message",
    "duties": "scale",
    "customers": "building",
    "notices": "mail",
    "people": "users",
    "evidence": "paperclip",
    "review": "notes",
}
ACTS = (
    (Action.NOTE, worded("Add a line to the timeline"), "#note", "plus", worded("note write comment")),
    (Action.COMMAND, worded("Name the commander"), "#name-commander", "user", worded("take command hand over")),
    (Action.FACTS, worded("Answer the next question"), "/assessment", "message", worded("assess facts")),
    (
        Action.PROPOSE_ANCHOR,
        worded("Decide or propose when we knew"),
        "/duties#awareness-form",
        "clock",
        worded("awareness moment"),
    ),
    (Action.EVIDENCE, worded("Keep evidence"), "/evidence#evidence-form", "paperclip", worded("upload file paste")),
    (
        Action.WRITE_NOTICE,
        worded("Draft a notice"),
        "/notices#draft-form",
        "mail",
        worded("write tell people customers"),
    ),
)
Words = Annotated[str, Query(max_length=200)]
At = Annotated[str, Query(max_length=300)]


@router.get("/go")
def show(desk: Seated, q: Words = "", at: At = "") -> Response:
    """The same as a page: for whoever has no script, and to see everything there is."""
    with desk.edge.read() as session:
        return desk.page("go.html", session, {"groups": _groups(desk, session, q, at), "query": q.strip(), "at": at})


@router.get("/go/find")
def find(desk: Seated, q: Words = "", at: At = "") -> JSONResponse:
    """What the words lead to, in groups; `at` is the page the reader is on."""
    with desk.edge.read() as session:
        groups = _groups(desk, session, q, at)
    said = [
        {"name": group.name, "here": group.here, "items": [place.as_document() for place in group.places]}
        for group in groups
    ]
    return JSONResponse({"groups": said}, headers={"Cache-Control": "no-store"})


def _groups(desk: Desk, session: Session, query: str, at: str) -> tuple[PlaceGroup, ...]:
    has_mailbox = desk.edge.settings.mailbox_folder is not None
    pages = places_for([action for action in Action if desk.may(action)], has_mailbox=has_mailbox)
    tag = language_of(desk.request)
    language = catalogue(tag)
    pages = tuple(replace(one, href=f"{BASE}?lang={tag}") if one.href == BASE else one for one in pages)
    groups = (
        *_here(desk, session, query, at),
        PlaceGroup(worded("Waits for you"), matching(waiting_places(desk, session), query, language)),
        PlaceGroup(worded("Incidents"), _incidents(desk, session, query)),
        PlaceGroup(worded("Places"), matching(pages, query, language)),
    )
    return tuple(_within(group, language) for group in groups if group.places)


def _within(group: PlaceGroup, language: Catalogue) -> PlaceGroup:
    places = tuple(place.within(language) for place in group.places)
    return PlaceGroup(str(in_language(group.name, language)), places, group.here)


def _incidents(desk: Desk, session: Session, query: str) -> tuple[Place, ...]:
    found = search_incidents(session, desk.edge.keys, desk.actor, query.casefold().split())
    return tuple(
        Place(
            one.title,
            f"/incidents/{one.incident.codename}",
            "flame",
            about=worded_list((one.incident.codename, words.PHASES[one.incident.phase]), " · "),
        )
        for one in found
    )


def _here(desk: Desk, session: Session, query: str, at: str) -> tuple[PlaceGroup, ...]:
    """Acts and sections of the incident that page belongs to, if it belongs to one the reader may read."""
    within = WITHIN.match(at)
    if within is None or within[1] == "new":
        return ()
    try:
        case = case_view(opened(desk, session, within[1]), "")
    except (NotFound, Forbidden):
        return ()
    rooms = (
        Place(label, case.href + (f"/{name}" if name else ""), SECTION_ICONS.get(name, "arrow-right"))
        for name, label, _ in tabs_of(desk, case)
    )
    language = catalogue(language_of(desk.request))
    return (
        PlaceGroup(worded("Do here"), matching(_acts(desk, case), query, language), here=True),
        PlaceGroup(worded("In {codename}", codename=case.codename), matching(rooms, query, language), here=True),
    )


def _acts(desk: Desk, case: CaseView) -> tuple[Place, ...]:
    """The legal moves, and what most people come to do; each leads to its form, none does it by itself."""
    moves = (
        Place(
            offer.label,
            f"{case.href}#move-{offer.name}",
            "arrow-right" if offer.forward else "arrow-back-up",
            also=worded("move phase"),
            about="" if offer.ready else worded("Not yet: {number} to mend first", number=len(offer.missing)),
        )
        for offer in sorted(case.moves if desk.may(Action.MOVE) else (), key=lambda one: not one.forward)
    )
    acts = (
        Place(title, case.href + where, icon, also=also)
        for action, title, where, icon, also in (() if case.over else ACTS)
        if desk.may(action)
    )
    return (*moves, *acts)
