"""Read one duty of a pack and check each of its keys against the product's own vocabulary."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from incident import anchors
from incident.facts import ROLES
from incident.facts.vocabulary import nearest
from incident.law.counting import PROFILES, READINGS, Period, Place, Uncountable, Unit, count
from incident.law.duties import ADDRESSEES, BASES, LISTS, PERIODS, STAGES, STATUSES, SUBMITTED, Bound, Duty, DutyKind
from incident.law.expressions import parse
from incident.law.trigger_text import ExpressionError, expand

Found = Iterator[tuple[str, str, str]]  # key, what is wrong, mend

BESIDE = ("case", "shared", "vectors")  # what a duty of a pack holds for its tests
RULE_KEYS = tuple(field.name for field in fields(Duty) if field.name != "groups")
REQUIRED = (
    *("id", "kind", "jurisdiction", "regime", "law", "article", "title", "roles", "addressee_kind", "stage", "trigger"),
    *("anchor", "counting", "basis"),
)
CLOSED: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(kind.value for kind in DutyKind),
    "roles": ROLES,
    "addressee_kind": ADDRESSEES,
    "before": ADDRESSEES,
    "stage": STAGES,
    "anchor": (*anchors.NAMES, SUBMITTED),
    "counting": tuple(PROFILES),
    "alternatives": tuple(READINGS),
    "basis": tuple(BASES),
    "status": tuple(STATUSES),
}
BOUND_KEYS = ("anchor", "after", "period", "counting", "lapses", "why")
GROUP = re.compile(r"@([A-Za-z0-9_]+)")
WANTED: Mapping[str, type] = {"applies_from": date, "applies_until": date, "hold": bool}
SAMPLE = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Language:
    """What triggers may use beside facts: named lists (`@name`) and named expressions (`$name`)."""

    groups: Mapping[str, tuple[str, ...]]
    terms: Mapping[str, str]


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


def read_rule(raw: Mapping[str, object], file: str, language: Language, faults: list[PackFault]) -> Duty | None:
    """One duty, or None with its faults appended."""
    rule = str(raw.get("id", "?"))
    values = {key: value for key, value in raw.items() if key not in BESIDE}
    checks: tuple[Callable[[Mapping[str, object], Language], Found], ...] = (
        *(_keys, _closed, _shapes, _counted, _dates, _citation, _clocks, _trigger),
    )
    wrong = [PackFault(file, rule, *found) for check in checks for found in check(values, language)]
    faults.extend(wrong)
    return None if wrong else written_duty(values, language)


def written_duty(values: Mapping[str, object], language: Language) -> Duty:
    """The duty of keys that were checked."""
    ready: dict[str, object] = {
        key: tuple(str(item) for item in value) if key in LISTS and isinstance(value, list) else value
        for key, value in values.items()
    }
    trigger = expand(str(values["trigger"]), language.terms)
    each = str(values.get("each", ""))
    used = {name for name in GROUP.findall(trigger) if name in language.groups}
    bounds = values.get("bounds")
    ready |= {
        "kind": DutyKind(str(values["kind"])),
        "trigger": trigger,
        "groups": tuple((name, language.groups[name]) for name in sorted(used | ({each} if each else set()))),
        "bounds": tuple(_bound(item) for item in bounds) if isinstance(bounds, list) else (),
    }
    ready |= {key: _period(values.get(key)) for key in PERIODS}
    return Duty(**ready)  # type: ignore[arg-type]


def _keys(values: Mapping[str, object], _: Language) -> Found:
    for key in values:
        if key not in RULE_KEYS:
            yield key, "is no key of a duty", nearest(key, RULE_KEYS)
    for key in REQUIRED:
        if not values.get(key):
            yield key, "is missing", "every duty has one"


def _closed(values: Mapping[str, object], language: Language) -> Found:
    for key, words in {**CLOSED, "each": tuple(language.groups)}.items():
        value = values.get(key)
        for word in value if isinstance(value, list) else [value]:
            if word is not None and word not in words:
                yield key, f"{word!r} is not in the vocabulary", nearest(str(word), words)


def _shapes(values: Mapping[str, object], _: Language) -> Found:
    for key, value in values.items():
        if key not in RULE_KEYS or key in PERIODS:
            continue
        wanted: type = list if key in (*LISTS, "bounds") else WANTED.get(key, str)
        if not isinstance(value, wanted):
            yield key, f"{value!r} is no {wanted.__name__}", "see the other duties of this pack"


def _counted(values: Mapping[str, object], _: Language) -> Found:
    """The period fits the counting, here and in every other limit."""
    example = "write { amount = 72, unit = 'hours' }"
    for key in PERIODS:
        if values.get(key) is not None and _period(values[key]) is None:
            yield key, f"{values[key]!r} is no period", example
    period, counting = _period(values.get("period")), str(values.get("counting"))
    if counting != "no_fixed_period" and period is None and values.get("period") is None:
        yield "period", "is missing", f"{example}, or count by no_fixed_period"
    if counting == "no_fixed_period" and period is not None:
        yield "period", "stands beside no_fixed_period", "leave the number out, or name a profile that counts"
    profiles = [counting, *_list(values, "alternatives")] if period else []
    for profile in profiles:
        yield from (("period", *wrong) for wrong in _uncountable(str(profile), period))


def _uncountable(profile: str, period: Period | None) -> Iterator[tuple[str, str]]:
    if profile not in PROFILES or profile == "no_fixed_period":
        return
    try:
        count(profile, SAMPLE, period, Place(ZoneInfo("UTC")))
    except Uncountable as error:
        yield str(error), "name a profile that counts this unit"


def _dates(values: Mapping[str, object], _: Language) -> Found:
    first, last = values.get("applies_from"), values.get("applies_until")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield "applies_until", "is before applies_from", "exchange them"
    try:
        ZoneInfo(str(values.get("zone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        yield "zone", f"{values['zone']!r} is no time zone", "an IANA name, such as Europe/Brussels"


def _citation(values: Mapping[str, object], _: Language) -> Found:
    if "url" not in values:
        yield "url", "is missing", 'the official address that was opened, else "" (citation to be checked)'
        return
    parts = urlsplit(str(values["url"]))
    if values["url"] and (parts.scheme != "https" or "." not in parts.netloc):
        yield "url", f"{values['url']!r} is no address", "begin with https://"


def _clocks(values: Mapping[str, object], _: Language) -> Found:
    """Chained clocks name what they follow; other limits are whole."""
    if values.get("anchor") == SUBMITTED and not values.get("after"):
        yield "after", "is missing", "name the duties whose filing starts the clock"
    for at, raw in enumerate(_list(values, "bounds")):
        key = f"bounds[{at}]"
        if not isinstance(raw, Mapping) or not set(raw) <= set(BOUND_KEYS) or not {"anchor", "why"} <= set(raw):
            yield key, "has not the keys of a bound", f"{', '.join(BOUND_KEYS)}; anchor and why are needed"
            continue
        for name in ("anchor", "counting"):
            if name in raw and raw[name] not in CLOSED[name]:
                yield f"{key}.{name}", f"{raw[name]!r} is not in the vocabulary", nearest(str(raw[name]), CLOSED[name])
        if "period" in raw and _period(raw["period"]) is None:
            yield f"{key}.period", f"{raw['period']!r} is no period", "write { amount = 24, unit = 'hours' }"
        elif "period" in raw:
            counting = str(raw.get("counting", "plain_elapsed_hours"))
            yield from ((f"{key}.counting", *wrong) for wrong in _uncountable(counting, _period(raw["period"])))


def _trigger(values: Mapping[str, object], language: Language) -> Found:
    try:
        parse(expand(str(values.get("trigger", "")), language.terms), language.groups)
    except ExpressionError as error:
        yield "trigger", error.message, error.mend


def _list(values: Mapping[str, object], key: str) -> list[object]:
    found = values.get(key)
    return found if isinstance(found, list) else []


def _bound(raw: Mapping[str, object]) -> Bound:
    return Bound(
        anchor=str(raw["anchor"]),
        why=str(raw["why"]),
        after=tuple(str(item) for item in _list(raw, "after")),
        period=_period(raw.get("period")),
        counting=str(raw.get("counting", "plain_elapsed_hours")),
        lapses=bool(raw.get("lapses", False)),
    )


def _period(value: object) -> Period | None:
    if not isinstance(value, Mapping) or set(value) != {"amount", "unit"}:
        return None
    amount, unit = value["amount"], value["unit"]
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0 or unit not in set(Unit):
        return None
    return Period(amount, Unit(unit))
