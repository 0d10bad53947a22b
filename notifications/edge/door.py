"""What an edge answers: a reader's notices and receipts, the component that shows them, and how fresh it is."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from notifications.blocks import documents
from notifications.clock import Clock
from notifications.edge.copy import Copy, Shown
from notifications.edge.pace import Pace
from notifications.reader_tokens import Reader, TokenRefused, verify_token
from notifications.store import StoreUnavailable

COMPONENT = Path(__file__).parent / "seventytwo-notices.js"
NOTICES = "/api/in-app/notices"
LOCALE = re.compile(r"[A-Za-z0-9_-]{1,16}")
STALE = timedelta(minutes=10)
WORST_BODY = 1024  # bytes: a receipt has none
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
FOR_EVERYBODY = {  # the component holds nobody's data; a browser may show an old one while we are down
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400, stale-if-error=2592000",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


class Notice(BaseModel):
    """One notice, in the form seventytwo itself answers it."""

    id: str
    subject: str
    text: str
    html: str
    blocks: list[dict[str, object]]
    locale: str
    published_at: datetime
    read_at: datetime | None


class Notices(BaseModel):
    """Everything the reader is shown, the newest first."""

    notices: list[Notice]
    unread: int
    impersonated: bool


class Receipt(BaseModel):
    """When the notice was read; `recorded` false for an impersonated reader."""

    read_at: datetime
    recorded: bool


class Refused(Exception):
    """A request that gets nothing: its status and one sentence."""

    def __init__(self, status: int, said: str, wait: float = 0) -> None:
        super().__init__(said)
        self.status, self.wait = status, wait


@dataclass(slots=True)
class Door:
    """The parts an edge answers with. `fresh_at` tells when seventytwo last said what is shown."""

    copy: Copy
    clock: Clock
    secrets: Sequence[bytes]
    fresh_at: Callable[[], datetime | None]
    readers: Pace = field(default_factory=lambda: Pace(at_once=30, each_second=1.0))
    strangers: Pace = field(default_factory=lambda: Pace(at_once=20, each_second=0.5))

    def notices(self, request: Request) -> Response:
        """`GET /api/in-app/notices`, with an ETag for a page that asks again."""
        reader, locale = self._reader(request), request.query_params.get("locale", "")
        if locale and not LOCALE.fullmatch(locale):
            raise Refused(422, "locale is no language: write de or pt-BR.")
        shown = self.copy.shown_to(reader, locale)
        unread = sum(one.read_at is None for one in shown)
        told = Notices(notices=[_notice(one) for one in shown], unread=unread, impersonated=reader.impersonated)
        return _tagged(request, told.model_dump_json().encode(), "application/json", NO_STORE)

    def receipt(self, request: Request) -> Response:
        """`POST /api/in-app/notices/{notice}/receipts`; seventytwo is told when it can be."""
        reader, now = self._reader(request), self.clock.now()
        at = self.copy.mark(reader, request.path_params["notice"], now)
        if at is None:
            raise Refused(404, "This reader is shown no such notice.")
        told = Receipt(read_at=at, recorded=not reader.impersonated)
        return Response(told.model_dump_json(), 201, NO_STORE, "application/json")

    def ready(self, _request: Request) -> Response:
        """503 until seventytwo has once said what is shown; `stale` while it has not for ten minutes."""
        at = self.fresh_at()
        if at is None and not self.copy.word("releases"):
            return JSONResponse({"status": "not ready"}, 503, NO_STORE)
        fresh = at is not None and self.clock.now() - at < STALE
        said = {"status": "ready" if fresh else "stale", "fresh_at": at.isoformat() if at else None}
        return JSONResponse(said, headers=NO_STORE)

    def _reader(self, request: Request) -> Reader:
        """Who reads, by the token in the Authorization header. Raises Refused."""
        if int(request.headers.get("content-length", "0") or 0) > WORST_BODY:
            raise Refused(413, "Nothing is sent here.")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        now = self.clock.now()
        try:
            if scheme.lower() != "bearer":
                raise TokenRefused("Send the reader's token: Authorization: Bearer …")
            reader = verify_token(self.secrets, token.strip(), now)
        except TokenRefused as refusal:
            caller = request.client.host if request.client else ""
            if wait := self.strangers.wait(caller, now):
                raise Refused(429, "Too many tokens that are not ours.", wait) from None
            raise Refused(401, str(refusal)) from None
        if wait := self.readers.wait(reader.person, now):
            raise Refused(429, "Asked too often.", wait)
        return reader


def door_app(door: Door, origins: Sequence[str]) -> Starlette:
    """The edge as an application. Pages on these origins may call it from a browser, without cookies."""
    shared = {
        "allow_origins": tuple(origins),
        "allow_methods": ("GET", "POST"),
        "allow_headers": ("Authorization", "Content-Type", "If-None-Match"),
        "expose_headers": ("ETag", "Retry-After"),
        "allow_credentials": False,
        "max_age": 600,
    }
    return Starlette(
        routes=[
            Route(NOTICES, door.notices, methods=["GET"]),
            Route(NOTICES + "/{notice:str}/receipts", door.receipt, methods=["POST"]),
            Route("/seventytwo-notices.js", component_for, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
            Route("/readyz", door.ready, methods=["GET"]),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=500),
            Middleware(CORSMiddleware, **shared),  # type: ignore[arg-type]
        ],
        exception_handlers={Refused: _refuse, StoreUnavailable: _wait},
    )


def component_for(request: Request) -> Response:
    """The component, one file."""
    return _tagged(request, COMPONENT.read_bytes(), "text/javascript", FOR_EVERYBODY)


def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


def _refuse(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = dict(NO_STORE)
    if error.wait:
        headers["Retry-After"] = str(ceil(error.wait))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"detail": str(error)}, error.status, headers)


def _wait(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"detail": "Try again in a moment."}, 503, {**NO_STORE, "Retry-After": "5"})


def _tagged(request: Request, body: bytes, media: str, headers: dict[str, str]) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known:
        return Response(status_code=304, headers={**headers, "ETag": tag})
    return Response(body, headers={**headers, "ETag": tag}, media_type=media)


def _notice(one: Shown) -> Notice:
    return Notice(
        id=one.id,
        subject=one.rendered.subject,
        text=one.rendered.text,
        html=one.rendered.html,
        blocks=documents(one.rendered.text),
        locale=one.locale,
        published_at=one.published_at,
        read_at=one.read_at,
    )
