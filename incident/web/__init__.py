"""The console and the public pages: thin routers on verbs and queries, templates, live events."""

from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from incident import auth
from incident.installation import Installation
from incident.web import (
    administration,
    alerts,
    answers,
    assessment,
    assets,
    audience_pages,
    audit,
    board,
    breach_register,
    case_acts,
    case_files,
    chat,
    close_outs,
    customer_lists,
    customers,
    deadlines,
    deputies,
    design,
    duties,
    endpoints,
    errors,
    events,
    facts,
    figures,
    filings,
    finders,
    handover,
    in_app,
    incidents,
    incoming,
    instructions,
    law_packs,
    list_links,
    login,
    mailbox,
    moments,
    notices,
    on_call,
    organisation_page,
    own_acts,
    own_password,
    own_reports,
    own_tasks,
    page_answers,
    paged,
    palette,
    passkeys,
    people,
    presence,
    previews,
    public,
    quarantine,
    relays,
    releases,
    replies,
    reports,
    retention,
    retention_page,
    role_matrix,
    runbook_pages,
    sending,
    shares,
    signed_acts,
    situation,
    source_rules,
    source_tests,
    sources,
    spoken,
    standing,
    static,
    support,
    tasks,
    text_templates,
)
from incident.web.done import SaysWhatWasDone
from incident.web.headers import SecurityHeaders, headers_of_every_answer
from incident.web.limits import FormLimit
from incident.web.pages import Pages

ROUTERS = (
    login.router,
    palette.router,
    own_acts.router,
    own_password.router,
    design.router,
    events.router,
    board.router,
    incidents.router,
    presence.router,
    alerts.router,
    case_acts.router,
    handover.router,
    situation.router,
    tasks.router,
    own_tasks.router,
    facts.router,
    assessment.router,
    deadlines.router,
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
    case_files.router,
    close_outs.router,
    retention.router,
    retention_page.router,
    sending.router,
    previews.router,
    spoken.router,
    deputies.router,
    standing.router,
    passkeys.router,
    signed_acts.router,
    endpoints.router,
    chat.router,
    sources.router,
    assets.router,
    on_call.router,
    paged.router,
    source_rules.router,
    source_tests.router,
    breach_register.router,
    figures.router,
    quarantine.router,
    incoming.router,
    replies.router,
    finders.router,
    answers.router,
    support.router,
    public.router,
    customer_lists.router,
    page_answers.router,
    reports.router,
    own_reports.router,
    in_app.router,
    mailbox.router,
    administration.router,
    people.router,
    role_matrix.router,
    organisation_page.router,
    law_packs.router,
    runbook_pages.router,
    text_templates.router,
    relays.router,
    audit.router,
    static.router,
)


def install(app: FastAPI) -> None:
    """Put the pages, their errors and the security headers on an app whose state holds the installation."""
    app.state.pages = Pages(app.state.settings.template_folders)
    app.state.began_at = app.state.clock.now()
    auth.install(app)
    errors.install(app)
    app.add_exception_handler(public.NoAnnouncement, public.show_nothing)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(SaysWhatWasDone, settings=app.state.settings)
    app.add_middleware(FormLimit)
    app.add_middleware(errors.LastResort)
    app.state.headers = headers_of_every_answer(https=app.state.settings.base_url.startswith("https://"))
    app.add_middleware(SecurityHeaders, headers=app.state.headers)


def watching(installation: Installation) -> AbstractAsyncContextManager[None]:
    """Live events for the life of the app."""
    return events.watching(installation)
