"""The fact sheet of an incident: shown as a form, kept as a draft, saved as a version; the risk beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.facts import sheet_document
from incident.organisation import organisation_of
from incident.queries.facts import (
    draft_changed_at,
    fact_versions,
    has_answers,
    read_draft,
    read_facts,
    seen_digest,
)
from incident.queries.hints import Hints
from incident.queries.incident import IncidentPage
from incident.queries.timeline import names_of
from incident.queries.undecided import reopened_since
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.facts import save_draft, save_facts
from incident.web.case_acts import find
from incident.web.customer_choices import register_for, with_register
from incident.web.done import say
from incident.web.done_words import DRAFT_KEPT, REOPENED
from incident.web.entity_choices import entities_for, named_entity, with_entities
from incident.web.fact_faults import first_of_each
from incident.web.fact_form import dataset_forms, read_form, shared_parts, with_settings
from incident.web.fact_races import answers_by_part, called_in, keep_or_tell_apart
from incident.web.frame import Desk, Seated, see
from incident.web.hints import Offers, bar_of, form_with, hints_for, hints_shown
from incident.web.incidents import opened, show
from incident.web.risks import risks_of
from incident.web.views import DatasetForm, FactsView, RiskView

router = APIRouter(include_in_schema=False)
LARGEST_FORM = 2000
ANOTHER = "?new=1#dataset-new"  # with an empty data set below the others


async def sent_form(request: Request) -> FormData:
    """The form as it was sent; its fields follow the data sets, so no closed model fits."""
    return await request.form(max_fields=LARGEST_FORM)


@router.get("/incidents/{reference}/facts")
def show_facts(desk: Seated, reference: str, new: Annotated[bool, Query()] = False) -> Response:
    """The newest version, or the draft where one is kept."""
    hints = hints_shown(desk, reference)
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        return _show(desk, session, page, _Shown(hints=hints, new=new))


@router.post("/incidents/{reference}/facts")
def keep_facts(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    form: Annotated[FormData, Depends(sent_form)],
) -> Response:
    """Save a version, or keep the answers as a draft, also with a hint taken over or a data set to add.

    Answers that cannot be saved are kept as a draft and shown. Where somebody else kept others since the page was read,
    Overtaken says both, and nothing is written over.
    """
    incident_id = find(desk, reference)
    wanted = form.get("take")
    if isinstance(wanted, str):
        return _take(desk, by, reference, form, wanted)
    document, seen = read_form(form, desk.zone), _seen(form)
    if form.get("act") in ("draft", "another"):
        _keep_draft(desk, by, incident_id, document, seen)
        say(desk.request, DRAFT_KEPT)
        return see(f"/incidents/{reference}/facts{ANOTHER if form.get('act') == 'another' else ''}")
    organisation, based_on, began = organisation_of(desk.edge.settings), _version(form), desk.edge.clock.now()

    def save(act: Act) -> None:
        save_facts(act, incident_id, organisation, document, based_on=based_on, seen=seen)

    try:
        keep_or_tell_apart(desk, by, incident_id, document, save)
    except Invalid as error:
        _keep_draft(desk, by, incident_id, document, seen)
        hints = hints_shown(desk, reference)
        with desk.edge.read() as session:
            return _show(desk, session, opened(desk, session, reference), _Shown(document, error.faults, hints))
    with desk.edge.read() as session:
        if reopened_since(session, incident_id, began):
            say(desk.request, REOPENED)
    return see(f"/incidents/{reference}/facts")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown instead of the draft and the version, what is wrong with it, and what alerts suggest.

    `hints`: None where they cannot be read now. `new`: with an empty data set.
    """

    document: Mapping[str, object] | None = None
    faults: Sequence[Fault] = ()
    hints: Hints | None = None
    new: bool = False


def _take(desk: Desk, by: Actor, reference: str, form: FormData, wanted: str) -> Response:
    """Lay a hint into the answers as they stand on the page, and keep them as a draft: no version, no fact."""
    incident_id = find(desk, reference)
    say(desk.request, DRAFT_KEPT)
    filled, name = form_with(form, wanted, hints_for(desk, by, incident_id) or Hints(), desk.zone)
    _keep_draft(desk, by, incident_id, read_form(filled, desk.zone), _seen(form))
    return see(f"/incidents/{reference}/facts#{name}")


def _keep_draft(desk: Desk, by: Actor, incident_id: UUID, document: Mapping[str, object], seen: str) -> None:
    keep_or_tell_apart(desk, by, incident_id, document, lambda act: save_draft(act, incident_id, document, seen=seen))


def _show(desk: Desk, session: Session, page: IncidentPage, asked: _Shown) -> Response:
    here, keys = page.incident.id, desk.edge.keys
    saved = read_facts(session, keys, desk.actor, here)
    draft = read_draft(session, keys, desk.actor, here) if desk.may(Action.FACTS) else None
    stands = draft if draft is not None else sheet_document(saved.sheet)
    shown, faults = asked.document or draft or sheet_document(saved.sheet), asked.faults
    offers = Offers(asked.hints or Hints(), shown, named_entity(desk.edge.settings))
    own, printed = organisation_of(desk.edge.settings), sheet_document(saved.sheet)
    shared, single = (
        offers.beside(with_settings(shared_parts(shown, faults, single=alone), own)) for alone in (False, True)
    )
    plain = with_entities(dataset_forms(shown, faults, new=asked.new), entities_for(desk, session))
    forms = with_register(plain, register_for(desk, session))
    datasets = [offers.beside_all(form) for form in forms]
    versions = fact_versions(session, desk.actor, here)
    names = names_of(session, [row.saved_by for row in versions])
    risks = risks_of(desk, session, here, saved)
    view = FactsView(
        version=saved.number,
        saved_at=saved.saved_at,
        saved_by=names.get(saved.saved_by, ""),
        shared=shared,
        single=single,
        datasets=tuple(_with_risk(form, risks) for form in datasets),
        draft_at=draft_changed_at(session, here) if draft is not None and has_answers(draft, saved.sheet) else None,
        problems=first_of_each(faults),
        history=tuple((row.number, row.saved_at, names[row.saved_by]) for row in versions),
        hints=bar_of(asked.hints, (shared, single, *(part for one in datasets for part in (one.sections, one.single)))),
        answers=answers_by_part(printed, called_in(desk, session, printed)) if saved.number else (),
        draft_digest=seen_digest(saved.number, stands) if desk.may(Action.FACTS) else "",
    )
    return show(desk, session, page, "facts", "facts.html", {"view": view})


def _with_risk(form: DatasetForm, risks: Mapping[str, RiskView]) -> DatasetForm:
    return replace(form, risk=risks.get(form.id))


def _version(form: FormData) -> int | None:
    text = form.get("based_on")
    return int(text) if isinstance(text, str) and text.isdigit() else None


def _seen(form: FormData) -> str:
    text = form.get("draft_digest")
    return text if isinstance(text, str) else ""
