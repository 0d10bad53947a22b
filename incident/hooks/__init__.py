"""Webhooks of monitors: proven on the raw bytes, kept, answered 202, then read. `install` adds the route."""

from fastapi import FastAPI

from incident.hooks import deliveries
from incident.organisation import reception_of


def install(app: FastAPI) -> None:
    """Add POST /hooks/{source} to an app whose state holds the installation."""
    app.state.reception = reception_of(app.state.settings)
    app.include_router(deliveries.router)
