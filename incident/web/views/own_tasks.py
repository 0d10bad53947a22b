"""Open tasks over all incidents: rows with what can be done with them, and what was chosen."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.board import FilterField
from incident.web.views.shell import Problem


@dataclass(frozen=True, slots=True)
class OwnTaskLine:
    """One open step. `href` leads to it in the runbook; `people` are those it can be handed to.

    `due`: late, soon or later. `changes`: it alters a system or a copy of the data.
    """

    id: str
    href: str
    title: str
    codename: str
    incident_title: str
    incident_href: str
    phase: str
    role: str
    due: str
    due_at: datetime | None
    assignee: str = ""
    mine: bool = False
    changes: bool = False
    done: str = ""  # when it is done, as the runbook says
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """One way of looking: its words, address, number, and whether it is the one that is shown."""

    label: str
    href: str
    number: int
    here: bool


@dataclass(frozen=True, slots=True)
class OwnTasksView:
    """One page of tasks. `back`: the address of the page, where its forms lead."""

    lines: tuple[OwnTaskLine, ...]
    ways: tuple[Ways, ...]
    fields: tuple[FilterField, ...]
    whose: str
    found: int
    first: int
    chosen: bool
    back: str
    before: str = ""
    after: str = ""
    can_do: bool = True
    problems: tuple[Problem, ...] = ()
