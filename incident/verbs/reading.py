"""Read what a monitor sent: alerts told apart, an incident opened or joined, a resolve noted. It closes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.adapters.rule_documents import read_rules
from incident.adapters.rules import Decision, RuleAction
from incident.adapters.signals import Signal, SignalState
from incident.errors import NotFound
from incident.law.circumstances import Organisation
from incident.models.incidents import Severity
from incident.models.intake import Intake, IntakeState, SignalOutcome, SignalRow, Source
from incident.queries.anchors import heard_first
from incident.queries.recipients import REGISTER
from incident.roles import Action, Visibility
from incident.runbooks import Runbook
from incident.verbs.act import Act
from incident.verbs.alert_homes import known_alerts
from incident.verbs.alert_pages import page_opened
from incident.verbs.alert_places import Alert, Placed, Places, alerts_of
from incident.verbs.alert_rows import AlertRows, content_of
from incident.verbs.alert_telling import Telling
from incident.verbs.incidents import Report, open_incident
from incident.verbs.obligations import rederive
from notifications.ids import new_id
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Reception:
    """What opening an incident from an alert needs to know: our organisation, runbooks by kind, addresses."""

    organisation: Organisation
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    domain: str = "localhost"  # stands in the Message-ID of pages
    console: str = ""  # address people reach the console at


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a delivery: the incidents its alerts opened or joined, and how many alerts were new."""

    incidents: tuple[UUID, ...]
    opened: tuple[UUID, ...]
    new: int
    repeated: int
    resolved: int


NOTHING = Applied((), (), 0, 0, 0)


def apply_signals(act: Act, intake_id: UUID, signals: Sequence[Signal], reception: Reception) -> Applied:
    """Apply the alerts of one kept delivery, once: applying it again changes nothing.

    What the source's rules record or ignore is kept and belongs to no incident. Alerts that belong together join the
    open incident of their group; a firing one without opens an incident with its runbook, pages people and starts the
    provisional clock, of several the gravest. A repeat is counted. A resolve is noted on the timeline; it closes
    nothing and stops no clock, and a late repeat does not make a resolved alert fire again. In whatever order
    deliveries are read, the same incidents stand in the end. Deliveries of one source are read one after the other, so
    that a group never opens two.
    """
    act.require(Action.REPORT)
    intake, source = _held(act, intake_id)
    if intake.state is not IntakeState.OPEN:
        return NOTHING
    reading = _Reading(act, intake, source, reception, intake.received_at)
    reading.take(signals)
    return reading.finish()


def count_again(act: Act, intake_id: UUID, signals: Sequence[Signal], reception: Reception) -> int:
    """A delivery that was read before came once more: its alerts were heard again now. Returns how many.

    One that was ignored or recorded and still fires opens or joins an incident where the rules now say so.
    """
    act.require(Action.REPORT)
    intake, source = _held(act, intake_id)
    known = AlertRows(known_alerts(act.session, source.id, signals))
    found = [(signal, row) for signal in signals if (row := known.heard_as(signal, act.now)) is not None]
    rows = {row.id: row for _, row in found}
    for row in rows.values():
        row.seen += 1
        row.last_seen_at = max(row.last_seen_at, act.now)
    act.session.add_all(rows.values())
    waiting = [signal for signal, row in found if row.incident_id is None and row.resolved_at is None]
    if waiting:
        reading = _Reading(act, intake, source, reception, act.now)
        reading.take_up(waiting)
        reading.finish()
    return len(rows)


def _held(act: Act, intake_id: UUID) -> tuple[Intake, Source]:
    """The delivery and its source, both held until the end; others of the source can be kept meanwhile."""
    intake = act.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound(worded("There is no such delivery."))
    mine = select(Source).where(col(Source.id) == intake.source_id)
    source = act.session.exec(mine.with_for_update(key_share=True)).one()
    act.session.refresh(intake, with_for_update={"key_share": True})
    return intake, source


