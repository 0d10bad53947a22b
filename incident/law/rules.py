"""Read one duty of a pack and check each of its keys against the product's own vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlsplit

from incident import anchors
from incident.facts import ROLES
from incident.facts.vocabulary import nearest
from incident.law.counting import PROFILES, READINGS, Period, Unit
from incident.law.duties import ADDRESSEES, BASES, STAGES, Duty, DutyKind
from incident.law.expressions import ExpressionError, parse

Groups = Mapping[str, tuple[str, ...]]

RULE_KEYS = tuple(field.name for field in fields(Duty) if field.name != "groups")
REQUIRED = (
    "id",
    "kind",
    "jurisdiction",
    "regime",
    "law",
    "article",
    "title",
    "roles",
    "addressee_kind",
    "stage",
    "trigger",
    "anchor",
    "counting",
    "basis",
)
CLOSED: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(kind.value for kind in DutyKind),
    "roles": ROLES,
    "addressee_kind": ADDRESSEES,
    "stage": STAGES,
    "anchor": tuple(anchors.NAMES),
    "counting": tuple(PROFILES),
    "alternatives": tuple(READINGS),
    "basis": tuple(BASES),
}
LISTED = ("roles", "alternatives", "exceptions")


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing wrong with a pack."""

    file: str
    rule: str
    key: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}, {self.rule or 'pack'}, {self.key}: {self.message} ({self.mend})"


def read_rule(raw: Mapping[str, object], file: str, groups: Groups, faults: list[PackFault]) -> Duty | None:
    """One duty, or None with its faults appended."""
    rule = str(raw.get("id", "?"))
    before = len(faults)

    def blame(key: str, message: str, mend: str) -> None:
        faults.append(PackFault(file, rule, key, message, mend))

    values = {key: value for key, value in raw.items() if key != "vectors"}
    for key in values:
        if key not in RULE_KEYS:
            blame(key, "is no key of a duty", nearest(key, RULE_KEYS))
    for key in REQUIRED:
        if not values.get(key):
            blame(key, "is missing", "every duty has one")
    for key, message, mend in (*_closed(values), *_shapes(values), *_citation(values)):
        blame(key, message, mend)
    try:
        parse(str(values.get("trigger", "")), groups)
    except ExpressionError as error:
        blame("trigger", error.message, error.mend)
    if len(faults) > before:
        return None
    return _duty(values, groups)


def _closed(values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    found = []
    for key, words in CLOSED.items():
        value = values.get(key)
        for word in value if isinstance(value, list) else [value]:
            if word is not None and word not in words:
                found.append((key, f"{word!r} is not in the vocabulary", nearest(str(word), words)))
    return found


def _shapes(values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    found = []
    for key, value in values.items():
        if key == "period":
            continue
        wanted: type = list if key in LISTED else date if key.startswith("applies_") else str
        if key in RULE_KEYS and not isinstance(value, wanted):
            found.append((key, f"{value!r} is no {wanted.__name__}", "see the other duties of this pack"))
    period, fixed = values.get("period"), values.get("counting") != "no_fixed_period"
    if fixed and _period(period) is None:
        found.append(("period", f"{period!r} is no period", "write { amount = 72, unit = 'hours' }"))
    if not fixed and period is not None:
        found.append(("period", "stands beside no_fixed_period", "leave the number out, or name a profile that counts"))
    first, last = values.get("applies_from"), values.get("applies_until")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        found.append(("applies_until", "is before applies_from", "exchange them"))
    return found


def _citation(values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    if "url" not in values:
        return [("url", "is missing", 'the official address that was opened, else "" (citation to be checked)')]
    parts = urlsplit(str(values["url"]))
    if values["url"] and (parts.scheme != "https" or "." not in parts.netloc):
        return [("url", f"{values['url']!r} is no address", "begin with https://")]
    return []


def _period(value: object) -> Period | None:
    if not isinstance(value, Mapping) or set(value) != {"amount", "unit"}:
        return None
    amount, unit = value["amount"], value["unit"]
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0 or unit not in set(Unit):
        return None
    return Period(amount, Unit(unit))


def _duty(values: Mapping[str, object], groups: Groups) -> Duty:
    ready: dict[str, object] = {
        key: tuple(str(item) for item in value) if isinstance(value, list) else value for key, value in values.items()
    }
    trigger = str(values["trigger"])
    ready |= {
        "kind": DutyKind(str(values["kind"])),
        "period": _period(values.get("period")),
        "trigger": " ".join(trigger.split()),
        "groups": tuple((name, items) for name, items in sorted(groups.items()) if f"@{name}" in trigger),
    }
    return Duty(**ready)  # type: ignore[arg-type]
