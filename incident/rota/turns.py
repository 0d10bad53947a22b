"""Whose turn it is: layers of people who take weeks in order, and overrides that stand before them. Pure.

A handover is a time of day on the clocks of the layer's zone. A time that a clock change leaves out falls as much later
as the clocks jump; of one that comes twice it is the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.wording import worded

WEEK = timedelta(days=7)
MOST_PEOPLE = 50
MOST_WEEKS = 8
YEARS = range(2000, 2200)


class BadLayer(ValueError):
    """This is no layer; the text says what is wrong, `field` with what."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns of `weeks` in their order; the first turn begins on `begins` at `at`, clocks of `zone`.

    Every later handover is on the same weekday at the same time of day. Nobody is on call before the first. Raises
    BadLayer.
    """

    name: str
    people: tuple[UUID, ...]
    begins: date
    at: time
    zone: str
    weeks: int = 1

    def __post_init__(self) -> None:
        if len(self.people) > MOST_PEOPLE:
            raise BadLayer("people", worded("are more than {most_people}", most_people=MOST_PEOPLE))
        if self.begins.year not in YEARS:
            raise BadLayer("begins", worded("is no day of this or the next century"))
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise BadLayer("weeks", worded("are 1 to {most_weeks}", most_weeks=MOST_WEEKS))
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):  # ZoneInfo names a folder of its data with OSError
            raise BadLayer("zone", worded("is no IANA time zone")) from None

    def handover(self, number: int) -> datetime:
        """When turn `number` begins, in UTC; the first is number 0."""
        day = self.begins + number * self.weeks * WEEK
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def number_at(self, moment: datetime) -> int:
        """The number of the turn that runs at a moment; below 0 before the first."""
        here = moment.astimezone(ZoneInfo(self.zone)).date()
        number = (here - self.begins) // (self.weeks * WEEK)
        while self.handover(number) > moment:
            number -= 1
        while self.handover(number + 1) <= moment:
            number += 1
        return number

    def person(self, number: int) -> UUID | None:
        """Whose turn `number` is; None before the first, and in a layer without people."""
        return self.people[number % len(self.people)] if self.people and number >= 0 else None


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody stands in from one moment to before another in the layer of this name."""

    layer: str
    person: UUID
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is on call in a layer from one moment to before another. `stands_in`: by an override."""

    layer: str
    person: UUID
    begins: datetime
    ends: datetime
    stands_in: bool = False


def on_call(layers: Sequence[Layer], overrides: Sequence[Override], moment: datetime) -> tuple[Turn, ...]:
    """Who is on call in each layer at a moment, in the order of the layers; of two overrides the later one holds."""
    found = (turn for layer in layers for turn in _of(layer, overrides, moment, moment + timedelta(microseconds=1)))
    return tuple(turn for turn in found if turn.begins <= moment < turn.ends)


def turns(layers: Sequence[Layer], overrides: Sequence[Override], since: datetime, until: datetime) -> tuple[Turn, ...]:
    """Every turn that touches the time from `since` to before `until`, whole, by its beginning."""
    found = [turn for layer in layers for turn in _of(layer, overrides, since, until)]
    order = {layer.name: number for number, layer in enumerate(layers)}
    near = (turn for turn in found if turn.begins < until and turn.ends > since)
    return tuple(sorted(near, key=lambda turn: (turn.begins, order[turn.layer])))


def _of(layer: Layer, overrides: Iterable[Override], since: datetime, until: datetime) -> Iterator[Turn]:
    """One layer's turns from the one that runs at `since` to the one before `until`; overrides cut into them."""
    mine = [one for one in overrides if one.layer == layer.name and one.begins < one.ends]
    first, last = layer.number_at(since), layer.number_at(until) + 1
    begins, ends = layer.handover(first), layer.handover(last)
    edges = {layer.handover(number) for number in range(first, last + 1)}
    edges |= {edge for one in mine for edge in (one.begins, one.ends) if begins < edge < ends}
    ordered = sorted(edges)
    current: tuple[UUID, object, datetime, datetime] | None = None
    for start, end in pairwise(ordered):
        number = layer.number_at(start)
        over = next((at for at in reversed(range(len(mine))) if mine[at].begins <= start < mine[at].ends), None)
        person = layer.person(number) if over is None else mine[over].person
        origin = ("turn", number) if over is None else ("override", over)
        if current is not None and current[:2] == (person, origin):
            current = (current[0], origin, current[2], end)
            continue
        if current is not None:
            yield _turn(layer, current)
        current = (person, origin, start, end) if person is not None else None
    if current is not None:
        yield _turn(layer, current)


def _turn(layer: Layer, found: tuple[UUID, object, datetime, datetime]) -> Turn:
    person, origin, begins, ends = found
    return Turn(layer.name, person, begins, ends, origin[0] == "override")  # type: ignore[index]