class _Reading:
    """One delivery on its way into incidents. What is known is looked up once for all its alerts."""

    def __init__(self, act: Act, intake: Intake, source: Source, reception: Reception, at: datetime) -> None:
        self._act, self._intake, self._source = act, intake, source
        self._rules, self._reception = read_rules(source.rules), reception
        self._ring = act.keys.for_scope(act.session, intake.scope)
        self._at, self._times = at, 1 + intake.repeats
        self._last = max(at, intake.last_repeat_at or at)
        self._rows = AlertRows({})
        self._places = Places(act.session, source.id, self._rules, (at, act.now), self._open)
        self._telling = Telling(act, intake, source)
        self._opened: dict[UUID, Decision] = {}

    def take(self, signals: Sequence[Signal]) -> None:
        """Tell of each alert whether it is new, a repeat or resolved, and put it to its incident."""
        for alert in self._looked_up(signals):
            signal = alert.signal
            row = self._rows.heard_as(signal, self._at)
            if row is None:
                row = self._keep(alert)
            else:
                self._repeat(row, alert)
            if self._rows.ends_every_start(signal):
                self._end_all(row, signal)
        self._act.session.flush()

    def take_up(self, signals: Sequence[Signal]) -> None:
        """Put alerts that are kept and belong to no incident to the one that the rules now have them open or join."""
        for alert in self._looked_up(signals):
            row = self._rows.heard_as(alert.signal, self._at)
            if row is not None and row.incident_id is None and alert.fires:
                self._join_late(row, alert)
        self._act.session.flush()

    def finish(self) -> Applied:
        """Write the lines, mark the delivery as applied, page people and derive what follows."""
        act, tallies = self._act, self._telling.tallies
        first = next(iter(tallies), self._intake.incident_id)
        done = {"state": IntakeState.APPLIED, "incident_id": first}
        act.session.execute(update(Intake).where(col(Intake.id) == self._intake.id).values(**done))
        self._telling.write()
        for incident_id in tallies:
            opened = incident_id in self._opened
            if opened:
                decision, reception = self._opened[incident_id], self._reception
                page_opened(act, incident_id, decision, reception.domain, reception.console)
            if opened or heard_first(act.session, incident_id, self._intake.id, self._at):
                rederive(act, incident_id, self._reception.organisation)
        return Applied(
            tuple(tallies),
            tuple(self._opened),
            sum(tally.added for tally in tallies.values()),
            sum(tally.repeated for tally in tallies.values()),
            sum(tally.ended for tally in tallies.values()),
        )

    def _looked_up(self, signals: Sequence[Signal]) -> list[Alert]:
        """The alerts in the order they are taken; what is known of them is at hand from here on."""
        session, source_id = self._act.session, self._source.id
        register = self._act.keys.for_scope(session, REGISTER)
        alerts = alerts_of(signals, self._rules, self._at, register)
        self._rows = AlertRows(known_alerts(session, source_id, signals))
        self._telling.look_up(signals)
        self._places.look_up(alerts)
        return alerts

    def _keep(self, alert: Alert) -> SignalRow:
        signal, row_id = alert.signal, new_id()
        key, began = self._rows.new_identity(signal, self._at)
        placed = None if self._rows.ends_every_start(signal) else self._places.place(alert)
        over_at = self._at if signal.state is SignalState.RESOLVED else self._over_at(signal)
        row = SignalRow(
            id=row_id,
            intake_id=self._intake.id,
            source_id=self._source.id,
            incident_id=placed.incident_id if placed else None,
            key=key,
            group_digest=placed.group if placed else alert.group,
            alike_digest=alert.alike,
            outcome=_outcome(alert, placed),
            rule=alert.decision.rule,
            started_at_text=began,
            started_at=signal.started_at,
            state=(SignalState.RESOLVED if over_at else signal.state).value,
            severity=Severity(self._rules.severity(signal).value),
            content_sealed=self._ring.seal(content_of(signal), "signal", "content_sealed", row_id),
            scope=self._intake.scope,
            first_seen_at=self._at,
            last_seen_at=self._last,
            resolved_at=over_at,
            seen=self._times,
        )
        self._act.session.add(row)
        self._rows.add(row)
        if placed is not None:
            self._telling.came(placed, alert, self._places, over=over_at is not None)
        return row

    def _repeat(self, row: SignalRow, alert: Alert) -> None:
        signal = alert.signal
        row.seen += self._times
        if self._at < row.first_seen_at:  # read later, though it came first: awareness may count from it
            row.first_seen_at, row.intake_id = self._at, self._intake.id
        row.last_seen_at = max(row.last_seen_at, self._last)
        over = signal.state is SignalState.RESOLVED
        news = over and row.resolved_at is None
        if signal.state.rank > SignalState(row.state).rank:
            row.state, row.severity = signal.state.value, Severity(self._rules.severity(signal).value)
            row.resolved_at = self._at if over else self._over_at(signal)
            row.state = (SignalState.RESOLVED if row.resolved_at else signal.state).value
        self._act.session.add(row)
        if row.incident_id is None:
            if alert.fires:
                self._join_late(row, alert)
            return
        if news:
            self._telling.ended(row.incident_id, signal)
        else:
            self._telling.repeated(row.incident_id)

    def _join_late(self, row: SignalRow, alert: Alert) -> None:
        """It fires and belongs to no incident, since its resolve came first or a rule said so: put where it belongs."""
        placed = self._places.place(alert)
        row.outcome, row.rule = _outcome(alert, placed), alert.decision.rule
        row.group_digest, row.alike_digest = placed.group if placed else alert.group, alert.alike
        if placed is not None:
            row.incident_id = placed.incident_id
            self._telling.came(placed, alert, self._places, over=row.resolved_at is not None)

    def _end_all(self, marker: SignalRow, signal: Signal) -> None:
        """An end that names no start ends every firing alert of its key that began before it was received."""
        marker.resolved_at = max(marker.resolved_at or self._at, self._at)
        for row in self._rows.ended_by(marker, self._at):
            row.state, row.resolved_at = SignalState.RESOLVED.value, self._at
            self._act.session.add(row)
            if row.incident_id is not None:
                self._telling.ended(row.incident_id, signal)

    def _over_at(self, signal: Signal) -> datetime | None:
        """When an end without a start, received before or read before, ended this firing alert; None: it goes on."""
        return self._rows.over_at(signal, self._at) if signal.state is SignalState.FIRING else None

    def _open(self, alert: Alert) -> UUID:
        decision = alert.decision
        visibility = Visibility.RESTRICTED if decision.restricted else Visibility.OPEN
        report = Report(alert.signal.title, decision.kind, Severity(alert.severity.value), visibility, at=self._at)
        opened = open_incident(self._act, report, self._reception.runbooks.get(decision.kind))
        self._opened[opened.id] = decision
        return opened.id


def _outcome(alert: Alert, placed: Placed | None) -> SignalOutcome:
    if placed is not None:
        return SignalOutcome.INCIDENT
    return SignalOutcome.IGNORED if alert.decision.action is RuleAction.IGNORE else SignalOutcome.RECORDED
