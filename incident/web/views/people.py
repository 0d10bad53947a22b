"""What the pages of people and of roles show."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account in the list. `disabled_at` None: may sign in. `signs`: has a role that can use a passkey."""

    href: str
    name: str
    email: str
    roles: tuple[str, ...]
    last_signed_in: datetime | None
    passkeys: int
    disabled_at: datetime | None
    signed_in: bool
    signs: bool


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A bearer token in the list."""

    name: str
    roles: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everybody, the roles to choose from when somebody is added, and which part of the list is shown."""

    rows: tuple[PersonRow, ...]
    programs: tuple[ProgramRow, ...]
    roles: tuple[Choice, ...]
    shown: str  # all | without-passkey | disabled
    total: int
    zone: str


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey of somebody."""

    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One account and what may be done to it.

    `barred` says why its access cannot be ended, "" where it can; `password` is a new one, shown this once.
    """

    row: PersonRow
    zone: str
    created_at: datetime
    sessions: int
    passkeys: tuple[PasskeyRow, ...]
    roles: tuple[Choice, ...]
    barred: str = ""
    own: bool = False
    password: str = ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role: what it is for, how many acts it carries, how many people and programs hold it."""

    value: str
    name: str
    about: str
    acts: int
    holders: int
    programs: int
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act and the roles that may do it."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RolesView:
    """Every role, and who may do what; `chosen` names the role whose acts alone are shown, "" for all."""

    roles: tuple[RoleRow, ...]
    acts: tuple[ActRow, ...]
    chosen: str = ""
