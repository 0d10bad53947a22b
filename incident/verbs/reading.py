"""Read what a monitor sent: alerts told apart, an incident opened or joined, a resolve noted. It closes nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from incident.adapters.rules import read_rules
from incident.adapters.signals import Signal, SignalState
from incident.errors import NotFound
from incident.law.circumstances import Organisation
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Severity
from incident.models.intake import Intake, IntakeState, SignalRow, Source
from incident.outreach import opened_message
from incident.roles import Action
from incident.runbooks import Runbook
from incident.verbs.act import Act
from incident.verbs.alert_homes import FLOOD, Identity, identity_of, known_alerts, live_homes, recently_opened
from incident.verbs.alert_lines import Tally, lines_of
from incident.verbs.entries import record
from incident.verbs.incidents import Report, open_incident
from incident.verbs.messages import post
from incident.verbs.obligations import rederive
from notifications.ids import new_id


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

    Alerts that belong together by the source's rules join the open incident of their group; a firing one without opens
    an incident with its runbook, pages people and starts the provisional clock, of several the gravest. A repeat is
    counted. A resolve is noted on the timeline; it closes nothing and stops no clock, and a late repeat does not make a
    resolved alert fire again. In whatever order deliveries are read, the same incidents stand in the end. Deliveries of
    one source are read one after the other, so that a group never opens two.
    """
    act.require(Action.REPORT)
    intake, source = _held(act, intake_id)
    if intake.state is not IntakeState.OPEN:
        return NOTHING
    reading = _Reading(act, intake, source, reception)
    reading.take(signals)
    return reading.finish()


def count_again(act: Act, intake_id: UUID, signals: Sequence[Signal]) -> int:
    """A delivery that was read before came once more: its alerts were heard again now. Returns how many."""
    act.require(Action.REPORT)
    _, source = _held(act, intake_id)
    rows = known_alerts(act.session, source.id, signals)
    for row in rows.values():
        row.seen += 1
        row.last_seen_at = max(row.last_seen_at, act.now)
    act.session.add_all(rows.values())
    return len(rows)


def _held(act: Act, intake_id: UUID) -> tuple[Intake, Source]:
    """The delivery and its source, both held until the end; others of the source can be kept meanwhile."""
    intake = act.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound("There is no such delivery.")
    mine = select(Source).where(col(Source.id) == intake.source_id)
    source = act.session.exec(mine.with_for_update(key_share=True)).one()
    act.session.refresh(intake, with_for_update={"key_share": True})
    return intake, source


