"""Obligations as cards, grouped by where they stand; those that differ only in whom they are owed to are one card."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from incident.deadlines import Standing
from incident.queries.duties import DutyLine
from incident.web import words
from incident.web.case_view import card_key
from incident.web.views import DutyCard, DutyGroup

ORDER = (
    Standing.LATE,
    Standing.SOON,
    Standing.AHEAD,
    Standing.BLOCKED,
    Standing.MET,
    Standing.WAIVED,
    Standing.NOT_DUE,
)
OPEN = (Standing.LATE, Standing.SOON, Standing.AHEAD, Standing.BLOCKED)


def duty_groups(lines: Sequence[DutyLine], names: Mapping[str, str]) -> tuple[DutyGroup, ...]:
    """The cards of every standing there is, late ones first. `names` are customers' legal names by host id."""
    together: dict[tuple[object, ...], list[DutyLine]] = {}
    for line in lines:
        together.setdefault(card_key(line), []).append(line)
    groups = []
    for standing in ORDER:
        cards = tuple(_card(same, names) for key, same in together.items() if key[0] is standing)
        if cards:
            groups.append(DutyGroup(standing.value, cards))
    return tuple(groups)


def _card(lines: Sequence[DutyLine], names: Mapping[str, str]) -> DutyCard:
    line = lines[0]
    row, duty = line.obligation, line.duty
    addressees = (one.obligation.addressee for one in lines)
    return DutyCard(
        id=str(row.id),
        title=duty.title,
        law=duty.law,
        article=words.rule_name(duty.law, duty.article),
        kind=row.kind,
        stage=row.stage,
        entity=row.entity,
        addressees=tuple(names.get(name) or words.ADDRESSEES.get(name, name) for name in addressees),
        standing=line.standing.value,
        moment=line.moment,
        own_target=line.soft,
        provisional=row.provisional and line.standing in OPEN,
        trace=tuple(row.trace),
        why=tuple(row.why),
        missing=tuple(row.missing),
        datasets=tuple(row.datasets),
        blocked=row.blocked,
        qualifier=duty.qualifier,
        delays=duty.delays,
        met_at=row.met_at,
        met_by=row.met_by,
        readings=tuple((str(one["reading"]), datetime.fromisoformat(str(one["due_at"]))) for one in row.readings),
        url=duty.url if duty.url.startswith("https://") else "",
        confidence=duty.confidence.value,
        decidable=line.standing in OPEN and len(lines) == 1,
    )
