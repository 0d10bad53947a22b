"""Deliveries pass by the layers that pages and forms need: in a storm these are a third of the work."""

from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from incident.hooks import deliveries

PREFIX = "/hooks/"
DELIVERY = Route("/hooks/{slug}", deliveries.take, methods=list(deliveries.METHODS), include_in_schema=False)


def is_delivery(scope: Scope) -> bool:
    """Whether it belongs to that route; its part of the scope is filled in then."""
    if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
        return False
    match, found = DELIVERY.matches(scope)
    if match is not Match.FULL:
        return False
    scope.update(found)
    return True


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Take the delivery, answer with the headers of every answer, and do what comes after it."""
    response = await deliveries.take(Request(scope, receive))
    said = {name for name, _ in response.raw_headers}
    response.raw_headers += [header for header in scope["app"].state.headers if header[0] not in said]
    await response(scope, receive, send)
