"""What the timeline says of alerts: the first ones each get a line, a storm is counted in lines ever rarer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incident.adapters.signals import Signal

EACH = 10  # alerts of one incident that get a line of their own


@dataclass(slots=True)
class Tally:
    """What one delivery did to one incident: alerts that are new in it, heard again, or now resolved.

    `flooded`: some joined it only because their source had opened too many.
    """

    new: list[Signal] = field(default_factory=list)
    repeated: int = 0
    resolved: list[Signal] = field(default_factory=list)
    flooded: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to write: the action and the text."""

    action: str
    text: str


def lines_of(tally: Tally, source: str, total: int, over: int) -> Iterator[Line]:
    """The lines a delivery is worth. The incident now has `total` alerts, `over` of them resolved by their monitor."""
    if tally.new and _worth_a_line(total - len(tally.new), total):
        why = f" {source} opened many within the hour: its other alerts join this one." if tally.flooded else ""
        yield Line("alert.joined", f"{_named(tally.new)} from {source}; {_alerts(total)} in all.{why}")
    if tally.resolved and (over == total or _worth_a_line(over - len(tally.resolved), over)):
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
