"""What sends for an installation: its relays, the engine for mail, the poster for webhooks and chat."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from incident.installation import Installation
from incident.verbs.endpoints import endpoint_gone
from notifications.addresses import domain_of
from notifications.composing import Composer, From
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.poster import Poster
from notifications.rates import Rates
from notifications.relays import Failover
from notifications.sending import Sender
from notifications.smtp import Relay
from notifications.store import Store
from notifications.turns import Plan
from notifications.webhook_bodies import BodyComposer
from notifications.webhooks_out import Transport
from notifications.work import EveryRow, Work

try:
    import uvloop
except ImportError:  # PyPy, Windows
    uvloop = None  # type: ignore[assignment]


def loop_for(relays: Sequence[Relay]) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop carries clear text with half the work, the standard loop TLS; None where uvloop is not to be had."""
    clear = all(relay.security == "clear" for relay in relays)
    return uvloop.new_event_loop if uvloop is not None and clear else None


def engine_of(installation: Installation, relays: Sequence[Relay], name: str, after_run: Callable[[], None]) -> Engine:
    """The engine that sends for this installation."""
    settings, store, clock = installation.settings, installation.store, installation.clock
    sender = From(settings.mail_from, settings.organisation, settings.contact_email)
    composer = Composer(store, installation.keys, clock, sender)
    rates = Rates(settings.send_rate, settings.domain_rates)
    plan = Plan(settings.smtp_connections, rates=rates, work=_work_of(store))
    return Engine(
        Sender(store, clock, Worker(name), composer, Failover(relays), plan),
        holds_lock=True,
        after_run=after_run,
    )


def _work_of(store: Store) -> Work:
    """On PostgreSQL jobs call any number of workers; an embedded database has one, which needs no library for that."""
    if store.is_sqlite:
        return EveryRow()
    from notifications.job_calls import CalledWork

    return CalledWork(store.url)


def poster_of(installation: Installation, name: str, transport: Transport) -> Poster:
    """What posts webhooks and chat for this installation, as the same worker as the engine."""
    settings, store, keys, clock = installation.settings, installation.store, installation.keys, installation.clock
    domain = domain_of(settings.mail_from)
    composer = BodyComposer(store, keys, clock, settings.base_url)

    def gone(session: Session, endpoint_id: UUID, now: datetime) -> None:
        endpoint_gone(session, keys, endpoint_id, now, domain)

    return Poster(store, clock, Worker(name), composer, transport, gone)
