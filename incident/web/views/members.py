"""Who works on an incident: its members, who else has it open, whom one may let in, who may see it."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.case import PresentLine
from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member. `here`: they have the incident open now, `tab` which page of it."""

    id: str
    name: str
    initials: str
    roles: str
    since: datetime
    commands: bool = False
    oneself: bool = False
    here: bool = False
    tab: str = ""
    reads: bool = True
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class VisibilityChange:
    """By whom it might be seen instead; `widens`: by more than now."""

    value: str
    label: str
    about: str
    widens: bool = False


@dataclass(frozen=True, slots=True)
class MembersView:
    """The page of people. `visitors` have it open and are no members; `others` may be let in."""

    lines: tuple[MemberLine, ...]
    visitors: tuple[PresentLine, ...] = ()
    others: tuple[Choice, ...] = ()
    changes: tuple[VisibilityChange, ...] = ()
