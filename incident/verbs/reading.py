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
from incident.law.derivation import Organisation
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Severity
from incident.models.intake import Intake, IntakeState, SignalRow, Source
from incident.outreach import opened_message
from incident.phases import FINAL
from incident.roles import Action
from incident.runbooks import Runbook
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.incidents import Report, open_incident
from incident.verbs.messages import post
from incident.verbs.obligations import rederive
from notifications.ids import new_id

EACH = 10  # alerts of one incident that get a line of their own; a storm beyond them is counted in lines ever rarer
LONGEST_KEY = 300
AT_ONCE = 500  # keys looked up by one statement


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


@dataclass(slots=True)
class _Tally:
    """What one delivery did to one incident."""

    new: list[Signal] = field(default_factory=list)
    repeated: int = 0
    resolved: list[Signal] = field(default_factory=list)


def apply_signals(act: Act, intake_id: UUID, signals: Sequence[Signal], reception: Reception) -> Applied:
    """Apply the alerts of one kept delivery, once: applying it again changes nothing.

    Alerts that belong together by the source's rules join the open incident of their group; a firing one without opens
    an incident with its runbook, pages people and starts the provisional clock. A repeat is counted. A resolve is noted
    on the timeline; it closes nothing and stops no clock, and an alert that was resolved is not reopened by a late
    repeat. Deliveries of one source are read one after the other, so that a group never opens two incidents.
    """
    act.require(Action.REPORT)
    intake = act.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound("There is no such delivery.")
    source = act.session.exec(select(Source).where(col(Source.id) == intake.source_id).with_for_update()).one()
    act.session.refresh(intake)
    if intake.state is not IntakeState.OPEN:
        return NOTHING
    reading = _Reading(act, intake, source, reception)
    reading.take(signals)
    return reading.finish()


