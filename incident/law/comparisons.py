"""The single tests of the trigger language, each three-valued and with the fact it read as its reason."""

import operator
from collections.abc import Callable, Mapping

from incident.facts import Value
from incident.law.answers import Answer, Truth, no, unknown, yes

ORDER: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
Range = tuple[float, float]
WITHOUT_END = float("inf")


def flag(facts: Mapping[str, Value], path: str) -> Answer:
    value = facts.get(path)
    if value is None:
        return unknown(path)
    return yes(f"{path} is yes") if value else no(f"{path} is no")


def some(facts: Mapping[str, Value], path: str) -> Answer:
    """Whether a list of words has at least one."""
    value = facts.get(path)
    if not isinstance(value, tuple):
        return unknown(path)
    return yes(f"{path}: {', '.join(value)}") if value else no(f"{path}: none")


def has_any(facts: Mapping[str, Value], path: str, words: tuple[str, ...]) -> Answer:
    value = facts.get(path)
    if not isinstance(value, tuple):
        return unknown(path)
    found = [word for word in words if word in value]
    return yes(f"{path} has {', '.join(found)}") if found else no(f"{path} has none of: {', '.join(words)}")


def is_word(facts: Mapping[str, Value], path: str, words: tuple[str, ...]) -> Answer:
    value = facts.get(path)
    if value is None:
        return unknown(path)
    return yes(f"{path} is {value}") if _within(str(value), words) else no(f"{path} is {value}")


def number(facts: Mapping[str, Value], path: str, order: str, bound: float) -> Answer:
    """Compare a number, or the range the facts leave it. "permanent" is longer than every number of hours."""
    if path == "people.count":
        known = _people(facts)
    else:
        value = facts.get(path)
        known = _exactly(WITHOUT_END) if value == "permanent" else _one(value)
    return unknown(path) if known is None else _compare(path, known, order, bound, path)


def residents(facts: Mapping[str, Value], codes: tuple[str, ...], order: str, bound: float) -> Answer:
    """Count the people who live in these countries and regions. "Number unknown" is one at least."""
    reach = facts.get("reach")
    if not isinstance(reach, Mapping):
        return unknown("reach")
    here = [count for code, count in reach.items() if _within(code, codes)]
    low = sum(1 if count is None else count for count in here)
    high = WITHOUT_END if any(count is None for count in here) else float(low)
    if len(codes) <= 3:
        return _compare(f"residents of {', '.join(codes)}", (low, high), order, bound, "reach")
    named = ", ".join(code for code in reach if _within(code, codes)) or "none of these countries"
    return _compare(f"residents of {named}", (low, high), order, bound, "reach")


def _compare(name: str, known: Range, order: str, bound: float, path: str) -> Answer:
    compare = ORDER[order]
    low, high = known
    at_ends = {compare(low, bound), compare(high, bound)}
    between = order == "==" and low < bound < high
    if len(at_ends) == 2 or between:
        return Answer(Truth.UNKNOWN, (f"{name}: {_said(known)}",), (path,))
    said = f"{name}: {_said(known)}, test {order} {bound:g}"
    return yes(said) if at_ends == {True} else no(said)


def _people(facts: Mapping[str, Value]) -> Range | None:
    best = _one(facts.get("people.count"))
    if best is not None:
        return best
    low, high = _one(facts.get("people.count_min")), _one(facts.get("people.count_max"))
    if low is None and high is None:
        return None
    return (low[0] if low else 0, high[0] if high else WITHOUT_END)


def _one(value: object) -> Range | None:
    return _exactly(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _exactly(value: float) -> Range:
    return (value, value)


def _within(code: str, codes: tuple[str, ...]) -> bool:
    """A region such as US-CA lies within its country."""
    return code in codes or code.partition("-")[0] in codes


def _said(known: Range) -> str:
    low, high = known
    if low == high:
        return "without end" if low == WITHOUT_END else f"{low:g}"
    return f"at least {low:g}" if high == WITHOUT_END else f"{low:g} to {high:g}"
