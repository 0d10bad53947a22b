"""What a form did, said once on the page that follows: a cookie bound to the session, words from a closed list."""

import base64
import binascii
import hmac
from http.cookies import SimpleCookie

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.auth.sessions import SignedIn
from incident.settings import Settings
from incident.web.done_words import DONE, SILENT, UNDO, USUAL
from incident.web.views.shell import Done

COOKIE = "done"
SECONDS = 60  # long enough for the page after the form, also on a slow line
SEPARATOR = "\n"
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
        undo = UNDO.get(route.path, "").format(**scope.get("path_params", {}))
        jar: SimpleCookie = SimpleCookie()
        jar[COOKIE] = sealed(f"{route.path}{SEPARATOR}{undo}", signed_in.csrf)
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
    return Done(DONE.get(path, USUAL), undo)


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
