"""Rules as a source keeps them and people write them: a document checked member by member, as TOML and back; pure."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import rtoml

from incident.adapters.fields import moment
from incident.adapters.mappings import MAPPING, BadMapping, read_mapping
from incident.adapters.rules import DEFAULT_KIND, NOT_SAID, TEAM, Join, Match, RuleAction, Rules
from incident.adapters.signals import AssetKind, Severity, SignalState
from incident.facts.vocabulary import CATEGORIES
from incident.roles import Role
from notifications.wording import worded

MAX_MATCHES = 100
MAX_PAGED = 20
LONGEST_NAME = 80
LONGEST_WINDOW = 60  # minutes
SOURCE_MEMBERS = ("default_kind", "default_severity", "join", "alike_minutes", "straggler_minutes", "matches", MAPPING)
PATTERNS = ("title", "labels", "source_severity", "asset", "asset_kind", "state", "categories")
OUTCOMES = ("name", "action", "expires", "kind", "severity", "opens", "restricted", "page")
WORDS: Mapping[str, tuple[str, ...]] = {
    "source_severity": (*Severity, NOT_SAID),
    "asset_kind": tuple(AssetKind),
    "state": tuple(SignalState),
    "categories": CATEGORIES,
}
OPENING = ("kind", "severity", "restricted", "page")
"""Members that say something of an incident that opens."""

STANDARD: Mapping[str, object] = {
    "default_kind": DEFAULT_KIND,
    "join": "group",
    "alike_minutes": 10,
    "matches": [
        {"kind": "public_bucket", "title": "*bucket*"},
        {"kind": "public_bucket", "labels": {"alertname": "*bucket*"}},
        {"kind": "ransomware", "title": "*ransom*"},
        {"kind": "leaked_credentials", "title": "*credential*"},
        {"kind": "leaked_credentials", "title": "*secret*leak*"},
        {"kind": "leaked_credentials", "title": "*leak*secret*"},
        {"kind": "misdirected_email", "title": "*misdirected*"},
        {"kind": "misdirected_email", "title": "*wrong recipient*"},
    ],
}
"""What a new source starts with; the kinds are the names of the runbooks."""


class BadRules(ValueError):
    """Rules that cannot be used; `field` says where, the text says how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


def rules_from_toml(text: str) -> dict[str, object]:
    """The document that a person wrote, moments as RFC 3339 texts. Raises BadRules; what it says is not checked."""
    try:
        document = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRules("rules", worded("are no TOML: {error}", error=error)) from error
    return {name: _kept(value, f"rules.{name}") for name, value in document.items()}


def rules_to_toml(document: Mapping[str, object]) -> str:
    """The document as a person reads and changes it."""
    return rtoml.dumps(_said(document), pretty=True)


def _said(value: object) -> object:
    """Without members that say nothing, for which TOML has no word."""
    if isinstance(value, Mapping):
        return {name: _said(member) for name, member in value.items() if member is not None}
    return [_said(member) for member in value] if isinstance(value, list) else value


def _kept(value: object, place: str) -> object:
    """As JSON keeps it."""
    if isinstance(value, dict):
        return {str(name): _kept(member, f"{place}.{name}") for name, member in value.items()}
    if isinstance(value, list):
        return [_kept(member, f"{place}[{index}]") for index, member in enumerate(value)]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise BadRules(place, worded("must be a moment with its offset, such as 2026-12-24T00:00:00Z"))


def read_rules(document: Mapping[str, object]) -> Rules:
    """Rules as a source keeps them. Raises BadRules, naming the field and the mend."""
    _storable(document)
    _known(document, SOURCE_MEMBERS, "rules")
    matches = document.get("matches", [])
    if not isinstance(matches, list) or len(matches) > MAX_MATCHES:
        raise BadRules(
            "rules.matches", worded("must be a list of at most {max_matches} matches", max_matches=MAX_MATCHES)
        )
    if MAPPING in document:
        _check_mapping(document[MAPPING])
    join = document.get("join", Join.GROUP.value)
    if join not in list(Join):
        raise BadRules("rules.join", worded("must be one of {join}", join=", ".join(Join)))
    alike = _minutes(document.get("alike_minutes", 0), "rules.alike_minutes")
    return Rules(
        default_kind=_kind(document.get("default_kind", DEFAULT_KIND), "rules.default_kind"),
        join=Join(str(join)),
        matches=tuple(_match(match, index) for index, match in enumerate(matches)),
        default_severity=_severity(document.get("default_severity"), "rules.default_severity") or Severity.MEDIUM,
        alike=alike or None,
        straggling=_minutes(document.get("straggler_minutes", 0), "rules.straggler_minutes"),
    )


