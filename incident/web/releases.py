"""The page a second person approves on: exactly what goes out, to how many, and how far the sending is."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.models.people import Notice
from incident.organisation import approval_rules_of
from incident.queries.audience_fit import beside_facts, mended_at
from incident.queries.incoming import opened_channels
from incident.queries.notices import ReleaseView as Opened
from incident.queries.notices import read_release
from incident.queries.passkeys import passkeys_of
from incident.queries.releases import Published, read_count, read_publication
from incident.queries.seats import Bound, find_bound, has_seat
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.verbs.announcing import ToPublish, correct_announcement, publish_announcement, withdraw_announcement
from incident.verbs.approvals import approve_release
from incident.verbs.lapses import void_if_expired
from incident.verbs.releases import refuse_release, resume_release, stop_release
from incident.web import words
from incident.web.approval_views import accepted_lines, approvals_view, what_follows
from incident.web.done import say
from incident.web.forms import ApprovalForm, Reason, WithdrawalForm
from incident.web.frame import Desk, Seated, see
from incident.web.notice_views import case_of_notice
from incident.web.outgoing import edition_texts, preview, segments
from incident.web.presence import present_at
from incident.web.sending import ledger, progress_view
from incident.web.typed import NOT_THE_INCIDENT, require_name, require_number
from incident.web.views import ReleaseView
from notifications.message import choose_locale, locale_of
from notifications.models import Audience, Release, ReleaseState
from notifications.ramp import Stage
from notifications.release import Seen
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
Publisher = Annotated[Actor, Depends(acting(Action.ANNOUNCE, programs=False))]
Locale = Annotated[str, Query(max_length=90)]  # with the segment a text is for
Mode = Annotated[str, Query(max_length=8)]
STEPPED = frozenset({Stage.CANARY, Stage.CONFIRM, Stage.RAMP, Stage.HELD})
OTHERS = worded("Who wrote, edited, froze or asked for this may not approve it: a second person does.")


@router.get("/releases/{release_id}")
def show_release(desk: Seated, release_id: UUID, locale: Locale = "", view: Mode = "html") -> Response:
    """A release: text as it goes out, audience, approval, and the ledger live."""
    with desk.edge.read() as session:
        found = read_release(session, desk.edge.keys, desk.actor, release_id)
        chosen = locale if locale in found.texts else _read_by_most(found)
        shown = _view(desk, session, found, chosen)
        return _page(desk, session, found.notice, shown, chosen, view)


@router.get("/releases/{release_id}/texts/{locale}")
def show_text(desk: Seated, release_id: UUID, locale: str) -> Response:
    """One language of the edition as a mail program would show it."""
    with desk.edge.read() as session:
        texts = read_release(session, desk.edge.keys, desk.actor, release_id).texts
    if locale not in texts:
        raise NotFound(worded("The edition is not written in {locale}.", locale=repr(locale)))
    return preview(texts[locale])


@router.post("/releases/{release_id}/approval")
def approve(desk: Seated, by: Approver, release_id: UUID, form: Annotated[ApprovalForm, Form()]) -> Response:
    """Approve exactly what was seen, with the number of recipients typed."""
    with desk.edge.read() as session:
        row = read_release(session, desk.edge.keys, by, release_id).release
    expected = row.recipients
    _end_if_over(desk, by, row)
    require_number(form.count, expected, "count")
    seen = Seen(form.edition_digest, form.audience_digest, form.facts_digest)
    rules = approval_rules_of(desk.edge.settings)
    address = f"{desk.edge.settings.base_url}/releases/{release_id}"
    desk.edge.write(by, lambda act: approve_release(act, release_id, seen, address, rules=rules))
    with desk.edge.read() as session:
        if follows := what_follows(desk, session, release_id):
            say(desk.request, follows)
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/refusal")
def refuse(desk: Seated, by: Approver, release_id: UUID, reason: Reason) -> Response:
    """Say no, with the reason."""
    desk.edge.write(by, lambda act: refuse_release(act, release_id, reason))
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/stop")
def stop(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.STOP_RELEASE, programs=False))],
    release_id: UUID,
    reason: Reason,
) -> Response:
    """Hold what has not gone yet."""
    rules = approval_rules_of(desk.edge.settings)
    desk.edge.write(by, lambda act: stop_release(act, release_id, reason, rules))
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/resumption")
def resume(desk: Seated, by: Approver, release_id: UUID) -> Response:
    """Let a stopped release go on."""
    with desk.edge.read() as session:
        _end_if_over(desk, by, read_release(session, desk.edge.keys, by, release_id).release)
    desk.edge.write(by, lambda act: resume_release(act, release_id))
    return see(f"/releases/{release_id}")


@router.get("/editions/{edition_id}")
def show_edition(desk: Seated, edition_id: UUID, locale: Locale = "en", view: Mode = "html") -> Response:
    """An edition of an announcement that waits to be published, or is."""
    with desk.edge.read() as session:
        found = read_publication(session, desk.edge.keys, desk.actor, edition_id)
        return _page(desk, session, found.notice, _publication(desk, session, found), locale, view)


@router.get("/editions/{edition_id}/texts/{locale}")
def show_edition_text(desk: Seated, edition_id: UUID, locale: str) -> Response:
    """One language of an announcement as it is published."""
    with desk.edge.read() as session:
        texts = read_publication(session, desk.edge.keys, desk.actor, edition_id).texts
    if locale not in texts:
        raise NotFound(worded("The edition is not written in {locale}.", locale=repr(locale)))
    return preview(texts[locale])


@router.post("/editions/{edition_id}/approval")
def publish(desk: Seated, by: Publisher, edition_id: UUID, form: Annotated[ApprovalForm, Form()]) -> Response:
    """Publish the edition, or correct the public page with it."""
    with desk.edge.read() as session:
        earlier = read_publication(session, desk.edge.keys, by, edition_id).announcement
        earlier_id = earlier.id if earlier else None
    asked, rules = ToPublish(edition_id, form.edition_digest, form.correction), approval_rules_of(desk.edge.settings)
    if earlier_id is None:
        desk.edge.write(by, lambda act: publish_announcement(act, asked, rules=rules))
    else:
        desk.edge.write(by, lambda act: correct_announcement(act, earlier_id, asked, rules=rules))
    return see(f"/editions/{edition_id}")


@router.post("/editions/{edition_id}/withdrawal")
def withdraw(desk: Seated, by: Publisher, edition_id: UUID, form: Annotated[WithdrawalForm, Form()]) -> Response:
    """Withdraw the page this edition is on, the incident's name typed; the reason stands there from now on."""
    with desk.edge.read() as session:
        found = read_publication(session, desk.edge.keys, by, edition_id)
        page, incident_id = found.page, found.notice.incident_id
        require_name(form.confirmation, case_of_notice(session, found.notice)[1], NOT_THE_INCIDENT)
    rules = approval_rules_of(desk.edge.settings)
    desk.edge.write(by, lambda act: withdraw_announcement(act, incident_id, page.id, form.reason, rules=rules))
    return see(f"/editions/{edition_id}")


