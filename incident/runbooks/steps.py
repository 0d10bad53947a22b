"""A runbook, its tasks, what to keep before each, and the step an incident takes over."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta

from incident.phases import Phase
from incident.roles import Role


@dataclass(frozen=True, slots=True)
class Keep:
    """One thing to keep as evidence before the task changes anything, and how: a command or what to export."""

    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the advice comes from. An empty `url` means nobody has opened it yet."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step. `offset` counts from the opening of the incident; `facts` are the fact-sheet keys it answers.

    `exact` are commands to run or words to say, letter by letter. `changes`: it alters a system or a copy of the data.
    `measures` are words of the notices' measures that it suggests once it is done.
    """

    key: str
    phase: Phase
    title: str
    text: str
    exact: tuple[str, ...]
    role: Role
    offset: timedelta
    changes: bool
    keep: tuple[Keep, ...]
    breaks: tuple[str, ...]
    facts: tuple[str, ...]
    done: str
    sources: tuple[str, ...]
    measures: tuple[str, ...] = ()

    def step(self, sources: Collection[Source]) -> dict[str, object]:
        """The frozen copy an incident keeps: plain JSON, sources written out, offset in minutes."""
        cited = [asdict(source) for source in sources if source.id in self.sources]
        minutes = int(self.offset / timedelta(minutes=1))
        plain = {name: value for name, value in asdict(self).items() if name not in ("key", "phase", "offset")}
        lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        return {**plain, **lists, "role": str(self.role), "offset_minutes": minutes, "sources": cited}


@dataclass(frozen=True, slots=True)
class Runbook:
    """The tasks for one kind of incident, in the order of the phases."""

    kind: str
    title: str
    summary: str
    causes: tuple[str, ...]
    sources: tuple[Source, ...]
    tasks: tuple[Task, ...]
