"""The fact sheet of an incident: shown as a form, kept as a draft, saved as a version; the risk beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.facts import sheet_document
from incident.organisation import organisation_of
from incident.queries.facts import SavedFacts, draft_changed_at, fact_versions, read_draft, read_facts
from incident.queries.hints import Hints
from incident.queries.incident import IncidentPage
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.verbs.facts import save_draft, save_facts
from incident.web.assessment_draft import answers_of
from incident.web.case_acts import find
from incident.web.fact_form import dataset_forms, read_form, shared_parts
from incident.web.frame import Desk, Seated, see
from incident.web.hints import Offers, bar_of, form_with, hints_for, hints_shown
from incident.web.incidents import opened, show
from incident.web.risks import risks_of
from incident.web.views import DatasetForm, FactsView, Problem, RiskView

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

    Answers that cannot be saved are kept as a draft and shown.
    """
    incident_id = find(desk, reference)
    wanted = form.get("take")
    if isinstance(wanted, str):
        return _take(desk, by, reference, form, wanted)
    document = read_form(form)
    if form.get("act") in ("draft", "another"):
        desk.edge.write(by, lambda act: save_draft(act, incident_id, document))
        return see(f"/incidents/{reference}/facts{ANOTHER if form.get('act') == 'another' else ''}")
    organisation, based_on = organisation_of(desk.edge.settings), _version(form)
    try:
        desk.edge.write(by, lambda act: save_facts(act, incident_id, organisation, document, based_on=based_on))
    except Invalid as error:
        desk.edge.write(by, lambda act: save_draft(act, incident_id, document))
        hints = hints_shown(desk, reference)
        with desk.edge.read() as session:
            return _show(desk, session, opened(desk, session, reference), _Shown(document, error.faults, hints))
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
    filled, name = form_with(form, wanted, hints_for(desk, by, incident_id) or Hints())
    desk.edge.write(by, lambda act: save_draft(act, incident_id, read_form(filled)))
    return see(f"/incidents/{reference}/facts#{name}")


def _show(desk: Desk, session: Session, page: IncidentPage, asked: _Shown) -> Response:
    here, keys = page.incident.id, desk.edge.keys
    saved = read_facts(session, keys, desk.actor, here)
    draft = read_draft(session, keys, desk.actor, here) if desk.may(Action.FACTS) else None
    shown, faults = asked.document or draft or sheet_document(saved.sheet), asked.faults
    offers = Offers(asked.hints or Hints(), shown)
    shared, single = (offers.beside(shared_parts(shown, faults, single=alone)) for alone in (False, True))
    datasets = [offers.beside_all(form) for form in dataset_forms(shown, faults, new=asked.new)]
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
        draft_at=draft_changed_at(session, here) if draft is not None and _differs(draft, saved) else None,
        problems=tuple(Problem(fault.field, fault.message, fault.mend) for fault in faults),
        history=tuple((row.number, row.saved_at, names[row.saved_by]) for row in versions),
        hints=bar_of(asked.hints, (shared, single, *(part for one in datasets for part in (one.sections, one.single)))),
    )
    return show(desk, session, page, "facts", "facts.html", {"view": view})


def _differs(draft: Mapping[str, object], saved: SavedFacts) -> bool:
    """Whether a draft says anything else than the version: marks of what was asked are no answers."""
    return answers_of(draft) != sheet_document(saved.sheet)


def _with_risk(form: DatasetForm, risks: Mapping[str, RiskView]) -> DatasetForm:
    return replace(form, risk=risks.get(form.id))


def _version(form: FormData) -> int | None:
    text = form.get("based_on")
    return int(text) if isinstance(text, str) and text.isdigit() else None
