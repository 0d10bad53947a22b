"""What one delivery did to incidents, gathered while it is read, and then written on their timelines."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.adapters.signals import Signal
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.intake import Intake, SignalRow, Source
from incident.verbs.act import Act
from incident.verbs.alert_homes import Starts, identity_of, starts_of
from incident.verbs.alert_lines import FLAPS, Tally, lines_of
from incident.verbs.alert_places import Alert, Placed, Places
from incident.verbs.entries import record


class Telling:
    """The tallies of a delivery by incident, and how often its alerts began before."""

    def __init__(self, act: Act, intake: Intake, source: Source) -> None:
        self._act, self._intake, self._source = act, intake, source
        self._starts: dict[str, Starts] = {}
        self._apart: list[tuple[UUID, UUID, Alert]] = []  # the incident opened, that of the storm, by which alert
        self.tallies: dict[UUID, Tally] = {}

    def look_up(self, signals: Iterable[Signal]) -> None:
        """Find how often each of them began before it was received now."""
        self._starts = starts_of(self._act.session, self._source.id, signals, self._intake.received_at)

    def came(self, placed: Placed, alert: Alert, places: Places, *, over: bool) -> None:
        """It is new in the incident, and over if it is; an end of what never fired is only an end."""
        tally = self._tally(placed.incident_id)
        tally.why = tally.why or placed.why
        if placed.beside is not None:
            self._apart.append((placed.incident_id, placed.beside, alert))
        if alert.fires:
            tally.added += 1
            self._began(tally, alert.signal)
            if places.is_new_sort(placed.incident_id, alert):
                tally.sorts.append(alert.signal)
                tally.all_sorts = places.number_of_sorts(placed.incident_id)
        if over:
            self.ended(placed.incident_id, alert.signal)

    def repeated(self, incident_id: UUID) -> None:
        """An alert of the incident was heard again."""
        self._tally(incident_id).repeated += 1

    def ended(self, incident_id: UUID, signal: Signal) -> None:
        """An alert of the incident is over, says its monitor."""
        tally = self._tally(incident_id)
        tally.ended += 1
        if self._starts.get(identity_of(signal)[0], Starts()).lately < FLAPS:
            tally.resolved.append(signal)

    def write(self) -> None:
        """Put the lines down, each incident's own."""
        for incident_id, tally in self.tallies.items():
            counted = select(func.count(), func.count(col(SignalRow.resolved_at)))
            total, over = self._act.session.exec(counted.where(col(SignalRow.incident_id) == incident_id)).one()
            for line in lines_of(tally, self._source.slug, int(total), int(over)):
                self._record(incident_id, line.action, line.text)
        for opened, storm, alert in self._apart:
            self._write_apart(opened, storm, alert)

    def _began(self, tally: Tally, signal: Signal) -> None:
        key = identity_of(signal)[0]
        before = self._starts.get(key, Starts())
        self._starts[key] = now = Starts(before.ever + 1, before.lately + 1)
        if now.lately >= FLAPS:
            tally.flaps.append((signal, now.ever))
        else:
            tally.new.append(signal)

    def _write_apart(self, opened: UUID, storm: UUID, alert: Alert) -> None:
        """Say in both incidents that the alert left the storm; of a restricted one no name is named."""
        names = {one: self._act.session.get_one(Incident, one).codename for one in (opened, storm)}
        if alert.decision.restricted:
            names = dict.fromkeys(names, "another incident")
        graver = f"“{alert.signal.title}” ({alert.severity})"
        self._record(opened, "alert.apart", f"Apart from the storm in {names[storm]}: {graver}, graver and unlike it.")
        self._record(storm, "alert.apart", f"{graver} is graver than this storm and unlike it: see {names[opened]}.")

    def _record(self, incident_id: UUID, action: str, text: str) -> None:
        body = {"intake": str(self._intake.id), "sha256": self._intake.sha256, "source": self._source.slug}
        record(self._act, incident_subject(incident_id), action, {"text": text, **body})

    def _tally(self, incident_id: UUID) -> Tally:
        return self.tallies.setdefault(incident_id, Tally())
