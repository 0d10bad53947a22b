"""The fact sheet of an incident: shown as a form, kept as a draft, saved as a version; the risk beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.facts import sheet_document
from incident.organisation import organisation_of
from incident.queries.facts import SavedFacts, draft_changed_at, fact_versions, read_draft, read_facts
from incident.queries.incident import IncidentPage
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.verbs.facts import save_draft, save_facts
from incident.web.assessment_draft import answers_of
from incident.web.case_acts import find
from incident.web.fact_form import dataset_forms, read_form, shared_parts
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.risks import risks_of
from incident.web.views import DatasetForm, FactsView, Problem, RiskView

router = APIRouter(include_in_schema=False)
LARGEST_FORM = 2000


async def sent_form(request: Request) -> FormData:
    """The form as it was sent; its fields follow the data sets, so no closed model fits."""
    return await request.form(max_fields=LARGEST_FORM)


@router.get("/incidents/{reference}/facts")
def show_facts(desk: Seated, reference: str, new: Annotated[bool, Query()] = False) -> Response:
    """The newest version, or the draft where one is kept."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        return _show(desk, session, page, None, (), new=new)


@router.post("/incidents/{reference}/facts")
def keep_facts(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    form: Annotated[FormData, Depends(sent_form)],
) -> Response:
    """Save a version, or keep the answers as a draft. Answers that cannot be saved are kept as a draft and shown."""
    incident_id, document = find(desk, reference), read_form(form)
    if form.get("act") == "draft":
        desk.edge.write(by, lambda act: save_draft(act, incident_id, document))
        return see(f"/incidents/{reference}/facts")
    organisation, based_on = organisation_of(desk.edge.settings), _version(form)
    try:
        desk.edge.write(by, lambda act: save_facts(act, incident_id, organisation, document, based_on=based_on))
    except Invalid as error:
        desk.edge.write(by, lambda act: save_draft(act, incident_id, document))
        with desk.edge.read() as session:
            return _show(desk, session, opened(desk, session, reference), document, error.faults)
    return see(f"/incidents/{reference}/facts")


def _show(
    desk: Desk,
    session: Session,
    page: IncidentPage,
    document: Mapping[str, object] | None,
    faults: Sequence[Fault],
    *,
    new: bool = False,
) -> Response:
    here, keys = page.incident.id, desk.edge.keys
    saved = read_facts(session, keys, desk.actor, here)
    draft = read_draft(session, keys, desk.actor, here) if desk.may(Action.FACTS) else None
    shown = document or draft or sheet_document(saved.sheet)
    versions = fact_versions(session, desk.actor, here)
    names = names_of(session, [row.saved_by for row in versions])
    risks = risks_of(desk, session, here, saved)
    view = FactsView(
        version=saved.number,
        saved_at=saved.saved_at,
        saved_by=names.get(saved.saved_by, ""),
        shared=shared_parts(shown, faults),
        single=shared_parts(shown, faults, single=True),
        datasets=tuple(_with_risk(form, risks) for form in dataset_forms(shown, faults, new=new)),
        draft_at=draft_changed_at(session, here) if draft is not None and _differs(draft, saved) else None,
        problems=tuple(Problem(fault.field, fault.message, fault.mend) for fault in faults),
        history=tuple((row.number, row.saved_at, names[row.saved_by]) for row in versions),
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
