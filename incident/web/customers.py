"""Customers of an incident: who was told of those affected, and the page of one with its figures and its people."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from pydantic import Field

from incident.auth.dependencies import acting
from incident.models.releasing import CustomerShare
from incident.queries.acknowledgements import read_acknowledgements
from incident.queries.chasing import open_chases
from incident.queries.customers import AffectedCustomer, affected_customers, find_customer
from incident.queries.facts import read_facts
from incident.queries.shares import processed_for, read_shares
from incident.roles import Action, Actor
from incident.verbs.acknowledging import Acknowledgement, acknowledge_telling
from incident.verbs.telling import ByHand, tell_customer, told_by_hand
from incident.web.case_acts import find
from incident.web.case_view import next_customer
from incident.web.customer_view import customer_view
from incident.web.forms import STORABLE, Line, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.moments import local_moment
from incident.web.outgoing import LANGUAGES
from incident.web.reasons import telling_in_words
from incident.web.views import Choice, CustomerLine, CustomersView
from incident.web.words import CONTACTS, CUSTOMER_CHANNELS
from notifications.wording import worded, worded_list, worded_number

router = APIRouter(include_in_schema=False)


class TellingForm(Sent):
    """How a customer was told by hand, whom and when; an empty `at` is now."""

    channel: ByHand = "telephone"
    proof: Annotated[str, Field(max_length=300, pattern=STORABLE)]
    at: Line = ""


class AcknowledgementForm(Sent):
    """Who at the customer confirmed it, by which way, and when; an empty `at` is now."""

    who: Line
    way: Line = "telephone"
    at: Line = ""


@router.get("/incidents/{reference}/customers")
def show_customers(desk: Seated, reference: str) -> Response:
    """Who of the affected customers was told, who is next, and whose own figures are recorded."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        here = page.incident.id
        found = affected_customers(session, desk.actor, here, page.told.affected, page.duties)
        shares: dict[str, list[CustomerShare]] = {}
        for row in read_shares(session, desk.actor, here):
            shares.setdefault(row.host_id, []).append(row)
        path = f"/incidents/{page.incident.codename}/customers"
        said = read_acknowledgements(session, desk.edge.keys, desk.actor, here)
        tasks = open_chases(session, here)
        lines = tuple(
            replace(
                _line(one, path, shares.get(one.host_id, [])),
                acknowledged_by=_by_way(said.get(one.host_id)),
                chased=f"/incidents/{page.incident.codename}/tasks#task-{tasks[one.customer.id]}"
                if one.customer and one.customer.id in tasks
                else "",
            )
            for one in found
        )
        view = CustomersView(len(page.told.affected), len(page.told.told), next_customer(page), lines)
        sheet = read_facts(session, desk.edge.keys, desk.actor, here).sheet
        datasets = tuple(Choice(one.id, one.name) for one in processed_for(sheet))
        return show(desk, session, page, "customers", "customers.html", {"customers": view, "datasets": datasets})


@router.get("/incidents/{reference}/customers/{host_id}")
def show_customer(desk: Seated, reference: str, host_id: str) -> Response:
    """One affected customer."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        view = customer_view(desk, session, page, host_id)
        return show(desk, session, page, "customers", "customer.html", {"view": view})


@router.post("/incidents/{reference}/customers/{host_id}/tellings")
def record_telling(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.NOTE, programs=False))],
    reference: str,
    host_id: str,
    form: Annotated[TellingForm, Form()],
) -> Response:
    """Record that a customer was told by telephone, in its portal, by letter or in person."""
    incident_id, customer_id = find(desk, reference), _registered(desk, host_id)
    at = local_moment(form.at, desk) if form.at else desk.edge.clock.now()
    told = told_by_hand(form.channel, form.proof, at)
    desk.edge.write(by, lambda act: tell_customer(act, incident_id, customer_id, told, at=at))
    return see(f"/incidents/{reference}/customers")


@router.post("/incidents/{reference}/customers/{host_id}/acknowledgement")
def record_acknowledgement(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.NOTE, programs=False))],
    reference: str,
    host_id: str,
    form: Annotated[AcknowledgementForm, Form()],
) -> Response:
    """Record who at a customer confirmed that it was told, when and how."""
    incident_id, customer_id = find(desk, reference), _registered(desk, host_id)
    at = local_moment(form.at, desk) if form.at else desk.edge.clock.now()
    said = Acknowledgement(form.who, form.way, at)
    desk.edge.write(by, lambda act: acknowledge_telling(act, incident_id, customer_id, said))
    return see(f"/incidents/{reference}/customers")


def _registered(desk: Desk, host_id: str) -> UUID:
    with desk.edge.read() as session:
        return find_customer(session, host_id)


def _line(one: AffectedCustomer, path: str, shares: list[CustomerShare]) -> CustomerLine:
    return CustomerLine(
        host_id=one.host_id,
        name=one.customer.legal_name if one.customer else one.host_id,
        country=one.customer.country if one.customer else "",
        due_at=one.duty.moment,
        standing="met" if one.telling else one.duty.standing.value,
        own_target=one.duty.soft,
        told_at=one.telling.told_at if one.telling else None,
        channel=CUSTOMER_CHANNELS.get(one.telling.channel, one.telling.channel) if one.telling else "",
        proof=telling_in_words(one.telling.proof) if one.telling else "",
        proof_raw=one.telling.proof if one.telling else "",
        acknowledged_at=one.telling.acknowledged_at if one.telling else None,
        href=f"{path}/{quote(one.host_id, safe='')}",
        figures=worded_list(map(_figures, shares), "; "),
        reached_by=_reached_by(one),
        contacts=len(one.contacts),
    )


def _by_way(said: tuple[str, str] | None) -> str:
    """Who confirmed it, and by which way."""
    return worded("{name}, by {way}", name=said[0], way=CUSTOMER_CHANNELS.get(said[1], said[1])) if said else ""


def _reached_by(one: AffectedCustomer) -> str:
    """How it is told, as the register says: channel, language, kinds of contact."""
    if one.customer is None:
        return ""
    channel = CUSTOMER_CHANNELS.get(one.customer.channel, one.customer.channel)
    language = LANGUAGES.get(one.customer.locale, one.customer.locale)
    contacts = worded_list(CONTACTS.get(kind, kind) for kind in one.contacts)
    return worded_list(part for part in (channel, language, contacts) if part)


def _figures(row: CustomerShare) -> str:
    """Its figures in one data set, in short."""
    people = None if row.people is None else worded_number("{number} person", "{number} people", row.people)
    parts = [people or worded("own figures")]
    parts += [worded_number("{number} field", "{number} fields", len(row.fields))] if row.fields else []
    parts += [worded("own window")] if row.exposed_from else []
    return worded_list(parts)
