"""Notices of an incident: drafted from the facts, edited, checked, given an audience, asked to be released."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Query, Response
from sqlmodel import Session

from incident import writing
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid, NotFound
from incident.notice_kinds import FILED_WITH, KINDS, LOCALES, PUBLIC, UPDATES
from incident.organisation import approval_rules_of, sending_rules_of
from incident.queries.approvals import release_added_to
from incident.queries.duties import DutyLine, duties_of
from incident.queries.facts import read_facts
from incident.queries.filings import authorities_before
from incident.queries.incident import read_evidence
from incident.queries.notices import NoticeView as Opened
from incident.queries.notices import editions_of, notices_of, read_notice
from incident.queries.suggestions import suggested_measures
from incident.roles import Action, Actor
from incident.sending_rules import Sending
from incident.verbs.releases import Request as Asked
from incident.verbs.releases import request_release
from incident.web import words
from incident.web.audiences import build_audience, chosen_audience
from incident.web.authoring import (
    account_from,
    measures,
    nothing_told,
    segments_of,
)
from incident.web.case_acts import find
from incident.web.filing_views import filing_lines
from incident.web.forms import LARGEST, STORABLE, DiscardForm, EditForm, NoticeForm, RedraftForm, ReleaseForm
from incident.web.frame import Desk, Seated, see
from incident.web.headers import EDITED_POLICY
from incident.web.incidents import opened, show
from incident.web.notice_page import Looked, Typed, notice_page
from incident.web.notice_views import case_of_notice, notice_lists
from incident.web.outgoing import languages, preview
from incident.web.tongues import living, tongues_begun
from incident.web.views import Choice
from incident.writing import Edited, Order
from notifications.models import Edition
from notifications.wording import listed, worded

router = APIRouter(include_in_schema=False)
Locale = Annotated[str, Query(max_length=16)]
Mode = Annotated[str, Query(max_length=8)]
Chosen = Annotated[str, Query(max_length=64)]
Had = Annotated[int, Query(ge=0, le=LARGEST)]
Word = Annotated[str, Query(max_length=32)]


@router.get("/incidents/{reference}/notices")
def show_notices(desk: Seated, reference: str, kind: Word = "", dataset: Chosen = "", follows: Chosen = "") -> Response:
    """Every notice and filing, and how far each is; with a draft begun where a duty leads to its notice."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        duties = duties_of(session, desk.actor, page.incident.id, desk.edge.clock.now())
        sheet = read_facts(session, desk.edge.keys, desk.actor, page.incident.id).sheet
        authority = [line for line in duties if line.obligation.addressee_kind in FILED_WITH]
        values = {
            **notice_lists(desk, session, page.incident.id, f"/incidents/{page.incident.codename}"),
            "filings": filing_lines(desk, session, page.incident.id),
            "kinds": kinds_by_reader(kind),
            "begun": kind in KINDS,
            "locales": languages(),
            "tongues": tongues_begun(desk.edge.settings.notice_locales, living(sheet, dataset, kind)),
            "editions": _editions(desk, session, page.incident.id, follows),
            "datasets": tuple(Choice(one.id, one.name, one.id == dataset) for one in sheet.datasets),
            "measures": measures(desk.edge.settings, desk.language),
            "own_words": nothing_told(LOCALES),
            "suggested": suggested_measures(session, desk.actor, page.incident.id),
            "authorities": authorities_before(session, desk.actor),
            "receipts": _receipts(desk, session, page.incident.id),
            "filing_duties": tuple(
                _filed(line) for line in authority if line.deadline.is_open or line.obligation.met_at
            ),
        }
        return show(desk, session, page, "notices", "notices.html", values)


def _filed(line: DutyLine) -> Choice:
    """A duty a filing can be drafted for: one that is met may be told more (Art. 33(4) GDPR)."""
    rule = words.rule_name(line.duty.law, line.duty.article)
    label = worded("{title} ({rule})", title=listed(line.duty.title), rule=rule)
    if line.obligation.met_at is not None:
        label = worded("Further information: {duty}", duty=listed(label))
    return Choice(str(line.obligation.id), label)


