"""What we still need to know: the facts that open duties wait for, those of laws that may not bind us included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from incident.facts import FIELDS, FactSheet
from incident.facts.reading import SHARED
from incident.law.answers import Truth
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties
from incident.queries.access import access_to
from incident.queries.circumstances import Inquiry, circumstances_of
from incident.queries.facts import latest_facts
from incident.roles import Action, Actor, require

Key = tuple[str, str, str, str]
OF_DATASET: Mapping[str, str] = {"organisation.role": "role", "controllers": "controllers"}
PLACES = "reach"  # where people live
ASKED = frozenset({*FIELDS, *OF_DATASET, PLACES})
LAST = float("inf")


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A fact that is missing, and what waits for it.

    `dataset` is "" for what all data sets share. `decides` counts the duties of which it is not known whether they
    apply and that ask for it; `overturns` those that apply because it is presumed against us. `first` is the one of
    them whose deadline would come first, were the answer yes: of a law that surely reaches us where there is one, and
    of one that only waits for where people live, too, where there is no other. `stated`: something is said, but not
    closely enough.
    """

    path: str
    dataset: str
    decides: int
    overturns: int
    first: Derived | None = None
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from one state of the facts, and what would settle the rest, the most decisive question first."""

    sheet: FactSheet
    rows: tuple[Derived, ...]
    questions: tuple[OpenQuestion, ...]

    @property
    def unreached(self) -> tuple[Derived, ...]:
        """Duties of laws of which it is not known whether they bind us here at all."""
        return tuple(row for row in self.rows if row.applies is Truth.UNKNOWN and not row.reached)


def read_outlook(inquiry: Inquiry, actor: Actor) -> Outlook:
    """What the saved facts leave open. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(inquiry.session, inquiry.incident_id))
    sheet = latest_facts(inquiry.session, inquiry.keys, inquiry.incident_id).sheet
    return outlook_of(inquiry, sheet, derive(sheet, shipped_duties(), circumstances_of(inquiry, sheet)))


def outlook_of(inquiry: Inquiry, sheet: FactSheet, rows: tuple[Derived, ...]) -> Outlook:
    """What was derived from a sheet, with the questions that nobody has settled."""
    return Outlook(sheet, rows, questions_of(sheet, rows, settled_keys(inquiry)))


def settled_keys(inquiry: Inquiry) -> frozenset[Key]:
    """The obligations that nobody has to do anything about any more: met, waived, or decided not due."""
    return frozenset(
        (row.entity, row.duty, row.addressee, row.stage)
        for row in inquiry.obligations()
        if row.met_at or row.waived_at or row.not_due_at
    )


def questions_of(
    sheet: FactSheet, rows: Iterable[Derived], settled: frozenset[Key] = frozenset()
) -> tuple[OpenQuestion, ...]:
    """Each missing fact of each data set, the one that most duties wait for first, then the one that presses most."""
    waiting: dict[tuple[str, str], list[Derived]] = {}
    for row in rows:
        if row.applies is Truth.NO or row.key in settled:
            continue
        for place in dict.fromkeys(place for path in row.missing for place in _places(sheet, row, path)):
            waiting.setdefault(place, []).append(row)
    found = [_question(sheet, path, dataset, asking) for (path, dataset), asking in waiting.items()]
    return tuple(sorted(found, key=_urgency))


def value_at(sheet: FactSheet, path: str, dataset: str) -> object:
    """What the sheet says at a place; None: nothing."""
    own = next((one for one in sheet.datasets if one.id == dataset), None)
    if own is None:
        return sheet.shared.get(path)
    return getattr(own, OF_DATASET[path]) if path in OF_DATASET else own.facts.get(path)


def is_shared(path: str) -> bool:
    """Whether all data sets share this fact."""
    return path not in OF_DATASET and path.partition(".")[0] in SHARED


def _places(sheet: FactSheet, row: Derived, path: str) -> list[tuple[str, str]]:
    """Where a missing fact is asked: once for all, or of the data sets that lack it, else of all that are concerned."""
    if path not in ASKED:
        return []
    if is_shared(path):
        return [(path, "")]
    lacking = [name for name in row.datasets if value_at(sheet, path, name) is None]
    return [(path, name) for name in lacking or row.datasets]


def _question(sheet: FactSheet, path: str, dataset: str, asking: Sequence[Derived]) -> OpenQuestion:
    open_ones = [row for row in asking if row.applies is Truth.UNKNOWN]
    dated = [row for row in open_ones if row.due_at is not None]
    return OpenQuestion(
        path=path,
        dataset=dataset,
        decides=len(open_ones),
        overturns=len(asking) - len(open_ones),
        first=min(dated, key=lambda row: (*_doubt(row, path), row.due_at, row.key), default=None),
        stated=value_at(sheet, path, dataset) is not None,
    )


def _doubt(row: Derived, path: str) -> tuple[bool, bool]:
    """How far a duty is from applying beside this question: a law that may not bind us, and of any country at all."""
    return not row.reached, path != PLACES and PLACES in row.missing


def _urgency(asked: OpenQuestion) -> tuple[int, float, int, str, str]:
    due_at = asked.first.due_at if asked.first else None
    return (-asked.decides, due_at.timestamp() if due_at else LAST, -asked.overturns, asked.path, asked.dataset)
