"""What follows for one fact sheet: each duty, for each legal entity and addressee, from that entity's own data sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from incident.anchors import by_name
from incident.facts import DataSet, FactSheet, Value
from incident.law.answers import Answer, Truth, all_of, joined, no, settled, unknown, yes
from incident.law.circumstances import Circumstances
from incident.law.duties import OWES_NOTHING, STATUSES, Duty, DutyKind
from incident.law.expressions import World
from incident.law.timing import Clock, Reading, Timekeeper
from incident.law.undertakings import PROMISE, contract_duty, contract_id, promise_duty

SEAT = "organisation.establishment"
REACH = frozenset({"reach", "organisation.sectors", SEAT})  # whom and where a law binds
CONTROLLERS = "controllers"  # addressee of a processor's duty while the customers are not known


@dataclass(frozen=True, slots=True)
class Derived:
    """One duty towards one addressee. A "no" has no clock.

    `reached` False: it is not known whether this law binds us here at all, which is a question of where and who.
    """

    entity: str
    duty: Duty
    addressee: str
    applies: Truth
    why: tuple[str, ...]
    missing: tuple[str, ...]
    datasets: tuple[str, ...]
    clock: Clock = field(default_factory=Clock)
    reached: bool = True

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it one obligation within an incident."""
        return (self.entity, self.duty.id, self.addressee, self.duty.stage)

    @property
    def soft(self) -> bool:
        """No number in the law: only our own target, or another party's notice, has a moment."""
        return self.duty.period is None

    @property
    def owed_or_open(self) -> bool:
        """Whether somebody has to do or to decide something: it applies, or may and the law reaches us."""
        return self.applies is not Truth.NO and self.reached

    @property
    def started_at(self) -> datetime | None:
        return self.clock.started_at

    @property
    def provisional(self) -> bool:
        return self.clock.provisional

    @property
    def due_at(self) -> datetime | None:
        """The law's or the contract's moment, in UTC; `provisional` says that its start is not decided."""
        return self.clock.due_at

    @property
    def target_at(self) -> datetime | None:
        return self.clock.target_at

    @property
    def trace(self) -> tuple[str, ...]:
        return self.clock.trace

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self.clock.readings

    @property
    def blocked(self) -> str:
        return self.clock.blocked


