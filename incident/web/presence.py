"""Who else has an incident open, as its pages show it; the part of them that is read again when somebody comes."""

from collections.abc import Iterable
from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import Session

from incident.queries.access import find_incident
from incident.queries.presence import Present, others_at
from incident.web.events import Tab
from incident.web.frame import Desk, Seated, answer, pages_of, stranger_shell
from incident.web.views.case import PresentLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
TABS = {
    "": worded("Overview"),
    "timeline": worded("Timeline"),
    "tasks": worded("Runbook"),
    "facts": worded("Facts"),
    "assessment": worded("Assessment"),
    "duties": worded("Duties"),
    "customers": worded("Customers"),
    "notices": worded("Notices"),
    "people": worded("People"),
    "evidence": worded("Evidence"),
    "review": worded("Review"),
    "finders": worded("Finders"),
    "notice": worded("Notice"),
    "release": worded("Release"),
}


@router.get("/incidents/{reference}/present")
def show_present(desk: Seated, reference: str, tab: Tab = "") -> Response:
    """Who else has the incident open. Raises NotFound."""
    with desk.edge.read() as session:
        incident = find_incident(session, desk.actor, reference)
        present = present_at(desk, session, incident.id)
        href = f"/incidents/{incident.codename}"
    shell = stranger_shell(desk.request)
    values = {"shell": shell, "href": href, "tab": tab, "present": present}
    return answer(desk.request, pages_of(desk.request).render("present.html", **values))


def present_at(desk: Desk, session: Session, incident_id: UUID) -> tuple[PresentLine, ...]:
    """Who else has an incident open, for a page whose reader has read it."""
    return present_lines(others_at(session, incident_id, desk.actor.id, desk.edge.clock.now()))


def present_lines(present: Iterable[Present]) -> tuple[PresentLine, ...]:
    """Them as the page names them."""
    return tuple(PresentLine(one.name, initials(one.name), TABS.get(one.section, ""), one.here) for one in present)


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = name.split()
    ends = (*words[:1], *words[1:][-1:])
    return "".join(word[0] for word in ends).upper()
