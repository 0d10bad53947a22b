"""The web process: routes, error pages, headers. It never schedules; the worker child does."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from incident import api, hooks, web
from incident.installation import Installation


def create_app(installation: Installation) -> FastAPI:
    """The whole web surface over one installation: webhooks, JSON, console, public pages."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        gc.freeze()  # routes and law stay: looking through them again and again would hold up deliveries
        async with web.watching(installation):
            yield

    app = FastAPI(title="seventytwo", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=lifespan)
    app.state.store = installation.store
    app.state.keys = installation.keys
    app.state.clock = installation.clock
    app.state.settings = installation.settings
    hooks.install(app)
    api.install(app)
    web.install(app)
    return app
