"""How the parts of an installation stand that an administrator looks after: relays, mail, monitors, checkpoints."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.chain import CHECKPOINTS
from incident.models.intake import Source
from incident.models.paging import SourceWatch, Team
from incident.queries.audit import checkpoints_signed
from incident.queries.audit_log import latest
from incident.roles import Action, Actor, require
from notifications.endpoints import Endpoint
from notifications.models import Channel, Delivery, DeliveryState, Heartbeat
from notifications.sealing import Keys

NEWEST = 500  # deliveries that are looked through, so that a million rows slow no page
TRIALS = 40  # of the last ones, to find each relay's newest
WAITING = (DeliveryState.PENDING, DeliveryState.DEFERRED)
REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class MailStanding:
    """When a relay last took one of the newest mails, and how many wait."""

    accepted_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Monitors and those that are silent, endpoints and those that are off, teams on call."""

    sources: int
    silent: int
    endpoints: int
    endpoints_off: int
    teams: int


@dataclass(frozen=True, slots=True)
class ChainStanding:
    """What is known of the timeline's proof without proving it: checkpoints, and the last proof that was asked for."""

    checkpoints: int
    checkpoint_at: datetime | None
    proven_at: datetime | None
    holds: bool


def tried_relays(session: Session, keys: Keys, actor: Actor) -> dict[str, tuple[datetime, bool]]:
    """When each relay was last tried and whether it took mail, by host and port. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    found: dict[str, tuple[datetime, bool]] = {}
    for at, said in latest(session, keys, "relay.tested", TRIALS):
        found.setdefault(str(said.get("relay", "")), (at, said.get("good") is True))
    return found


def mail_standing(session: Session, actor: Actor) -> MailStanding:
    """How mail goes out. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    mail = col(Delivery.channel) == Channel.EMAIL
    newest = select(Delivery.settled_at, Delivery.state).where(mail).order_by(col(Delivery.id).desc()).limit(NEWEST)
    rows = newest.subquery()
    accepted = select(func.max(rows.c.settled_at)).where(rows.c.state.in_(REACHED))
    waiting = select(func.count()).select_from(Delivery).where(mail, col(Delivery.state).in_(WAITING))
    return MailStanding(session.exec(accepted).one(), session.exec(waiting).one())


def count_parts(session: Session, actor: Actor) -> Counts:
    """Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    enabled = col(Source.enabled).is_(True)
    silent = select(func.count()).select_from(SourceWatch).where(col(SourceWatch.silent_since).is_not(None))
    return Counts(
        sources=session.exec(select(func.count()).select_from(Source).where(enabled)).one(),
        silent=session.exec(silent).one(),
        endpoints=session.exec(select(func.count()).select_from(Endpoint)).one(),
        endpoints_off=session.exec(
            select(func.count()).select_from(Endpoint).where(col(Endpoint.active).is_(False))
        ).one(),
        teams=session.exec(select(func.count()).select_from(Team)).one(),
    )


def chain_standing(session: Session, keys: Keys, actor: Actor) -> ChainStanding:
    """Raises Forbidden."""
    require(actor, Action.VERIFY, None)
    number = checkpoints_signed(session)
    row = session.get(Heartbeat, CHECKPOINTS)
    proofs = latest(session, keys, "audit.verified")
    proven_at, said = proofs[0] if proofs else (None, {})
    return ChainStanding(number, row.at if row and number else None, proven_at, said.get("holds") is True)
