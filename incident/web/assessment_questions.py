"""Which question is asked now, what waits for it, and the answers there are to go back to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from incident.errors import Fault
from incident.facts import FIELDS, FactSheet
from incident.facts.vocabulary import FLAG, WORD
from incident.queries.open_questions import OpenQuestion, Outlook, value_at
from incident.web.assessment_draft import mark_of, places
from incident.web.duty_questions import question_href, question_line
from incident.web.fact_form import field_of
from incident.web.fact_questions import asked, said
from incident.web.fact_races import Called, named
from incident.web.views import AnsweredLine, FactField, Problem, QuestionLine, QuestionView

ANSWER = "answer"  # the field's name in the form


class Place(NamedTuple):
    """A question by its place: a fact, and the data set it is asked of; "" for what all share."""

    path: str
    dataset: str = ""

    @property
    def mark(self) -> str:
        return mark_of(self.path, self.dataset)


@dataclass(frozen=True, slots=True)
class Interview:
    """One round of questions: what the draft leaves open, what was passed, and where the incident lives."""

    outlook: Outlook
    passed: tuple[str, ...]
    case: str

    @property
    def titles(self) -> dict[str, str]:
        return {one.id: one.name for one in self.outlook.sheet.datasets}

    def open(self) -> tuple[OpenQuestion, ...]:
        """What is left to ask in this round, the most decisive question first; last what has an answer already."""
        left = (
            one for one in self.outlook.questions if one.stated or mark_of(one.path, one.dataset) not in self.passed
        )
        return tuple(sorted(left, key=lambda one: one.stated))

    def lines(self) -> tuple[QuestionLine, ...]:
        return tuple(question_line(one, self.case, self.titles) for one in self.open())

    def next(self) -> Place | None:
        """The question that unlocks most."""
        first = next(iter(self.open()), None)
        return Place(first.path, first.dataset) if first else None

    def question(
        self, place: Place, value: object, faults: tuple[Fault, ...] = (), back: Place | None = None
    ) -> QuestionView:
        """A question with what is answered so far, or what was just tried."""
        waiting = {(one.path, one.dataset): one for one in self.outlook.questions}
        found = waiting.get((place.path, place.dataset))
        return QuestionView(
            path=place.path,
            dataset=place.dataset,
            dataset_title=self.titles.get(place.dataset, place.dataset),
            field=_field(place, value, faults),
            line=question_line(found, self.case, self.titles) if found else None,
            back=(asked(back.path).ask, question_href(self.case, back.path, back.dataset)) if back else None,
        )

    def answered(self, saved: FactSheet, called: Called) -> tuple[tuple[str, tuple[AnsweredLine, ...]], ...]:
        """Every answer there is, by section or data set, and the questions that were passed; customers by name."""
        groups: dict[str, list[AnsweredLine]] = {}
        for title, place in self._every():
            value = value_at(self.outlook.sheet, place.path, place.dataset)
            passed = value is None and place.mark in self.passed
            if value is not None or passed:
                groups.setdefault(title, []).append(
                    AnsweredLine(
                        href=question_href(self.case, place.path, place.dataset),
                        ask=asked(place.path).ask,
                        said=said(place.path, named(place.path, value, called)),
                        changed=value != value_at(saved, place.path, place.dataset),
                        passed=passed,
                    )
                )
        return tuple((title, tuple(lines)) for title, lines in groups.items())

    def _every(self) -> Iterator[tuple[str, Place]]:
        for title, path, dataset in places(self.outlook.sheet):
            yield title, Place(path, dataset)


def _field(place: Place, value: object, faults: tuple[Fault, ...]) -> FactField:
    """The answer's field without "not known": that has a button of its own."""
    field = field_of(asked(place.path), ANSWER, value)
    kind = FIELDS.get(place.path)
    left_out = {FLAG: "unknown", WORD: ""}.get(kind.shape if kind else "")
    problem = Problem(ANSWER, faults[0].message, faults[0].mend) if faults else None
    return replace(
        field, choices=tuple(choice for choice in field.choices if choice.value != left_out), problem=problem
    )
