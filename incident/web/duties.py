"""The duties of an incident, the moments they count from, and the decisions on them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from incident.anchors import Clue
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid, NotFound
from incident.facts import FactSheet
from incident.organisation import organisation_of
from incident.queries.anchors import Worksheet, read_anchors, read_worksheet
from incident.queries.customers import customer_names
from incident.queries.facts import read_facts
from incident.queries.incident import IncidentPage, read_evidence
from incident.queries.open_questions import read_outlook
from incident.roles import Action, Actor
from incident.verbs.decisions import Ruling, decide
from incident.verbs.filings import fulfil
from incident.web.breach_words import ARGUABLE, CLUES
from incident.web.case_acts import find
from incident.web.duty_cards import Reader, duty_groups, open_ids, provisional_clocks
from incident.web.duty_questions import inquiry_of, questions_view
from incident.web.filing_views import filing_steps
from incident.web.forms import STORABLE, DecisionForm, GroupForm
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.moment_view import local_input, moment_lines, proofs_of, scopes_of
from incident.web.reasons import proof_in_words
from incident.web.rulings import first_day, read_day, settling, usual_day
from incident.web.to_follow_views import to_follow_views
from incident.web.views import Candidate, Choice
from notifications.wording import worded

router = APIRouter(include_in_schema=False)


@router.get("/incidents/{reference}/duties")
def show_duties(desk: Seated, reference: str) -> Response:
    """Every obligation by standing, what we still need to know, and the moments the law counts from."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        here, keys, now = page.incident.id, desk.edge.keys, desk.edge.clock.now()
        outlook = read_outlook(inquiry_of(desk, session, page), desk.actor)
        reader = _reader(desk, session, page, outlook.sheet)
        sheet = read_worksheet(session, keys, desk.actor, here)
        anchors = read_anchors(session, keys, desk.actor, here)
        values = {
            "groups": duty_groups(page.duties, reader),
            "to_follow": to_follow_views(desk, session, page),
            "questions": questions_view(outlook, reader.case),
            "moments": moment_lines(page.duties, anchors, desk.zone, reader.datasets),
            "scopes": scopes_of(reader.datasets),
            "proofs": proofs_of(read_evidence(session, keys, desk.actor, here)),
            "candidates": _candidates(sheet),
            "decided": sheet.decided,
            "unsure": None if sheet.decided else provisional_clocks(page.duties),
            "clues": tuple(Choice(clue.value, text) for clue, text in CLUES.items()),
            "suggested": local_input(sheet.start.at, desk.zone) if sheet.start else "",
            "look_again": usual_day(now),
            "tomorrow": first_day(now, desk.zone),
        }
        return show(desk, session, page, "duties", "duties.html", values)


@router.get("/incidents/{reference}/clock-sheet")
def show_clock_sheet(desk: Seated, reference: str) -> Response:
    """Every clock of an incident on paper: the moment in the reader's zone and in UTC, and how it was counted."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        facts = read_facts(session, desk.edge.keys, desk.actor, page.incident.id)
        groups = duty_groups(page.duties, _reader(desk, session, page, facts.sheet))
        return show(desk, session, page, "duties", "clock_sheet.html", {"groups": groups})


@router.get("/incidents/{reference}/duties/{obligation_id}")
def show_duty(desk: Seated, reference: str, obligation_id: UUID) -> Response:
    """One duty on a page of its own, with everything the law says of it."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        line = next((line for line in page.duties if line.obligation.id == obligation_id), None)
        if line is None:
            raise NotFound(worded("There is no such duty on this incident."))
        facts = read_facts(session, desk.edge.keys, desk.actor, page.incident.id)
        (group,) = duty_groups([line], _reader(desk, session, page, facts.sheet))
        values = {"group": group, "card": group.items[0], "to_follow": to_follow_views(desk, session, page)}
        return show(desk, session, page, "duties", "duty.html", values)


def _reader(desk: Desk, session: Session, page: IncidentPage, sheet: FactSheet) -> Reader:
    organisation = organisation_of(desk.edge.settings)
    place = sheet.shared.get("organisation.establishment") or organisation.establishment
    return Reader(
        case=f"/incidents/{page.incident.codename}",
        zone=desk.zone,
        language=desk.language,
        organisation=organisation,
        establishment=str(place) if place else None,
        customers=customer_names(session, desk.actor, [line.obligation.addressee for line in page.duties]),
        datasets={dataset.id: dataset.name for dataset in sheet.datasets},
        filings=filing_steps(desk, session, page.incident.id, f"/incidents/{page.incident.codename}"),
        short=page.told_short,
        decisions=settling(session, desk, page.incident.id),
    )


@router.post("/incidents/{reference}/decisions")
def make_decision(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.DECIDE, programs=False))],
    reference: str,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Decide a risk or an obligation."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    again = read_day(form.look_again, desk.zone)
    ruling = Ruling(form.subject, form.outcome, form.reason, look_again_at=again, based_on=form.based_on)
    desk.edge.write(by, lambda act: decide(act, incident_id, form.version, organisation, ruling))
    kind, _, name = form.subject.partition(":")
    return see(f"/incidents/{reference}/" + (f"assessment#dataset-{name}" if kind == "risk" else "duties"))


@router.post("/incidents/{reference}/decisions/group")
def decide_together(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.DECIDE, programs=False))],
    reference: str,
    form: Annotated[GroupForm, Form()],
) -> Response:
    """Decide the duties that were ticked at once, with what they have in common and one reason."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    try:
        covers = open_ids(form.chosen)
    except ValueError:
        raise Invalid(Fault("chosen", worded("names no duty"), worded("tick the duties on the page"))) from None
    again = read_day(form.look_again, desk.zone)
    subject = f"group:{form.common.strip()}"
    ruling = Ruling(subject, form.outcome, form.reason, None, again, form.based_on, covers)
    desk.edge.write(by, lambda act: decide(act, incident_id, form.version, organisation, ruling))
    return see(f"/incidents/{reference}/duties")


@router.post("/incidents/{reference}/obligations/{obligation_id}/fulfilment")
def record_fulfilment(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    obligation_id: UUID,
    means: Annotated[str, Form(alias="by", max_length=200, pattern=STORABLE)],
) -> Response:
    """Record by hand that an obligation was met."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    desk.edge.write(by, lambda act: fulfil(act, incident_id, obligation_id, means, organisation))
    return see(f"/incidents/{reference}/duties")


def _candidates(sheet: Worksheet) -> tuple[Candidate, ...]:
    counting = sheet.start.anchor if sheet.start else None
    return tuple(
        Candidate(
            one.at,
            CLUES[Clue(one.clue)],
            ARGUABLE[one.arguable],
            one.why,
            proof_in_words(one.evidence),
            one == counting,
        )
        for one in sheet.candidates
    )
