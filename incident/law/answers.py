"""Three-valued answers with their reasons and the facts that would decide them (Kleene's strong logic)."""

from collections.abc import Iterable
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
    """No as soon as one is no, whatever is unknown beside it; yes when all are."""
    parts = list(answers)
    for truth in (Truth.NO, Truth.UNKNOWN):
        if any(part.truth is truth for part in parts):
            return _of(truth, parts)
    return _of(Truth.YES, parts)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes as soon as one is yes, whatever is unknown beside it; no when all are."""
    parts = list(answers)
    for truth in (Truth.YES, Truth.UNKNOWN):
        if any(part.truth is truth for part in parts):
            return _of(truth, parts)
    return _of(Truth.NO, parts)


def negated(answer: Answer) -> Answer:
    opposite = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}
    return Answer(opposite[answer.truth], answer.why, answer.missing)


def presumed(answer: Answer, because: str) -> Answer:
    """A named adverse presumption: carries an unknown to yes, never to no, and leaves the facts in `missing`."""
    if answer.truth is not Truth.UNKNOWN:
        return answer
    return Answer(Truth.YES, (*answer.why, f"presumed: {because}"), answer.missing)


def _of(truth: Truth, parts: Iterable[Answer]) -> Answer:
    deciding = [part for part in parts if part.truth is truth]
    return Answer(truth, _once(part.why for part in deciding), _once(part.missing for part in deciding))


def _once(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
