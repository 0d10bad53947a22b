"""From what an approver weighs to what the page of a release shows."""

from uuid import UUID

from sqlmodel import Session

from incident import writing
from incident.models.people import Notice, UserAccount
from incident.organisation import approval_rules_of
from incident.queries.accepted import accepted_by
from incident.queries.approvals import Weighed, weigh
from incident.queries.editions import Compared
from incident.queries.notices import read_notice, read_release
from incident.queries.seats import Bound
from incident.web import words
from incident.web.done_words import APPROVED, APPROVED_FEW, APPROVED_HOURS
from incident.web.fact_questions import in_questions
from incident.web.frame import Desk
from incident.web.moment_view import local_input
from incident.web.outgoing import LANGUAGES, label_of
from incident.web.role_words import role_said, role_within
from incident.web.sending import progress_view
from incident.web.unheard import unheard
from incident.web.views import AcceptedLine, Choice
from incident.web.views.approvals import SINGLE, ApprovalsView, DifferenceView, JoiningView, SeatLine
from notifications.differences import counts
from notifications.models import ReleaseState
from notifications.quorum import Seat, Way
from notifications.ramp import Stage
from notifications.wording import worded

NOTES = {Way.PASSKEY: worded("with a passkey"), Way.SINGLE: SINGLE}


def approvals_view(desk: Desk, session: Session, bound: Bound, locale: str) -> tuple[ApprovalsView, str]:
    """The approvals of a release as the reader sees and may give them, and why the reader may not, "" for nothing."""
    now, rules = desk.edge.clock.now(), approval_rules_of(desk.edge.settings)
    found = weigh(session, desk.edge.keys, desk.actor, bound.release.id, now, rules)
    yes = found.yes
    view = ApprovalsView(
        seats=tuple(_seat(session, seat) for seat in found.seats),
        expires_at=bound.release.expires_at,
        newer=found.newer,
        difference=difference_view(found.compared, bound.notice.id, locale) if found.compared else None,
        joining=_joining(found),
        role=role_within(yes.role) if yes else "",
        stands_in_for=_name(session, yes.for_user) if yes and yes.for_user else "",
        alone=yes is not None and yes.way is Way.SINGLE,
        alone_at=found.alone_at if yes is None else None,
        waits_until=found.waits.confirm_by if found.waits else None,
        callable=tuple(Choice(str(row.id), row.name) for row in found.callable),
        now=local_input(now, desk.zone),
        passkeys_only=rules.passkey_only,
        against=found.against,
        unheard=unheard(desk.edge.settings, bound.notice.kind) if bound.release.state is ReleaseState.REQUESTED else "",
    )
    return view, found.against or found.why_not


def _seat(session: Session, seat: Seat) -> SeatLine:
    role, row = role_said(seat.role), seat.approval
    if row is None:
        return SeatLine(role)
    note = NOTES.get(Way(row.way), "")
    if row.for_user:
        note = worded("standing in for {name}", name=_name(session, row.for_user))
    if row.way == Way.STANDING:
        note = worded("in peacetime, to exactly these templates")
    if row.witness:
        confirmed = worded("confirmed") if row.confirmed_at else worded("not confirmed yet")
        heard = _name(session, row.witness)
        note = worded("by telephone, heard by {witness}; {confirmed}", witness=heard, confirmed=confirmed)
    waiting = row.confirm_by if row.way == Way.SPOKEN and row.confirmed_at is None else None
    return SeatLine(role, _name(session, row.by), row.at, note, waiting)


def difference_view(found: Compared, notice_id: UUID, locale: str, *, released: bool = True) -> DifferenceView:
    """One language of a text of this notice against the edition before it. `released`: that one was asked for."""
    lines = found.lines.get(locale, ())
    added, removed = counts(lines)
    number = found.edition.number
    against: str = worded("Edition {number} of this notice, released before", number=number)
    if not released:
        against = worded("Edition {number} of this notice, the last one", number=number)
    if found.notice.id != notice_id:
        followed = words.NOTICES[found.notice.kind][0]
        against = worded("Edition {number} of {notice}, which this one follows", number=number, notice=followed)
    gone = tuple(LANGUAGES.get(key, key) for key in found.gone)
    return DifferenceView(against, lines, added, removed, locale in found.fresh, gone)


def _joining(found: Weighed) -> JoiningView | None:
    if found.joining is None:
        return None
    return JoiningView(found.joining.newly, found.joining.told, f"/releases/{found.joining.first.id}")


def _name(session: Session, user_id: object) -> str:
    account = session.get(UserAccount, user_id)
    return account.name if account else worded("somebody who left")


def accepted_lines(desk: Desk, session: Session, notice: Notice) -> tuple[AcceptedLine, ...]:
    """The warnings somebody let stand in a notice that waits for a second person, with the reasons and who it was."""
    ticks = read_notice(session, desk.edge.keys, desk.actor, notice.id).draft.ticks
    if not ticks:
        return ()
    who = accepted_by(session, desk.edge.keys, desk.actor, notice, ticks)
    findings = {item.key: item for item in writing.check(desk.edge, desk.actor, notice.id).findings}
    return tuple(
        AcceptedLine(
            label_of(item.locale) if item.locale else "", in_questions(item.message), ticks[key], who.get(key, "")
        )
        for key, item in findings.items()
        if key in ticks
    )


def what_follows(desk: Desk, session: Session, release_id: UUID) -> str:
    """What an approval just given leads to, as a key of what the next page says; "" while another one is awaited."""
    found = read_release(session, desk.edge.keys, desk.actor, release_id)
    if found.release.state is not ReleaseState.APPROVED:
        return ""
    progress = progress_view(desk, session, Bound(found.release, found.edition, found.notice))
    if progress.window_closed:
        return APPROVED_HOURS
    return APPROVED_FEW if progress.stage == Stage.CANARY.value else APPROVED
