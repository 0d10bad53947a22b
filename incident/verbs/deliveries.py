"""From kept bytes to incidents: a delivery is read by its adapter and applied, or set aside for a person."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from incident.adapters.answers import Asked, Confirmation
from incident.adapters.registry import Adapter, UnknownAdapter, adapter_named
from incident.adapters.signals import Signal, Unreadable
from incident.errors import NotFound
from incident.models.intake import Intake, IntakeState, Source
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.confirmations import ASKS
from incident.verbs.intake import AsReceived, as_received, quarantine
from incident.verbs.reading import NOTHING, Applied, Reception, apply_signals, count_again
from notifications.sealing import Keys, Unsealable
from notifications.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)
INTAKE = "intake"
TRIES = 3  # a body that kills its reader is set aside after so many


class _Unusable(Exception):
    """The delivery says nothing to us; the text is for the person who looks at it."""


class Deliveries:
    """Reads kept deliveries of one installation at one moment, each in its own transaction."""

    def __init__(self, store: Store, keys: Keys, reception: Reception, now: datetime) -> None:
        self._store, self._keys, self._reception, self._now = store, keys, reception, now

    def read(self, intake_id: UUID) -> Applied:
        """Read a delivery and apply it. One that is read already, or cannot be, changes nothing more.

        An unreadable one goes to the quarantine with the reason; so does one that our own adapter fails on, since
        only a person can tell what it was. Raises StoreUnavailable when the database does not answer or cannot be
        written: it then stays open, and the sweep reads it.
        """
        try:
            signals = self._signals(intake_id, IntakeState.OPEN)
        except _Unusable as trouble:
            return self._set_aside(intake_id, str(trouble))
        if signals is None:
            return NOTHING
        return self._write(lambda act: apply_signals(act, intake_id, signals, self._reception))

    def read_again(self, intake_id: UUID) -> Applied:
        """Read one that was left open, and count the try first, so that it does not stop everything for ever."""
        tries = self._write(lambda act: _count_try(act, intake_id))
        if tries is None:
            return NOTHING
        if tries <= TRIES:
            return self.read(intake_id)
        return self._set_aside(intake_id, f"Reading it failed {TRIES} times; the log says where.")

    def hear_again(self, intake_id: UUID) -> int:
        """A delivery that was applied came once more: its alerts were heard again. Returns how many."""
        try:
            signals = self._signals(intake_id, IntakeState.APPLIED)
        except _Unusable:  # whoever could read it then has changed since
            signals = None
        return self._write(lambda act: count_again(act, intake_id, signals, self._reception)) if signals else 0

    def _signals(self, intake_id: UUID, state: IntakeState) -> tuple[Signal, ...] | None:
        """What the adapter reads in it; None when it is in another state. Raises _Unusable and StoreUnavailable."""
        try:
            taken = self._taken(intake_id, state)
            if taken is None:
                return None
            adapter, seen = taken
        except (Unsealable, NotFound, UnknownAdapter) as error:
            raise _Unusable(f"It cannot be read here: {error}") from error
        try:
            answer = adapter.answer_to(Asked(seen.headers, seen.body))
            if isinstance(answer, Confirmation):
                raise Unreadable(ASKS + answer.what)
            return () if answer is not None else adapter.read(seen.headers, seen.body)
        except Unreadable as error:
            raise _Unusable(str(error)) from error
        except Exception as error:
            log.exception("intake: the adapter failed on delivery %s", intake_id)
            words = "The adapter failed; the log says where. The bytes are kept as received."
            raise _Unusable(words) from error

    def _taken(self, intake_id: UUID, state: IntakeState) -> tuple[Adapter, AsReceived] | None:
        """Its adapter as the source's rules have it read, and the delivery taken out of the store."""
        with self._store.read() as session:
            intake = session.get(Intake, intake_id)
            if intake is None or intake.state is not state:
                return None
            source = session.get_one(Source, intake.source_id)
            adapter = adapter_named(source.adapter).with_rules(source.rules)
            return adapter, as_received(self._act(session), intake)

    def _set_aside(self, intake_id: UUID, trouble: str) -> Applied:
        self._write(lambda act: quarantine(act, intake_id, trouble))
        return NOTHING

    def _write(self, verb: Callable[[Act], T]) -> T:
        return self._store.write(lambda session: verb(self._act(session)))

    def _act(self, session: Session) -> Act:
        return Act(session, self._keys, system(INTAKE), self._now)


def _count_try(act: Act, intake_id: UUID) -> int | None:
    """How often the delivery was tried with this time; None when it is no longer open."""
    still_open = (col(Intake.id) == intake_id, col(Intake.state) == IntakeState.OPEN)
    counted = update(Intake).where(*still_open).values(tries=col(Intake.tries) + 1).returning(col(Intake.tries))
    return act.session.execute(counted).scalar_one_or_none()
