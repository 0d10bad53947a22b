"""The page behind a link to a list of people: no sign-in, a code by mail, the list once. Nothing of it is kept.

A link that never was, is over or was taken back is answered alike, after the same search.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from incident.auth.csrf import require_same_origin
from incident.auth.edge import Edge
from incident.auth.sessions import network_of
from incident.errors import NotFound
from incident.queries.list_links import Opening, Source, open_link, page_of, source_of
from incident.verbs.list_links import (
    VISITOR,
    Answer,
    enter_code,
    new_code,
    pace_of_codes,
    pace_of_guesses,
    send_code,
)
from incident.web.forms import STORABLE
from incident.web.frame import pages_of, stranger_shell
from incident.writing import templates_of
from notifications.addresses import domain_of, masked
from notifications.formats import Formats
from notifications.message import choose_locale
from notifications.spreadsheets import table
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
BASE = "/customer-lists"
FOLDER = "lists"
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
COLUMNS = ("person", "name", "address", "locale", "region", "source")
WRONG = {Answer.WRONG: "wrong", Answer.LATE: "late"}


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request with a live link: the words of the customer's language, and what they name."""

    request: Request
    edge: Edge
    token: str
    found: Opening
    locale: str
    words: Mapping[str, str]

    @property
    def network(self) -> str:
        return _network(self.request)

    def said(self, name: str, **more: object) -> str:
        """A sentence with the customer, the organisation and the like in it."""
        settings, link = self.edge.settings, self.found.link
        return self.words[name].format(
            organisation=settings.entity_name or settings.organisation,
            customer=self.found.legal_name,
            address=masked(self.found.address),
            contact=settings.contact_email,
            moment=Formats(self.locale, settings.zone).moment(link.expires_at),
            **more,
        )


@router.get(BASE + "/{token}")
def show_link(request: Request, token: str) -> Response:
    """What the link is for, and the button that has a code sent."""
    return _page(_visit(request, token))


@router.post(BASE + "/{token}/codes")
def ask_for_code(request: Request, token: str) -> Response:
    """Mail a code to the contact's registered address."""
    require_same_origin(request)
    edge, network = Edge.of(request), _network(request)
    wait = edge.write(VISITOR, lambda act: pace_of_codes(act, token, network))
    visit = _visit(request, token)
    if wait:
        return _slow(visit, wait)
    code = new_code()
    mail = (visit.said("subject"), visit.said("mail", code=code).lstrip())
    domain, link_id = domain_of(edge.settings.mail_from), visit.found.link.id
    edge.write(VISITOR, lambda act: send_code(act, link_id, code, mail, domain))
    return _page(visit, asked=True)


@router.post(BASE + "/{token}/download")
def download(
    request: Request, token: str, code: Annotated[str, Form(max_length=40, pattern=STORABLE)] = ""
) -> Response:
    """The list, against the code."""
    require_same_origin(request)
    edge, network = Edge.of(request), _network(request)
    wait = edge.write(VISITOR, lambda act: pace_of_guesses(act, token, network))
    visit = _visit(request, token)
    if wait:
        return _slow(visit, wait)
    link_id = visit.found.link.id
    typed = "".join(code.split())
    entered = edge.write(VISITOR, lambda act: enter_code(act, link_id, typed, network))
    if entered.answer is Answer.DEAD:
        raise _nothing()
    if entered.source is None:
        return _page(visit, asked=entered.answer is Answer.WRONG, problem=WRONG[entered.answer], status=403)
    name = f"list-{edge.clock.now():%Y-%m-%d}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    media = "text/csv; charset=utf-8; header=present"
    return StreamingResponse(_csv(edge, entered.source), media_type=media, headers=headers)


def _visit(request: Request, token: str) -> _Visit:
    """Raises NotFound for a token that opens nothing, whatever the reason."""
    edge = Edge.of(request)
    with edge.read() as session:
        found = open_link(session, edge.keys, token, edge.clock.now())
    if found is None:
        raise _nothing()
    templates = templates_of(edge.settings)
    known = {file.stem: file for root in templates.folders for file in (root / FOLDER).glob("*.toml")}
    locale = choose_locale(found.locale, known)
    words = {name: str(text) for name, text in templates.document(f"{FOLDER}/{locale}.toml").items()}
    return _Visit(request, edge, token, found, locale, words)


def _nothing() -> NotFound:
    return NotFound(worded("There is no such page."))


def _slow(visit: _Visit, wait: timedelta) -> Response:
    seconds = max(1, int(wait.total_seconds() + 0.999))
    response = _page(visit, asked=True, problem="wait", status=429, seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _page(visit: _Visit, *, asked: bool = False, problem: str = "", status: int = 200, seconds: int = 0) -> Response:
    names = ("title", "intro", "until", "logged", "ask", "send", "sent", "code", "download", "again", "help")
    edge, link = visit.edge, visit.found.link
    with edge.read() as session:
        source = source_of(session, edge.keys, link.incident_id, link.dataset, link.host_id)
    values = {
        "language": visit.locale,
        "said": {name: visit.said(name) for name in names},
        "about": visit.said("audience" if source.is_audience else "register"),
        "asked": asked,
        "problem": visit.said(problem, seconds=seconds) if problem else "",
        "path": f"{BASE}/{visit.token}",
    }
    html = pages_of(visit.request).render("customer_list.html", shell=stranger_shell(visit.request), **values)
    return HTMLResponse(html, status, HEADERS)


def _csv(edge: Edge, source: Source) -> Iterator[str]:
    """The list a page at a time: a page is read and closed before it is sent."""
    told = "imported audience" if source.is_audience else "register of persons"
    yield table([COLUMNS])
    after = ""
    while True:
        with edge.read() as session:
            people, after = page_of(session, edge.keys, source, after)
        yield table(
            [(one.person, one.values.get("name", ""), one.address, one.locale, one.region, told) for one in people]
        )
        if not after:
            return


def _network(request: Request) -> str:
    return network_of(request.client.host if request.client else "")
