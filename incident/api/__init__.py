"""The JSON surface. `install` adds its routes; addresses are nouns. Errors are answered where pages' errors are."""

from fastapi import FastAPI

from incident.api import (
    announcements,
    answers,
    assessments,
    assets,
    audiences,
    breach_register,
    chat,
    close_outs,
    customers,
    edge,
    endpoints,
    filings,
    finders,
    handovers,
    health,
    hints,
    in_app,
    incidents,
    incoming,
    law,
    members,
    notices,
    obligations,
    pages,
    persons,
    releases,
    replies,
    reports,
    sending,
    shares,
    sources,
    teams,
    tellings,
    timeline,
)
from incident.api.in_app import HostOrigins
from incident.api.refusals import REFUSALS
from incident.api.uploads import BodyLimit

ROUTERS = (
    health.router,
    customers.router,
    persons.router,
    assets.router,
    incidents.router,
    members.router,
    hints.router,
    timeline.router,
    handovers.router,
    obligations.router,
    tellings.router,
    shares.router,
    law.router,
    notices.router,
    filings.router,
    assessments.router,
    audiences.router,
    releases.router,
    close_outs.router,
    incoming.router,
    replies.router,
    finders.router,
    reports.router,
    answers.router,
    sending.router,
    breach_register.router,
    announcements.router,
    in_app.router,
    endpoints.router,
    sources.router,
    teams.router,
    pages.router,
    chat.router,
    edge.router,
)


def install(app: FastAPI) -> None:
    """Add every JSON route to an application whose state holds the installation."""
    describe(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(HostOrigins, origins=app.state.settings.origins)


def describe(app: FastAPI) -> None:
    """Add the routes alone, each with all that it may be answered."""
    for router in ROUTERS:
        app.include_router(router, responses=None if router is health.router else REFUSALS)
