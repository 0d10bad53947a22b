"""Signing in and out, and the choice of colours."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from incident.auth.csrf import require_same_origin
from incident.auth.dependencies import safe_next
from incident.auth.edge import Edge
from incident.auth.passwords import HashingBusy
from incident.auth.sessions import TooSoon, WrongSignIn, begin_session, clear_cookie, end_session, set_cookie, token_of
from incident.web.forms import STORABLE
from incident.web.frame import LANGUAGE, THEME, THEMES, Seated, answer, pages_of, see, stranger_shell
from incident.web.languages import LANGUAGES

router = APIRouter(include_in_schema=False)
YEAR = 365 * 86400


@router.get("/login")
def show_login(request: Request, next: str = "/") -> Response:
    """The page to sign in on."""
    return _login(request, safe_next(next))


@router.post("/login")
def sign_in(
    request: Request,
    email: Annotated[str, Form(max_length=320, pattern=STORABLE)],
    password: Annotated[str, Form(max_length=1000, pattern=STORABLE)],
    next: Annotated[str, Form(max_length=2000, pattern=STORABLE)] = "/",
) -> Response:
    """Begin a session and go on to where the person wanted to be."""
    require_same_origin(request)
    edge = Edge.of(request)
    address = request.client.host if request.client else ""
    try:
        begun = begin_session(edge, email, password, address, token_of(request))
    except WrongSignIn as error:
        return _login(request, safe_next(next), str(error), email, 403)
    except TooSoon as error:
        response = _login(request, safe_next(next), str(error), email, 429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except HashingBusy as error:
        return _login(request, safe_next(next), str(error), email, 503)
    response = see(safe_next(next))
    set_cookie(response, edge.settings, begun.token)
    return response


@router.post("/logout")
def sign_out(desk: Seated) -> Response:
    """End this session."""
    end_session(desk.edge, desk.person, token_of(desk.request) or "")
    response = see("/login")
    clear_cookie(response, desk.edge.settings)
    return response


@router.post("/theme")
def choose_theme(
    desk: Seated,
    theme: Annotated[str, Form(max_length=10, pattern=STORABLE)],
    next: Annotated[str, Form(max_length=2000, pattern=STORABLE)] = "/",
) -> Response:
    """Keep the colours this browser wants."""
    response = see(safe_next(next))
    if theme in THEMES:
        secure = desk.edge.settings.cookies_are_secure
        response.set_cookie(THEME, theme, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response


@router.post("/language")
def choose_language(
    desk: Seated,
    language: Annotated[str, Form(max_length=16, pattern=STORABLE)],
    next: Annotated[str, Form(max_length=2000, pattern=STORABLE)] = "/",
) -> Response:
    """Keep the language this browser reads the console in."""
    response = see(safe_next(next))
    if language in LANGUAGES:
        secure = desk.edge.settings.cookies_are_secure
        response.set_cookie(LANGUAGE, language, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _login(request: Request, next_path: str, problem: str = "", email: str = "", status: int = 200) -> Response:
    values = {"problem": problem, "email": email, "next": next_path}
    html = pages_of(request).render("login.html", shell=stranger_shell(request), **values)
    return answer(request, html, status)
