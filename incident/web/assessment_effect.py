"""What a draft would change, in few words: risks before and after, duties that come, go, are certain or move."""

from collections.abc import Iterable, Sequence

from incident.facts import FactSheet, difference
from incident.law.answers import Truth
from incident.law.derivation import Derived
from incident.queries.draft_effects import Foreseen, RiskChange
from incident.web.breach_words import cited
from incident.web.views import DutyShift, EffectView, RiskShift
from notifications.wording import worded

Pair = tuple[Derived | None, Derived | None]
NONE = ""


def effect_view(foreseen: Foreseen, saved: FactSheet, *, previewed: bool = False) -> EffectView:
    """The difference between what follows now and what would follow from the draft."""
    draft = foreseen.outlook.sheet
    titles = {one.id: one.name for sheet in (saved, draft) for one in sheet.datasets}
    certain = [row for row in foreseen.appear if row.applies is Truth.YES]
    perhaps = [row for row in foreseen.appear if row.applies is not Truth.YES]
    kinds: tuple[tuple[str, Sequence[Pair]], ...] = (
        (worded("Would be owed"), [(None, row) for row in certain]),
        (worded("Would be certain"), foreseen.settled),
        (worded("Might be owed"), [(None, row) for row in perhaps]),
        (worded("Would no longer be certain"), foreseen.unsettled),
        (worded("Would fall due at another moment"), foreseen.moved),
        (worded("Would no longer be owed"), [(row, None) for row in foreseen.disappear]),
    )
    return EffectView(
        fields=len(difference(saved, draft)),
        risks=tuple(_risk(one, titles) for one in foreseen.risks),
        kinds=tuple((title, len(pairs), _shifts(pairs)) for title, pairs in kinds if pairs),
        previewed=previewed,
    )


def _risk(one: RiskChange, titles: dict[str, str]) -> RiskShift:
    return RiskShift(titles.get(one.dataset, one.dataset), one.before or NONE, one.after or NONE, one.reopens)


def _shifts(pairs: Iterable[Pair]) -> tuple[DutyShift, ...]:
    """Alike duties are one line: one rule towards many, one kind of notice under the laws of the states."""
    alike: dict[tuple[object, ...], list[Pair]] = {}
    for pair in pairs:
        alike.setdefault(_kind(pair), []).append(pair)
    shifts = [_shift(found) for found in alike.values()]
    return tuple(sorted(shifts, key=_urgency))


def _urgency(shift: DutyShift) -> tuple[bool, float, str]:
    moment = shift.after or shift.before
    return (moment is None, moment.timestamp() if moment else 0, shift.title)


def _kind(pair: Pair) -> tuple[object, ...]:
    row = pair[1] or pair[0]
    assert row is not None
    duty = row.duty
    if duty.jurisdiction.startswith("US-"):
        return ("states", row.entity, duty.addressee_kind, duty.stage)
    named = duty.title if duty.kind == "contract" else duty.id
    return ("contract" if duty.kind == "contract" else named, row.entity)


def _shift(pairs: Sequence[Pair]) -> DutyShift:
    before = [row.due_at for row, _ in pairs if row and row.due_at]
    after = [row.due_at for _, row in pairs if row and row.due_at]
    row = pairs[0][1] or pairs[0][0]
    assert row is not None
    duty = row.duty
    many = len(pairs) > 1
    states = many and duty.jurisdiction.startswith("US-")
    contracts = many and duty.kind == "contract"
    return DutyShift(
        title=worded("Tell the customers") if contracts else duty.title,
        rule="US state laws" if states else "their contracts" if contracts else cited(duty.law, duty.article),
        number=len(pairs),
        before=min(before, default=None),
        after=min(after, default=None),
        certain=row.applies is Truth.YES,
    )
