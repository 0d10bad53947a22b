"""The assessment of an incident: asks one question at a time, shows what the draft would change, keeps the records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from incident.assessment import Risk
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid, NotFound, Overtaken
from incident.facts import sheet_document
from incident.organisation import organisation_of
from incident.queries.facts import draft_of, latest_facts
from incident.roles import Action, Actor
from incident.severity import Override
from incident.verbs.act import Act
from incident.verbs.advising import advise
from incident.verbs.facts import change_draft, discard_draft, save_facts
from incident.verbs.scoring import score_as_facts_say, score_otherwise
from incident.web.assessment_draft import (
    answer_at,
    answers_of,
    faults_of,
    has_place,
    is_overtaken,
    with_answer,
    with_passed,
)
from incident.web.assessment_page import Asking, page_values
from incident.web.assessment_questions import Place
from incident.web.case_acts import find
from incident.web.case_view import case_view
from incident.web.fact_form import NONE, read_answer
from incident.web.fact_questions import ASKED
from incident.web.fact_races import answered_meanwhile
from incident.web.forms import AdviceForm, AnswerForm, ScoreForm, VersionForm
from incident.web.frame import Desk, Seated, see
from incident.web.hints import hints_shown
from incident.web.incidents import opened, tabs_of
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Shown = Annotated[str, Field(max_length=200)]
EMPTY = Fault("answer", worded("is empty"), worded("choose an answer, or say that you do not know"))
MIXED = Fault("answer", worded("has “{none}” beside others", none=NONE), worded("choose the others, or that alone"))


class AskedFor(BaseModel):
    """A question by its fact and data set, the one before as `fact@data set`, and the key of a hint to answer with."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    ask: Shown = ""
    dataset: Shown = ""
    back: Shown = ""
    saved: bool = False
    take: Shown = ""


@router.get("/incidents/{reference}/assessment")
def show_assessment(desk: Seated, reference: str, asked: Annotated[AskedFor, Query()]) -> Response:
    """The question that unlocks most, or the one that is named; what the draft would change; the records beside it.

    A hint to answer with stands in the field, and is kept nowhere by that.
    """
    hints = hints_shown(desk, reference)
    here = Place(asked.ask, asked.dataset) if asked.ask in ASKED else None
    path, _, of = asked.back.partition("@")
    before, take = Place(path, of) if path in ASKED else None, asked.take if here else ""
    with desk.edge.read() as session:
        asking = Asking(here, back=before, saved=asked.saved, hints=hints, take=take)
        return _show(desk, session, reference, asking)


