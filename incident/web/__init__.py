"""The console and the public pages: thin routers on verbs and queries, templates, live events."""

from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from incident import auth
from incident.installation import Installation
from incident.web import (
    assessment,
    audience_pages,
    board,
    breach_register,
    case_acts,
    close_outs,
    customer_lists,
    customers,
    deputies,
    duties,
    endpoints,
    errors,
    events,
    facts,
    filings,
    in_app,
    incidents,
    incoming,
    instructions,
    list_links,
    login,
    mailbox,
    moments,
    notices,
    passkeys,
    previews,
    public,
    quarantine,
    releases,
    retention,
    sending,
    shares,
    signed_acts,
    spoken,
    standing,
    static,
    tasks,
)
from incident.web.headers import SecurityHeaders
from incident.web.limits import FormLimit
from incident.web.pages import Pages

ROUTERS = (
    login.router,
    events.router,
    board.router,
    incidents.router,
    case_acts.router,
    tasks.router,
    facts.router,
    assessment.router,
    duties.router,
    moments.router,
    customers.router,
    shares.router,
    instructions.router,
    list_links.router,
    notices.router,
    audience_pages.router,
    filings.router,
    releases.router,
    close_outs.router,
    retention.router,
    sending.router,
    previews.router,
    spoken.router,
    deputies.router,
    standing.router,
    passkeys.router,
    signed_acts.router,
    endpoints.router,
    breach_register.router,
    quarantine.router,
    incoming.router,
    public.router,
    customer_lists.router,
    in_app.router,
    mailbox.router,
    static.router,
)


def install(app: FastAPI) -> None:
    """Put the pages, their errors and the security headers on an app whose state holds the installation."""
    app.state.pages = Pages(app.state.settings.template_folders)
    auth.install(app)
    errors.install(app)
    app.add_exception_handler(public.NoAnnouncement, public.show_nothing)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(FormLimit)
    app.add_middleware(errors.LastResort)
    app.add_middleware(SecurityHeaders, https=app.state.settings.base_url.startswith("https://"))


def watching(installation: Installation) -> AbstractAsyncContextManager[None]:
    """Live events for the life of the app."""
    return events.watching(installation)
