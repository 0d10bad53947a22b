"""The page behind the link of a page: no sign-in, the codename and one button. Looking at it changes nothing.

Programs that follow the links of a mail see a page and leave it; only the button acknowledges.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from incident.auth.csrf import require_same_origin
from incident.auth.edge import Edge
from incident.errors import NotFound
from incident.models.paging import PageKind
from incident.queries.pages import LinkPage, behind_link
from incident.verbs.page_answers import VISITOR, acknowledge_by_link
from incident.web.frame import pages_of, see, stranger_shell
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
BASE = "/page-answers"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
ABOUT = {
    PageKind.SILENCE: worded("A monitor is silent"),
    PageKind.TEST: worded("A test of paging: nothing has happened"),
}
Token = Annotated[str, Path(max_length=200)]
WHOLE = re.compile(r"[0-9a-f-]{1,120}")


@router.get(BASE + "/{token}")
def show(request: Request, token: Token) -> Response:
    """What the link is for, and the button."""
    found = _found(request, token)
    said = ABOUT.get(found.kind) or worded("Incident {subject}", subject=found.subject)
    values = {"said": said, "found": found, "path": f"{BASE}/{token}"}
    html = pages_of(request).render("page_link.html", shell=stranger_shell(request), **values)
    return HTMLResponse(html, 410 if found.over and found.acknowledged_at is None else 200, HEADERS)


@router.post(BASE + "/{token}")
def answer(request: Request, token: Token) -> Response:
    """Acknowledge; a second click, or somebody else's, changes nothing."""
    require_same_origin(request)
    found = _found(request, token)
    if not found.over:
        Edge.of(request).write(VISITOR, lambda act: acknowledge_by_link(act, found.call_id))
    return see(f"{BASE}/{token}")


def _found(request: Request, token: str) -> LinkPage:
    edge = Edge.of(request)
    with edge.read() as session:
        found = behind_link(session, edge.keys, token, edge.clock.now()) if WHOLE.fullmatch(token) else None
    if found is None:
        raise NotFound(worded("This link leads nowhere: look whether it is whole, or answer the page in the console."))
    return found
