"""What the page of declared assets shows."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice, Problem


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A declaration in words: (question, answer). `fields` are what its form holds, to say it again or otherwise.

    `withheld`: how many customers it names that the reader may not know.
    """

    kind: str
    pattern: str
    lines: tuple[tuple[str, str], ...]
    declared_at: datetime
    declared_by: str
    outdated: bool
    fields: "AssetFields"
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class AssetFields:
    """The fields of the form as they are filled."""

    kind: str = "bucket"
    name: str = ""
    categories: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    regions: str = ""
    role: str = ""
    customers: tuple[str, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class ImportView:
    """What a pasted table came to; `faults` are (line, what is wrong)."""

    stored: int
    confirmed: int
    refused: int
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AssetsView:
    """Everything that is declared, the form for one more, and what was wrong with it. `days`: 0, none is outdated.

    `otherwise`: the form says a declaration otherwise; `register` are customers to choose from and `unlisted` those of
    the form it does not hold, a line each; `withheld`: how many customers of the form the reader may not know, which
    stay; `entities` are (short id, name).
    """

    rows: tuple[AssetRow, ...]
    fields: AssetFields
    kinds: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    people: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    days: int
    columns: str
    problems: tuple[Problem, ...] = ()
    imported: ImportView | None = None
    pasted: str = ""
    otherwise: bool = False
    register: tuple[Choice, ...] = ()
    unlisted: str = ""
    withheld: int = 0
    entities: tuple[tuple[str, str], ...] = ()
