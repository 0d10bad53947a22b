"""Every small wrong change of a rule: a number, an operator, a fact, a word, a finding, a limit."""

from collections.abc import Iterator
from dataclasses import replace

from incident.anchors import NAMES
from incident.facts import FIELDS
from incident.facts.vocabulary import COUNTRY
from incident.law.counting import Period
from incident.law.duties import SUBMITTED, Bound, Duty
from incident.law.expressions import ORDERS, WHOLE, parse
from incident.law.trigger_text import ExpressionError, tokens_of

OTHER_ORDER = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "=="}
SWAPPED = {"and": "or", "or": "and"}
NOTHING = ""


def mutants(duty: Duty) -> Iterator[tuple[str, Duty]]:
    """What was changed, and the duty with that change. Changes that cannot be read are no mutants."""
    groups = dict(duty.groups)
    tokens = tokens_of(duty.trigger)
    seen = {duty.trigger}
    for at, new in _changes(tokens):
        changed = [*tokens]
        changed[at : at + 1] = new.split() if new else []
        trigger = " ".join(changed)
        try:
            parse(trigger, groups)
        except ExpressionError:
            continue
        if trigger not in seen:
            seen.add(trigger)
            yield f"{tokens[at]} at {at} → {new or 'left out'}", replace(duty, trigger=trigger)
    yield from _limits(duty)


def _limits(duty: Duty) -> Iterator[tuple[str, Duty]]:
    """The clock: one more or less of its period, another anchor, a bound moved or left out."""
    if duty.period is not None:
        for amount in (duty.period.amount + 1, duty.period.amount - 1):
            if amount > 0:
                period = Period(amount, duty.period.unit)
                yield f"{duty.period} → {period}", replace(duty, period=period, alternatives=())
        if duty.anchor != SUBMITTED:
            other = next(name for name in NAMES if name != duty.anchor)
            yield f"{duty.anchor} → {other}", replace(duty, anchor=other)
    if duty.after and (duty.period is not None or duty.bounds):
        yield "after → another duty", replace(duty, after=("another-duty",))
    for at, bound in enumerate(duty.bounds):
        others = (*duty.bounds[:at], *duty.bounds[at + 1 :])
        yield f"bound {at} → left out", replace(duty, bounds=others)
        for changed in _bounds(bound):
            yield f"bound {at} → {changed}", replace(duty, bounds=(*others, changed))


def _bounds(bound: Bound) -> Iterator[Bound]:
    if bound.period is not None:
        yield replace(bound, period=Period(bound.period.amount + 1, bound.period.unit))
    if bound.lapses:
        yield replace(bound, lapses=False)


def _changes(tokens: list[str]) -> Iterator[tuple[int, str]]:
    """Where, and what stands there instead; nothing: left out."""
    listed: str | None = None
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        if token in FIELDS:
            listed = token
        elif token in ("residents", "residents_of_one"):
            listed = "organisation.establishment"
        yield from ((at, new) for new in _grammar(token, before))
        yield from ((at, new) for new in _names(token, before, tokens))
        if listed and token not in FIELDS and (before in ("has", "==", "!=") or _in_list(tokens, at)):
            yield from ((at, new) for new in _words(listed, tokens))


def _grammar(token: str, before: str) -> Iterator[str]:
    if token in SWAPPED:
        yield SWAPPED[token]
    if token in OTHER_ORDER:
        yield OTHER_ORDER[token]
    if token == "not":
        yield NOTHING
    if token == "some":
        yield "not some"
    if WHOLE.fullmatch(token) and before in ORDERS:
        yield from _numbers(token)


def _names(token: str, before: str, tokens: list[str]) -> Iterator[str]:
    if token in FIELDS:
        yield from _alike(token, tokens)
    if before == "finding":
        yield "another_finding"
    if before == "recorded":
        yield next(name for name in NAMES if name != token)


def _numbers(token: str) -> tuple[str, ...]:
    if "." in token:
        return (f"{float(token) * 1.5:g}", f"{float(token) / 2:g}")
    return (str(int(token) + 1), str(max(0, int(token) - 1)))


def _alike(path: str, tokens: list[str]) -> Iterator[str]:
    """One other fact that says the same kind of thing and is not in the rule."""
    kind = FIELDS[path]
    for other, its in FIELDS.items():
        if other not in tokens and (its.shape, its.words) == (kind.shape, kind.words):
            yield other
            return


def _in_list(tokens: list[str], at: int) -> bool:
    return tokens[at] not in ("[", "]", ",") and not tokens[at].startswith("@") and _opened(tokens[:at])


def _opened(before: list[str]) -> bool:
    return before.count("[") > before.count("]")


def _words(path: str, tokens: list[str]) -> Iterator[str]:
    """Another word of the same fact that the rule does not name."""
    kind = FIELDS[path]
    words = ("QM", "QN") if kind.shape == COUNTRY else kind.words
    yield from [word for word in words if word not in tokens][:1]