def _end_if_over(desk: Desk, by: Actor, row: Release) -> None:
    """Void a release whose time is over, where the sweep has not come to it: what is asked next is then refused."""
    if row.expires_at is not None and desk.edge.clock.now() >= row.expires_at:
        desk.edge.write(by, lambda act: void_if_expired(act, row.id))


def _page(desk: Desk, session: Session, notice: Notice, shown: ReleaseView, locale: str, mode: str) -> Response:
    href, codename = case_of_notice(session, notice)
    locales = [text.locale for text in shown.texts]
    values = {
        "view": shown,
        "case_href": href,
        "codename": codename,
        "present": present_at(desk, session, notice.incident_id),
        "locale": locale if locale in locales else locales[0],
        "mode": mode if mode in ("html", "text", "phone") else "html",
        "can_stop": desk.may(Action.STOP_RELEASE),
        "can_resume": desk.may(Action.APPROVE_RELEASE),
        "can_confirm": _goes_on_by_hand(shown) and _is_seated(desk, session, UUID(shown.id)),
        "can_cancel": desk.may(Action.REQUEST_RELEASE),
        "has_passkey": desk.may(Action.PASSKEYS) and bool(passkeys_of(session, desk.actor)),
        "problems": (),
    }
    return desk.page("release.html", session, values)


def _goes_on_by_hand(shown: ReleaseView) -> bool:
    """Whether there is anything to let go on: sending that stands still, or goes step by step."""
    progress = shown.progress
    return shown.state == "approved" and progress is not None and progress.stage in STEPPED


def _is_seated(desk: Desk, session: Session, release_id: UUID) -> bool:
    """Whether the reader may let a release go on that waits for a person: has a role of its quorum."""
    bound = find_bound(session, release_id)
    return desk.may(Action.APPROVE_RELEASE) and has_seat(session, bound, desk.actor, desk.edge.clock.now())


