"""Whether an audience holds as many people as the facts say are concerned. Pure; it blocks nothing."""

from incident.facts import DataSet, FactSheet
from incident.notice_kinds import CONTROLLING, KINDS, NoticeKind
from notifications.wording import worded


def counted_otherwise(sheet: FactSheet, kind: NoticeKind, dataset: str, recipients: int) -> str:
    """What the facts say where it is not what the audience holds, in a sentence; "" where they fit or nobody said.

    `dataset`: the id of the data set the notice speaks of, "" all of those we control. One person may be in several,
    so their numbers are from the largest of them to all together. Only notices to the people themselves are compared.
    """
    if not KINDS[kind].to_people or not recipients:
        return ""
    told = [one for one in sheet.datasets if (one.id == dataset if dataset else one.role in CONTROLLING)]
    bounds = [_bounds(one) for one in told]
    if not bounds or None in bounds:
        return ""
    known = [found for found in bounds if found]
    least, most = max(low for low, _ in known), sum(high for _, high in known)
    if least <= recipients <= most:
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


def _bounds(dataset: DataSet) -> tuple[int, int] | None:
    """From how many people to how many a data set concerns; None where nobody has said."""
    count = dataset.facts.get("people.count")
    low, high = (
        (count, count)
        if isinstance(count, int)
        else (dataset.facts.get("people.count_min"), dataset.facts.get("people.count_max"))
    )
    return (low, high) if isinstance(low, int) and isinstance(high, int) else None
