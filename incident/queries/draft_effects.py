"""What a draft of the facts would change once it is saved: risks, duties, decisions, questions. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from incident.assessment import Assessment, Risk
from incident.facts import FactSheet, difference
from incident.law.answers import Truth
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties
from incident.queries.access import access_to
from incident.queries.circumstances import Inquiry, assessed_here, circumstances_of
from incident.queries.decisions import RiskDecided, standing_risks, would_reopen
from incident.queries.open_questions import Outlook, outlook_of
from incident.roles import Action, Actor, require


@dataclass(frozen=True, slots=True)
class RiskChange:
    """The risk of one data set now and with the draft; None: there is no such data set then."""

    dataset: str
    before: Risk | None
    after: Risk | None
    reopens: bool = False  # a decision on it rests on a fact the draft changes


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What follows now and from the draft (`outlook`), and how the two differ.

    `appear` and `disappear` are duties somebody would, or would no longer, have to meet or decide. `settled` would be
    certain where they are open now, `unsettled` the other way, `moved` fall due at another moment: (now, then).
    """

    now: Outlook
    outlook: Outlook
    risks: tuple[RiskChange, ...]
    appear: tuple[Derived, ...]
    disappear: tuple[Derived, ...]
    settled: tuple[tuple[Derived, Derived], ...]
    unsettled: tuple[tuple[Derived, Derived], ...]
    moved: tuple[tuple[Derived, Derived], ...]

    @property
    def changes_something(self) -> bool:
        lists = (self.appear, self.disappear, self.settled, self.unsettled, self.moved)
        return any(lists) or any(one.before != one.after or one.reopens for one in self.risks)


def foresee(inquiry: Inquiry, actor: Actor, saved: FactSheet, draft: FactSheet) -> Foreseen:
    """Compare what follows from the saved facts with what would from the draft.

    Raises NotFound and Forbidden by permission.
    """
    require(actor, Action.READ, access_to(inquiry.session, inquiry.incident_id))
    ruled = standing_risks(inquiry.session, inquiry.incident_id)
    reopened = frozenset(would_reopen(ruled, difference(saved, draft)))
    before, after = _derived(inquiry, saved), _derived(inquiry, draft, reopened)
    now, then = assessed_here(saved, inquiry.organisation), assessed_here(draft, inquiry.organisation)
    was = {row.key: row for row in before if row.owed_or_open}
    will = {row.key: row for row in after if row.owed_or_open or (row.key in was and row.applies is not Truth.NO)}
    both = [(was[key], will[key]) for key in was if key in will]
    return Foreseen(
        now=outlook_of(inquiry, saved, before),
        outlook=outlook_of(inquiry, draft, after),
        risks=tuple(_risks(ruled, reopened, now, then)),
        appear=tuple(will[key] for key in will if key not in was),
        disappear=tuple(was[key] for key in was if key not in will),
        settled=tuple(pair for pair in both if _turned(pair, Truth.UNKNOWN, Truth.YES)),
        unsettled=tuple(pair for pair in both if _turned(pair, Truth.YES, Truth.UNKNOWN)),
        moved=tuple(pair for pair in both if pair[0].applies is pair[1].applies and pair[0].due_at != pair[1].due_at),
    )


def _derived(inquiry: Inquiry, sheet: FactSheet, reopened: frozenset[str] = frozenset()) -> tuple[Derived, ...]:
    """What follows from a sheet, with the decisions that stand but those that reopen."""
    return derive(sheet, shipped_duties(), circumstances_of(inquiry, sheet, reopened))


def _risks(
    ruled: Mapping[str, RiskDecided],
    reopened: frozenset[str],
    now: Mapping[str, Assessment],
    then: Mapping[str, Assessment],
) -> Iterator[RiskChange]:
    """Each data set's risk as decided while that stands, else as assessed."""
    for name in {**now, **then}:
        decided = Risk(ruled[name].outcome) if name in ruled else None
        before, after = (found[name].risk if name in found else None for found in (now, then))
        stands = decided if name not in reopened else None
        yield RiskChange(name, before and (decided or before), after and (stands or after), name in reopened)


def _turned(pair: tuple[Derived, Derived], before: Truth, after: Truth) -> bool:
    return pair[0].applies is before and pair[1].applies is after
