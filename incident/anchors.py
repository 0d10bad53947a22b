"""Anchors: the moments the law counts from, and the worksheet from which awareness is decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifications.wording import worded

NAMES: Mapping[str, str] = {
    "occurred_from": worded("the breach began"),
    "occurred_until": worded("the breach ended"),
    "detected": worded("a monitor or a person noticed something"),
    "discovered": worded("the breach was discovered, or would have been with reasonable diligence"),
    "aware": worded(
        "reasonable degree of certainty that personal data were compromised (EDPB Guidelines 9/2022, para 31)"
    ),
    "confirmed": worded("the breach was confirmed"),
    "determined": worded("it was determined that the law's kind of breach took place"),
    "determined_material": worded("the incident was determined to be material"),
    "classified_major": worded("the incident was classified as major"),
    "assessment_started": worded("the assessment began"),
    "assessment_done": worded("the assessment was finished"),
    "processor_told_us": worded("our processor told us"),
    "ransom_paid": worded("a ransom was paid"),
    "remedy_available": worded("a corrective measure is available"),
    "authority_first_notified": worded("an authority was first notified"),
    "subjects_notified": worded("the people were notified"),
    "resolved": worded("the incident was resolved"),
    "hold_requested": worded("law enforcement asked that notices wait"),
    "hold_lifted": worded("law enforcement lifted its request"),
}
AWARE = "aware"


# What stands in for a moment nobody recorded yet: the earliest of these starts a provisional clock. A moment that only
# a person or a filing can make (a determination of materiality, a classification) has none.
STAND_INS: Mapping[str, tuple[str, ...]] = {
    "occurred_from": ("detected", "discovered", "aware"),
    "detected": ("discovered", "aware"),
    "discovered": ("detected", "processor_told_us", "aware", "confirmed"),
    "aware": ("detected", "discovered", "processor_told_us", "confirmed"),
    "confirmed": ("aware", "discovered", "determined"),
    "determined": ("confirmed", "aware", "discovered"),
    "assessment_started": ("aware", "discovered"),
}


class Clue(StrEnum):
    """Why a moment can be the one of awareness."""

    RECEIVED = "received"  # an alert reached us
    OPENED = "opened"  # somebody opened an incident or read the alert
    VERIFIED = "verified"  # somebody checked that personal data are compromised
    IGNORED_SIGNAL = "ignored_signal"  # an earlier signal that nobody followed up
    TOLD = "told"  # a processor, a customer, the press or an attacker told us
    OTHER = "other"


class Arguable(StrEnum):
    """How well a candidate can be argued to be the moment of awareness."""

    CLEAR = "clear"
    ARGUABLE = "arguable"
    HARDLY = "hardly"  # kept on the worksheet, starts no clock


USUALLY: Mapping[Clue, Arguable] = {
    Clue.RECEIVED: Arguable.ARGUABLE,
    Clue.OPENED: Arguable.ARGUABLE,
    Clue.VERIFIED: Arguable.CLEAR,
    Clue.IGNORED_SIGNAL: Arguable.ARGUABLE,
    Clue.TOLD: Arguable.CLEAR,
    Clue.OTHER: Arguable.ARGUABLE,
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """One recorded moment. `decided` False: a candidate on the worksheet.

    `scope` is "" for the incident, else "entity:<id>", "dataset:<id>" or "regime:<id>". `corrects` names the record
    this one replaces. `evidence` points at what shows it.
    """

    name: str
    at: datetime
    scope: str = ""
    decided: bool = True
    clue: Clue = Clue.OTHER
    arguable: Arguable = Arguable.CLEAR
    why: str = ""
    evidence: str = ""
    id: str = ""
    corrects: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """From when a clock runs; `provisional` until a person has decided the moment."""

    anchor: Anchor
    provisional: bool
    stands_in_for: str = ""

    @property
    def at(self) -> datetime:
        return self.anchor.at

    def __str__(self) -> str:
        found = self.anchor
        scope = f" for {found.scope}" if found.scope else ""
        if self.stands_in_for:
            return f"{self.stands_in_for} not recorded{scope}: {found.name} stands in for it"
        if not self.provisional:
            return f"{found.name} decided{scope}"
        reading = "a clear" if found.arguable is Arguable.CLEAR else "the earliest arguable"
        return f"{found.name} not decided{scope}: {reading} candidate is {found.clue.replace('_', ' ')}"


def fault_in_scope(scope: str) -> str:
    """What is wrong with a scope, empty when it is fine."""
    kind, colon, name = scope.partition(":")
    if scope == "" or (colon and name and kind in ("entity", "dataset", "regime")):
        return ""
    return f'{scope!r} is no scope: "" or entity:<id>, dataset:<id>, regime:<id>'


def start_of(anchors: Iterable[Anchor], name: str, scopes: Sequence[frozenset[str]]) -> Start | None:
    """From when a clock on this anchor runs, or None while the moment is not known.

    `scopes` are the scopes that fit, nearest first; each level falls back to the next, and every clock to the
    incident's own. A decided moment counts, at one level the latest decision in each scope and the earliest of these.
    Without one, the earliest arguable candidate of any level gives the provisional clock: the strictest reading.
    """
    standing = [anchor for anchor in current(anchors) if anchor.name == name]
    if not standing:
        return None
    levels = (*scopes, frozenset({""}))
    for level in levels:
        decided = {anchor.scope: anchor for anchor in standing if anchor.decided and anchor.scope in level}
        if decided:
            return Start(min(decided.values(), key=_moment), provisional=False)
    fitting = frozenset[str]().union(*levels)
    candidates = [anchor for anchor in standing if anchor.scope in fitting]
    earliest = earliest_arguable(candidates)
    return None if earliest is None else Start(earliest, provisional=True)


def by_name(anchors: Iterable[Anchor]) -> dict[str, list[Anchor]]:
    """The records that stand, by the moment they are of."""
    found: dict[str, list[Anchor]] = {}
    for anchor in current(anchors):
        found.setdefault(anchor.name, []).append(anchor)
    return found


def stand_in(moments: Mapping[str, Sequence[Anchor]], name: str, scopes: Sequence[frozenset[str]]) -> Start | None:
    """The provisional start of a clock whose own moment nobody recorded, or None where nothing can stand in."""
    others = STAND_INS.get(name, ())
    found = [start for other in others if (start := start_of(moments.get(other, ()), other, scopes))]
    first = min(found, key=lambda start: _moment(start.anchor), default=None)
    return None if first is None else Start(first.anchor, provisional=True, stands_in_for=name)


def current(anchors: Iterable[Anchor]) -> list[Anchor]:
    """The records no later one corrects, in the order they were recorded."""
    records = list(anchors)
    corrected = {anchor.corrects for anchor in records if anchor.corrects}
    return sorted(
        (anchor for anchor in records if not anchor.id or anchor.id not in corrected),
        key=lambda anchor: (anchor.recorded_at is not None, anchor.recorded_at or anchor.at, anchor.id),
    )


def worksheet(anchors: Iterable[Anchor], name: str = AWARE) -> list[Anchor]:
    """The candidates for one moment, earliest first."""
    return sorted((anchor for anchor in current(anchors) if anchor.name == name and not anchor.decided), key=_moment)


def earliest_arguable(candidates: Iterable[Anchor]) -> Anchor | None:
    """The candidate the provisional clock runs from."""
    arguable = [anchor for anchor in candidates if not anchor.decided and anchor.arguable is not Arguable.HARDLY]
    return min(arguable, key=_moment, default=None)


def _moment(anchor: Anchor) -> tuple[datetime, str]:
    return (anchor.at, anchor.id)