def _read_by_most(found: Opened) -> str:
    """The text that most of the audience reads: an approver sees first what goes out. Else English."""
    written, readers = {locale_of(key): key for key in found.texts}, Counter[str]()
    for locale, number in found.locales.items():
        readers[choose_locale(locale, written)] += number
    return min(found.texts, key=lambda key: (-readers[locale_of(key)], locale_of(key) != "en", key))


def _view(desk: Desk, session: Session, found: Opened, locale: str) -> ReleaseView:
    row, edition = found.release, found.edition
    approvals, why_not = approvals_view(desk, session, Bound(row, edition, found.notice), locale)
    names = names_of(session, [f"user:{row.requested_by}", f"user:{row.approved_by or row.requested_by}"])
    states, opened = found.states, opened_channels(session, row.id)
    return ReleaseView(
        id=str(row.id),
        href=f"/releases/{row.id}",
        notice_href=f"/notices/{found.notice.id}",
        kind=words.NOTICES[found.notice.kind][1],
        title=words.NOTICES[found.notice.kind][0],
        state=row.state.value,
        state_label=words.STATES[row.state],
        edition=edition.number,
        edition_digest=found.seen.edition,
        audience_digest=found.seen.audience,
        facts_digest=found.seen.facts,
        sender=row.sender if found.notice.kind != "in_app" else "",
        recipients=row.recipients,
        segments=segments(found.locales, found.texts),
        texts=edition_texts(found.texts, f"/releases/{row.id}"),
        requested_by=names[f"user:{row.requested_by}"],
        requested_at=row.requested_at,
        approved_by=names[f"user:{row.approved_by}"] if row.approved_by else "",
        approved_at=row.approved_at,
        closed_at=row.closed_at,
        ledger=ledger(states, found.notice.kind),
        progress=progress_view(desk, session, Bound(row, edition, found.notice)),
        settled=sum(number for state, number in states.items() if state in words.SETTLED),
        reason=row.reason,
        may_approve=bool(approvals.role) and not approvals.against,
        why_not=why_not,
        approvals=approvals,
        read=read_count(session, row.id) if row.state is not ReleaseState.REQUESTED else 0,
        opened=tuple((words.CHANNELS[name], number) for name, number in opened.items()),
        mended_at=mended_at(found.notice),
        counted_otherwise=_counted_otherwise(desk, session, found),
        accepted=accepted_lines(desk, session, found.notice) if row.state is ReleaseState.REQUESTED else (),
        has_list="postal" in opened and desk.may(Action.READ_AUDIENCE),
    )


def _counted_otherwise(desk: Desk, session: Session, found: Opened) -> str:
    """What the facts say otherwise of the audience, while somebody can still approve it."""
    if found.release.state is not ReleaseState.REQUESTED:
        return ""
    audience = session.get(Audience, found.release.audience_id)
    return beside_facts(session, desk.edge.keys, desk.actor, found.notice, audience)


def _publication(desk: Desk, session: Session, found: Published) -> ReleaseView:
    edition = found.edition
    names = names_of(session, [f"user:{edition.created_by}"])
    allowed = desk.may(Action.ANNOUNCE)
    barred = {*found.notice.editors, str(edition.created_by)}
    state, state_label = _publication_state(found)
    page = found.announcement if found.is_public else found.withdrawn
    return ReleaseView(
        id=str(edition.id),
        href=f"/editions/{edition.id}",
        notice_href=f"/notices/{found.notice.id}",
        kind=words.NOTICES[found.notice.kind][1],
        title=words.NOTICES[found.notice.kind][0],
        state=state,
        state_label=state_label,
        edition=edition.number,
        edition_digest=edition.digest,
        audience_digest="",
        facts_digest=edition.facts_digest,
        sender="",
        recipients=0,
        segments=(),
        texts=edition_texts(found.texts, f"/editions/{edition.id}"),
        requested_by=names[f"user:{edition.created_by}"],
        requested_at=edition.created_at,
        may_approve=allowed and str(desk.actor.id) not in barred,
        why_not=OTHERS if allowed else worded("An approver who wrote no version of this text publishes it."),
        corrects=found.announcement is not None,
        reason=found.withdrawn.reason if found.withdrawn else "",
        public_href=f"/announcements/{page.public_id}" if page else "",
        may_withdraw=found.is_public and allowed,
        by_passkey=approval_rules_of(desk.edge.settings).passkey_only,
        accepted=accepted_lines(desk, session, found.notice) if state == "requested" else (),
    )


def _publication_state(found: Published) -> tuple[str, str]:
    if found.is_public:
        return "published", worded("Published")
    return ("withdrawn", worded("Withdrawn")) if found.withdrawn else ("requested", worded("Waits for approval"))
