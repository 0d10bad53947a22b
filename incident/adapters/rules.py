"""A source's rules: what becomes of a signal, how grave it is, who is paged, which signals belong together; pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from incident.adapters.signals import Severity, Signal, SignalState

DEFAULT_KIND = "unclassified"
CATEGORIES = "data.categories"
TEAM = "team:"
"""Before the name of a team among those a match pages."""
NOT_SAID = "unknown"
"""In a match: the severity of a signal whose monitor says none."""


class Join(StrEnum):
    """Which open incident a firing signal joins."""

    GROUP = "group"  # the one of the monitor's own group; without a group, the one of the same key
    SOURCE = "source"  # any the source has open


class RuleAction(StrEnum):
    """What is done with a signal; kept and counted it is whatever is done."""

    OPEN = "open"  # joins the open incident of its group, else opens one
    JOIN = "join"  # joins the open incident of its group, else is recorded
    RECORD = "record"  # is kept and opens nothing
    IGNORE = "ignore"  # the same until a moment, and shown as ignored


@dataclass(frozen=True, slots=True)
class Match:
    """If every pattern and word fits the signal, this is what is done with it.

    Patterns know * and ?, letter case ignored. Empty `severities`, `asset_kinds`, `states` and `categories` fit all;
    of categories one that a hint names is enough. `opens`: an informational alert opens an incident too. `expires`:
    from then on the match fits nothing. `page`: whom an incident it opens pages, as roles, teams and addresses;
    empty: the usual roles.
    """

    name: str
    action: RuleAction = RuleAction.OPEN
    kind: str = ""
    title: str = "*"
    labels: tuple[tuple[str, str], ...] = ()
    severities: frozenset[str] = frozenset()
    asset: str = ""
    asset_kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    severity: Severity | None = None
    opens: bool = False
    restricted: bool = False
    page: tuple[str, ...] = ()
    expires: datetime | None = None

    def fits(self, signal: Signal, at: datetime) -> bool:
        """Whether it fits a signal received at this moment; a label or asset that is absent fits no pattern."""
        if self.expires is not None and at >= self.expires:
            return False
        return fnmatchcase(signal.title.lower(), self.title) and self._labels_fit(signal) and self._words_fit(signal)

    def _labels_fit(self, signal: Signal) -> bool:
        said = signal.labels
        return all(name in said and fnmatchcase(said[name].lower(), pattern) for name, pattern in self.labels)

    def _words_fit(self, signal: Signal) -> bool:
        asset = signal.asset
        if self.asset and not (asset and fnmatchcase(asset.name.lower(), self.asset)):
            return False
        return (
            _among(self.severities, signal.severity.value if signal.severity else NOT_SAID)
            and _among(self.asset_kinds, asset.kind.value if asset else "")
            and _among(self.states, signal.state.value)
            and (not self.categories or not self.categories.isdisjoint(hinted_categories(signal)))
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules make of one signal at one moment. `rule` names the match that decided, "" where none fits."""

    action: RuleAction
    kind: str
    severity: Severity
    rule: str = ""
    restricted: bool = False
    page: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The first match that fits decides; none fits: it opens the default kind, as grave as the monitor says.

    `default_severity` is that of an alert whose monitor says none: an unknown is no reason to sleep. `alike`: alerts
    without a group that read alike belong together when one comes so soon after the other; None: never. `straggling`:
    so long after an incident was over, alerts of its group are counted there.
    """

    default_kind: str = DEFAULT_KIND
    join: Join = Join.GROUP
    matches: tuple[Match, ...] = ()
    default_severity: Severity = Severity.MEDIUM
    alike: timedelta | None = None
    straggling: timedelta = timedelta()

    def decide(self, signal: Signal, at: datetime) -> Decision:
        """What is done with a signal received at this moment.

        A test never opens or joins, an informational alert only by a match that says so, a resolved one only joins.
        """
        match = next((match for match in self.matches if match.fits(signal, at)), None)
        action = _possible(match.action if match else RuleAction.OPEN, signal, opens=bool(match and match.opens))
        if match is None:
            return Decision(action, self.default_kind, self.severity(signal))
        kind, severity = match.kind or self.default_kind, match.severity or self.severity(signal)
        return Decision(action, kind, severity, match.name, match.restricted, match.page)

    def severity(self, signal: Signal) -> Severity:
        """The monitor's own word, else the source's default."""
        return signal.severity or self.default_severity

    def belongs_to(self, signal: Signal, *, restricted: bool = False) -> str:
        """What signals of one incident have in common; what is restricted never joins what is not."""
        if self.join is Join.SOURCE:
            common = "source"
        else:
            common = f"group:{signal.group}" if signal.group else f"key:{signal.key}"
        return f"restricted:{common}" if restricted else common


def _possible(action: RuleAction, signal: Signal, *, opens: bool) -> RuleAction:
    if action not in (RuleAction.OPEN, RuleAction.JOIN) or signal.state is SignalState.FIRING:
        return action
    if signal.state is SignalState.RESOLVED:
        return RuleAction.JOIN
    return action if opens and signal.state is SignalState.INFORMATIONAL else RuleAction.RECORD


def _among(words: Collection[str], word: str) -> bool:
    return not words or word in words


def hinted_categories(signal: Signal) -> frozenset[str]:
    """The kinds of data that the signal's hints name."""
    values = (hint.value for hint in signal.hints if hint.fact == CATEGORIES)
    return frozenset(word for value in values if isinstance(value, tuple) for word in value)
