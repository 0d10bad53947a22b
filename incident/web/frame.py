"""What each page is put into: the shell around it, the ETag, the redirect after a form."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from incident.auth.dependencies import current_person
from incident.auth.edge import Edge
from incident.auth.sessions import SignedIn
from incident.queries.health import read_health
from incident.roles import ROLE_WORDS, Action, Actor, may
from incident.settings import Settings
from incident.web.done import done_of, forget
from incident.web.languages import catalogue, chosen
from incident.web.pages import Pages
from incident.web.public_words import preferred
from incident.web.views import Shell
from incident.zones import own_zone
from notifications.wording import in_language, worded_list

THEME, LANGUAGE = "theme", "language"
THEMES = ("auto", "light", "dark", "contrast")
TICK_ALLOWANCE = 3  # a sweep that takes a little longer than usual is no news
LATER = "<later/>"  # no page has it otherwise: what people write is escaped


@dataclass(frozen=True, slots=True)
class Later:
    """The part of a page that is read and rendered only for a browser that does not hold it already.

    `said` is all it is made of besides what the rest of the page shows: two that say the same are the same.
    """

    template: str
    said: str
    read: Callable[[], Mapping[str, object]]

    def __html__(self) -> str:
        return LATER


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in person at a page: the request, its edge, and who it is."""

    request: Request
    edge: Edge
    person: SignedIn

    @property
    def actor(self) -> Actor:
        return self.person.actor

    @property
    def zone(self) -> str:
        return reader_zone(self.person, self.edge.settings)

    @property
    def language(self) -> str:
        return language_of(self.request)

    def say(self, text: str) -> object:
        """A text in the reader's language, for what is put together before a page prints it."""
        return in_language(text, catalogue(self.language))

    def page(self, template: str, session: Session, values: Mapping[str, object], status: int = 200) -> Response:
        """A page with the shell of this person around it; 304 when the browser has it already.

        Of a value that is `Later` the template prints nothing but its place.
        """
        given, pages = {**values, "shell": shell_for(self, session)}, pages_of(self.request)
        html = pages.render(template, **given)
        parts = [one for one in values.values() if isinstance(one, Later)]
        tag = tag_of(html, *(one.said for one in parts), *([str(self.request.app.state.began_at)] if parts else ()))
        response = unchanged(self.request, tag, status)
        if response is None:
            for one in parts:
                html = html.replace(LATER, pages.render(one.template, **{**given, **one.read()}), 1)
            response = HTMLResponse(html, status, _headers(tag))
        forget(self.request, response)
        return response

    def may(self, action: Action) -> bool:
        """Whether the person's roles carry an action, whatever the incident."""
        return may(self.actor, action, None)


async def at_desk(request: Request, person: Annotated[SignedIn, Depends(current_person)]) -> Desk:
    """The desk of whoever is signed in. Raises NotSignedIn and CrossSite."""
    return Desk(request, Edge.of(request), person)


Seated = Annotated[Desk, Depends(at_desk)]


def pages_of(request: Request) -> Pages:
    """The templates of this installation."""
    found: Pages = request.app.state.pages
    return found


def reader_zone(person: SignedIn, settings: Settings) -> str:
    """The zone a person reads times in: their own, else the organisation's."""
    return own_zone(person.zone, settings.zone)


def shell_for(desk: Desk, session: Session) -> Shell:
    """The frame of a signed-in person's page."""
    settings, now = desk.edge.settings, desk.edge.clock.now()
    tick = timedelta(seconds=settings.sweep_seconds * TICK_ALLOWANCE)
    health = read_health(session, now, tick, desk.request.app.state.began_at)
    path = desk.request.url.path
    return Shell(
        organisation=settings.organisation,
        now=now,
        zone=desk.zone,
        theme=theme_of(desk.request),
        language=language_of(desk.request),
        person=desk.actor.name,
        roles=worded_list(ROLE_WORDS[role] for role in sorted(desk.actor.roles)),
        csrf=desk.person.csrf,
        here=path,
        quarantined=health.quarantined,
        has_mailbox=settings.mailbox_folder is not None,
        has_reports=settings.report_form != "off",
        problems=health.problems,
        may=frozenset(action for action in Action if may(desk.actor, action, None)),
        done=done_of(desk.request, desk.person),
        owner=hashlib.sha256(desk.actor.id.bytes).hexdigest()[:12],
        sent=desk.request.method == "POST",
    )


def stranger_shell(request: Request) -> Shell:
    """The frame of a page that needs no sign-in."""
    edge = Edge.of(request)
    settings = edge.settings
    return Shell(settings.organisation, edge.clock.now(), settings.zone, theme_of(request), language_of(request))


def theme_of(request: Request) -> str:
    """The colours the browser's cookie asks for; auto: as the device."""
    wanted = request.cookies.get(THEME, "auto")
    return wanted if wanted in THEMES else "auto"


def language_of(request: Request) -> str:
    """The language the browser's cookie asks for, else the first of its Accept-Language that the console has."""
    return chosen(request.cookies.get(LANGUAGE, ""), preferred(request.headers.get("accept-language", "")))


def answer(request: Request, html: str, status: int = 200) -> Response:
    """HTML with an ETag over what it says; 304 without a body when the browser has it already."""
    tag = tag_of(html)
    return unchanged(request, tag, status) or HTMLResponse(html, status, _headers(tag))


def tag_of(*parts: str) -> str:
    """The ETag of what these say together."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def unchanged(request: Request, tag: str, status: int = 200) -> Response | None:
    """304 without a body where the browser holds what has this tag; None where it does not."""
    held = status == 200 and request.headers.get("if-none-match") == tag
    return Response(status_code=304, headers=_headers(tag)) if held else None


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Vary": "Cookie, Accept-Language"}


def see(path: str) -> RedirectResponse:
    """Where a form leads once it is done: 303, so that reloading repeats nothing."""
    return RedirectResponse(path, status_code=303)


def back_to(request: Request, fallback: str) -> str:
    """The page the form was on, when it is one of ours; its path only."""
    given = urlsplit(request.headers.get("referer", "")).path
    return given or fallback
