"""The JSON surface. `install` adds its routes; addresses are nouns. Errors are answered where pages' errors are."""

from fastapi import FastAPI

from incident.api import (
    announcements,
    assessments,
    audiences,
    breach_register,
    close_outs,
    customers,
    edge,
    endpoints,
    health,
    in_app,
    incidents,
    incoming,
    law,
    notices,
    obligations,
    persons,
    releases,
    sending,
    shares,
    timeline,
)
from incident.api.in_app import HostOrigins
from incident.api.uploads import BodyLimit

ROUTERS = (
    health.router,
    customers.router,
    persons.router,
    incidents.router,
    timeline.router,
    obligations.router,
    shares.router,
    law.router,
    notices.router,
    assessments.router,
    audiences.router,
    releases.router,
    close_outs.router,
    incoming.router,
    sending.router,
    breach_register.router,
    announcements.router,
    in_app.router,
    endpoints.router,
    edge.router,
)


def install(app: FastAPI) -> None:
    """Add every JSON route to an application whose state holds the installation."""
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(BodyLimit)
    app.add_middleware(HostOrigins, origins=app.state.settings.origins)
