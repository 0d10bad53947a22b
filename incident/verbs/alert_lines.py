"""What the timeline says of alerts: the first ones each get a line, a storm is counted in lines ever rarer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incident.adapters.signals import Signal
from incident.verbs.alert_places import Why

EACH = 10  # alerts of one incident that get a line of their own
FLAPS = 4
"""An alert that began so often lately flaps: from then on its starts and ends are counted and get no lines."""
BECAUSE = {
    Why.ALIKE: " It reads like what {source} said within minutes.",
    Why.STORM: " A storm: what {source} says besides joins this one.",
    Why.FLOOD: " {source} opened many within the hour: its other alerts join this one.",
    Why.OVER: " It came soon after this was over: it is counted here and opens nothing.",
}


@dataclass(slots=True)
class Tally:
    """What one delivery did to one incident: alerts that are new in it, heard again, or now resolved.

    `added` counts the new ones and `ended` the resolved ones, those that flap among them, which `new` and `resolved`
    leave out. `flaps` are these with how often each began. `sorts` are the first of their sort, of `all_sorts` there
    are. `why`: some came for another reason than their group.
    """

    new: list[Signal] = field(default_factory=list)
    added: int = 0
    repeated: int = 0
    resolved: list[Signal] = field(default_factory=list)
    ended: int = 0
    flaps: list[tuple[Signal, int]] = field(default_factory=list)
    sorts: list[Signal] = field(default_factory=list)
    all_sorts: int = 0
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to write: the action and the text."""

    action: str
    text: str


def lines_of(tally: Tally, source: str, total: int, over: int) -> Iterator[Line]:
    """The lines a delivery is worth. The incident now has `total` alerts, `over` of them resolved by their monitor."""
    why = BECAUSE[tally.why].format(source=source) if tally.why in BECAUSE else ""
    if tally.new and _worth_a_line(total - tally.added, total):
        yield Line("alert.joined", f"{_named(tally.new)} from {source}; {_alerts(total)} in all.{why}")
    elif tally.sorts and _worth_a_line(tally.all_sorts - len(tally.sorts), tally.all_sorts):
        yield Line(
            "alert.joined", f"Unlike those before: {_named(tally.sorts)} from {source}; {_alerts(total)} in all."
        )
    flaps = [(signal, number) for signal, number in tally.flaps if number & (number - 1) == 0]
    if flaps:
        signal, number = flaps[0]
        more = f", and {_alerts(len(flaps) - 1)} more" if len(flaps) > 1 else ""
        said = f"“{signal.title}” from {source} fires and ends again and again: {number:,} times so far{more}."
        yield Line("alert.flapping", f"{said} It is counted from here on.")
    if tally.resolved and (over == total or _worth_a_line(over - tally.ended, over)):
        said = f"{source} says resolved: {_named(tally.resolved)}; {over:,} of {total:,}. This closes nothing."
        yield Line("alert.resolved", said)


def _worth_a_line(before: int, after: int) -> bool:
    """The first alerts each get a line; then one line whenever their number has doubled."""
    return before < EACH or after.bit_length() > before.bit_length()


def _named(signals: Sequence[Signal]) -> str:
    first = signals[0].title
    return f"“{first}”" if len(signals) == 1 else f"{_alerts(len(signals))}, the first “{first}”"


def _alerts(number: int) -> str:
    return "1 alert" if number == 1 else f"{number:,} alerts"