class _Reading:
    """One delivery on its way into incidents. What is known is looked up once for all its alerts."""

    def __init__(self, act: Act, intake: Intake, source: Source, reception: Reception) -> None:
        self._act, self._intake, self._source = act, intake, source
        self._rules, self._reception = read_rules(source.rules), reception
        self._ring = act.keys.for_scope(act.session, intake.scope)
        self._at, self._times = intake.received_at, 1 + intake.repeats
        self._last = max(self._at, intake.last_repeat_at or self._at)
        self._rows: dict[Identity, SignalRow] = {}
        self._homes: dict[str, UUID] = {}
        self._tallies: dict[UUID, Tally] = {}
        self._opened: list[UUID] = []
        self._recent: list[UUID] | None = None  # looked up when the first alert would open an incident

    def take(self, signals: Sequence[Signal]) -> None:
        """Tell of each alert whether it is new, a repeat or resolved, and put it to its incident."""
        session, source_id = self._act.session, self._source.id
        self._rows = known_alerts(session, source_id, signals)
        self._homes = live_homes(session, source_id, {self._group(signal) for signal in signals})
        for signal in sorted(signals, key=_firing_then_gravest):
            row = self._rows.get(identity_of(signal))
            if row is None:
                self._keep(signal)
            else:
                self._repeat(row, signal)
        session.flush()

    def finish(self) -> Applied:
        """Write the lines, mark the delivery as applied, page people and derive what follows."""
        act, tallies = self._act, self._tallies
        done = {"state": IntakeState.APPLIED, "incident_id": next(iter(tallies), None)}
        act.session.execute(update(Intake).where(col(Intake.id) == self._intake.id).values(**done))
        for incident_id, tally in tallies.items():
            self._write_down(incident_id, tally)
            opened_at = act.session.get_one(Incident, incident_id).opened_at
            if incident_id in self._opened:
                self._page(incident_id)
            if incident_id in self._opened or self._at < opened_at:  # an earlier moment to count from
                rederive(act, incident_id, self._reception.organisation)
        return Applied(
            tuple(tallies),
            tuple(self._opened),
            sum(len(tally.new) for tally in tallies.values()),
            sum(tally.repeated for tally in tallies.values()),
            sum(len(tally.resolved) for tally in tallies.values()),
        )

    def _keep(self, signal: Signal) -> None:
        (key, began), group, row_id = identity_of(signal), self._group(signal), new_id()
        incident_id = self._home(signal, group)
        resolved = signal.state is SignalState.RESOLVED
        content = json.dumps(_document(signal), ensure_ascii=False).encode()
        row = SignalRow(
            id=row_id,
            intake_id=self._intake.id,
            source_id=self._source.id,
            incident_id=incident_id,
            key=key,
            group_digest=group,
            started_at_text=began,
            started_at=signal.started_at,
            state=signal.state.value,
            severity=Severity(signal.severity.value),
            content_sealed=self._ring.seal(content, "signal", "content_sealed", row_id),
            scope=self._intake.scope,
            first_seen_at=self._at,
            last_seen_at=self._last,
            resolved_at=self._at if resolved else None,
            seen=self._times,
        )
        self._act.session.add(row)
        self._rows[key, began] = row
        if incident_id is not None:
            tally = self._tally(incident_id)
            (tally.resolved if resolved else tally.new).append(signal)

    def _repeat(self, row: SignalRow, signal: Signal) -> None:
        row.seen += self._times
        if self._at < row.first_seen_at:  # read later, though it came first: awareness may count from it
            row.first_seen_at, row.intake_id = self._at, self._intake.id
        row.last_seen_at = max(row.last_seen_at, self._last)
        over = signal.state is SignalState.RESOLVED
        news = over and row.resolved_at is None
        if news:
            row.state, row.resolved_at = signal.state.value, self._at
        self._act.session.add(row)
        if row.incident_id is not None:
            tally = self._tally(row.incident_id)
            tally.repeated += not news
            tally.resolved += [signal] if news else []
        elif not over:
            self._join_late(row, signal)

    def _join_late(self, row: SignalRow, signal: Signal) -> None:
        """It fires, but its resolve came first and was nobody's: it is put where it would have been."""
        row.group_digest = self._group(signal)
        row.incident_id = self._home(signal, row.group_digest)
        if row.incident_id is not None:
            tally = self._tally(row.incident_id)
            tally.new.append(signal)
            tally.resolved.append(signal)

    def _home(self, signal: Signal, group: str) -> UUID | None:
        """The open incident of the alert's group; a firing alert without one opens it, a resolved one does not."""
        if group not in self._homes:
            if signal.state is SignalState.RESOLVED:
                return None
            self._homes[group] = self._flooded() or self._open(signal)
        return self._homes[group]

    def _flooded(self) -> UUID | None:
        """The latest incident of a source that opens too many."""
        if self._recent is None:
            self._recent = recently_opened(self._act.session, self._source.id, self._act.now)
        if len(self._recent) < FLOOD:
            return None
        self._tally(self._recent[-1]).flooded = True
        return self._recent[-1]

    def _open(self, signal: Signal) -> UUID:
        opening = self._rules.opening(signal)
        report = Report(signal.title, opening.kind, Severity(opening.severity.value), at=self._at)
        opened = open_incident(self._act, report, self._reception.runbooks.get(opening.kind))
        self._opened.append(opened.id)
        if self._recent is not None:
            self._recent.append(opened.id)
        return opened.id

    def _write_down(self, incident_id: UUID, tally: Tally) -> None:
        body = {"intake": str(self._intake.id), "sha256": self._intake.sha256, "source": self._source.slug}
        counted = select(func.count(), func.count(col(SignalRow.resolved_at)))
        total, over = self._act.session.exec(counted.where(col(SignalRow.incident_id) == incident_id)).one()
        for line in lines_of(tally, self._source.slug, int(total), int(over)):
            record(self._act, incident_subject(incident_id), line.action, {"text": line.text, **body})

    def _page(self, incident_id: UUID) -> None:
        incident = self._act.session.get_one(Incident, incident_id)
        address = f"{self._reception.console}/incidents/{incident.codename}" if self._reception.console else ""
        message = opened_message(incident_id, incident.codename, incident.severity.value, address)
        post(self._act, incident_id, message, self._reception.domain)

    def _tally(self, incident_id: UUID) -> Tally:
        return self._tallies.setdefault(incident_id, Tally())

    def _group(self, signal: Signal) -> str:
        return hashlib.sha256(self._rules.belongs_to(signal).encode()).hexdigest()


def _firing_then_gravest(signal: Signal) -> tuple[bool, int]:
    return signal.state is SignalState.RESOLVED, signal.severity.rank


def _document(signal: Signal) -> dict[str, object]:
    return {
        "title": signal.title,
        "severity": signal.severity.value,
        "source": signal.source,
        "state": signal.state.value,
        "asset": signal.asset,
        "link": signal.link,
        "group": signal.group,
        "hints": dict(signal.hints),
    }
