"""Customers of an incident: who was told of those affected, and the page of one with its figures and its people."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.models.releasing import CustomerShare
from incident.queries.customers import AffectedCustomer, affected_customers, find_customer
from incident.queries.facts import read_facts
from incident.queries.shares import processed_for, read_shares
from incident.roles import Action, Actor
from incident.verbs.telling import Told, tell_customer
from incident.web.case_acts import find
from incident.web.customer_view import customer_view
from incident.web.forms import STORABLE
from incident.web.frame import Seated, see
from incident.web.incidents import opened, show
from incident.web.outgoing import LANGUAGES
from incident.web.views import Choice, CustomerLine, CustomersView
from incident.web.words import CONTACTS, CUSTOMER_CHANNELS
from notifications.wording import worded, worded_list, worded_number

router = APIRouter(include_in_schema=False)


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
        lines = tuple(_line(one, path, shares.get(one.host_id, [])) for one in found)
        view = CustomersView(len(page.told.affected), len(page.told.told), lines=lines)
        sheet = read_facts(session, desk.edge.keys, desk.actor, here).sheet
        datasets = tuple(Choice(one.id, one.title or one.id) for one in processed_for(sheet))
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
    proof: Annotated[str, Form(max_length=300, pattern=STORABLE)],
) -> Response:
    """Record that a customer was told by telephone."""
    incident_id, now = find(desk, reference), desk.edge.clock.now()
    with desk.edge.read() as session:
        customer_id = find_customer(session, host_id)
    if customer_id is None:
        raise NotFound(worded("There is no such customer in the register."))
    told = Told(f"telephone:{now.isoformat(timespec='seconds')}", "telephone", proof.strip())
    desk.edge.write(by, lambda act: tell_customer(act, incident_id, customer_id, told))
    return see(f"/incidents/{reference}/customers")


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
        proof=one.telling.proof if one.telling else "",
        href=f"{path}/{quote(one.host_id, safe='')}",
        figures=worded_list(map(_figures, shares), "; "),
        reached_by=_reached_by(one),
        contacts=len(one.contacts),
    )


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
