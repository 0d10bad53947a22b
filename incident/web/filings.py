"""Filings to authorities: drafted from the facts, and the record of where, when and how they were submitted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import PlainTextResponse

from incident.auth.dependencies import acting
from incident.drafting import Authoring
from incident.errors import Fault, Invalid, NotFound
from incident.models.law import Obligation
from incident.notice_kinds import FORMS, adds_to, form_for, stands_in
from incident.notice_texts import FILING, write_filing
from incident.organisation import organisation_of, profile_of
from incident.queries.briefs import filing_brief
from incident.queries.notices import filings_of
from incident.queries.suggestions import measures_told, suggested_measures
from incident.roles import Action, Actor
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.filings import (
    Submission,
    discard_filing,
    edit_filing,
    keep_filing,
    open_filing,
    record_answer,
    record_submission,
)
from incident.web import words
from incident.web.authoring import account_from, measures, nothing_told
from incident.web.case_acts import find
from incident.web.forms import FilingForm, FilingTextForm, Line, Sent, SubmissionForm
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.outgoing import LANGUAGES
from incident.web.times import read_local
from incident.web.views import Choice
from incident.writing import templates_of
from notifications.message import Text
from notifications.wording import listed, worded

router = APIRouter(include_in_schema=False)
SPOKEN = {"AT": "de", "DE": "de", "LI": "de"}  # the language of the authorities there, of those that forms are in
UNION = "EU"  # its law is filed with the authority at the seat


class AnswerForm(Sent):
    """`receipt`: the id of the evidence that shows it."""

    reference: Line
    receipt: Line = ""


class DiscardingForm(Sent):
    """`seen`: the mark of the text that was on the page."""

    reason: Line
    seen: Line = ""


@router.get("/incidents/{reference}/filings/new")
def begin(
    desk: Seated,
    _by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    obligation: UUID,
    form: Annotated[str, Query(max_length=64)] = "",
    locale: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """What a person has to add to the facts before a filing is drafted in a form."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        row = session.get(Obligation, obligation)
        if row is None or row.incident_id != page.incident.id:
            raise NotFound(worded("There is no such duty on this incident."))
        contents = str(row.rule.get("contents", ""))
        name = form if form in FORMS else _next_form(row, contents)
        wanted = FORMS[name]
        written = locale if locale in wanted.locales else _usual(row, desk.edge.settings, wanted.locales)
        headings = templates_of(desk.edge.settings).words(f"filings/{name}/{written}")["headings"]
        told = measures_told(session, desk.edge.keys, desk.actor, page.incident.id)
        asked = urlencode({"obligation": obligation, "form": form, "locale": locale})
        values = {
            "live_href": f"/incidents/{reference}/filings/new?{asked}",
            "obligation": obligation,
            "duty": worded("{title} ({rule})", title=listed(str(row.rule["title"])), rule=_rule(row)),
            "stands_in": stands_in(name, contents),
            "too_early": bool(adds_to(name)) and row.met_at is None,
            "form": Choice(name, words.FORMS[name]),
            "forms": tuple(Choice(key, label) for key, label in words.FORMS.items()),
            "law": wanted.law,
            "locale": written,
            "languages": tuple(Choice(key, LANGUAGES[key]) for key in wanted.locales),
            "own": tuple(Choice(key, str(headings[key])) for key in wanted.own) if isinstance(headings, dict) else (),
            "measures": measures(desk.edge.settings, desk.language),
            "own_words": nothing_told((written,)),
            "suggested": {**suggested_measures(session, desk.actor, page.incident.id), **told.taken},
            "ahead": told.planned,
            "late": row.met_at is None and row.due_at is not None and row.due_at < desk.edge.clock.now(),
        }
        return show(desk, session, page, "notices", "filing.html", values)


