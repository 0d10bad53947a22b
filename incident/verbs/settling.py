"""What sending came to: rows of large audiences made, customers told, releases finished, duties met."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.people import Customer, Notice, Telling
from incident.notice_kinds import KINDS, NoticeKind
from incident.outreach import Happened, ReleaseNews, messages_about
from incident.queries.counting import REACHED
from incident.queries.facts import latest_facts
from incident.queries.notices import states_of
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import post
from incident.verbs.telling import Told, meet_people_told, tell_customer
from notifications.addresses import domain_of
from notifications.fan_out import continue_fan_out
from notifications.models import Channel, Delivery, Edition, Release, ReleaseState
from notifications.notice_pushes import begin_push
from notifications.occasions import edition_occasion
from notifications.release import finish

HALTED = (ReleaseState.STOPPED, ReleaseState.VOID)


def releases_to_settle(session: Session) -> list[UUID]:
    """The approved releases, the oldest first: what the sweep hands to `settle_release` one by one.

    And those that were stopped or became void after a mail to a customer, which nobody has counted as told yet.
    """
    halted = and_(col(Release.state).in_(HALTED), col(Edition.kind) == NoticeKind.CUSTOMER, _not_counted())
    query = (
        select(Release.id)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .where(or_(col(Release.state) == ReleaseState.APPROVED, halted))
    )
    return list(session.exec(query.order_by(col(Release.approved_at), col(Release.id))).all())


def _not_counted() -> ColumnElement[bool]:
    """A customer of the register has its mail, and no telling says so."""
    told = (col(Telling.customer_id) == col(Customer.id), col(Telling.occasion) == col(Delivery.occasion))
    return (
        select(Delivery.id)
        .join(Customer, col(Customer.host_id) == col(Delivery.account))
        .where(
            col(Delivery.release_id) == col(Release.id),
            col(Delivery.state).in_(REACHED),
            col(Delivery.channel) == Channel.EMAIL,
            ~select(Telling.id).where(*told).exists(),
        )
        .exists()
    )


def fan_out_release(act: Act, release_id: UUID) -> bool:
    """Make the rows of the next piece of a large audience; True when all who may have one do, or none is to be made."""
    row = act.session.get(Release, release_id, with_for_update=True)  # the sweeps of two nodes take turns
    if row is None or row.state is not ReleaseState.APPROVED or row.window_closed:
        return True
    return continue_fan_out(act.session, row, act.now)


def settle_release(act: Act, release_id: UUID) -> bool:
    """Carry one approved release as far as it is; True when it is finished. Repeating it changes nothing.

    A customer counts as told when a relay has accepted the mail to one of its contacts, or its in-app notice stands;
    what was sent before a release was stopped or became void has been sent. People count as told when every one of
    them was reached.
    """
    row = act.session.get(Release, release_id)
    if row is None or row.state not in (ReleaseState.APPROVED, *HALTED):
        return False
    act = replace(act.by(system("releases")), now=_not_before_results(act, release_id))
    edition = act.session.get_one(Edition, row.edition_id)
    notice = act.session.get_one(Notice, edition.notice_id)
    if notice.kind == NoticeKind.CUSTOMER:
        _tell_customers(act, notice, row)
    if not finish(act.session, row, act.now):
        return False
    _finished(act, notice, row)
    return True


def _not_before_results(act: Act, release_id: UUID) -> datetime:
    """Now, or the latest result where that is later: a sender records while a tick runs, and clocks step back."""
    latest = select(func.max(Delivery.settled_at)).where(col(Delivery.release_id) == release_id)
    settled = act.session.exec(latest).one()
    return max(act.now, settled) if settled else act.now


def _tell_customers(act: Act, notice: Notice, row: Release) -> None:
    occasion = edition_occasion(row.edition_id)
    reached = [col(Delivery.release_id) == row.id, col(Delivery.state).in_(REACHED), col(Delivery.account) != ""]
    if row.state in HALTED:
        reached.append(col(Delivery.channel) == Channel.EMAIL)
    first = select(
        col(Delivery.account), func.min(Delivery.settled_at), func.min(Delivery.id), func.min(Delivery.channel)
    )
    for account, at, delivery, channel in act.session.exec(first.where(*reached).group_by(col(Delivery.account))).all():
        customer = act.session.exec(select(Customer).where(col(Customer.host_id) == account)).first()
        if customer is None or _told(act, notice.incident_id, customer.id, occasion):
            continue
        answer = act.session.get_one(Delivery, delivery)
        said = f"{answer.reply_code or ''} {answer.reply_text}".strip()
        proof = f"delivery {delivery}: {said}"[:300] if said else f"delivery {delivery}"
        tell_customer(act, notice.incident_id, customer.id, Told(occasion, str(channel), proof), at=at)


def _told(act: Act, incident_id: UUID, customer_id: UUID, occasion: str) -> bool:
    same = (col(Telling.customer_id) == customer_id, col(Telling.occasion) == occasion)
    return (
        act.session.exec(select(Telling.id).where(col(Telling.incident_id) == incident_id, *same)).first() is not None
    )


def _people_told(session: Session, incident_id: UUID) -> dict[NoticeKind, frozenset[str]]:
    """The data sets whose people all have a notice of ours of a kind: each notice to people speaks of one data set."""
    kinds = [kind for kind, told in KINDS.items() if told.to_people]
    mine = (col(Notice.incident_id) == incident_id, col(Notice.kind).in_(kinds), col(Notice.controller) == "")
    query = (
        select(Notice.kind, Notice.dataset, Release.id)
        .join(Edition, col(Edition.notice_id) == col(Notice.id))
        .join(Release, col(Release.edition_id) == col(Edition.id))
        .where(*mine)
    )
    sent: dict[tuple[NoticeKind, str], list[UUID]] = {}
    for kind, dataset, release_id in session.exec(query).all():
        sent.setdefault((NoticeKind(kind), dataset), []).append(release_id)
    whole = [key for key, ids in sent.items() if not _left_out(session, ids)]
    return {kind: frozenset(name for of, name in whole if of is kind) for kind, _ in whole}


def _left_out(session: Session, release_ids: Sequence[UUID]) -> bool:
    """Whether one of these releases has somebody whom none of them reached."""
    other = aliased(Delivery)
    reached = (
        select(other.id)
        .where(col(other.release_id).in_(release_ids), col(other.state).in_(REACHED))
        .where(col(other.person) == col(Delivery.person), col(other.channel) == col(Delivery.channel))
    )
    lost = (col(Delivery.release_id).in_(release_ids), col(Delivery.state).not_in(REACHED), ~reached.exists())
    return session.exec(select(Delivery.id).where(*lost).limit(1)).first() is not None


def _finished(act: Act, notice: Notice, row: Release) -> None:
    counted = states_of(act.session, row.id)
    reached = sum(counted.get(state, 0) for state in REACHED)
    total = sum(counted.values())
    if KINDS[NoticeKind(notice.kind)].to_people and total and not notice.controller:
        told = _people_told(act.session, notice.incident_id)
        meet_people_told(act, notice.incident_id, told, f"release:{row.id}", row.closed_at or act.now)
    begin_push(act.session, act.keys, row, act.now)
    incident = act.session.get_one(Incident, notice.incident_id)
    news = ReleaseNews(row.id, incident.codename, notice.kind, row.recipients)
    for message in messages_about(Happened.FINISHED, news):
        post(act, notice.incident_id, message, domain_of(row.sender))
    rest = f"; {total - reached} were not reached: another channel is needed" if reached < total else ""
    rest += _against_the_facts(act, notice, reached)
    text = (
        f"Notice ({notice.kind.replace('_', '-')}) sent{_for_whom(act, notice)}: {reached} of {total} accepted{rest}."
    )
    body = {"text": text, "release": str(row.id), "states": counted}
    record(act, incident_subject(notice.incident_id), "release.finished", body)


def _for_whom(act: Act, notice: Notice) -> str:
    """In whose name it went, where that is not our own: it meets no duty of ours."""
    if not notice.controller:
        return ""
    wanted = col(Customer.host_id) == notice.controller
    name = act.session.exec(select(Customer.legal_name).where(wanted)).first() or notice.controller
    return f" in the name of {name}"


def _against_the_facts(act: Act, notice: Notice, reached: int) -> str:
    """That the facts count more people than were reached: whether they need another way is for a person to see."""
    if notice.kind != NoticeKind.PEOPLE:
        return ""
    sheet = latest_facts(act.session, act.keys, notice.incident_id).sheet
    dataset = next((one for one in sheet.datasets if one.id == notice.dataset), None)
    counted = dataset.facts.get("people.count") if dataset else None
    return f"; the facts count {counted:,} people" if isinstance(counted, int) and counted > reached else ""
