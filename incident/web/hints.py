"""Hints on the pages of facts: each beside its question, taken over into the draft only by the person who asks for it.

Nothing here reaches a saved version by itself: what is taken over is an answer in a form, like any that is typed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from starlette.datastructures import FormData

from incident.errors import Conflict
from incident.hints import OF_DATASET, Stance, Suggestion, is_shared, stance, taken
from incident.organisation import declarations_good_for
from incident.phases import FINAL
from incident.queries.access import find_incident
from incident.queries.hints import Hints, gather_hints, read_lately
from incident.roles import Action, Actor
from incident.verbs.hints import read_hints
from incident.web.fact_form import lines, read_answer, rows_of
from incident.web.fact_questions import NO, YES, said
from incident.web.frame import Desk
from incident.web.views import DatasetForm, FactField
from incident.web.views.hints import HintAlert, HintOffer, HintReason, HintsBar
from notifications.store import StoreUnavailable
from notifications.wording import worded

Document = Mapping[str, object]
Part = tuple[str, tuple[FactField, ...]]
GONE = worded(
    "This hint is there no more: its alerts or what is declared of the asset changed. Look at the page again."
)
FACT_OF = {name: fact for fact, name in OF_DATASET.items()}


def hints_for(desk: Desk, by: Actor, incident_id: UUID) -> Hints | None:
    """The hints of an incident, their reading written down; None where that cannot be written: then none is shown."""
    edge, good_for = desk.edge, declarations_good_for(desk.edge.settings)
    now = edge.clock.now()
    with edge.read() as session:
        found = gather_hints(session, edge.keys, by, incident_id, now, good_for)
        if not found.suggestions or read_lately(session, by, incident_id, now):
            return found
    try:
        return edge.write(by, lambda act: read_hints(act, incident_id, good_for))
    except StoreUnavailable:
        return None


def hints_shown(desk: Desk, reference: str) -> Hints | None:
    """The hints for whoever may answer, while the incident is open; nobody else is shown any beside questions."""
    if not desk.may(Action.FACTS):
        return Hints()
    with desk.edge.read() as session:
        found = find_incident(session, desk.actor, reference)
    return Hints() if found.phase in FINAL else hints_for(desk, desk.actor, found.id)


@dataclass(frozen=True)
class Offers:
    """The hints of an incident held against a document of answers, saved or not."""

    hints: Hints
    document: Document
    called: Mapping[str, str] = field(default_factory=dict)  # legal entities by their short id
    _by_fact: dict[str, list[Suggestion]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.hints.suggestions:
            self._by_fact.setdefault(one.fact, []).append(one)

    def at(self, fact: str, name: str, value: object) -> tuple[HintOffer, ...]:
        """What is offered beside a question with this answer; nothing that is answered so, here or in another set."""
        return tuple(
            _offer(one, name, self.called, against=stance(one.value, value) is Stance.CONTRADICTS)
            for one in self._by_fact.get(fact, ())
            if stance(one.value, value) is not Stance.AGREES and not self._agreed(one)
        )

    def find(self, key: str, fact: str) -> Suggestion:
        """One suggestion for a fact. Raises Conflict when it is there no more."""
        found = next((one for one in self._by_fact.get(fact, ()) if one.key == key), None)
        if found is None:
            raise Conflict(GONE)
        return found

    def beside(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        """Sections of a form, each question with what is offered beside it."""
        return tuple((title, tuple(self._with(one) for one in fields)) for title, fields in parts)

    def beside_all(self, form: DatasetForm) -> DatasetForm:
        """The form of a data set with what is offered beside its questions."""
        return replace(form, sections=self.beside(form.sections), single=self.beside(form.single))

    def _with(self, one: FactField) -> FactField:
        return replace(one, hints=self.at(FACT_OF.get(one.path, one.path), one.name, _at(self.document, one.name)))

    def _agreed(self, one: Suggestion) -> bool:
        """Whether some data set says so already: then the others need not."""
        if is_shared(one.fact):
            return False
        path = OF_DATASET.get(one.fact, one.fact)
        return any(stance(one.value, _at(row, path)) is Stance.AGREES for row in rows_of(self.document))


def bar_of(hints: Hints | None, parts: Iterable[Sequence[Part]]) -> HintsBar | None:
    """What the page says of hints as a whole; None where no hint stands beside a question."""
    if hints is None:
        return HintsBar(unread=True)
    fields = [one for section in parts for _, inside in section for one in inside if one.hints]
    if not fields:
        return None
    against = tuple((one.name, one.label) for one in fields if any(hint.against for hint in one.hints))
    offered = tuple((one.name, one.label) for one in fields)
    return HintsBar(offered, against, hints.alerts, hints.read, hints.erased)


def form_with(form: FormData, wanted: str, hints: Hints, zone: str) -> tuple[FormData, str]:
    """The form as if a hint had been typed into it, and the name of its field. Raises Conflict when it is gone."""
    key, _, name = wanted.partition("@")
    path = name.split(".", 2)[2] if name.startswith("datasets.") and name.count(".") > 1 else name
    fact = FACT_OF.get(path, path)
    found = Offers(hints, {}).find(key, fact)
    before = [value for value in form.getlist(name) if isinstance(value, str)]
    answer = None if fact == "entity" else read_answer(fact, before, zone)
    value = taken(found.value, answer)
    texts = [lines(value)] if fact == "controllers" else list(_texts(value))
    kept = [(other, value) for other, value in form.multi_items() if other != name]
    return FormData([*kept, *((name, text) for text in texts)]), name


def _texts(value: object) -> Iterator[str]:
    """An answer as the fields of a form send it."""
    if isinstance(value, bool):
        yield YES if value else NO
    elif isinstance(value, Mapping):
        yield lines(value)
    elif isinstance(value, list | tuple):
        yield from map(str, value)
    else:
        yield str(value)


def _offer(one: Suggestion, name: str, called: Mapping[str, str], *, against: bool) -> HintOffer:
    return HintOffer(
        take=f"{one.key}@{name}",
        said=said(one.fact, one.value) if one.fact != "entity" else called.get(str(one.value), str(one.value)),
        reasons=tuple(
            HintReason(why.text, why.alerts)
            if why.declared is None
            else HintReason(
                why.text, why.alerts, why.declared.asset, why.declared.at, why.declared.by, why.declared.outdated
            )
            for why in one.whys
        ),
        alerts=one.alerts,
        tellers=tuple(HintAlert(teller.title, teller.source, teller.heard_at) for teller in one.tellers),
        against=against,
    )


def _at(document: object, name: str) -> object:
    value = document
    for part in name.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
