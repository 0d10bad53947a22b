"""The public report form: two fields, a receipt with a token, and the page where the token reads and writes more.

Nobody signs in here, no cookie is set or read, and whatever does not open a report is answered alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from incident import finding
from incident.auth.csrf import require_same_origin
from incident.auth.edge import Edge
from incident.auth.sessions import network_of
from incident.errors import Fault, Invalid, NotFound, TooMany
from incident.mail_settings import listed
from incident.models.finders import Door
from incident.report_rules import Told
from incident.settings import Settings
from incident.verbs.finder_follow_ups import FollowedUp, Key, follow_up, write_by_token
from incident.verbs.finder_reports import FORM, Receipt, Whence, take_report
from incident.web.frame import pages_of
from incident.web.public_site import BASE as PUBLIC
from incident.web.public_site import Site, icon_of
from incident.web.public_words import Words, preferred
from incident.web.report_forms import Sent, Short, new_once, told_in, typed
from incident.web.report_forms import Words as Text
from incident.web.report_views import conversation_view, locale_of, locales_of, report_words, said_of
from incident.web.views.reports import FormView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
BASE = "/report"
FOLLOW_UP = f"{BASE}/follow-up"
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language", "X-Robots-Tag": "noindex, nofollow, noarchive"}
Lang = Annotated[str, Query(max_length=35)]
Reference = Annotated[str, Query(max_length=20, pattern=r"^[A-Za-z0-9-]*$")]


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request for a page of the form, in one language."""

    request: Request
    edge: Edge
    words: Words

    @property
    def network(self) -> str:
        client = self.request.client
        return network_of(client.host if client else "")


@router.get(BASE)
def show_form(request: Request, lang: Lang = "") -> Response:
    """The two fields."""
    return _form(_visit(request, lang))


@router.post(BASE)
def report(
    request: Request, what: Text = "", reach: Short = "", website: Short = "", once: Short = "", lang: Short = ""
) -> Response:
    """Take a report and show its receipt, this once."""
    visit = _visit(request, lang)
    told = told_in(what, reach, visit.words.locale, once)
    if website:
        return _form(visit, told, (Fault("website", "is filled in"),))
    try:
        desk, whence = finding.desk_of(visit.edge), Whence(Door.FORM, visit.network)
        receipt = visit.edge.write(FORM, lambda act: take_report(act, told, desk, whence))
    except Invalid as error:
        return _form(visit, told, error.faults)
    except TooMany as error:
        return _later(_form(visit, told, (), _wait(visit, error)), error)
    return _receipt(visit, receipt)


@router.get(FOLLOW_UP)
def show_key(request: Request, lang: Lang = "", reference: Reference = "") -> Response:
    """Where a reference and its token are typed."""
    return _key(_visit(request, lang), reference)


@router.post(FOLLOW_UP)
def open_report(request: Request, reference: Short = "", token: Short = "", lang: Short = "") -> Response:
    """The conversation that they open."""
    visit = _visit(request, lang)
    key = Key(reference, token, visit.network)
    try:
        found = visit.edge.write(FORM, lambda act: follow_up(act, key))
    except TooMany as error:
        return _later(_key(visit, reference, _wait(visit, error)), error)
    return _conversation(visit, found, key)


@router.post(f"{FOLLOW_UP}/messages")
def write_more(request: Request, message: Sent, reference: Short = "", token: Short = "", lang: Short = "") -> Response:
    """Add a message, answers and files, and show the conversation."""
    visit = _visit(request, lang)
    desk, key = finding.desk_of(visit.edge), Key(reference, token, visit.network)
    try:
        found = visit.edge.write(FORM, lambda act: write_by_token(act, key, message, desk))
    except TooMany as error:
        return _later(_key(visit, reference, _wait(visit, error)), error)
    except Invalid as error:
        faults = error.faults
        found = visit.edge.write(FORM, lambda act: follow_up(act, key))
        return _conversation(visit, found, key, faults, message.text)
    return _conversation(visit, found, key, sent=True)


def _visit(request: Request, lang: str) -> _Visit:
    """Raises NotFound where the form is not for everybody, CrossSite for another site's form."""
    edge = Edge.of(request)
    if edge.settings.report_form != "public":
        raise NotFound(worded("There is no such page."))
    require_same_origin(request)
    asked = preferred(request.headers.get("accept-language", ""))
    locale = locale_of(edge.settings, lang, asked)
    return _Visit(request, edge, report_words(edge.settings.template_folders, locale))


def _form(visit: _Visit, told: Told | None = None, faults: tuple[Fault, ...] = (), problem: str = "") -> Response:
    values = {
        "problems": _problems(visit, faults),
        "problem": problem,
        **typed(told),
    }
    return _page(visit, "report_form.html", values, BASE, 422 if faults else 200)


def _receipt(visit: _Visit, receipt: Receipt) -> Response:
    values = {
        "receipt": receipt,
        "takes_files": receipt.takes_files,
        "once": new_once(),
        "problems": {},
    }
    return _page(visit, "report_receipt.html", values)


def _key(visit: _Visit, reference: str = "", problem: str = "", status: int = 200) -> Response:
    return _page(visit, "report_key.html", {"reference": reference, "problem": problem}, FOLLOW_UP, status)


def _conversation(
    visit: _Visit,
    found: FollowedUp | None,
    key: Key,
    faults: tuple[Fault, ...] = (),
    text: str = "",
    *,
    sent: bool = False,
) -> Response:
    """What was opened; for everything that opens nothing the same page."""
    if found is None:
        return _key(visit, key.reference, visit.words.plain("wrong"), 403)
    values = {
        "view": conversation_view(found, visit.words),
        "token": key.token,
        "problems": _problems(visit, faults),
        "text": text,
        "sent": sent,
        "once": new_once(),
    }
    return _page(visit, "report_conversation.html", values, status=422 if faults else 200)


def _problems(visit: _Visit, faults: tuple[Fault, ...]) -> Mapping[str, str]:
    """What is wrong, by field, in the reader's language."""
    return said_of(faults, visit.words, visit.edge.settings.attachment_mib)


def _wait(visit: _Visit, error: TooMany) -> str:
    contact = reachable(visit.edge.settings)
    return visit.words.plain("wait", minutes=-(-error.seconds // 60), contact=contact)


def reachable(settings: Settings) -> str:
    """Where somebody writes who cannot use the form."""
    return next(iter(listed(settings.security_addresses)), settings.contact_email)


def _later(response: Response, error: TooMany) -> Response:
    response.status_code = 429
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _page(visit: _Visit, template: str, values: Mapping[str, object], path: str = "", status: int = 200) -> Response:
    settings, words = visit.edge.settings, visit.words
    site = Site(pages_of(visit.request), settings, [])
    tongues = [(one, report_words(settings.template_folders, one)) for one in locales_of(settings.template_folders)]
    frame = FormView(
        organisation=settings.organisation,
        locale=words.locale,
        zone=settings.zone,
        style=f"{PUBLIC}/{site.style_name}",
        icon=icon_of(settings),
        logo=settings.logo,
        home=BASE,
        tongues=tuple((one, said.plain("name"), f"{path}?lang={one}") for one, said in tongues) if path else (),
        anonymous=settings.report_anonymous,
        megabytes=settings.attachment_mib,
    )

    html = pages_of(visit.request).render(template, say=words, frame=frame, **values)
    return HTMLResponse(html, status, {**HEADERS, "Content-Language": words.locale})
