"""How errors look: a page that says what to do to people, a sentence in JSON to programs. Input is never echoed."""

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.auth.csrf import CrossSite
from incident.errors import (
    Conflict,
    Fault,
    Forbidden,
    IncidentError,
    Invalid,
    LostRace,
    Missing,
    NotFound,
    Overtaken,
    Refused,
    TooMany,
    status_of,
)
from incident.web.frame import pages_of, stranger_shell
from incident.web.kept import form_of, label_of, typed_in
from incident.web.words import MENDS
from notifications.rendering import Unrenderable
from notifications.store import OutcomeUnknown, StoreUnavailable
from notifications.wording import worded

log = logging.getLogger(__name__)
TITLES = {
    400: worded("This cannot be done like that"),
    403: worded("Not yours to do"),
    404: worded("Nothing here"),
    405: worded("Not like this"),
    409: worded("It is no longer as your page showed it"),
    413: worded("Too large"),
    422: worded("Something is missing or wrong"),
    429: worded("Too much at once"),
    503: worded("The database does not answer"),
}
FAULT_OF_A_FORM = worded("This is our fault, and it is in the log. What you sent was not stored.")
FAULT_OF_A_PAGE = worded("This is our fault. Whoever runs this console finds it in the log, under this reference.")
PLAIN = {
    "missing": (worded("is missing"), worded("give it")),
    "extra_forbidden": (worded("is not known here"), worded("leave it out")),
    "json_invalid": (worded("is no JSON"), worded("send one JSON document")),
    "model_attributes_type": (worded("is no JSON object"), worded("send one, as Content-Type: application/json")),
    "uuid_parsing": (worded("is no id"), worded("take it from where it is listed")),
    "string_pattern_mismatch": (worded("holds what it may not"), worded("take it as it is listed or documented")),
}
NAMED = re.compile(r"[A-Za-z0-9_]{1,40}")
STANDS_ON = {
    **dict.fromkeys(("moments", "awareness", "obligations", "decisions"), "duties"),
    **dict.fromkeys(("assessment", "advice"), "assessment"),
    **dict.fromkeys(("customers", "shares"), "customers"),
    "facts": "facts",
    "audiences": "audiences",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error says. `faults`: unusable values; `missing`: what a guard asks for; `apart`: answered two ways."""

    status: int
    title: str
    text: str
    faults: tuple[Fault, ...] = ()
    missing: tuple[Missing, ...] = ()
    reference: str = ""
    apart: tuple[Fault, ...] = ()

    def items(self, incident: str = "", form: str = "") -> tuple[tuple[str, str], ...]:
        """As the page lists them: (words, where to mend it). `incident`: its address; `form`: what was sent."""
        faults = ((str(replace(one, field=label_of(one.field, form))), "") for one in self.faults)
        return (*faults, *((item.whole, _mend(item.link, incident)) for item in self.missing))


def install(app: FastAPI) -> None:
    """Answer every error a route can end in."""
    app.add_exception_handler(IncidentError, show_error)
    app.add_exception_handler(CrossSite, show_cross_site)
    app.add_exception_handler(HTTPException, show_http_error)
    app.add_exception_handler(RequestValidationError, show_unusable)
    app.add_exception_handler(StoreUnavailable, show_unavailable)
    app.add_exception_handler(OutcomeUnknown, show_unavailable)
    app.add_exception_handler(Unrenderable, show_unrenderable)


async def show_error(request: Request, error: Exception) -> Response:
    """An error a person caused: its text is meant for them."""
    assert isinstance(error, IncidentError)
    response = await answer_trouble(request, trouble_of(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


async def show_cross_site(request: Request, error: Exception) -> Response:
    """A form that did not come from a live page of ours."""
    return await answer_trouble(request, Trouble(403, worded("This page is out of date"), error.args[0]))


async def show_http_error(request: Request, error: Exception) -> Response:
    """An address that leads nowhere, or a method it does not have."""
    assert isinstance(error, HTTPException)
    above = _page_above(request) if error.status_code == 405 and request.method == "GET" and wants_page(request) else ""
    if above:
        return RedirectResponse(above, 303)
    text = worded("There is no page at this address.") if error.status_code == 404 else str(error.detail)
    response = await answer_trouble(
        request, Trouble(error.status_code, TITLES.get(error.status_code, worded("This cannot be done")), text)
    )
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _page_above(request: Request) -> str:
    """The nearest page above an address that only a form is sent to, as after a change of the language; "" if none."""
    path = request.url.path
    while (path := path.rpartition("/")[0]).count("/") > 0:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return path
    return ""


async def show_unusable(request: Request, error: Exception) -> Response:
    """Values that fit no form: which fields, never what they held."""
    assert isinstance(error, RequestValidationError)
    faults = tuple(_fault(item) for item in error.errors())
    return await answer_trouble(request, Trouble(422, TITLES[422], worded("These fields cannot be used:"), faults))


async def show_unavailable(request: Request, error: Exception) -> Response:
    """The store takes no write now; nothing was stored, or only the database knows."""
    unknown = isinstance(error, OutcomeUnknown)
    text = worded("Nothing was stored. Repeat it in a few seconds.")
    if unknown:
        text = worded("The connection was lost while storing. Look whether it is there before you repeat it.")
    response = await answer_trouble(request, Trouble(503, TITLES[503], text))
    response.headers["Retry-After"] = "5"
    return response


async def show_unrenderable(request: Request, error: Exception) -> Response:
    """A template of the installation that cannot be used: which, and how to find everything wrong with it."""
    log.error("A template cannot be used: %s", error)
    text = worded(
        "A template cannot be used, so nothing was written. {error}. “seventytwo templates check” names every fault.",
        error=error,
    )
    return await answer_trouble(request, Trouble(409, worded("A template is broken"), text))


class LastResort:
    """ASGI middleware: what nobody expected is logged under a reference, and the reader gets the reference only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            reference = secrets.token_hex(6)
            log.exception("Unexpected error %s at %s", reference, scope["path"])
            if started:
                raise
            request = Request(scope, receive)
            text = FAULT_OF_A_PAGE if request.method == "GET" else FAULT_OF_A_FORM
            response = await answer_trouble(request, Trouble(500, worded("Something broke"), text, reference=reference))
            await response(scope, receive, send)


def trouble_of(error: IncidentError) -> Trouble:
    """What the page says of an error that has a text of its own."""
    status = status_of(error)
    faults = error.faults if isinstance(error, Invalid) else ()
    apart = error.differs if isinstance(error, Overtaken) else ()
    missing = error.missing if isinstance(error, Refused) else ()
    title, text = TITLES.get(status, TITLES[400]), str(error)
    if isinstance(error, Invalid):
        text = worded("Nothing was stored. To mend:")
    elif isinstance(error, Refused):
        title, text = worded("Not yet"), worded("It is refused until this is done:") if missing else str(error)
    elif isinstance(error, LostRace | Overtaken):
        title = worded("Somebody was faster")
    elif isinstance(error, NotFound):
        text = worded("{error} It does not exist, or it is not for you to see.", error=str(error))
    elif isinstance(error, Forbidden | Conflict):
        text = str(error)
    return Trouble(status, title, text, faults, missing, apart=apart)


async def answer_trouble(request: Request, trouble: Trouble) -> Response:
    """A page for browsers, JSON for everybody else."""
    if not wants_page(request):
        return JSONResponse(_document(trouble), trouble.status)
    html = pages_of(request).render(
        "error.html",
        shell=stranger_shell(request),
        status=trouble.status,
        title=trouble.title,
        text=trouble.text,
        items=trouble.items(_incident_of(request), form_of(request)),
        apart=trouble.apart,
        kept=() if trouble.apart else typed_in(request),
        ways=_ways(request, trouble),
        reference=trouble.reference,
    )
    return Response(html, trouble.status, media_type="text/html")


def _document(trouble: Trouble) -> dict[str, object]:
    """An error for programs: what it is, and for each fault the field, what is wrong with it, and the mend."""
    said: dict[str, object] = {"detail": trouble.text}
    if faults := (*trouble.faults, *trouble.apart):
        said["faults"] = [{"field": one.field, "message": one.message, "mend": one.mend} for one in faults]
    if trouble.missing:
        said["missing"] = [{"guard": one.guard, "text": one.whole} for one in trouble.missing]
    if trouble.reference:
        said["reference"] = trouble.reference
    return said


def wants_page(request: Request) -> bool:
    """Whether a browser asks, and not for JSON, a hook or the API."""
    if request.url.path.startswith(("/api/", "/hooks/")) or "authorization" in request.headers:
        return False
    return "text/html" in request.headers.get("accept", "")


def _incident_of(request: Request) -> str:
    """The address of the incident a form is of; "" where its own address does not say."""
    parts = request.url.path.split("/")
    return "/".join(parts[:3]) if parts[1] == "incidents" and len(parts) > 3 else ""


def _mend(link: str, incident: str) -> str:
    """Where what is missing is mended: an address of its own, or a place of the incident; "" where neither is known."""
    if link.startswith(("/", "notices/")):
        return f"/{link.removeprefix('/')}"
    return f"{incident}{MENDS.get(link, f'/{link}')}" if incident else ""


def _ways(request: Request, trouble: Trouble) -> tuple[tuple[str, str], ...]:
    """Words and addresses that lead on; the empty address is the page that was asked for."""
    parts = request.url.path.split("/")
    ways = [(worded("Board"), "/")]
    if request.method == "POST" and len(parts) > 2 and parts[1] in ("incidents", "notices", "releases", "audiences"):
        page = _page_of(request, parts[3]) if len(parts) > 3 else ""
        ways.insert(0, (worded("Read it again"), "/".join([*parts[:3], *([page] if page else [])])))
    elif request.method == "GET" and trouble.status >= 500:
        ways.insert(0, (worded("Try it again"), ""))
    return tuple(ways)


def _page_of(request: Request, act: str) -> str:
    """The page of an incident that a form stands on; "" for its first."""
    form = getattr(request, "_form", None)
    if act == "decisions" and form is not None and str(form.get("subject", "")).startswith("risk:"):
        return "assessment"
    return STANDS_ON.get(act, "")


def _fault(item: Mapping[str, Any]) -> Fault:
    """What is wrong with one value, in words that repeat nothing of it."""
    message, mend = PLAIN.get(
        item["type"], (worded("cannot be used"), item["msg"].removeprefix("Input ").removeprefix("Value error, "))
    )
    return Fault(_named(item["loc"]), message, mend)


def _named(location: Sequence[object]) -> str:
    """The place of a value by the names we know; one that a stranger made up is not repeated."""
    parts = [str(part) for part in location if part not in ("body", "query", "path", "header")]
    return ".".join(part if NAMED.fullmatch(part) else "…" for part in parts) or "body"
