"""Requests that change something must come from our own pages: where from, and with the session's token."""

import secrets
from urllib.parse import urlsplit

from fastapi import Request

from incident.auth.streaming import is_streamed, streamed_form
from notifications.wording import worded

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class CrossSite(Exception):
    """The request was made by another site, or by a page whose session is over."""


def require_same_origin(request: Request) -> None:
    """Refuse an unsafe request another site made. Raises CrossSite.

    `Sec-Fetch-Site` says it where the browser sends it (https and this machine). Else `Origin` is compared; `null`,
    which our own `Referrer-Policy: no-referrer` causes on plain http, tells nothing and leaves it to the token.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite(worded("This request came from another site."))
        return
    origin = request.headers.get("origin", "null")
    if origin != "null" and not _is_ours(request, origin):
        raise CrossSite(worded("This request came from another site."))


async def require_token(request: Request, expected: str) -> None:
    """Refuse an unsafe request without the session's token, in a form field or a header. Raises CrossSite."""
    if request.method in SAFE_METHODS:
        return
    given = request.headers.get(HEADER)
    if given is None and is_streamed(request):
        given = (await streamed_form(request)).field(FIELD)  # the form goes on from there
    elif given is None and request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS:
        value = (await request.form()).get(FIELD)  # read once and kept by the request: the route sees the same form
        given = value if isinstance(value, str) else None
    if given is None or not secrets.compare_digest(given.encode(), expected.encode()):
        raise CrossSite(worded("This page is out of date: load it again and repeat."))


def _is_ours(request: Request, origin: str) -> bool:
    ours = {urlsplit(request.app.state.settings.base_url).netloc, request.headers.get("host", "")}
    return urlsplit(origin).netloc in ours - {""}
