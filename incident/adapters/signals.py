"""What every adapter reads a delivery into: signals with their severity, state, asset and hints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


def nothing() -> Mapping[str, str]:
    """No labels, no headers: an empty mapping that nobody can fill."""
    return MappingProxyType({})


class Unreadable(ValueError):
    """An authentic delivery that cannot be read; its text is shown to the person who looks at the quarantine."""


class Severity(StrEnum):
    """How grave the monitor calls it, on one scale for all monitors."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest, for sorting."""
        return list(Severity).index(self)


class SignalState(StrEnum):
    """What the monitor says of the alert now. Resolved is noted; it closes nothing."""

    FIRING = "firing"
    RESOLVED = "resolved"
    INFORMATIONAL = "informational"  # opens only by a rule that says so
    TEST = "test"  # the monitor's own; never opens

    @property
    def rank(self) -> int:
        """Of what is said of one alert the highest stands, in whatever order it is heard."""
        return (SignalState.TEST, SignalState.INFORMATIONAL, SignalState.FIRING, SignalState.RESOLVED).index(self)


class AssetKind(StrEnum):
    """What an asset is; RESOURCE where the monitor names a thing and not its kind."""

    ACCOUNT = "account"  # a cloud account or project
    APPLICATION = "application"
    BUCKET = "bucket"  # any object store
    CONTAINER = "container"
    DATABASE = "database"
    FUNCTION = "function"
    HOST = "host"
    MAILBOX = "mailbox"
    PACKAGE = "package"
    REPOSITORY = "repository"
    RESOURCE = "resource"
    SECRET = "secret"  # noqa: S105  a key or credential: a kind, none itself
    SERVICE = "service"
    USER = "user"
    WEBSITE = "website"


@dataclass(frozen=True, slots=True)
class Asset:
    """The thing an alert touches, as the monitor names it; `region` where the monitor says it, in its own words."""

    kind: AssetKind
    name: str
    region: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f" ({self.region})" if self.region else "")


@dataclass(frozen=True, slots=True)
class Hint:
    """A fact the alert makes likely: prefilled and marked, never taken for one. `fact` is a path of the fact sheet."""

    fact: str
    value: bool | int | str | tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One alert read from a delivery; docs/adapters.md says what each field means and where it comes from.

    `severity` is None where the monitor does not say it: the source's rules then do. `started_at` is the monitor's
    word: evidence, never the clock the law counts from. `labels` are what the monitor says besides, as texts: rules
    match on them. Alerts of one `group` belong to one incident.
    """

    title: str
    severity: Severity | None
    source: str
    key: str
    state: SignalState
    started_at: datetime | None = None
    asset: Asset | None = None
    hints: tuple[Hint, ...] = ()
    labels: Mapping[str, str] = field(default_factory=nothing)
    link: str | None = None
    group: str | None = None