@router.post("/incidents/{reference}/notices")
def draft_notice(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))],
    reference: str,
    form: Annotated[NoticeForm, Form()],
) -> Response:
    """Write a notice from the facts, in every language that is ticked."""
    if not form.locales:
        raise Invalid(
            Fault("locales", worded("no language is chosen"), worded("tick at least one language and write again"))
        )
    incident_id = find(desk, reference)
    order = Order(
        incident_id,
        form.kind,
        form.dataset,
        form.locales,
        segments_of(form.segments),
        _edition_id(form.follows) or (_only_edition(desk, incident_id) if form.kind in UPDATES else None),
        form.controller,
    )
    notice = writing.draft(desk.edge, by, order, account_from(desk, form, form.locales))
    return see(f"/notices/{notice.id}")


@router.get("/notices/{notice_id}")
def show_notice(
    desk: Seated, notice_id: UUID, locale: Locale = "en", view: Mode = "html", audience: Chosen = "", had: Had = 0
) -> Response:
    """A notice in work: text, checks, audience, release."""
    return notice_page(desk, notice_id, Looked(locale, view, audience, had))


@router.get("/notices/{notice_id}/texts/{locale}")
def show_text(desk: Seated, notice_id: UUID, locale: str) -> Response:
    """The draft as a mail program would show it, for the frame on the page."""
    with desk.edge.read() as session:
        found = read_notice(session, desk.edge.keys, desk.actor, notice_id)
    if locale not in found.draft.texts:
        raise NotFound(worded("The notice is not written in {locale}.", locale=repr(locale)))
    return preview(found.draft.texts[locale], locale, policy=EDITED_POLICY)


@router.post("/notices/{notice_id}")
def save_text(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))],
    notice_id: UUID,
    form: Annotated[EditForm, Form()],
) -> Response:
    """Keep an edited text; its writer can no longer approve it. What cannot stay is named beside the text as typed."""
    edited = Edited(form.version, form.locale, form.subject, form.text)
    try:
        writing.edit(desk.edge, by, notice_id, edited)
    except Invalid as error:
        typed = Typed(edited, writing.try_text(desk.edge, by, notice_id, edited), error.faults)
        return notice_page(desk, notice_id, Looked(form.locale), typed)
    return see(f"/notices/{notice_id}?locale={form.locale}")


@router.post("/notices/{notice_id}/draft")
def draft_again(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))],
    notice_id: UUID,
    form: Annotated[RedraftForm, Form()],
) -> Response:
    """Write it again from the facts as they are now."""
    account = account_from(desk, form, _opened(desk, notice_id).draft.locales)
    writing.draft_again(desk.edge, by, notice_id, form.version, account)
    return see(f"/notices/{notice_id}")


@router.post("/notices/{notice_id}/discarding")
def discard(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.WRITE_NOTICE, programs=False))],
    notice_id: UUID,
    form: Annotated[DiscardForm, Form()],
) -> Response:
    """Throw a draft away that nobody asked to release, with a reason."""
    notice = writing.discard(desk.edge, by, notice_id, form.version, form.reason)
    with desk.edge.read() as session:
        href, _codename = case_of_notice(session, notice)
    return see(f"{href}/notices")


@router.post("/notices/{notice_id}/audience")
def gather(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.IMPORT_AUDIENCE, programs=False))],
    notice_id: UUID,
    region: Annotated[str, Form(max_length=8, pattern=STORABLE)] = "",
) -> Response:
    """Gather who the notice goes to, from the registers: everybody, or those of one country or region."""
    made = build_audience(desk.edge, by, _opened(desk, notice_id).notice, region)
    return see(f"/notices/{notice_id}{f'?audience={made.id}' if region else ''}#release")


