"""The tick: what is due now. One sweep for all deadlines; no job per deadline, so a restart can lose or repeat none."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from incident.law.circumstances import Organisation
from incident.looks import Look, beat
from incident.models.incidents import Incident
from incident.models.law import Obligation, Reminder
from incident.models.people import Notice
from incident.pager import look_at_pages
from incident.phases import FINAL
from incident.queries.case import open_obligation
from incident.queries.chasing import to_chase
from incident.queries.customers import newly_contracted
from incident.queries.health import SWEEP
from incident.queries.sources import waiting_deliveries
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.chasing import chase_customers
from incident.verbs.deliveries import Deliveries
from incident.verbs.lapses import expired_releases, void_if_expired
from incident.verbs.looking_again import remind_to_look_again, to_look_at_again
from incident.verbs.obligations import rederive
from incident.verbs.pacing import pace_release
from incident.verbs.page_events import Roads
from incident.verbs.reading import Reception
from incident.verbs.reminding import remind
from incident.verbs.settling import fan_out_release, releases_to_settle, settle_release
from incident.verbs.spoken import stop_unconfirmed, unconfirmed
from notifications.models import Edition, Release
from notifications.sealing import Keys
from notifications.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)
ITS_OWN_TURN = timedelta(seconds=5)  # the request that kept a delivery reads it, unless it died
PIECES = 40  # of a large audience's rows in one tick: reminders wait behind them


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did. `checked` False: something could not be looked at, and no heartbeat may be sent outward."""

    derived: int
    reminded: int
    troubles: tuple[str, ...]
    finished: int = 0
    paged: int = 0

    @property
    def checked(self) -> bool:
        return not self.troubles


def tick(
    store: Store,
    keys: Keys,
    organisation: Organisation,
    now: datetime,
    *,
    domain: str = "localhost",
    reception: Reception | None = None,
) -> Tick:
    """Read deliveries left open, carry pages on, derive new incidents, end approvals whose time is over, settle what
    sending came to, remind, prove that it lives.

    Each incident is its own transaction. One that fails is looked at obligation by obligation; what still fails is
    named in `troubles`, stops nothing else, and stays due for the next tick. `domain` stands in the Message-ID of what
    goes out; `reception` None reads alerts without runbooks. Raises StoreUnavailable when the database cannot be
    written: nothing is watched then, and the missing heartbeat says so.
    """
    sweep = _Sweep(
        name="sweep", store=store, keys=keys, actor=system(SWEEP), now=now, organisation=organisation, domain=domain
    )
    received = reception or Reception(organisation, domain=domain)
    for intake_id in sweep.read(partial(waiting_deliveries, before=now - ITS_OWN_TURN)):
        sweep.receive(intake_id, received)
    paged = look_at_pages(sweep, Roads(domain, received.console))
    derived = sum(sweep.derive(incident_id) for incident_id in sweep.read(_not_derived))
    for release_id in sweep.read(partial(expired_releases, now=now)):
        sweep.lapse(release_id)
    for approval_id in sweep.read(partial(unconfirmed, now=now)):
        sweep.doubt(approval_id)
    finished = sum(sweep.settle(release_id) for release_id in sweep.read(releases_to_settle))
    reminded = sum(sweep.remind(incident_id) for incident_id in sweep.read(partial(_due, now=now)))
    reminded += sum(sweep.look_again(decision_id) for decision_id in sweep.read(partial(to_look_at_again, now=now)))
    found = Tick(derived, reminded, tuple(sweep.troubles), finished, paged)
    beats = {name: getattr(found, name) for name in ("derived", "reminded", "finished", "paged")}
    said = {**beats, "troubles": list(found.troubles)}
    store.write(lambda session: beat(session, SWEEP, said, now))
    return found