def derive(sheet: FactSheet, duties: Iterable[Duty], circumstances: Circumstances) -> tuple[Derived, ...]:
    """Every duty with its answer, in a fixed order. The same input gives the same output."""
    versions: dict[str, list[Duty]] = {}
    for duty in duties:
        versions.setdefault(duty.id, []).append(duty)
    rows: list[Derived] = []
    for entity, datasets in _by_entity(sheet, circumstances.organisation.entity).items():
        case = _case(sheet, entity, datasets, circumstances)
        for duty in case.rules(versions):
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

    entity: str
    datasets: list[DataSet]
    worlds: Mapping[str, World]
    unassessed: Mapping[str, World]  # the same, where no assessment has an answer
    circumstances: Circumstances
    times: Timekeeper

    def rules(self, versions: Mapping[str, Sequence[Duty]]) -> Iterator[Duty]:
        """The frozen rule where one runs, else the version in force at its anchor's date; contracts; the promise."""
        frozen = self.circumstances.frozen
        for identity, found in versions.items():
            yield frozen.get((self.entity, identity)) or self._in_force(found)
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
        if duty.status in OWES_NOTHING:
            yield self._nothing(duty, duty.addressee or duty.addressee_kind, STATUSES[duty.status])
            return
        for addressee, datasets in self._addressed(duty).items():
            answers = {dataset.id: self._answer(duty, addressee, dataset) for dataset in datasets}
            together = joined(answers.values())
            if duty.each and not self.times.establishment and together.truth is not Truth.NO:
                together = replace(
                    together, missing=tuple(dict.fromkeys((*together.missing, SEAT)))
                )  # one lead authority, or every one
            named = () if together.truth is Truth.NO else _those(answers, together.truth)
            row = self._timed(duty, addressee, together, named)
            yield row if row.applies is not Truth.UNKNOWN else replace(row, reached=self._reached(duty, row))

    def _in_force(self, versions: Sequence[Duty]) -> Duty:
        if len(versions) == 1:
            return versions[0]
        ordered = sorted(versions, key=lambda duty: str(duty.applies_from or ""))
        start = self.times.start(ordered[-1], [dataset.id for dataset in self.datasets])
        at = start.at if start else self.circumstances.now
        fitting = [duty for duty in ordered if at is not None and duty.in_force(self.times.day(duty, at))]
        return fitting[-1] if fitting else ordered[-1]

    def _addressed(self, duty: Duty) -> dict[str, list[DataSet]]:
        """Addressee → the data sets that concern it. Processors tell each customer of that customer's data only."""
        if duty.kind is DutyKind.CONTRACT:
            customer = duty.id.removeprefix(contract_id(""))
            return {customer: [dataset for dataset in self.datasets if customer in (dataset.controllers or ())]}
        if duty.addressee_kind != "controller":
            return self._each(duty) or {duty.addressee or duty.addressee_kind: self.datasets}
        concerned: dict[str, list[DataSet]] = {}
        for dataset in self.datasets:
            for addressee in dataset.controllers or (CONTROLLERS,):
                concerned.setdefault(addressee, []).append(dataset)
        return concerned

    def _each(self, duty: Duty) -> dict[str, list[DataSet]]:
        """Established outside: the authority of every country where people live (EDPB Guidelines 9/2022, para 73)."""
        if not duty.each:
            return {}
        countries = dict(duty.groups).get(duty.each, ())
        concerned: dict[str, list[DataSet]] = {}
        for dataset in self.datasets:
            facts = self.worlds[dataset.id].facts
            establishment, reach = facts.get("organisation.establishment"), facts.get("reach")
            if establishment is None or establishment in countries or not isinstance(reach, Mapping):
                continue
            for code, number in reach.items():
                if (country := code.partition("-")[0]) in countries and number != 0:
                    name = f"{duty.addressee or duty.addressee_kind}:{country}"
                    concerned.setdefault(name, []).append(dataset)
        return dict(sorted(concerned.items()))

    def _answer(self, duty: Duty, addressee: str, dataset: DataSet) -> Answer:
        trigger = settled(duty.expression.evaluate(self._world(duty, dataset)))
        if duty.addressee_kind not in ("controller", "customers"):
            return trigger
        customers = dataset.controllers
        if customers is None:
            return all_of((trigger, unknown("controllers")))
        if not customers:
            return all_of((trigger, no(f"data set {dataset.id} holds no customer's data")))
        return all_of((trigger, yes(f"data set {dataset.id} holds data of {_counted(customers, addressee)}")))

    def _reached(self, duty: Duty, row: Derived) -> bool:
        """Whether a data set is surely within the law's reach; what assessments ask of places is no question of it."""
        if REACH.isdisjoint(row.missing) and not duty.expression.findings:
            return True
        for name in row.datasets:
            answer = duty.expression.evaluate(self.unassessed[name])
            if answer.truth is not Truth.UNKNOWN or REACH.isdisjoint(answer.missing):
                return True
        return False

    def _world(self, duty: Duty, dataset: DataSet) -> World:
        """With a threshold of people: the other data sets of the same role that satisfy the rest of the rule."""
        world = self.worlds[dataset.id]
        if not duty.expression.counts or len(self.datasets) == 1:
            return world
        others = []
        for other in self.datasets:
            alike = other.role == dataset.role or {other.role, dataset.role} <= set(duty.roles)
            if other.id != dataset.id and alike:
                beside = self.worlds[other.id]
                answer = duty.expression.evaluate(replace(beside, any_number=True)).truth
                if answer is not Truth.NO:
                    others.append((beside.facts, answer is Truth.YES))
        return replace(world, others=tuple(others))

    def _timed(self, duty: Duty, addressee: str, answer: Answer, datasets: tuple[str, ...]) -> Derived:
        if answer.truth is Truth.NO:
            return Derived(self.entity, duty, addressee, answer.truth, answer.why, answer.missing, datasets)
        start = self.times.start(duty, datasets)
        at = start.at if start else self.circumstances.now
        if at is not None and not duty.in_force(self.times.day(duty, at)):
            return self._nothing(duty, addressee, f"not in force on {self.times.day(duty, at)}")
        clock = self.times.clock(duty, datasets)
        return Derived(self.entity, duty, addressee, answer.truth, answer.why, answer.missing, datasets, clock)

    def _nothing(self, duty: Duty, addressee: str, why: str) -> Derived:
        return Derived(self.entity, duty, addressee, Truth.NO, (why,), (), ())


def _case(sheet: FactSheet, entity: str, datasets: list[DataSet], circumstances: Circumstances) -> _Case:
    moments = by_name(circumstances.anchors)
    decided = [anchor for found in moments.values() for anchor in found if anchor.decided]
    own = circumstances.organisation
    stated: dict[str, Value] = {"organisation.establishment": own.establishment} if own.establishment else {}
    if own.sectors is not None:
        stated["organisation.sectors"] = own.sectors
    worlds: dict[str, World] = {}
    for dataset in datasets:
        facts = {**stated, **sheet.view(dataset)}
        scopes = ("", f"entity:{entity}", f"dataset:{dataset.id}")
        recorded = frozenset(anchor.name for anchor in decided if anchor.scope in scopes)
        worlds[dataset.id] = World(facts, circumstances.findings.get(dataset.id, {}), recorded)
    seat = sheet.shared.get("organisation.establishment", own.establishment)
    times = Timekeeper(circumstances, entity, str(seat) if seat else None, moments)
    unassessed = {name: replace(world, findings={}) for name, world in worlds.items()}
    return _Case(entity, datasets, worlds, unassessed, circumstances, times)


def _those(answers: Mapping[str, Answer], truth: Truth) -> tuple[str, ...]:
    return tuple(name for name, answer in answers.items() if answer.truth is truth)


def _counted(customers: Sequence[str], addressee: str) -> str:
    if addressee in customers:
        return f"customer {addressee}"
    return f"{len(customers)} customer{'' if len(customers) == 1 else 's'}"