@router.get("/incidents/{reference}/filings/{filing_id}.txt")
def download_filing(desk: Seated, reference: str, filing_id: UUID) -> Response:
    """The text of a filing as a file, for the authority's portal or a mail."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        found = next((row for row in filings_of(session, desk.actor, page.incident.id) if row.id == filing_id), None)
        if found is None:
            raise NotFound(worded("There is no such filing on this incident."))
        act = Act(session, desk.edge.keys, desk.actor, desk.edge.clock.now())
        text = open_filing(act, found)
    name = f"{page.incident.codename}-{found.form}-{found.locale}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return PlainTextResponse(f"{text.subject}\n\n{text.text}\n", headers=headers)


@router.post("/incidents/{reference}/filings")
def draft_filing(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    form: Annotated[FilingForm, Form()],
) -> Response:
    """Draft a filing for one obligation."""
    find(desk, reference)
    name = form.form or FILING
    account = account_from(desk, form, (form.locale,), form.delay, dict(zip(form.own_key, form.own_text, strict=False)))
    authoring = Authoring(profile_of(desk.edge.settings), account, desk.edge.clock.now())
    with desk.edge.read() as session:
        brief = filing_brief(session, desk.edge.keys, by, form.obligation, authoring, name)
    written = write_filing(templates_of(desk.edge.settings), name, brief, form.locale)
    kept = desk.edge.write(by, lambda act: keep_filing(act, form.obligation, name, brief, written).id)
    return see(f"/incidents/{reference}/notices#filing-{kept}")


@router.post("/incidents/{reference}/filings/{filing_id}")
def correct(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    filing_id: UUID,
    form: Annotated[FilingTextForm, Form()],
) -> Response:
    """Put the text of a draft right; the page says anew what it lacks."""
    find(desk, reference)
    text = Text(form.subject.strip(), form.text.replace("\r\n", "\n"))
    desk.edge.write(by, lambda act: edit_filing(act, filing_id, text, form.seen))
    return see(f"/incidents/{reference}/notices#filing-{filing_id}")


@router.post("/incidents/{reference}/filings/{filing_id}/discarding")
def discard(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    filing_id: UUID,
    form: Annotated[DiscardingForm, Form()],
) -> Response:
    """Throw a draft away that was never submitted, with a reason."""
    find(desk, reference)
    desk.edge.write(by, lambda act: discard_filing(act, filing_id, form.reason, form.seen or None))
    return see(f"/incidents/{reference}/notices#filings")


@router.post("/incidents/{reference}/filings/{filing_id}/submission")
def record(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    filing_id: UUID,
    form: Annotated[SubmissionForm, Form()],
) -> Response:
    """Record where, when and under which reference a filing was submitted, and the evidence of its receipt."""
    find(desk, reference)
    organisation = organisation_of(desk.edge.settings)
    at, receipt = _moment(desk, form.at), _receipt(form.receipt)
    submission = Submission(form.submitted_to, form.channel, at, form.reference, receipt)
    desk.edge.write(by, lambda act: record_submission(act, filing_id, submission, organisation))
    return see(f"/incidents/{reference}/notices#filing-{filing_id}")


@router.post("/incidents/{reference}/filings/{filing_id}/answer")
def answer(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    filing_id: UUID,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Record the reference and the receipt that an authority gave after the submission."""
    find(desk, reference)
    receipt = _receipt(form.receipt)
    desk.edge.write(by, lambda act: record_answer(act, filing_id, form.reference, receipt))
    return see(f"/incidents/{reference}/notices#filing-{filing_id}")


def _next_form(row: Obligation, contents: str) -> str:
    """The form of the duty; for one that is met that of further information, where there is one."""
    name = form_for(row.duty, contents, row.addressee_kind)
    further = f"{name}-supplement"
    return further if row.met_at is not None and further in FORMS else name


def _rule(row: Obligation) -> str:
    return words.rule_name(str(row.rule["law"]), str(row.rule["article"]))


def _usual(row: Obligation, settings: Settings, locales: Sequence[str]) -> str:
    """The language of the authority, where the form is to be had in it: for Union law the one at our seat."""
    place = str(row.rule.get("jurisdiction", UNION))
    seat = organisation_of(settings).establishment or ""
    own = SPOKEN.get(seat if place == UNION else place, "")
    return own if own in locales else locales[0]


def _moment(desk: Desk, said: str) -> datetime:
    """The moment a field names in the reader's zone; an empty one is now. Raises Invalid."""
    try:
        return read_local(said, desk.zone) if said else desk.edge.clock.now()
    except ValueError:
        raise Invalid(Fault("at", worded("names no moment"), worded("such as 2026-11-25T14:00"))) from None


def _receipt(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Invalid(
            Fault("receipt", worded("is no evidence of this incident"), worded("choose one of the list"))
        ) from None
