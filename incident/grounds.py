"""What a text rests on: the facts and moments it was written from, noted as they are read, and their digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from incident.anchors import Anchor, start_of
from incident.facts import DataSet, FactSheet, Value

MOMENT = "moment."
DUTY = "duty:"
NARROWED = "data.categories"
TITLE = "title"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known when a text is written: the saved sheet and the recorded moments.

    `entity` is the legal entity of data sets that name none; `number` is that of the saved version; `due` are duties
    that arose and still apply, or may: each as its id, and as `due_for` writes it for every data set it arose from.
    """

    sheet: FactSheet
    anchors: Sequence[Anchor] = ()
    entity: str = "main"
    number: int = 0
    due: frozenset[str] = frozenset()

    def dataset(self, identity: str) -> DataSet | None:
        return next((dataset for dataset in self.sheet.datasets if dataset.id == identity), None)

    def moment(self, name: str, dataset: DataSet) -> datetime | None:
        """A recorded moment of a data set; a candidate that nobody has decided is none."""
        scopes = (frozenset({f"dataset:{dataset.id}"}), frozenset({f"entity:{dataset.entity or self.entity}"}))
        start = start_of(self.anchors, name, scopes)
        return None if start is None or start.provisional else start.at

    def value(self, path: str) -> object:
        """What a noted path says now, as JSON; None where it says nothing. Of a duty: whether it still applies."""
        if path.startswith(DUTY):
            return path.removeprefix(DUTY) in self.due
        owner, _, rest = path.partition("/")
        dataset = self.dataset(owner)
        if dataset is None:
            return None
        if rest.startswith(MOMENT):
            at = self.moment(rest.removeprefix(MOMENT), dataset)
            return at.isoformat() if at else None
        if rest == TITLE:
            return dataset.name
        value = self.sheet.view(dataset).get(rest)
        if isinstance(value, tuple):
            return list(value)
        return dict(value) if isinstance(value, Mapping) else value


def due_for(duty: str, dataset: str) -> str:
    """A duty as it arose from one data set, and so for the legal entity of that: its id, and that of the data set."""
    return f"{duty}/{dataset}"


@dataclass(slots=True)
class Grounds:
    """Reads facts of one data set and notes each path as "<data set>/<path>".

    `only` narrows the categories of data to those of one segment of the audience; None: all of them.
    """

    case: Case
    dataset: DataSet
    only: frozenset[str] | None = None
    noted: dict[str, None] = field(default_factory=dict)

    def fact(self, path: str) -> Value | None:
        self._note(path)
        return self.case.sheet.view(self.dataset).get(path)

    def word(self, path: str) -> str:
        """A fact that is one word; "" while it is not known."""
        value = self.fact(path)
        return value if isinstance(value, str) else ""

    def words(self, path: str) -> tuple[str, ...] | None:
        """A fact that is a list of words; None while it is not known."""
        value = self.fact(path)
        if not isinstance(value, tuple):
            return None
        return value if self.only is None or path != NARROWED else tuple(word for word in value if word in self.only)

    def title(self) -> str:
        """What the data set is called, in the words of whoever named it; its id while nobody has."""
        self._note(TITLE)
        return self.dataset.title or self.dataset.id

    def moment(self, name: str) -> datetime | None:
        self._note(MOMENT + name)
        return self.case.moment(name, self.dataset)

    def _note(self, path: str) -> None:
        self.noted[f"{self.dataset.id}/{path}"] = None


def grounds_digest(case: Case, rests_on: Iterable[str]) -> str:
    """SHA-256 over what the noted paths say: equal while nothing a text rests on has changed."""
    said = {path: case.value(path) for path in rests_on}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changed_grounds(before: Case, after: Case, rests_on: Iterable[str]) -> tuple[str, ...]:
    """Which of the noted paths say something else now, in order. A duty applied when it was noted."""

    def said(path: str) -> object:
        return True if path.startswith(DUTY) else before.value(path)

    return tuple(path for path in sorted(set(rests_on)) if said(path) != after.value(path))
