"""The web process: routes, error pages, headers. It never schedules; the worker child does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from incident import api, hooks, web
from incident.adapters.registry import all_adapters
from incident.hooks import shortcut
from incident.installation import Installation
from incident.law.counting.calendars import brazilian
from incident.law.packs import shipped_duties
from notifications.collector import leave_alone_what_is_loaded

SELDOM = 20_000  # objects more than before until the collector looks: a crowd of deliveries makes 700 in a moment


class _Doors(FastAPI):
    """Two doors: one for deliveries, one with every layer for everything else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if shortcut.is_delivery(scope):
            scope["app"] = self
            await shortcut.answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(installation: Installation) -> FastAPI:
    """The whole web surface over one installation: webhooks, JSON, console, public pages."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        _make_ready(app, installation.clock.now().date())
        async with web.watching(installation):
            yield

    app = _Doors(title="seventytwo", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=lifespan)
    app.state.store = installation.store
    app.state.keys = installation.keys
    app.state.clock = installation.clock
    app.state.settings = installation.settings
    hooks.install(app)
    api.install(app)
    web.install(app)
    return app


def _make_ready(app: FastAPI, today: date) -> None:
    """Make what the first requests would, and let the collector leave it alone: it stays as long as the process.

    To look through routes, law and calendars again and again would hold up deliveries for 50 ms and more each time.
    """
    shipped_duties()
    all_adapters()
    brazilian(today)  # the library of holidays loads its countries when it is first asked
    for route in app.routes:  # FastAPI puts what is included together when it is first asked for
        route.matches({"type": "http", "method": "GET", "path": "/", "headers": []})
    leave_alone_what_is_loaded(SELDOM)
