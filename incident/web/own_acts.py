"""What you did: the last acts of whoever is signed in, so that nothing a page said once is lost."""

from fastapi import APIRouter, Response

from incident.queries.own_acts import MOST, read_own_acts
from incident.web import words
from incident.web.entry_views import entry_href
from incident.web.frame import Seated
from incident.web.views.own_acts import OwnActLine

router = APIRouter(include_in_schema=False)


@router.get("/account/done")
def show(desk: Seated) -> Response:
    """The last fifty, as the timelines have them."""
    with desk.edge.read() as session:
        lines = tuple(
            OwnActLine(
                act.at,
                act.action,
                act.text or act.action.replace(".", " ").replace("_", " ").capitalize(),
                words.icon_of(act.action),
                act.codename,
                entry_href(f"/incidents/{act.codename}", act.seq) if act.codename else "",
                erased=not act.text,
            )
            for act in read_own_acts(session, desk.edge.keys, desk.actor)
        )
        return desk.page("own_acts.html", session, {"lines": lines, "most": MOST})
