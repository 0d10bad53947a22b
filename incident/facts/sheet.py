"""One saved state of what is known: data sets, their facts, the canonical document, and what changed between two."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = str | bool | int | float | tuple[str, ...] | Mapping[str, int | None]

ONLY = "data"  # id of the one data set of a sheet in the flat form


@dataclass(frozen=True, slots=True)
class DataSet:
    """One body of data the breach reached, in its own role and legal entity.

    `facts` maps a dotted path such as "people.count" to its value. `controllers` are the host's ids of the customers
    we process it for; None: not known yet. An empty `entity` is the organisation's first legal entity.
    """

    id: str
    title: str = ""
    role: str | None = None
    entity: str = ""
    controllers: tuple[str, ...] | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it: its title, its id where it has none."""
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class FactSheet:
    """What is known, as saved in one version. Every data set sees `shared`: breach.*, organisation.* and impact.*."""

    shared: Mapping[str, Value] = field(default_factory=dict)
    datasets: tuple[DataSet, ...] = ()

    def name_of(self, dataset: str) -> str:
        """What a line of the timeline calls the data set of this id: “Payroll”; the id where it has no title."""
        title = next((one.title for one in self.datasets if one.id == dataset), "")
        return f"“{title}”" if title else dataset

    def view(self, dataset: DataSet) -> dict[str, Value]:
        """Everything a rule may look at for this data set, and nothing of its neighbours."""
        seen = {**self.shared, **dataset.facts}
        return seen if dataset.role is None else {**seen, "organisation.role": dataset.role}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that differs between two versions; None: absent."""

    path: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.path}: {_said(self.before)} → {_said(self.after)}"


def unknown_sheet() -> FactSheet:
    """The sheet of an incident of which nothing is known: one data set, no facts. Its duties are all "unknown"."""
    return FactSheet(datasets=(DataSet(ONLY, "Not known yet"),))


def sheet_document(sheet: FactSheet) -> dict[str, object]:
    """The canonical JSON document; `read_sheet` of it gives the same sheet."""
    document: dict[str, object] = {**_nested(sheet.shared), "datasets": [_dataset_document(d) for d in sheet.datasets]}
    return document


def difference(old: FactSheet, new: FactSheet) -> tuple[Change, ...]:
    """What changed, fact by fact, in order of path."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    paths = sorted(before.keys() | after.keys())
    return tuple(
        Change(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    )


def paths_of(datasets: Iterable[str], facts: Iterable[str]) -> set[str]:
    """These facts as `difference` names them: shared ones bare, a data set's own under its id, and the set itself."""
    every = ("", *(f".{fact}" for fact in (*facts, "role", "entity", "controllers")))
    return {f"datasets.{dataset}{fact}" for dataset in datasets for fact in every} | set(facts)


def _dataset_document(dataset: DataSet) -> dict[str, object]:
    named: dict[str, object] = {"title": dataset.title, "role": dataset.role, "entity": dataset.entity}
    document: dict[str, object] = {"id": dataset.id} | {key: value for key, value in named.items() if value}
    if dataset.controllers is not None:
        document["controllers"] = list(dataset.controllers)
    return document | _nested(dataset.facts)


def _nested(facts: Mapping[str, Value]) -> dict[str, object]:
    document: dict[str, object] = {}
    for path, value in facts.items():
        *sections, name = path.split(".")
        inner = document
        for section in sections:
            inner = inner.setdefault(section, {})  # type: ignore[assignment]
        inner[name] = _plain(value)
    return document


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _leaves(sheet: FactSheet) -> Iterator[tuple[str, object]]:
    yield from sheet.shared.items()
    for dataset in sheet.datasets:
        at = f"datasets.{dataset.id}"
        yield at, dataset.name
        for name in ("role", "entity", "controllers"):
            if getattr(dataset, name) not in (None, ""):
                yield f"{at}.{name}", getattr(dataset, name)
        for path, value in dataset.facts.items():
            yield f"{at}.{path}", value


def _said(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {'?' if number is None else number}" for key, number in value.items()) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
