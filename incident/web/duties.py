"""Duties, awareness and decisions of an incident, and customers told of customers affected."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response

from incident.anchors import Clue
from incident.assessment import Risk
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid, NotFound
from incident.organisation import organisation_of
from incident.queries.anchors import Worksheet, read_worksheet
from incident.queries.customers import AffectedCustomer, affected_customers, customer_names, find_customer
from incident.roles import Action, Actor
from incident.verbs.advising import advise
from incident.verbs.anchors import Moment, decide_awareness, propose_awareness
from incident.verbs.decisions import Ruling, decide
from incident.verbs.filings import fulfil
from incident.verbs.telling import Told, tell_customer
from incident.web.case_acts import find
from incident.web.duty_cards import duty_groups
from incident.web.forms import AdviceForm, AwarenessForm, DecisionForm
from incident.web.frame import Seated, see
from incident.web.incidents import opened, show
from incident.web.times import read_local
from incident.web.views import Candidate, Choice, CustomerLine, CustomersView

router = APIRouter(include_in_schema=False)
CLUES = {
    Clue.VERIFIED: "Somebody checked that personal data are compromised",
    Clue.TOLD: "A processor, a customer, the press or an attacker told us",
    Clue.RECEIVED: "An alert reached us",
    Clue.OPENED: "Somebody opened an incident or read the alert",
    Clue.IGNORED_SIGNAL: "An earlier signal nobody followed up",
    Clue.OTHER: "Another reason",
}


@router.get("/incidents/{reference}/duties")
def show_duties(desk: Seated, reference: str) -> Response:
    """Every obligation by standing, and the worksheet from which awareness is decided."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        names = customer_names(session, [line.obligation.addressee for line in page.duties])
        sheet = read_worksheet(session, desk.edge.keys, desk.actor, page.incident.id)
        values = {
            "groups": duty_groups(page.duties, names),
            "candidates": _candidates(sheet),
            "decided": sheet.decided,
            "clues": tuple(Choice(clue.value, text) for clue, text in CLUES.items()),
            "suggested": _suggested(sheet, desk.zone),
        }
        return show(desk, session, page, "duties", "duties.html", values)


@router.post("/incidents/{reference}/awareness")
def set_awareness(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.PROPOSE_ANCHOR, programs=False))],
    reference: str,
    form: Annotated[AwarenessForm, Form()],
) -> Response:
    """Decide the moment of awareness, or put a candidate on the worksheet."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    try:
        at = read_local(form.at, desk.zone)
    except ValueError:
        raise Invalid(Fault("at", "names no moment", "such as 2026-11-24T09:00")) from None
    moment = Moment(at, form.why, clue=form.clue)
    if form.act == "decide":
        desk.edge.write(by, lambda act: decide_awareness(act, incident_id, form.version, organisation, moment))
    else:
        desk.edge.write(by, lambda act: propose_awareness(act, incident_id, organisation, moment))
    return see(f"/incidents/{reference}/duties")


@router.post("/incidents/{reference}/decisions")
def make_decision(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.DECIDE, programs=False))],
    reference: str,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Decide a risk or an obligation."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    ruling = Ruling(form.subject, form.outcome, form.reason, based_on=form.based_on)
    desk.edge.write(by, lambda act: decide(act, incident_id, form.version, organisation, ruling))
    return see(f"/incidents/{reference}/{'facts' if form.subject.startswith('risk:') else 'duties'}")


@router.post("/incidents/{reference}/advice")
def give_advice(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.ADVISE, programs=False))],
    reference: str,
    form: Annotated[AdviceForm, Form()],
) -> Response:
    """Advise on the risk, on the facts as saved."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: advise(act, incident_id, Risk(form.risk), form.text))
    return see(f"/incidents/{reference}/facts")


@router.post("/incidents/{reference}/obligations/{obligation_id}/fulfilment")
def record_fulfilment(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    obligation_id: UUID,
    means: Annotated[str, Form(alias="by", max_length=200)],
) -> Response:
    """Record by hand that an obligation was met."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    desk.edge.write(by, lambda act: fulfil(act, incident_id, obligation_id, means, organisation))
    return see(f"/incidents/{reference}/duties")


@router.get("/incidents/{reference}/customers")
def show_customers(desk: Seated, reference: str) -> Response:
    """Who of the affected customers was told, and who is next."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        found = affected_customers(session, desk.actor, page.incident.id, page.told.affected, page.duties)
        view = CustomersView(len(page.told.affected), len(page.told.told), lines=tuple(map(_customer, found)))
        return show(desk, session, page, "customers", "customers.html", {"customers": view})


@router.post("/incidents/{reference}/customers/{host_id}/tellings")
def record_telling(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.NOTE, programs=False))],
    reference: str,
    host_id: str,
    proof: Annotated[str, Form(max_length=300)],
) -> Response:
    """Record that a customer was told by telephone."""
    incident_id, now = find(desk, reference), desk.edge.clock.now()
    with desk.edge.read() as session:
        customer_id = find_customer(session, host_id)
    if customer_id is None:
        raise NotFound("There is no such customer in the register.")
    told = Told(f"telephone:{now.isoformat(timespec='seconds')}", "telephone", proof.strip())
    desk.edge.write(by, lambda act: tell_customer(act, incident_id, customer_id, told))
    return see(f"/incidents/{reference}/customers")


def _candidates(sheet: Worksheet) -> tuple[Candidate, ...]:
    counting = sheet.start.anchor if sheet.start else None
    return tuple(
        Candidate(one.at, one.clue.replace("_", " "), one.arguable.value, one.why, one.evidence, one == counting)
        for one in sheet.candidates
    )


def _suggested(sheet: Worksheet, zone: str) -> str:
    return sheet.start.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if sheet.start else ""


def _customer(one: AffectedCustomer) -> CustomerLine:
    return CustomerLine(
        host_id=one.host_id,
        name=one.customer.legal_name if one.customer else one.host_id,
        country=one.customer.country if one.customer else "",
        due_at=one.duty.moment,
        standing="met" if one.telling else one.duty.standing.value,
        own_target=one.duty.soft,
        told_at=one.telling.told_at if one.telling else None,
        channel=one.telling.channel if one.telling else "",
        proof=one.telling.proof if one.telling else "",
    )