@router.post("/incidents/{reference}/assessment")
def answer_question(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Keep an answer in the draft and go on to the next question; or show what it would change, and keep nothing.

    Where somebody else answered since the question was read, it is shown again with both answers, and 409.
    """
    incident_id, place = find(desk, reference), Place(form.fact, form.dataset)
    if form.act == "unknown":
        answer = Answered(place, None, form.seen_digest, lambda draft: with_passed(draft, *place))
        return _keep(desk, by, reference, answer)
    with desk.edge.read() as session:
        draft = draft_of(session, desk.edge.keys, by, incident_id)
        value = _value(draft, place, form.answer, desk.zone)
        tried = with_answer(draft, *place, value)
        faults = _wrong(form.answer, value) or faults_of(tried, *place)
        if faults or form.act == "preview":
            shown = None if faults else tried
            hints, seen = hints_shown(desk, reference), form.seen_digest
            asking = Asking(place, value=value, tried=shown, faults=faults, hints=hints, seen=seen)
            refused = bool(faults) and form.act == "answer"
            return _show(desk, session, reference, asking, 422 if refused else 200)
    answer = Answered(place, value, form.seen_digest, lambda draft: with_answer(draft, *place, value))
    return _keep(desk, by, reference, answer)


@router.post("/incidents/{reference}/assessment/version")
def save_version(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    form: Annotated[VersionForm, Form()],
) -> Response:
    """Make a version of the draft. A draft that cannot be saved stays, with what is to mend."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)

    def save(act: Act) -> None:
        draft = answers_of(draft_of(act.session, act.keys, act.actor, incident_id))
        save_facts(act, incident_id, organisation, draft, based_on=form.based_on, seen=form.draft_digest)

    try:
        desk.edge.write(by, save)
    except Invalid as error:
        asking = Asking(None, problems=tuple(error.faults), hints=hints_shown(desk, reference))
        with desk.edge.read() as session:
            return _show(desk, session, reference, asking, 422)
    return see(f"/incidents/{reference}/assessment?saved=1")


@router.post("/incidents/{reference}/assessment/discarding")
def throw_away(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    form: Annotated[VersionForm, Form()],
) -> Response:
    """Throw the draft away, as the page showed it: what was saved last stands again."""
    incident_id, seen = find(desk, reference), form.draft_digest
    desk.edge.write(by, lambda act: discard_draft(act, incident_id, _saved(act, incident_id), seen=seen))
    return see(f"/incidents/{reference}/assessment")


@router.post("/incidents/{reference}/advice")
def give_advice(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.ADVISE, programs=False))],
    reference: str,
    form: Annotated[AdviceForm, Form()],
) -> Response:
    """Advise on the risk of a data set, or of all, on the facts as saved."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: advise(act, incident_id, Risk(form.risk), form.text, dataset=form.dataset))
    return see(f"/incidents/{reference}/assessment" + (f"#dataset-{form.dataset}" if form.dataset else ""))


@router.post("/incidents/{reference}/assessment/scores")
def set_score(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.ADVISE, programs=False))],
    reference: str,
    form: Annotated[ScoreForm, Form()],
) -> Response:
    """Score a part of the severity otherwise, with a reason, or give it back to the facts."""
    incident_id = find(desk, reference)
    if not form.value:
        desk.edge.write(by, lambda act: score_as_facts_say(act, incident_id, form.dataset, form.part))
    else:
        override = Override(form.part, _number(form.value), form.reason)
        desk.edge.write(by, lambda act: score_otherwise(act, incident_id, form.dataset, override))
    return see(f"/incidents/{reference}/assessment#severity-{form.dataset}")


def _show(desk: Desk, session: Session, reference: str, asking: Asking, status: int = 200) -> Response:
    page = opened(desk, session, reference)
    case = case_view(page, "assessment")
    values = {"case": case, "sections": tabs_of(desk, case), "problems": (), **page_values(desk, session, page, asking)}
    return desk.page("assessment.html", session, values, status)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a question: None where nobody knows; what stood there when it was read; what it makes of a draft."""

    place: Place
    value: object
    seen: str
    change: Callable[[Mapping[str, object]], Mapping[str, object]]


def _keep(desk: Desk, by: Actor, reference: str, answer: Answered) -> Response:
    """Change the draft as it is at this moment, and lead to the next question."""
    incident_id, place = find(desk, reference), answer.place

    def change(draft: Mapping[str, object]) -> Mapping[str, object]:
        _found(draft, place)
        if is_overtaken(draft, *place, answer.seen, answer.value):
            raise Overtaken("", [answered_meanwhile(place.path, answer_at(draft, *place), answer.value)])
        return answer.change(draft)

    try:
        desk.edge.write(by, lambda act: change_draft(act, incident_id, change))
    except Overtaken as error:
        asking = Asking(place, value=answer.value, faults=error.differs, hints=hints_shown(desk, reference))
        with desk.edge.read() as session:
            return _show(desk, session, reference, asking, 409)
    return see(f"/incidents/{reference}/assessment?{urlencode({'back': f'{place.path}@{place.dataset}'})}#question")


def _value(draft: Mapping[str, object], place: Place, answer: list[str], zone: str) -> object:
    _found(draft, place)
    return read_answer(place.path, answer, zone)


def _found(draft: Mapping[str, object], place: Place) -> None:
    if place.path not in ASKED or not has_place(draft, *place):
        raise NotFound(worded("There is no such question here."))


def _wrong(answer: list[str], value: object) -> tuple[Fault, ...]:
    """What is wrong with an answer before anybody reads it as a fact."""
    if NONE in answer and len(answer) > 1:
        return (MIXED,)
    return (EMPTY,) if value is None else ()


def _saved(act: Act, incident_id: UUID) -> Mapping[str, object]:
    return sheet_document(latest_facts(act.session, act.keys, incident_id).sheet)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Invalid(Fault("value", worded("is no number"), worded("choose one of the values"))) from None
