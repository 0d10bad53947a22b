"""Webhooks of monitors and mail providers, commands from chats: proven on the raw bytes, kept, answered, then read."""

from fastapi import FastAPI

from incident.hooks import chat_commands, provider_events
from incident.hooks.counting import Tally
from incident.hooks.group_commit import GroupCommit
from incident.hooks.guarded_fetch import Certificates
from incident.hooks.postings import Postings
from incident.hooks.shortcut import DELIVERY
from incident.hooks.turns import Turns
from incident.organisation import reception_of


def install(app: FastAPI) -> None:
    """Add POST /hooks/{source}, /hooks/events/{provider} and /hooks/chat/{name} to an app over an installation."""
    app.state.certificates = Certificates()
    app.state.refused = Tally()
    app.state.reception = reception_of(app.state.settings)
    app.state.postings, app.state.keeping = Postings(), GroupCommit()
    app.state.turns = Turns(app.state.keeping.give_way)
    app.router.routes.append(DELIVERY)
    app.include_router(provider_events.router)
    app.include_router(chat_commands.router)