def _storable(value: object) -> None:
    """A database keeps no NUL in a text, and half a character is none."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise BadRules("rules", worded("hold a character that is no text"))
    elif isinstance(value, Mapping):
        for name, member in value.items():
            _storable(name)
            _storable(member)
    elif isinstance(value, list):
        for member in value:
            _storable(member)


def _check_mapping(document: object) -> None:
    try:
        read_mapping(document)
    except BadMapping as error:
        raise BadRules(f"rules.{error.field}", error.message) from error


def _match(document: object, index: int) -> Match:
    place = f"rules.matches[{index}]"
    if not isinstance(document, dict):
        raise BadRules(place, worded("must be a table with an action or a kind, and what it fits"))
    _known(document, (*PATTERNS, "hints", *OUTCOMES), place)
    action = document.get("action", RuleAction.OPEN.value)
    if action not in list(RuleAction):
        raise BadRules(
            f"{place}.action",
            worded("must be one of {ruleaction}", ruleaction=", ".join(RuleAction)),
        )
    _fitting(document, RuleAction(str(action)), place)
    labels = _labels(document, place)
    states = _words(document, "state", place)
    return Match(
        name=_name(document.get("name", f"rule {index + 1}"), f"{place}.name"),
        action=RuleAction(str(action)),
        kind=_kind(document["kind"], f"{place}.kind") if "kind" in document else "",
        title=_pattern(document.get("title", "*"), f"{place}.title"),
        labels=tuple((name.partition(".")[2], _pattern(text, f"{place}.{name}")) for name, text in labels.items()),
        severities=_words(document, "source_severity", place),
        asset=_pattern(document["asset"], f"{place}.asset") if "asset" in document else "",
        asset_kinds=_words(document, "asset_kind", place),
        states=states,
        categories=_words(document, "categories", place),
        severity=_severity(document.get("severity"), f"{place}.severity"),
        opens=_flag(document, "opens", place) or SignalState.INFORMATIONAL.value in states,
        restricted=_flag(document, "restricted", place),
        page=_page(document.get("page", []), f"{place}.page"),
        expires=_moment(document["expires"], f"{place}.expires") if "expires" in document else None,
    )


def _known(document: Mapping[str, object], members: Iterable[str], place: str) -> None:
    unknown = set(map(str, document)) - {*members}
    if unknown:
        raise BadRules(
            f"{place}.{min(unknown)}", worded("is not known; there are {members}", members=", ".join(members))
        )


def _fitting(document: Mapping[str, object], action: RuleAction, place: str) -> None:
    """What the action needs is there, and nothing that it makes no use of."""
    if action is RuleAction.OPEN:
        _kind(document.get("kind"), f"{place}.kind")
    elif useless := next((name for name in OPENING if name in document), None):
        raise BadRules(
            f"{place}.{useless}",
            worded("says something of an incident that opens, and {action} opens none", action=action),
        )
    if action is RuleAction.IGNORE and "expires" not in document:
        raise BadRules(
            f"{place}.expires",
            worded("is missing: until when is it ignored? Such as 2026-12-24T00:00:00Z"),
        )


def _labels(document: Mapping[str, object], place: str) -> dict[str, object]:
    """Patterns of labels by their place; `hints` is what they were called once."""
    found: dict[str, object] = {}
    for member in ("labels", "hints"):
        given = document.get(member, {})
        if not isinstance(given, dict):
            raise BadRules(f"{place}.{member}", worded("must be a table of label and pattern"))
        found |= {f"{member}.{name}": pattern for name, pattern in given.items()}
    return found


def _words(document: Mapping[str, object], member: str, place: str) -> frozenset[str]:
    given = document.get(member, [])
    words = [given] if isinstance(given, str) else given
    known = WORDS[member]
    if not isinstance(words, list) or any(word not in known for word in words) or (member in document and not words):
        raise BadRules(f"{place}.{member}", worded("must be one or a list of {known}", known=", ".join(known)))
    return frozenset(map(str, words))


def _page(given: object, place: str) -> tuple[str, ...]:
    """Roles, teams and addresses of people. That they are there is asked when rules are saved."""
    words = [given] if isinstance(given, str) else given
    if not isinstance(words, list) or len(words) > MAX_PAGED or not all(_pageable(word) for word in words):
        known = f"at most {MAX_PAGED}; roles are {', '.join(Role)}"
        raise BadRules(place, worded("must be roles, addresses of people or team:<name>, {known}", known=known))
    return tuple(dict.fromkeys(str(word) for word in words))


def _pageable(word: object) -> bool:
    if not isinstance(word, str) or len(word) > 320:
        return False
    return word in list(Role) or "@" in word or (word.startswith(TEAM) and len(word) > len(TEAM))


def _name(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise BadRules(place, worded("must be one line of 1 to {longest_name} characters", longest_name=LONGEST_NAME))
    return value.strip()


def _flag(document: Mapping[str, object], member: str, place: str) -> bool:
    value = document.get(member, False)
    if not isinstance(value, bool):
        raise BadRules(f"{place}.{member}", worded("must be true or false"))
    return value


def _minutes(value: object, place: str) -> timedelta:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST_WINDOW:
        raise BadRules(
            place, worded("must be a whole number of minutes, 0 to {longest_window}", longest_window=LONGEST_WINDOW)
        )
    return timedelta(minutes=value)


def _moment(value: object, place: str) -> datetime:
    found = value if isinstance(value, datetime) else moment(value if isinstance(value, str) else None)
    if found is None or found.tzinfo is None:
        raise BadRules(place, worded("must be a moment with its offset, such as 2026-12-24T00:00:00Z"))
    return found


def _severity(value: object, place: str) -> Severity | None:
    if value is not None and value not in list(Severity):
        raise BadRules(place, worded("must be one of {severity}", severity=", ".join(Severity)))
    return Severity(str(value)) if value is not None else None


def _pattern(text: object, place: str) -> str:
    """Only * and ? mean more than themselves."""
    if not isinstance(text, str) or not text or len(text) > 200:
        raise BadRules(place, worded("must be a pattern of 1 to 200 characters, such as *bucket*"))
    return text.lower().replace("[", "[[]")


def _kind(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.replace("_", "a").isalnum() or len(value) > 64:
        raise BadRules(place, worded("must be the name of a runbook, such as public_bucket"))
    return value