class _Reading:
    """One delivery on its way into incidents. What is known is looked up once for all its alerts."""

    def __init__(self, act: Act, intake: Intake, source: Source, reception: Reception) -> None:
        self._act, self._intake, self._source = act, intake, source
        self._rules, self._reception = read_rules(source.rules), reception
        self._ring = act.keys.for_scope(act.session, intake.scope)
        self._known: dict[tuple[str, str], SignalRow] = {}
        self._homes: dict[str, UUID] = {}
        self._tallies: dict[UUID, _Tally] = {}
        self._opened: list[UUID] = []

    def take(self, signals: Sequence[Signal]) -> None:
        """Tell of each alert whether it is new, a repeat or resolved, and put it to its incident."""
        self._look_up({_key(signal) for signal in signals})
        for signal in signals:
            known = self._known.get((_key(signal), _started(signal)))
            if known is None:
                self._keep(signal)
            else:
                self._repeat(known, signal)
        self._act.session.flush()

    def finish(self) -> Applied:
        """Write the lines, mark the delivery as applied, page people and derive what follows for opened incidents."""
        act, tallies = self._act, self._tallies
        done = {"state": IntakeState.APPLIED, "incident_id": next(iter(tallies), None)}
        act.session.execute(update(Intake).where(col(Intake.id) == self._intake.id).values(**done))
        for incident_id, tally in tallies.items():
            self._write_down(incident_id, tally)
        for incident_id in self._opened:
            self._page(incident_id)
            rederive(act, incident_id, self._reception.organisation)
        return Applied(
            tuple(tallies),
            tuple(self._opened),
            sum(len(tally.new) for tally in tallies.values()),
            sum(tally.repeated for tally in tallies.values()),
            sum(len(tally.resolved) for tally in tallies.values()),
        )

    def _look_up(self, keys: set[str]) -> None:
        mine, ordered = col(SignalRow.source_id) == self._source.id, sorted(keys)
        for start in range(0, len(ordered), AT_ONCE):
            some = col(SignalRow.key).in_(ordered[start : start + AT_ONCE])
            for row in self._act.session.exec(select(SignalRow).where(mine, some)).all():
                self._known[row.key, row.started_at_text] = row

    def _keep(self, signal: Signal) -> None:
        now, row_id = self._intake.received_at, new_id()
        group = hashlib.sha256(self._rules.belongs_to(signal).encode()).hexdigest()
        incident_id = self._home(signal, group)
        resolved = signal.state is SignalState.RESOLVED
        content = json.dumps(_document(signal), ensure_ascii=False).encode()
        row = SignalRow(
            id=row_id,
            intake_id=self._intake.id,
            source_id=self._source.id,
            incident_id=incident_id,
            key=_key(signal),
            group_digest=group,
            started_at_text=_started(signal),
            started_at=signal.started_at,
            state=signal.state.value,
            severity=Severity(signal.severity.value),
            content_sealed=self._ring.seal(content, "signal", "content_sealed", row_id),
            scope=self._intake.scope,
            first_seen_at=now,
            last_seen_at=now,
            resolved_at=now if resolved else None,
        )
        self._act.session.add(row)
        self._known[row.key, row.started_at_text] = row
        if incident_id is not None:
            tally = self._tallies.setdefault(incident_id, _Tally())
            (tally.resolved if resolved else tally.new).append(signal)

    def _repeat(self, row: SignalRow, signal: Signal) -> None:
        row.seen += 1
        row.last_seen_at = max(row.last_seen_at, self._intake.received_at)
        news = signal.state is SignalState.RESOLVED and row.resolved_at is None
        if news:
            row.state, row.resolved_at = signal.state.value, self._intake.received_at
        self._act.session.add(row)
        if row.incident_id is not None:
            tally = self._tallies.setdefault(row.incident_id, _Tally())
            tally.repeated += not news
            tally.resolved += [signal] if news else []

    def _home(self, signal: Signal, group: str) -> UUID | None:
        """The open incident of the alert's group; a firing alert without one opens it, a resolved one does not."""
        if group not in self._homes:
            found = self._live(group)
            if found is None and signal.state is SignalState.RESOLVED:
                return None
            self._homes[group] = found or self._open(signal)
        return self._homes[group]

    def _live(self, group: str) -> UUID | None:
        mine = (col(SignalRow.source_id) == self._source.id, col(SignalRow.group_digest) == group)
        live = (
            select(Incident.id)
            .join(SignalRow, col(SignalRow.incident_id) == col(Incident.id))
            .where(*mine, col(Incident.phase).not_in(FINAL))
            .order_by(col(Incident.opened_at).desc())
            .limit(1)
        )
        return self._act.session.exec(live).first()

    def _open(self, signal: Signal) -> UUID:
        opening = self._rules.opening(signal)
        report = Report(signal.title, opening.kind, Severity(opening.severity.value), at=self._intake.received_at)
        opened = open_incident(self._act, report, self._reception.runbooks.get(opening.kind))
        self._opened.append(opened.id)
        return opened.id

    def _write_down(self, incident_id: UUID, tally: _Tally) -> None:
        body = {"intake": str(self._intake.id), "sha256": self._intake.sha256, "source": self._source.slug}
        subject, slug = incident_subject(incident_id), self._source.slug
        total, over = self._counted(incident_id)
        if tally.new and _worth_a_line(total - len(tally.new), total):
            text = f"{_named(tally.new)} from {slug}; {_alerts(total)} in all."
            record(self._act, subject, "alert.joined", {"text": text, **body})
        if tally.resolved and (over == total or _worth_a_line(over - len(tally.resolved), over)):
            text = f"{slug} says resolved: {_named(tally.resolved)}; {over:,} of {total:,}. This closes nothing."
            record(self._act, subject, "alert.resolved", {"text": text, **body})

    def _counted(self, incident_id: UUID) -> tuple[int, int]:
        """How many alerts the incident has, and how many of them their monitor calls resolved."""
        counted = select(func.count(), func.count(col(SignalRow.resolved_at)))
        total, over = self._act.session.exec(counted.where(col(SignalRow.incident_id) == incident_id)).one()
        return int(total), int(over)

    def _page(self, incident_id: UUID) -> None:
        incident = self._act.session.get_one(Incident, incident_id)
        address = f"{self._reception.console}/incidents/{incident.codename}" if self._reception.console else ""
        message = opened_message(incident_id, incident.codename, incident.severity.value, address)
        post(self._act, incident_id, message, self._reception.domain)


def _key(signal: Signal) -> str:
    return signal.key[:LONGEST_KEY]


def _started(signal: Signal) -> str:
    """When the alert began, by the monitor's word: with the key it tells one alert from the next of the same kind."""
    return signal.started_at.isoformat() if signal.started_at else signal.hints.get("started_at_as_sent", "")[:64]


def _worth_a_line(before: int, after: int) -> bool:
    """The first alerts each get a line; then one line whenever their number has doubled."""
    return before < EACH or after.bit_length() > before.bit_length()


def _named(signals: Sequence[Signal]) -> str:
    first = signals[0].title
    return f"“{first}”" if len(signals) == 1 else f"{_alerts(len(signals))}, the first “{first}”"


def _alerts(number: int) -> str:
    return "1 alert" if number == 1 else f"{number:,} alerts"


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
