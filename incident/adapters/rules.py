"""A source's rules: which kind of incident a signal opens, how grave it is, and which signals belong together; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from incident.adapters.signals import Severity, Signal

DEFAULT_KIND = "unclassified"
MAX_MATCHES = 100


class Join(StrEnum):
    """Which open incident a firing signal joins."""

    GROUP = "group"  # the one of the monitor's own group; without a group, the one of the same key
    SOURCE = "source"  # any the source has open


class BadRules(ValueError):
    """Rules that cannot be used; `field` says where, the text says how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Match:
    """If the title and every named hint fit their patterns (* and ?, letter case ignored), this is the kind."""

    kind: str
    title: str = "*"
    hints: tuple[tuple[str, str], ...] = ()
    severity: Severity | None = None

    def fits(self, signal: Signal) -> bool:
        """Whether all patterns fit the signal; a hint that is absent fits none."""
        if not fnmatchcase(signal.title.lower(), self.title):
            return False
        said = signal.hints
        return all(name in said and fnmatchcase(said[name].lower(), pattern) for name, pattern in self.hints)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a signal opens."""

    kind: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Rules:
    """The first match that fits decides; none fits: the default kind and the monitor's own severity."""

    default_kind: str = DEFAULT_KIND
    join: Join = Join.GROUP
    matches: tuple[Match, ...] = ()

    def opening(self, signal: Signal) -> Opening:
        """The kind and severity of an incident this signal opens."""
        for match in self.matches:
            if match.fits(signal):
                return Opening(match.kind, match.severity or signal.severity)
        return Opening(self.default_kind, signal.severity)

    def belongs_to(self, signal: Signal) -> str:
        """What signals of one incident have in common."""
        if self.join is Join.SOURCE:
            return "source"
        return f"group:{signal.group}" if signal.group else f"key:{signal.key}"


STANDARD: Mapping[str, object] = {
    "default_kind": DEFAULT_KIND,
    "join": "group",
    "matches": [
        {"kind": "public_bucket", "title": "*bucket*"},
        {"kind": "public_bucket", "hints": {"alertname": "*bucket*"}},
        {"kind": "ransomware", "title": "*ransom*"},
        {"kind": "leaked_credentials", "title": "*credential*"},
        {"kind": "leaked_credentials", "title": "*secret*leak*"},
        {"kind": "leaked_credentials", "title": "*leak*secret*"},
        {"kind": "misdirected_email", "title": "*misdirected*"},
        {"kind": "misdirected_email", "title": "*wrong recipient*"},
    ],
}
"""What a new source starts with; the kinds are the names of the runbooks."""


def read_rules(document: Mapping[str, object]) -> Rules:
    """Rules as a source keeps them. Raises BadRules, naming the field and the mend."""
    unknown = set(document) - {"default_kind", "join", "matches"}
    if unknown:
        raise BadRules(f"rules.{min(unknown)}", "is not known; there are default_kind, join and matches")
    matches = document.get("matches", [])
    if not isinstance(matches, list) or len(matches) > MAX_MATCHES:
        raise BadRules("rules.matches", f"must be a list of at most {MAX_MATCHES} matches")
    join = document.get("join", Join.GROUP.value)
    if join not in list(Join):
        raise BadRules("rules.join", f"must be one of {', '.join(Join)}")
    return Rules(
        default_kind=_kind(document.get("default_kind", DEFAULT_KIND), "rules.default_kind"),
        join=Join(str(join)),
        matches=tuple(_match(match, f"rules.matches[{index}]") for index, match in enumerate(matches)),
    )


def _match(document: object, place: str) -> Match:
    if not isinstance(document, dict):
        raise BadRules(place, "must be a table with kind and title or hints")
    unknown = set(document) - {"kind", "title", "hints", "severity"}
    if unknown:
        raise BadRules(f"{place}.{min(map(str, unknown))}", "is not known; there are kind, title, hints and severity")
    hints = document.get("hints", {})
    if not isinstance(hints, dict):
        raise BadRules(f"{place}.hints", "must be a table of hint name and pattern")
    title = document.get("title", "*")
    patterns = {"title": title} | {f"hints.{name}": pattern for name, pattern in hints.items()}
    for name, pattern in patterns.items():
        if not isinstance(pattern, str) or not pattern or len(pattern) > 200:
            raise BadRules(f"{place}.{name}", "must be a pattern of 1 to 200 characters, such as *bucket*")
    severity = document.get("severity")
    if severity is not None and severity not in list(Severity):
        raise BadRules(f"{place}.severity", f"must be one of {', '.join(Severity)}")
    return Match(
        kind=_kind(document.get("kind"), f"{place}.kind"),
        title=_pattern(str(title)),
        hints=tuple((str(name), _pattern(str(pattern))) for name, pattern in hints.items()),
        severity=Severity(severity) if severity is not None else None,
    )


def _pattern(text: str) -> str:
    """Only * and ? mean more than themselves."""
    return text.lower().replace("[", "[[]")


def _kind(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.replace("_", "a").isalnum() or len(value) > 64:
        raise BadRules(place, "must be the name of a runbook, such as public_bucket")
    return value
