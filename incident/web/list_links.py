"""Links to the list of one customer's people, made and revoked by the privacy officer; shown once."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.queries.incident import read_incident
from incident.queries.list_links import read_links
from incident.roles import Action, Actor
from incident.verbs.list_links import NewLink, make_list_link, revoke_list_link
from incident.web.case_acts import find
from incident.web.forms import LinkForm
from incident.web.frame import Seated, see
from notifications.wording import worded

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/customers/{host_id}/lists")
def make_link(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))],
    reference: str,
    host_id: str,
    form: Annotated[LinkForm, Form()],
) -> Response:
    """Make a link and show it, this once: it is kept nowhere."""
    edge, incident_id = desk.edge, find(desk, reference)
    new = NewLink(host_id, form.dataset, form.contact, timedelta(days=form.days))
    made = edge.write(by, lambda act: make_list_link(act, incident_id, new))
    with edge.read() as session:
        page = read_incident(session, edge.keys, desk.actor, reference, edge.clock.now())
        path = f"/incidents/{page.incident.codename}"
        values = {
            "link": f"{edge.settings.base_url}/customer-lists/{made.token}",
            "expires_at": made.link.expires_at,
            "people": made.source.people,
            "from_audience": made.source.is_audience,
            "case_href": path,
            "codename": page.incident.codename,
            "customer_href": f"{path}/customers/{quote(host_id, safe='')}",
        }
        response = desk.page("list_made.html", session, values)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/incidents/{reference}/customers/{host_id}/lists/{link_id}/revocation")
def revoke_link(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))],
    reference: str,
    host_id: str,
    link_id: UUID,
) -> Response:
    """End a link at once."""
    incident_id = find(desk, reference)
    with desk.edge.read() as session:
        links = read_links(session, desk.actor, incident_id)
    if not any((row.id, row.host_id) == (link_id, host_id) for row in links):
        raise NotFound(worded("There is no such link."))
    desk.edge.write(by, lambda act: revoke_list_link(act, link_id))
    return see(f"/incidents/{reference}/customers/{quote(host_id, safe='')}#lists")
