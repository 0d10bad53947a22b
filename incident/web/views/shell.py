"""What every page of the console has around its content."""

from dataclasses import dataclass, field
from datetime import datetime

from incident.roles import Action


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a form offers, the words a person reads, and under which words it stands among others."""

    value: str
    label: str
    chosen: bool = False
    about: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: the field it belongs to, what, and how to mend it."""

    field: str
    message: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What the form before this page did, and the address of the form that undoes it, "" where none does.

    `fields` is what that form is sent. `is_logged`: a timeline or the log of the administration has it.
    """

    words: str
    undo: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    is_logged: bool = True


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame: who looks, in which zone, at what moment, and what the navigation shows.

    `person` is empty for pages that need no sign-in. `theme` is auto, light, dark or contrast,
    `language` one of the console's. `problems` are sentences about the installation itself, such as a sweep that
    stands still.
    """

    organisation: str
    now: datetime
    zone: str = "UTC"
    theme: str = "auto"
    language: str = "en"
    person: str = ""
    roles: str = ""
    csrf: str = ""
    here: str = "/"
    quarantined: int = 0
    has_mailbox: bool = False
    has_reports: bool = False
    problems: tuple[str, ...] = ()
    may: frozenset[Action] = field(default_factory=frozenset)
    done: Done | None = None
    owner: str = ""  # whose drafts this browser keeps: tells two people apart, and names neither
    sent: bool = False  # whether this page is itself the answer to a form

    def can(self, action: str) -> bool:
        """Whether the person's roles carry an action, by its name; the verb still asks for the incident."""
        return Action(action) in self.may
