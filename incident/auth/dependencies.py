"""What a route asks for: an Actor who may do its action, a person signed in, a program with a bearer token.

A route declares its action in its signature, `by: Annotated[Actor, Depends(acting(Action.NOTE))]`, and `actions_of`
reads it back, so that one test can walk every route and every role.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from incident.auth.csrf import require_same_origin, require_token
from incident.auth.edge import Edge
from incident.auth.sessions import SignedIn, find_session, token_of
from incident.auth.tokens import bearer_of, find_program, find_reader
from incident.roles import Action, Actor, require
from notifications.reader_tokens import Reader
from notifications.wording import worded


class NotSignedIn(Exception):
    """Nobody is signed in here, or the session or the token is over."""


async def current_person(request: Request) -> SignedIn:
    """The person signed in; also at `request.state.signed_in`, where pages find the token for their forms.

    Unsafe methods must carry that token and come from our own pages. Raises NotSignedIn and CrossSite.
    """
    found: SignedIn | None = getattr(request.state, "signed_in", None)
    if found is None:
        require_same_origin(request)
        found = await run_in_threadpool(find_session, Edge.of(request), token_of(request))
        if found is None:
            raise NotSignedIn(worded("Sign in first."))
        await require_token(request, found.csrf)
        request.state.signed_in = found
    return found


async def current_actor(person: Annotated[SignedIn, Depends(current_person)]) -> Actor:
    """The person signed in, as actor."""
    return person.actor


async def api_actor(request: Request) -> Actor:
    """The program whose bearer token the request carries. No cookie counts, so no other site can act through it."""
    token = bearer_of(request)
    actor = await run_in_threadpool(find_program, Edge.of(request), token) if token else None
    if actor is None:
        raise NotSignedIn(worded("Send a live token: Authorization: Bearer …"))
    return actor


async def in_app_reader(request: Request) -> Reader:
    """Who reads in the host's product, by the signed token the host gave their browser. No cookie counts."""
    reader = await run_in_threadpool(find_reader, Edge.of(request), bearer_of(request) or "")
    if reader is None:
        raise NotSignedIn(worded("The token is not ours or has expired: ask the host for a new one."))
    return reader


@dataclass(frozen=True, slots=True)
class Acting:
    """Asks who acts, by session or by bearer token, and refuses whose roles never carry the action.

    Whether it may be done to *this* incident is the verb's question: it alone knows the incident.
    """

    action: Action
    programs: bool = True
    people: bool = True

    async def __call__(self, request: Request) -> Actor:
        bears = "authorization" in request.headers
        if bears and self.programs:
            actor = await api_actor(request)
        elif self.people:
            actor = (await current_person(request)).actor
        else:
            raise NotSignedIn(worded("Send a live token: Authorization: Bearer …"))
        require(actor, self.action, None)
        return actor


def acting(action: Action, *, programs: bool = True, people: bool = True) -> Acting:
    """The dependency of a route that does `action`: for people with a session, programs with a token, or both."""
    return Acting(action, programs, people)


def actions_of(route: APIRoute) -> frozenset[Action]:
    """The actions a route declares, in its own signature or in that of a dependency."""
    return frozenset(call.action for call in _calls(route.dependant) if isinstance(call, Acting))


def asks_who(route: APIRoute) -> bool:
    """Whether a route lets nobody in unnamed."""
    return any(isinstance(call, Acting) or call in ASKING for call in _calls(route.dependant))


ASKING = (current_person, api_actor, in_app_reader)


def safe_next(path: str | None) -> str:
    """Where to go after signing in: a path of this site, else the front page."""
    usable = bool(path) and path is not None and path.startswith("/") and path.isprintable()
    if not usable or path is None or path[1:2] in ("/", "\\") or "\\" in path:
        return "/"
    return path


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for below in dependant.dependencies:
        yield from _calls(below)
