"""What a form did, said once on the page that follows: a cookie bound to the session, words from a closed list."""

import base64
import binascii
import hmac
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.auth.sessions import SignedIn
from incident.settings import Settings
from incident.web.done_words import DONE, SILENT, UNDO, UNLOGGED
from incident.web.views.shell import Done

COOKIE = "done"
SECONDS = 60  # long enough for the page after the form, also on a slow line
SEPARATOR = "\n"
LONGEST = 1500  # characters of what undoes it: browsers drop cookies above 4096 bytes
MAC = 32


class SaysWhatWasDone:
    """ASGI middleware: an answer 303 to a signed-in person's form carries what it did, for the page it leads to.

    The cookie names the route and what would undo it, with a MAC under the session's own token: another session, or
    whoever can set a cookie, makes a page say nothing.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._secure = settings.cookies_are_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return

        async def saying(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                message["headers"] = [*message.get("headers", ()), *self._cookie(scope)]
            await send(message)

        await self._app(scope, receive, saying)

    def _cookie(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        route, signed_in = scope.get("route"), scope.get("state", {}).get("signed_in")
        if not isinstance(route, APIRoute) or signed_in is None or route.path in SILENT:
            return []
        did = scope["state"].get("did", route.path)
        undo = undo_of(scope) or UNDO.get(route.path, "").format(**scope.get("path_params", {}))
        jar: SimpleCookie = SimpleCookie()
        jar[COOKIE] = sealed(f"{did}{SEPARATOR}{undo}", signed_in.csrf)
        jar[COOKIE].update({"path": "/", "max-age": str(SECONDS), "samesite": "lax"})
        jar[COOKIE]["httponly"] = True
        if self._secure:
            jar[COOKIE]["secure"] = True
        return [(b"set-cookie", jar.output(header="").strip().encode())]


def done_of(request: Request, person: SignedIn) -> Done | None:
    """What the form before this page did, if the cookie says so and is this session's."""
    said = opened(request.cookies.get(COOKIE, ""), person.csrf)
    if not said:
        return None
    path, _, undo = said.partition(SEPARATOR)
    if path not in DONE:  # said by a release before this one
        return None
    address, _, query = undo.partition("?")
    fields = tuple(parse_qsl(query, keep_blank_values=True))
    return Done(DONE[path], address, fields, is_logged=path not in UNLOGGED)


def can_undo(request: Request, address: str, **fields: object) -> None:
    """Offer, on the page that follows, the form that takes back what this one did, with what it is sent."""
    offered = f"{address}?{urlencode(fields)}" if fields else address
    request.state.undo = offered if len(offered) <= LONGEST else ""


def say(request: Request, did: str) -> None:
    """Say on the page that follows what this form did, where it did something else than usual: a key of DONE."""
    request.state.did = did


def undo_of(scope: Scope) -> str:
    """What the route itself offered to undo it by, "" for nothing."""
    return str(scope.get("state", {}).get("undo", ""))


def forget(request: Request, response: Response) -> None:
    """Take the cookie back once a page has said it."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def sealed(text: str, key: str) -> str:
    """Text and its MAC, fit for a cookie."""
    return f"{base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')}.{_mac(text, key)}"


def opened(value: str, key: str) -> str:
    """The text, or "" where it is not one that was sealed under this key."""
    body, _, mac = value.partition(".")
    try:
        text = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if mac.isascii() and hmac.compare_digest(mac, _mac(text, key)) else ""


def _mac(text: str, key: str) -> str:
    return hmac.digest(key.encode(), b"done\n" + text.encode(), "sha256").hex()[:MAC]
