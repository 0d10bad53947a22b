"""The single tests of the trigger language, each three-valued and with the fact it read as its reason."""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

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
Pool = Sequence[tuple[Mapping[str, Value], bool]]  # facts of a data set, and whether it surely counts; the own first
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
    if _within(str(value), words):
        return yes(f"{path} is {value}")
    if any(word.startswith(f"{value}-") for word in words):
        return unknown(path)  # a country was named where the rule asks for one of its regions
    return no(f"{path} is {value}")


def number(facts: Mapping[str, Value], path: str, order: str, bound: float) -> Answer:
    """Compare a number, or the range the facts leave it. "permanent" is longer than every number of hours."""
    value = facts.get(path)
    known = _exactly(WITHOUT_END) if value == "permanent" else _one(value)
    return unknown(path) if known is None else _compare(path, known, order, bound, path)


def people(pool: Pool, order: str, bound: float) -> Answer:
    """Compare the number of people over the pooled data sets: those that may yet join count only upwards."""
    if _people(pool[0][0]) is None:
        return unknown("people.count")
    ranges = [(_people(facts) or (0.0, WITHOUT_END), certain) for facts, certain in pool]
    return _compare("people.count", _sum(ranges), order, bound, "people.count")


def residents(pool: Pool, codes: tuple[str, ...], order: str, bound: float) -> Answer:
    """Count the people who live in these countries and regions, over the pooled data sets.

    "Number unknown" is one at least. Where only the country is known, its people may live in each of its regions.
    An unknown number is at most the number of people there are.
    """
    own = pool[0][0]
    ranges = [(_living(facts, codes), certain) for facts, certain in pool]
    if len(codes) <= 3:
        name = f"residents of {', '.join(codes)}"
    else:
        reach = own.get("reach")
        asked, _ = _places(codes)
        there = reach if isinstance(reach, Mapping) else {}
        here = [code for code in there if code in asked or code[:2] in asked]
        name = f"residents of {', '.join(here) or 'none of these countries'}"
    return _compare(name, _sum(ranges), order, bound, "reach")


def residents_of_one(pool: Pool, countries: tuple[str, ...], order: str, bound: float) -> Answer:
    """Compare the most residents that any single region of these countries has, such as one state of the US."""
    regions = sorted(
        {
            code
            for facts, _ in pool
            if isinstance(reach := facts.get("reach"), Mapping)
            for code in reach
            if "-" in code and _within(code, countries)
        }
    )
    counted = [_sum([(_living(facts, (region,)), certain) for facts, certain in pool]) for region in regions]
    anywhere = _sum([(_living(facts, countries), certain) for facts, certain in pool])
    whole = any(not isinstance(facts.get("reach"), Mapping) or _unplaced(facts, countries) for facts, _ in pool)
    low = max((low for low, _ in counted), default=0.0)
    high = anywhere[1] if whole else max((high for _, high in counted), default=0.0)
    return _compare(f"residents of one region of {', '.join(countries)}", (low, high), order, bound, "reach")


def _unplaced(facts: Mapping[str, Value], countries: tuple[str, ...]) -> bool:
    """Whether people are known to live in one of the countries without their region."""
    reach = facts.get("reach")
    return isinstance(reach, Mapping) and any(code in countries and number != 0 for code, number in reach.items())


def _living(facts: Mapping[str, Value], codes: tuple[str, ...]) -> Range:
    """How many people of one data set live there."""
    reach = facts.get("reach")
    if not isinstance(reach, Mapping):
        return (0.0, WITHOUT_END)
    there = _people(facts)
    most = there[1] if there else WITHOUT_END
    if len(codes) == 1 and "-" in codes[0]:
        (region,) = codes
        here = [reach[region]] if region in reach else []
        perhaps = [reach[region[:2]]] if region[:2] in reach else []
    else:
        asked, countries = _places(codes)
        here = [count for code, count in reach.items() if code in asked or code[:2] in asked]
        perhaps = [count for code, count in reach.items() if code in countries]
    low = float(sum(1 if count is None else count for count in here))
    open_end = any(count is None for count in (*here, *perhaps))
    high = most if open_end else low + sum(count or 0 for count in perhaps)
    return (low, max(low, high))


@lru_cache(maxsize=1024)
def _places(codes: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The codes, and the countries of those that are regions, whose people may live there."""
    return frozenset(codes), frozenset(code[:2] for code in codes if "-" in code) - frozenset(codes)


def _sum(ranges: Sequence[tuple[Range, bool]]) -> Range:
    low = sum(known[0] for known, certain in ranges if certain)
    return (low, sum(known[1] for known, _ in ranges))


def _compare(name: str, known: Range, order: str, bound: float, path: str) -> Answer:
    compare = ORDER[order]
    low, high = known
    at_ends = {compare(low, bound), compare(high, bound)}
    between = order == "==" and low < bound < high
    if len(at_ends) == 2 or between:
        return Answer(Truth.UNKNOWN, (f"{name}: {_said(known)}",), (path,))
    said = f"{name}: {_said(known)}, test {order} {_figure(bound)}"
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
        return "without end" if low == WITHOUT_END else _figure(low)
    return f"at least {_figure(low)}" if high == WITHOUT_END else f"{_figure(low)} to {_figure(high)}"


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"
