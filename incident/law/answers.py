"""Three-valued answers with their reasons and the facts that would decide them (Kleene's strong logic)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Truth(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no or unknown. `missing` names the facts that would decide; a presumed yes keeps its own there too."""

    truth: Truth
    why: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def yes(*why: str) -> Answer:
    return Answer(Truth.YES, why)


def no(*why: str) -> Answer:
    return Answer(Truth.NO, why)


def unknown(*missing: str) -> Answer:
    return Answer(Truth.UNKNOWN, (), missing)


def all_of(answers: Iterable[Answer]) -> Answer:
    """No as soon as one is surely no, which alone is the reason then; yes when all are."""
    parts: list[Answer] = []
    for part in answers:
        if part.truth is Truth.NO and not part.missing:
            return part
        parts.append(part)
    return _first((Truth.NO, Truth.UNKNOWN, Truth.YES), parts)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes as soon as one is surely yes, which alone is the reason then; no when all are."""
    parts: list[Answer] = []
    for part in answers:
        if part.truth is Truth.YES and not part.missing:
            return part
        parts.append(part)
    return _first((Truth.YES, Truth.UNKNOWN, Truth.NO), parts)


def joined(answers: Iterable[Answer]) -> Answer:
    """Yes when one is, with the reasons of each that surely is: the same question asked of several data sets."""
    parts = list(answers)
    certain = [part for part in parts if part.truth is Truth.YES and not part.missing]
    return _first((Truth.YES, Truth.UNKNOWN, Truth.NO), certain or parts)


def negated(answer: Answer) -> Answer:
    opposite = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}
    return Answer(opposite[answer.truth], answer.why, answer.missing)


def settled(answer: Answer) -> Answer:
    """An answer as it may stand at the end: a no that rests on a presumption somewhere is unknown."""
    if answer.truth is Truth.NO and answer.missing:
        return unknown(*answer.missing)
    return answer


def presumed(answer: Answer, because: str) -> Answer:
    """A named adverse presumption: carries an unknown to yes, never to no, and leaves the facts in `missing`."""
    if answer.truth is not Truth.UNKNOWN:
        return answer
    return Answer(Truth.YES, (*answer.why, f"presumed: {because}"), answer.missing)


def _first(order: Sequence[Truth], parts: Sequence[Answer]) -> Answer:
    """The first of these truths that any part has, with the reasons of all that have it; of none the last."""
    if len(parts) == 1:
        return parts[0]
    for truth in order:
        deciding = [part for part in parts if part.truth is truth]
        if len(deciding) == 1:
            return deciding[0]
        if deciding:
            return Answer(truth, _once(part.why for part in deciding), _once(part.missing for part in deciding))
    return Answer(order[-1])


def _once(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
