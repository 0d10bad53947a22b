"""How a request is answered that could not be let in: to the sign-in page, or a status and a sentence."""

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from incident.auth.csrf import CrossSite
from incident.auth.dependencies import NotSignedIn
from incident.auth.passwords import HashingBusy
from incident.auth.sessions import TooSoon

FORMS_OF = ("incidents", "notices", "releases", "audiences", "on-call", "endpoints", "replies")


def install(app: FastAPI) -> None:
    """Answer what `auth` raises."""
    app.add_exception_handler(NotSignedIn, sign_in_first)
    app.add_exception_handler(CrossSite, refuse)
    app.add_exception_handler(TooSoon, wait)
    app.add_exception_handler(HashingBusy, busy)


def sign_in_first(request: Request, error: Exception) -> Response:
    """A browser that wants a page is sent to sign in and then back; every other caller gets a 401."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    if _wants_page(request):
        back = here if request.method == "GET" else _page_of(request.url.path)
        return RedirectResponse(f"/login?next={quote(back, safe='/')}", status_code=303)
    return JSONResponse({"detail": str(error)}, status_code=401, headers={"WWW-Authenticate": "Bearer"})


def _page_of(path: str) -> str:
    """The page a form stands on, as far as its address tells; it is led to once somebody has signed in again."""
    parts = path.split("/")
    return "/".join(parts[:3]) if len(parts) > 3 and parts[1] in FORMS_OF else "/"


def refuse(_request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=403)


def wait(_request: Request, error: Exception) -> Response:
    seconds = error.seconds if isinstance(error, TooSoon) else 1
    return JSONResponse({"detail": str(error)}, status_code=429, headers={"Retry-After": str(seconds)})


def busy(_request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=503, headers={"Retry-After": "5"})


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/api/"):
        return False
    return "authorization" not in request.headers and "text/html" in request.headers.get("accept", "")
