"""What the verbs on a release have in common: finding it, telling people inside, writing it down, naming what fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Forbidden, Invalid, Refused
from incident.grounds import grounds_digest
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.people import UserAccount
from incident.notice_drafts import read_basis
from incident.outreach import Happened, InternalMessage, ReleaseNews, messages_about
from incident.queries.access import access_to
from incident.queries.briefs import case_for
from incident.queries.seats import Bound, actor_of, deputies_for, find_bound, roles_of
from incident.roles import Action, Role, sees
from incident.verbs.act import Act
from incident.verbs.entries import LONGEST_REASON, record
from incident.verbs.messages import post, put_out
from notifications.addresses import domain_of
from notifications.models import Approval, Edition, Outgoing
from notifications.promises import is_over
from notifications.quorum import NotReleasable, SecondPersonNeeded, Way
from notifications.release import open_basis
from notifications.wording import worded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the timeline about a release. `more` is added to its body."""

    action: str
    text: str
    more: Mapping[str, object] = field(default_factory=dict)


def bound_release(act: Act, release_id: UUID, action: Action) -> Bound:
    """The release, for an actor who may do the action on its incident. Raises NotFound and Forbidden."""
    bound = find_bound(act.session, release_id)
    act.require(action, bound.incident_id)
    return bound


def require_unchanged(act: Act, bound: Bound) -> None:
    """Raise Conflict when a fact the text rests on says something else than when it was frozen."""
    case = case_for(act.session, act.keys, bound.incident_id)
    if grounds_digest(case, bound.edition.rests_on) != bound.release.facts_digest:
        raise Conflict(worded("A fact this text rests on has changed since it was frozen: it has to be drafted anew."))


def require_promise_ahead(act: Act, edition: Edition) -> None:
    """Raise Refused when the next update that the edition promises is due by now: it would reach people too late."""
    basis = read_basis(open_basis(act.session, act.keys, edition))
    promised = basis.account.next_update if basis else None
    if promised is not None and is_over(promised, act.now):
        raise Refused(
            worded(
                "The next update is promised for {promised} UTC, which is past: draft the notice anew "
                "with a later one and freeze it again.",
                promised=f"{promised:%Y-%m-%d %H:%M}",
            )
        )


def require_confirmed(act: Act, bound: Bound) -> None:
    """Raise Conflict while an approval by telephone is past its time and not confirmed: it counts no longer."""
    late = (
        col(Approval.release_id) == bound.release.id,
        col(Approval.way) == Way.SPOKEN,
        col(Approval.confirmed_at).is_(None),
        col(Approval.confirm_by) <= act.now,
    )
    if act.session.exec(select(Approval.id).where(*late)).first() is not None:
        raise Conflict(worded("An approval by telephone was not confirmed in time: its approver confirms it first."))


def require_reason(reason: str, field: str = "reason") -> str:
    """The reason without blanks around it. Raises Invalid without one, for an overlong one and one with a NUL."""
    if not reason.strip() or len(reason) > LONGEST_REASON or "\0" in reason:
        fault = f"is empty, longer than {LONGEST_REASON} characters or no text"
        raise Invalid(Fault(field, fault, worded("say why in a sentence")))
    return reason.strip()


def translated(work: Callable[[], T]) -> T:
    """What the ledger refuses, as the error a responder is shown."""
    try:
        return work()
    except SecondPersonNeeded as error:
        raise Forbidden(str(error)) from error
    except NotReleasable as error:
        raise Conflict(str(error)) from error


def tell(act: Act, bound: Bound, happened: Happened, address: str = "", detail: str = "") -> None:
    """Tell the roles inside that hear of this. `detail` stands in the message's place of a reason."""
    for message in messages_about(happened, news_of(act, bound, address, detail)):
        post(act, bound.incident_id, message, domain_of(bound.release.sender))


def ask_for_approval(act: Act, bound: Bound, address: str = "") -> None:
    """Tell everybody who can take a seat: who has one of the roles, and who stands in for somebody who has.

    Who wrote or asked is told only where there is nobody else.
    """
    news = news_of(act, bound, address)
    (message,) = messages_about(Happened.REQUESTED, news)
    deputies = deputies_for(act.session, news.wanted, act.now)
    accounts = act.session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    people = [
        account
        for account in sorted(accounts, key=lambda account: account.email)
        if (account.id in deputies or not roles_of(account).isdisjoint(news.wanted)) and may_see(act, bound, account)
    ]
    tell_exactly(act, bound, message, [one for one in people if one.id not in bound.barred] or people)


def tell_exactly(act: Act, bound: Bound, message: InternalMessage, people: list[UserAccount]) -> bool:
    """Tell these people once; False when its occasion was told before. Nobody to tell is kept as told."""
    if act.session.get(Outgoing, message.occasion) is not None:
        return False
    put_out(act, bound.incident_id, message, people, domain_of(bound.release.sender))
    return True


def may_see(act: Act, bound: Bound, account: UserAccount) -> bool:
    """Whether an account may know of the release's incident."""
    return sees(actor_of(account), access_to(act.session, bound.incident_id))


def news_of(act: Act, bound: Bound, address: str = "", detail: str = "") -> ReleaseNews:
    """The release as a message inside may speak of it. `{release}` in the address stands for its id."""
    incident = act.session.get_one(Incident, bound.incident_id)
    row = bound.release
    wanted = frozenset(Role(role) for role in row.quorum or (Role.APPROVER,))
    page = address.replace("{release}", str(row.id))
    return ReleaseNews(row.id, incident.codename, bound.notice.kind, row.recipients, detail or row.reason, page, wanted)


def write_down(act: Act, bound: Bound, said: Said) -> None:
    """The line on the incident's timeline, with the three digests."""
    row = bound.release
    digests = {"edition": row.edition_digest, "audience": row.audience_digest, "facts": row.facts_digest}
    body = {"text": said.text, "release": str(row.id), "digests": digests, **said.more}
    record(act, incident_subject(bound.incident_id), said.action, body)


def named(bound: Bound) -> str:
    """What is released, in words."""
    return f"edition {bound.edition.number} of the notice ({bound.notice.kind.replace('_', '-')})"
