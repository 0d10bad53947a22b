"""Signing in and out, and the choice of colours."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from incident.auth.csrf import require_same_origin
from incident.auth.dependencies import safe_next
from incident.auth.edge import Edge
from incident.auth.passwords import HashingBusy
from incident.auth.sessions import TooSoon, WrongSignIn, begin_session, clear_cookie, end_session, set_cookie, token_of
from incident.settings import Settings
from incident.web.forms import STORABLE
from incident.web.frame import LANGUAGE, THEME, THEMES, Seated, answer, pages_of, see, stranger_shell
from incident.web.languages import LANGUAGES

router = APIRouter(include_in_schema=False)
YEAR = 365 * 86400


@router.get("/login")
def show_login(request: Request, next: str = "/", lang: Annotated[str, Query(max_length=16)] = "") -> Response:
    """The page to sign in on; in a language when a link of it asks for one, which the browser keeps."""
    wanted = lang if lang in LANGUAGES else ""
    response = _login(request, safe_next(next), language=wanted)
    if wanted:
        _keep(response, LANGUAGE, wanted, Edge.of(request).settings)
    return response


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
        response = _login(request, safe_next(next), error.args[0], email, 429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except HashingBusy as error:
        return _login(request, safe_next(next), error.args[0], email, 503)
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
        _keep(response, THEME, theme, desk.edge.settings)
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
        _keep(response, LANGUAGE, language, desk.edge.settings)
    return response


def _keep(response: Response, name: str, choice: str, settings: Settings) -> None:
    secure = settings.cookies_are_secure
    response.set_cookie(name, choice, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")


def _login(
    request: Request, next_path: str, problem: str = "", email: str = "", status: int = 200, language: str = ""
) -> Response:
    shell = stranger_shell(request)
    values = {"problem": problem, "email": email, "next": next_path}
    chosen = replace(shell, language=language or shell.language)
    return answer(request, pages_of(request).render("login.html", shell=chosen, **values), status)
