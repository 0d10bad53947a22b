"""Gather who a notice goes to: an audience of the incident, filled in pieces from a stream."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.audience import AudienceFrozen, ImportReport, LineFault, NewMember, import_members, new_audience
from notifications.clock import Clock
from notifications.models import Audience, Channel
from notifications.sealing import Keys
from notifications.store import Store

LONGEST_NAME = 200


def open_audience(act: Act, incident_id: UUID, name: str, channel: Channel) -> Audience:
    """An empty audience of an incident. Raises Invalid without a name."""
    act.require(Action.IMPORT_AUDIENCE, incident_id)
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(Fault("name", "is empty or too long", f"1 to {LONGEST_NAME} characters, such as affected users"))
    return new_audience(act.session, incident_subject(incident_id), name.strip(), channel, act.now)


class Importer:
    """Fills audiences in short transactions, for one actor of one installation."""

    def __init__(self, store: Store, keys: Keys, actor: Actor, clock: Clock) -> None:
        self._store, self._keys, self._actor, self._clock = store, keys, actor, clock

    def fill(
        self, incident_id: UUID, audience_id: UUID, lines: Iterable[tuple[int, NewMember | LineFault]]
    ) -> ImportReport:
        """Import members from a stream; the timeline says how many came and how many lines were refused.

        Raises NotFound for an audience of another incident, Forbidden, and Conflict for a frozen one.
        """
        self._store.write(lambda session: self._check(self._act(session), incident_id, audience_id))
        try:
            report = import_members(self._store, self._keys, audience_id, lines)
        except AudienceFrozen as error:
            raise Conflict(f"{error}") from error
        self._store.write(lambda session: self._write_down(self._act(session), incident_id, audience_id, report))
        return report

    def _act(self, session: Session) -> Act:
        return Act(session, self._keys, self._actor, self._clock.now())

    def _check(self, act: Act, incident_id: UUID, audience_id: UUID) -> Audience:
        act.require(Action.IMPORT_AUDIENCE, incident_id)
        wanted = (col(Audience.id) == audience_id, col(Audience.subject) == incident_subject(incident_id))
        audience = act.session.exec(select(Audience).where(*wanted)).first()
        if audience is None:
            raise NotFound("There is no such audience on this incident.")
        return audience

    def _write_down(self, act: Act, incident_id: UUID, audience_id: UUID, report: ImportReport) -> None:
        audience = self._check(act, incident_id, audience_id)
        warned = len(report.faults) - len(report.refused)
        text = f"Audience “{audience.name}”: {report.stored} members imported, {len(report.refused)} lines refused"
        text += f", {warned} addresses shared." if warned else "."
        body = {"text": text, "audience": str(audience_id), "stored": report.stored, "refused": len(report.refused)}
        record(act, incident_subject(incident_id), "audience.imported", body)
