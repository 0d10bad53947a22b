"""Webhooks of monitors and mail providers: proven on the raw bytes, kept, answered, then read."""

from fastapi import FastAPI

from incident.hooks import deliveries, provider_events
from incident.organisation import reception_of


def install(app: FastAPI) -> None:
    """Add POST /hooks/{source} and /hooks/events/{provider} to an app whose state holds the installation."""
    app.state.certificates = provider_events.Certificates()
    app.state.reception = reception_of(app.state.settings)
    app.include_router(deliveries.router)
    app.include_router(provider_events.router)