def look_at_customers(store: Store, keys: Keys, within: timedelta, now: datetime) -> tuple[str, ...]:
    """A task to telephone each customer who was not told and whose deadline is nearer than `within`; what failed.

    Each incident is its own transaction. Raises StoreUnavailable.
    """
    look = Look(name=SWEEP, store=store, keys=keys, actor=system(SWEEP), now=now)
    with store.read() as session:
        waiting = to_chase(session, now, within)
    for incident_id, chased in waiting.items():
        work = partial(chase_customers, incident_id=incident_id, chased=chased)
        look.attempt(f"customers of incident {incident_id}", partial(look.write, work), "looked at")
    return tuple(look.troubles)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sweep(Look):
    organisation: Organisation
    domain: str

    def receive(self, intake_id: UUID, reception: Reception) -> None:
        """Read a delivery whose own request did not get to it."""
        deliveries = Deliveries(self.store, self.keys, reception, self.now)
        self.attempt(f"delivery {intake_id}", partial(deliveries.read_again, intake_id), "read")

    def derive(self, incident_id: UUID) -> int:
        done = self._try(f"incident {incident_id}", lambda act: rederive(act, incident_id, self.organisation))
        return 0 if done is None else 1

    def lapse(self, release_id: UUID) -> None:
        """Void a request nobody approved in time, or a release that stayed stopped."""
        self._try(f"release {release_id}", partial(void_if_expired, release_id=release_id))

    def doubt(self, approval_id: UUID) -> None:
        """Stop what rests on an approval by telephone that was not confirmed."""
        self._try(f"approval {approval_id}", partial(stop_unconfirmed, approval_id=approval_id))

    def settle(self, release_id: UUID) -> int:
        """Carry a release on: its next step, rows a few pieces a tick, customers told, finished when all is."""
        name = f"release {release_id}"
        self._try(name, partial(pace_release, release_id=release_id))
        for _ in range(PIECES):
            if self._try(name, partial(fan_out_release, release_id=release_id)) is not False:
                break
        if not self._try(name, partial(settle_release, release_id=release_id)):
            return 0
        for incident_id in self.read(partial(_incident_of, release_id=release_id)):
            self.derive(incident_id)  # clocks that follow a notice run from when it went out
        return 1

    def look_again(self, decision_id: UUID) -> int:
        name = f"decision {decision_id}"
        return self._try(name, lambda act: remind_to_look_again(act, decision_id, self.domain)) or 0

    def remind(self, incident_id: UUID) -> int:
        sent = self._try(
            "an incident", lambda act: remind(act, incident_id, self.domain, self.organisation.zone), named=False
        )
        if sent is not None:
            return sent
        alone = (self._remind_of(incident_id, each) for each in self.read(partial(_open_of, incident_id=incident_id)))
        return sum(alone)

    def _remind_of(self, incident_id: UUID, obligation_id: UUID) -> int:
        work = partial(
            remind, incident_id=incident_id, domain=self.domain, zone=self.organisation.zone, only=obligation_id
        )
        return self._try(f"obligation {obligation_id}", work) or 0

    def _try(self, what: str, work: Callable[[Act], T], *, named: bool = True) -> T | None:
        return self.attempt(what, partial(self.write, work), "checked", named=named)


def _not_derived(session: Session) -> list[UUID]:
    """Open incidents nobody derived yet, and those whose customers' contract hours came into the register since.

    The clock of one that nobody touches runs as well.
    """
    has_rows = select(Obligation.id).where(col(Obligation.incident_id) == col(Incident.id)).exists()
    query = select(Incident.id).where(col(Incident.phase).not_in(FINAL), ~has_rows)
    return [*session.exec(query.order_by(col(Incident.id))).all(), *newly_contracted(session)]


def _due(session: Session, now: datetime) -> list[UUID]:
    """Incidents with a reminder that has come, the longest overdue first."""
    waiting = (col(Reminder.sent_at).is_(None), col(Reminder.superseded_at).is_(None), col(Reminder.fires_at) <= now)
    query = (
        select(Obligation.incident_id, Reminder.fires_at)
        .join(Reminder, col(Reminder.obligation_id) == col(Obligation.id))
        .where(*waiting, *open_obligation())  # type: ignore[arg-type]
        .order_by(col(Reminder.fires_at))
    )
    return list(dict.fromkeys(incident_id for incident_id, _ in session.exec(query).all()))


def _incident_of(session: Session, release_id: UUID) -> list[UUID]:
    """The incident a release belongs to."""
    query = select(Notice.incident_id).join(Edition, col(Edition.notice_id) == col(Notice.id))
    mine = query.join(Release, col(Release.edition_id) == col(Edition.id)).where(col(Release.id) == release_id)
    return list(session.exec(mine).all())


def _open_of(session: Session, incident_id: UUID) -> list[UUID]:
    mine = col(Obligation.incident_id) == incident_id
    return list(session.exec(select(Obligation.id).where(mine, *open_obligation())).all())  # type: ignore[arg-type]