@router.post("/notices/{notice_id}/releases")
def ask_for_release(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.REQUEST_RELEASE, programs=False))],
    notice_id: UUID,
    form: Annotated[ReleaseForm, Form()],
) -> Response:
    """Freeze the text and ask others to release it to the audience; people found later join the first release of it."""
    notice = _opened(desk, notice_id).notice
    with desk.edge.read() as session:
        goes_to = chosen_audience(session, notice, form.audience)
    edition = writing.freeze(desk.edge, by, notice_id, form.version)
    if notice.kind in PUBLIC:
        return see(f"/editions/{edition.id}")
    if goes_to is None:
        raise NotFound(worded("There is no audience yet: build or choose it first."))
    with desk.edge.read() as session:
        joins = release_added_to(session, edition, goes_to)
    sending = Sending(sending_rules_of(desk.edge.settings), form.all_at_once, form.hours)
    asked = Asked(
        edition.id,
        goes_to.id,
        desk.edge.settings.mail_from,
        adds_to=joins,
        order_reason=form.order_reason,
        sending=sending,
        language_reason=form.language_reason,
    )
    address = f"{desk.edge.settings.base_url}/releases/{{release}}"
    rules = approval_rules_of(desk.edge.settings)
    release = desk.edge.write(by, lambda act: request_release(act, asked, rules, address))
    return see(f"/releases/{release.id}")


def kinds_by_reader(chosen: str = "") -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Every kind of notice, under who reads it; one of them chosen already."""
    groups: dict[str, list[Choice]] = {}
    for kind, told in KINDS.items():
        groups.setdefault(words.READERS[told.readers], []).append(
            Choice(kind.value, words.NOTICES[kind][0], kind.value == chosen)
        )
    return tuple((label, tuple(choices)) for label, choices in groups.items())


def _opened(desk: Desk, notice_id: UUID) -> Opened:
    return writing.opened(desk.edge, desk.actor, notice_id)


def _edition_id(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Invalid(
            Fault("follows", worded("is no edition of this incident"), worded("choose one of the list"))
        ) from None


def _only_edition(desk: Desk, incident_id: UUID) -> UUID | None:
    """What an update follows where there is one edition only, so that nobody has to say it."""
    with desk.edge.read() as session:
        found = _editions(desk, session, incident_id)
    return UUID(found[0].value) if len(found) == 1 else None


def _editions(desk: Desk, session: Session, incident_id: UUID, chosen: str = "") -> tuple[Choice, ...]:
    """Editions an update can follow, the newest first."""
    notices = {row.id: row for row in notices_of(session, desk.actor, incident_id)}
    rows = [row for notice in notices for row in editions_of(session, desk.actor, notice)]
    sheet = read_facts(session, desk.edge.keys, desk.actor, incident_id).sheet
    titles = {one.id: one.name for one in sheet.datasets}
    return tuple(
        Choice(
            str(row.id),
            _edition_named(desk, row, titles.get(notices[row.notice_id].dataset, "")),
            str(row.id) == chosen,
        )
        for row in sorted(rows, key=lambda row: row.created_at, reverse=True)
    )


def _edition_named(desk: Desk, row: Edition, dataset: str) -> str:
    """An edition so that it can be told from others of its kind: what, about which data, when it was frozen."""
    frozen = row.created_at.astimezone(ZoneInfo(desk.zone))
    kind, at = words.NOTICES[row.kind][0], f"{frozen:%Y-%m-%d, %H:%M}"
    if not dataset:
        return worded("{kind}, edition {number} of {at}", kind=kind, number=row.number, at=at)
    return worded("{kind}, {data}, edition {number} of {at}", kind=kind, data=dataset, number=row.number, at=at)


def _receipts(desk: Desk, session: Session, incident_id: UUID) -> tuple[Choice, ...]:
    """The evidence of an incident, the latest first: one piece of it may be the receipt of a filing."""
    rows = read_evidence(session, desk.edge.keys, desk.actor, incident_id)
    return tuple(
        Choice(str(row.id), name) for row, name in sorted(rows, key=lambda pair: pair[0].kept_at, reverse=True)
    )
