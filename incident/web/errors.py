"""How errors look: a page that says what to do to people, a sentence in JSON to programs. Input is never echoed."""

import logging
import secrets
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.auth.csrf import CrossSite
from incident.errors import Conflict, Forbidden, IncidentError, Invalid, LostRace, NotFound, Refused, status_of
from incident.web.frame import pages_of, stranger_shell
from notifications.store import OutcomeUnknown, StoreUnavailable

log = logging.getLogger(__name__)
TITLES = {
    400: "This cannot be done like that",
    403: "Not yours to do",
    404: "Nothing here",
    405: "Not like this",
    409: "It is no longer as your page showed it",
    413: "Too large",
    422: "Something is missing or wrong",
    503: "The database does not answer",
}
KEPT = ("text", "reason", "why", "note", "how")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says. `items` are (words, where to mend it)."""

    status: int
    title: str
    text: str
    items: tuple[tuple[str, str], ...] = ()
    reference: str = ""


def install(app: FastAPI) -> None:
    """Answer every error a route can end in."""
    app.add_exception_handler(IncidentError, show_error)
    app.add_exception_handler(CrossSite, show_cross_site)
    app.add_exception_handler(HTTPException, show_http_error)
    app.add_exception_handler(RequestValidationError, show_unusable)
    app.add_exception_handler(StoreUnavailable, show_unavailable)
    app.add_exception_handler(OutcomeUnknown, show_unavailable)


async def show_error(request: Request, error: Exception) -> Response:
    """An error a person caused: its text is meant for them."""
    assert isinstance(error, IncidentError)
    return await answer_trouble(request, trouble_of(error))


async def show_cross_site(request: Request, error: Exception) -> Response:
    """A form that did not come from a live page of ours."""
    return await answer_trouble(request, Trouble(403, "This page is out of date", str(error)))


async def show_http_error(request: Request, error: Exception) -> Response:
    """An address that leads nowhere, or a method it does not have."""
    assert isinstance(error, HTTPException)
    text = "There is no page at this address." if error.status_code == 404 else str(error.detail)
    response = await answer_trouble(
        request, Trouble(error.status_code, TITLES.get(error.status_code, "This cannot be done"), text)
    )
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def show_unusable(request: Request, error: Exception) -> Response:
    """Values that fit no form: which fields, never what they held."""
    assert isinstance(error, RequestValidationError)
    faults = tuple((f"{_named(item['loc'])}: {item['msg']}", "") for item in error.errors())
    return await answer_trouble(request, Trouble(422, TITLES[422], "These fields cannot be used:", faults))


async def show_unavailable(request: Request, error: Exception) -> Response:
    """The store takes no write now; nothing was stored, or only the database knows."""
    unknown = isinstance(error, OutcomeUnknown)
    text = "Nothing was stored. Repeat it in a few seconds."
    if unknown:
        text = "The connection was lost while storing. Look whether it is there before you repeat it."
    response = await answer_trouble(request, Trouble(503, TITLES[503], text))
    response.headers["Retry-After"] = "5"
    return response


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
            text = "This is our fault, and it is in the log. What you sent was not stored."
            response = await answer_trouble(request, Trouble(500, "Something broke", text, reference=reference))
            await response(scope, receive, send)


def trouble_of(error: IncidentError) -> Trouble:
    """What the page says of an error that has a text of its own."""
    status = status_of(error)
    items: tuple[tuple[str, str], ...] = ()
    title, text = TITLES.get(status, TITLES[400]), str(error)
    if isinstance(error, Invalid):
        items = tuple((str(fault), "") for fault in error.faults)
        text = "Nothing was stored. To mend:"
    elif isinstance(error, Refused):
        items = tuple((item.text, "") for item in error.missing)
        title, text = "Not yet", "It is refused until this is done:" if items else str(error)
    elif isinstance(error, LostRace):
        title = "Somebody was faster"
    elif isinstance(error, NotFound):
        text = f"{error} It does not exist, or it is not for you to see."
    elif isinstance(error, Forbidden | Conflict):
        text = str(error)
    return Trouble(status, title, text, items)


async def answer_trouble(request: Request, trouble: Trouble) -> Response:
    """A page for browsers, JSON for everybody else."""
    if not wants_page(request):
        detail: dict[str, object] = {"detail": trouble.text}
        if trouble.items:
            detail["faults"] = [words for words, _ in trouble.items]
        return JSONResponse(detail, trouble.status)
    html = pages_of(request).render(
        "error.html",
        shell=stranger_shell(request),
        status=trouble.status,
        title=trouble.title,
        text=trouble.text,
        items=trouble.items,
        kept=await _kept(request),
        ways=_ways(request),
        reference=trouble.reference,
    )
    return Response(html, trouble.status, media_type="text/html")


def wants_page(request: Request) -> bool:
    """Whether a browser asks, and not for JSON, a hook or the API."""
    if request.url.path.startswith(("/api/", "/hooks/")) or "authorization" in request.headers:
        return False
    return "text/html" in request.headers.get("accept", "")


async def _kept(request: Request) -> str:
    """What the person wrote into the form that failed, so that it is not lost."""
    form = getattr(request, "_form", None)
    if form is None or request.url.path == "/login":
        return ""
    said = [str(form[name]) for name in KEPT if isinstance(form.get(name), str) and form[name]]
    return "\n\n".join(said)


def _ways(request: Request) -> tuple[tuple[str, str], ...]:
    parts = request.url.path.split("/")
    ways = [("Board", "/")]
    if request.method == "POST" and len(parts) > 2 and parts[1] in ("incidents", "notices", "releases"):
        ways.insert(0, ("Read it again", "/".join(parts[:3])))
    return tuple(ways)


def _named(location: object) -> str:
    parts = location if isinstance(location, tuple | list) else (location,)
    return ".".join(str(part) for part in parts if part not in ("body", "query", "path"))
