"""The JSON surface. `install` adds its routes; addresses are nouns."""

from fastapi import FastAPI

from incident.api import health


def install(app: FastAPI) -> None:
    """Add every JSON route to the application."""
    app.include_router(health.router)
