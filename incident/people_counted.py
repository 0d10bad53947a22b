"""Whether an audience holds whom the facts say are concerned: people by number, customers by name. Pure; it blocks
nothing.
"""

from collections.abc import Collection, Mapping

from incident.facts import DataSet, FactSheet
from incident.notice_kinds import CONTROLLING, KINDS, NoticeKind
from notifications.wording import worded, worded_list

SHOWN = 3  # names of customers in a sentence


def counted_otherwise(sheet: FactSheet, kind: NoticeKind, dataset: str, recipients: int, *, fewer: bool = False) -> str:
    """What the facts say where it is not what the audience holds, in a sentence; "" where they fit or nobody said.

    `dataset`: the id of the data set the notice speaks of, "" all of those we control. One person may be in several,
    so their numbers are from the largest of them to all together. Only notices to the people themselves are compared,
    one for a single place, such as California, with how many live there. `fewer`: say only that people are left out.
    """
    if not KINDS[kind].to_people or not recipients:
        return ""
    told = [one for one in sheet.datasets if (one.id == dataset if dataset else one.role in CONTROLLING)]
    place = KINDS[kind].place
    bounds = [_living_in(place, one) if place else bounds_of(one) for one in told]
    if not bounds or None in bounds:
        return ""
    known = [found for found in bounds if found]
    return _beside((max(low for low, _ in known), sum(high for _, high in known)), recipients, fewer=fewer)


def counted_for_customer(
    figure: int | None, dataset: DataSet, controller: str, recipients: int, *, fewer: bool = False
) -> str:
    """The same for a customer's people: by `figure`, its own, else by the data set where it is the only controller."""
    bounds = (figure, figure) if figure is not None else None
    if bounds is None and dataset.controllers == (controller,):
        bounds = bounds_of(dataset)
    return _beside(bounds, recipients, fewer=fewer) if bounds and recipients else ""


def customers_left_out(affected: Collection[str], reached: Collection[str], names: Mapping[str, str]) -> str:
    """Which customers the facts name as affected and the audience does not hold, in a sentence; "" where none.

    All by host id; `names` says how some are called.
    """
    missing = sorted(names.get(one, one) for one in set(affected) - set(reached))
    if not missing or not reached:
        return ""
    shown = worded_list(missing[:SHOWN])
    if len(missing) > SHOWN:
        shown = worded("{some} and {number} more", some=shown, number=f"{len(missing) - SHOWN:,}")
    return worded(
        "The facts name {affected} customers as affected, this audience holds {reached} of them: {missing} would not "
        "get this notice.",
        affected=f"{len(set(affected)):,}",
        reached=f"{len(set(affected) & set(reached)):,}",
        missing=shown,
    )


def _beside(bounds: tuple[int, int], recipients: int, *, fewer: bool) -> str:
    """What the facts say of so many people beside an audience of `recipients`; "" where it fits."""
    least, most = bounds
    if least <= recipients <= most or (fewer and recipients > most):
        return ""
    said = f"{least:,}" if least == most else worded("{least} to {most}", least=f"{least:,}", most=f"{most:,}")
    held = f"{recipients:,}"
    if recipients < least:
        return worded(
            "The facts say {said} people, this audience holds {held}: whoever is not in it does not get this notice.",
            said=said,
            held=held,
        )
    return worded("The facts say {said} people, this audience holds more: {held}.", said=said, held=held)


def stated(sheet: FactSheet) -> tuple[tuple[str, int, int], ...]:
    """Data sets whose people are ours to tell, by name: from how many to how many, where somebody has said."""
    ours = ((one.name, bounds_of(one)) for one in sheet.datasets if one.role in CONTROLLING)
    return tuple((name, *bounds) for name, bounds in ours if bounds)


def bounds_of(dataset: DataSet) -> tuple[int, int] | None:
    """From how many people to how many a data set concerns; None where nobody has said."""
    count = dataset.facts.get("people.count")
    low, high = (
        (count, count)
        if isinstance(count, int)
        else (dataset.facts.get("people.count_min"), dataset.facts.get("people.count_max"))
    )
    return (low, high) if isinstance(low, int) and isinstance(high, int) else None


def _living_in(place: str, dataset: DataSet) -> tuple[int, int] | None:
    """How many people of a data set live in a place; None where the facts do not say."""
    reach = dataset.facts.get("reach")
    number = reach.get(place) if isinstance(reach, Mapping) else None
    return (number, number) if number is not None else None
