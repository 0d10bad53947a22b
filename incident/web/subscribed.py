"""Calendars behind addresses that only their readers know: asked for again and again by programs, without a sign-in."""

from collections.abc import Callable
from datetime import datetime

from fastapi import Request, Response

from incident.auth.edge import Edge
from incident.web.conditional import Entity, conditional


def subscribed(request: Request, write: Callable[[datetime, str], str], seconds: int) -> Response:
    """A calendar, good for so many seconds; 304 to whoever has it.

    `write` is given the day and the host its entries are named by: one text a day, unless an entry has changed.
    """
    edge = Edge.of(request)
    day = edge.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    host = edge.settings.base_url.partition("://")[2].partition(":")[0]
    headers = {"Cache-Control": f"private, max-age={seconds}", "X-Robots-Tag": "noindex, nofollow"}
    return conditional(request, Entity(write(day, host).encode(), "text/calendar; charset=utf-8"), headers)
