"""What follows for one fact sheet: each duty, for each legal entity and addressee, from that entity's own data sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident.anchors import NAMES, Anchor, Start, start_of
from incident.facts import DataSet, FactSheet
from incident.law.answers import Answer, Truth, all_of, any_of, no, unknown, yes
from incident.law.counting import READINGS, count, stamp
from incident.law.duties import Duty, DutyKind
from incident.law.expressions import World
from incident.law.undertakings import PROMISE, Counterparty, contract_duty, contract_id, promise_duty

CONTROLLERS = "controllers"  # addressee of a processor's duty while the customers are not known


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the installation knows of itself. `targets`: duty id → its own hours where the law sets no number."""

    entity: str = "main"
    establishment: str | None = None
    zone: str = "UTC"
    promise_hours: int | None = None
    targets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything beside the facts: who we are, whose data we hold, moments, assessments, rules already running.

    `findings` are by data set id, then by the name triggers use. `frozen` are the rules of obligations that exist, by
    (entity, duty id): a later edition of a pack does not move their clocks.
    """

    organisation: Organisation = field(default_factory=Organisation)
    customers: Mapping[str, Counterparty] = field(default_factory=dict)
    anchors: Sequence[Anchor] = ()
    findings: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    frozen: Mapping[tuple[str, str], Duty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Another defensible way to count, for information."""

    reading: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Derived:
    """One duty towards one addressee. `due_at` is the law's or the contract's moment, `target_at` our own, in UTC.

    A "no" and a clock whose anchor is not known have no moment; `blocked` then says what is waited for.
    """

    entity: str
    duty: Duty
    addressee: str
    applies: Truth
    why: tuple[str, ...]
    missing: tuple[str, ...]
    datasets: tuple[str, ...]
    started_at: datetime | None = None
    provisional: bool = False
    due_at: datetime | None = None
    target_at: datetime | None = None
    trace: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    blocked: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it one obligation within an incident."""
        return (self.entity, self.duty.id, self.addressee, self.duty.stage)

    @property
    def soft(self) -> bool:
        """No number in the law: only our own target has a moment."""
        return self.duty.period is None


def derive(sheet: FactSheet, duties: Iterable[Duty], circumstances: Circumstances) -> tuple[Derived, ...]:
    """Every duty with its answer, in a fixed order. The same input gives the same output."""
    every = tuple(duties)
    rows: list[Derived] = []
    for entity, datasets in _by_entity(sheet, circumstances.organisation.entity).items():
        case = _Case(sheet, entity, datasets, circumstances)
        for duty in case.rules(every):
            rows.extend(case.rows(duty))
    return tuple(sorted(rows, key=lambda row: row.key))


def _by_entity(sheet: FactSheet, default: str) -> dict[str, list[DataSet]]:
    found: dict[str, list[DataSet]] = {}
    for dataset in sorted(sheet.datasets, key=lambda dataset: dataset.id):
        found.setdefault(dataset.entity or default, []).append(dataset)
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    """One legal entity with its data sets; nothing of another entity is looked at."""

    sheet: FactSheet
    entity: str
    datasets: list[DataSet]
    circumstances: Circumstances

    def rules(self, duties: Sequence[Duty]) -> Iterator[Duty]:
        """The frozen rule where one runs, else the version in force at its anchor's date; contracts; the promise."""
        frozen = self.circumstances.frozen
        for identity in sorted({duty.id for duty in duties}):
            versions = [duty for duty in duties if duty.id == identity]
            yield frozen.get((self.entity, identity)) or self._in_force(versions)
        for customer in sorted({name for dataset in self.datasets for name in dataset.controllers or ()}):
            party = self.circumstances.customers.get(customer)
            contract = frozen.get((self.entity, contract_id(customer))) or (contract_duty(party) if party else None)
            if contract is not None:
                yield contract
        hours = self.circumstances.organisation.promise_hours
        promise = frozen.get((self.entity, PROMISE)) or (promise_duty(hours) if hours else None)
        if promise is not None:
            yield promise

    def rows(self, duty: Duty) -> Iterator[Derived]:
        for addressee, datasets in self._addressed(duty).items():
            answers = {dataset.id: self._answer(duty, addressee, dataset) for dataset in datasets}
            together = any_of(answers.values())
            named = () if together.truth is Truth.NO else _those(answers, together.truth)
            yield self._timed(duty, addressee, together, named)

    def _in_force(self, versions: Sequence[Duty]) -> Duty:
        ordered = sorted(versions, key=lambda duty: str(duty.applies_from or ""))
        start = self._start(ordered[-1], ())
        fitting = [duty for duty in ordered if start is not None and duty.in_force(start.at.date())]
        return fitting[-1] if fitting else ordered[-1]

    def _addressed(self, duty: Duty) -> dict[str, list[DataSet]]:
        """Addressee → the data sets that concern it. Processors tell each customer of that customer's data only."""
        if duty.kind is DutyKind.CONTRACT:
            customer = duty.id.removeprefix(contract_id(""))
            return {customer: [dataset for dataset in self.datasets if customer in (dataset.controllers or ())]}
        if duty.addressee_kind != "controller":
            return {duty.addressee_kind: self.datasets}
        concerned: dict[str, list[DataSet]] = {}
        for dataset in self.datasets:
            for addressee in dataset.controllers or (CONTROLLERS,):
                concerned.setdefault(addressee, []).append(dataset)
        return concerned

    def _answer(self, duty: Duty, addressee: str, dataset: DataSet) -> Answer:
        facts = self.sheet.view(dataset)
        if self.circumstances.organisation.establishment:
            facts.setdefault("organisation.establishment", self.circumstances.organisation.establishment)
        trigger = duty.expression.evaluate(World(facts, self.circumstances.findings.get(dataset.id, {})))
        if duty.addressee_kind not in ("controller", "customers"):
            return trigger
        customers = dataset.controllers
        if customers is None:
            return all_of((trigger, unknown("controllers")))
        if not customers:
            return all_of((trigger, no(f"data set {dataset.id} holds no customer's data")))
        return all_of((trigger, yes(f"data set {dataset.id} holds data of {_counted(customers, addressee)}")))

    def _timed(self, duty: Duty, addressee: str, answer: Answer, datasets: tuple[str, ...]) -> Derived:
        row = (self.entity, duty, addressee, answer.truth, answer.why, answer.missing, datasets)
        if answer.truth is Truth.NO:
            return Derived(*row)
        start = self._start(duty, datasets)
        if start is not None and not duty.in_force(start.at.date()):
            return Derived(self.entity, duty, addressee, Truth.NO, (f"not in force on {start.at:%Y-%m-%d}",), (), ())
        if start is None:
            waits = f"The moment is not known: {duty.anchor} ({NAMES[duty.anchor]})."
            return Derived(*row, blocked=waits, trace=(waits,))
        zone = ZoneInfo(self.circumstances.organisation.zone)
        counted = count(duty.counting, start.at, duty.period, zone)
        target_at, own = self._target(duty, start)
        return Derived(
            *row,
            started_at=start.at,
            provisional=start.provisional,
            due_at=counted.due_at,
            target_at=target_at,
            trace=(f"Start: {stamp(start.at)}, {start}.", *counted.trace, *own),
            readings=_other_readings(duty, start, zone),
        )

    def _start(self, duty: Duty, datasets: Iterable[str]) -> Start | None:
        """Of several data sets the one whose clock began first: what is decided of one says nothing of another."""
        wider = (frozenset({f"entity:{self.entity}"}), frozenset({f"regime:{duty.regime}"}))
        own = [frozenset({f"dataset:{name}"}) for name in datasets] or [frozenset[str]()]
        starts = [start_of(self.circumstances.anchors, duty.anchor, (nearest, *wider)) for nearest in own]
        known = [start for start in starts if start is not None]
        return min(known, key=lambda start: (start.at, start.provisional), default=None)

    def _target(self, duty: Duty, start: Start) -> tuple[datetime | None, tuple[str, ...]]:
        hours = self.circumstances.organisation.targets.get(duty.id)
        if hours is None or duty.period is not None:
            return None, ()
        target = start.at + timedelta(hours=hours)
        return target, (f"Own target, no number of the law: {stamp(start.at)} + {hours} h = {stamp(target)}",)


def _those(answers: Mapping[str, Answer], truth: Truth) -> tuple[str, ...]:
    return tuple(name for name, answer in answers.items() if answer.truth is truth)


def _other_readings(duty: Duty, start: Start, zone: ZoneInfo) -> tuple[Reading, ...]:
    counted = ((name, count(name, start.at, duty.period, zone).due_at) for name in duty.alternatives)
    return tuple(Reading(READINGS[name], due_at) for name, due_at in counted if due_at is not None)


def _counted(customers: Sequence[str], addressee: str) -> str:
    if addressee in customers:
        return f"customer {addressee}"
    return f"{len(customers)} customer{'' if len(customers) == 1 else 's'}"
