"""What an answer answers: the mail of ours it names, else the one incident whose people its sender is among."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_of_subject
from incident.models.replies import Match
from incident.models.replies import Reply as ReplyRow
from notifications.addressees import addresses_of, members_with_address
from notifications.addresses import meeting_key
from notifications.hearing import delivery_of
from notifications.models import Audience, Channel, Delivery, Member, Release
from notifications.occasions import edition_occasion
from notifications.release_states import WENT_OUT
from notifications.replies import Reply
from notifications.sealing import Keys

OCCASION = "reply:"


@dataclass(frozen=True, slots=True)
class Matched:
    """What a reply belongs to; everything empty where nobody can tell. `same_address`: the mail went to its sender."""

    by: Match = Match.NONE
    incident_id: UUID | None = None
    edition_id: UUID | None = None
    release_id: UUID | None = None
    audience_id: UUID | None = None
    delivery_id: int | None = None
    person: str = ""
    account: str = ""
    locale: str = ""
    same_address: bool = False


def match_reply(session: Session, keys: Keys, reply: Reply) -> Matched:
    """By the Message-ID it names, the surest first, then by its sender. Never a guess: two incidents are none."""
    for identity in reply.references:
        delivery = delivery_of(session, identity)
        found = _by_delivery(session, keys, delivery, reply.sender) if delivery else None
        if found is not None:
            return found
    return _by_address(session, keys, reply.sender) if reply.sender else Matched()


def _by_delivery(session: Session, keys: Keys, delivery: Delivery, sender: str) -> Matched | None:
    if delivery.release_id is None:
        return _by_answer(session, keys, delivery, sender)
    release = session.get_one(Release, delivery.release_id)
    member = session.get(Member, delivery.member_id) if delivery.member_id else None
    return Matched(
        by=Match.MESSAGE,
        incident_id=incident_of_subject(release.subject),
        edition_id=release.edition_id,
        release_id=release.id,
        audience_id=release.audience_id if member else None,
        delivery_id=delivery.id,
        person=delivery.person if member else "",
        account=delivery.account if member else "",
        locale=member.locale if member else "",
        same_address=_went_to(session, keys, delivery, sender),
    )


def _by_answer(session: Session, keys: Keys, delivery: Delivery, sender: str) -> Matched | None:
    """A mail that answers an answer of ours belongs where the first one did."""
    kind, _, rest = delivery.occasion.partition(":")
    if f"{kind}:" != OCCASION:
        return None
    row = session.get(ReplyRow, UUID(rest.partition(":")[0]))
    if row is None or row.incident_id is None:
        return None
    return Matched(
        by=Match.MESSAGE,
        incident_id=row.incident_id,
        edition_id=row.edition_id,
        release_id=row.release_id,
        audience_id=row.audience_id,
        delivery_id=row.delivery_id,
        person=row.person,
        account=row.account,
        locale=row.locale,
        same_address=row.same_address and _went_to(session, keys, delivery, sender),
    )


def _went_to(session: Session, keys: Keys, delivery: Delivery, sender: str) -> bool:
    known = addresses_of(session, keys, [delivery]).get(delivery.id or 0, "")
    return bool(known and sender) and meeting_key(known) == meeting_key(sender)


def _by_address(session: Session, keys: Keys, sender: str) -> Matched:
    found = list(_members(session, keys, meeting_key(sender)))
    subjects = {release.subject for release, _ in found}
    if len(subjects) != 1:
        return Matched()
    release, member = max(found, key=lambda one: (one[0].requested_at, str(one[0].id)))
    alone = len({member.person for _, member in found}) == 1
    mine = (
        col(Delivery.occasion) == edition_occasion(release.edition_id),
        col(Delivery.person) == member.person,
        col(Delivery.channel) == Channel.EMAIL,
    )
    newest = select(Delivery.id).where(*mine).order_by(col(Delivery.address_version).desc()).limit(1)
    return Matched(
        by=Match.ADDRESS,
        incident_id=incident_of_subject(subjects.pop()),
        edition_id=release.edition_id,
        release_id=release.id,
        audience_id=release.audience_id,
        delivery_id=session.exec(newest).first() if alone else None,
        person=member.person if alone else "",
        account=member.account if alone else "",
        locale=member.locale,
        same_address=True,
    )


def _members(session: Session, keys: Keys, key: str) -> Iterator[tuple[Release, Member]]:
    """People of released editions with this address."""
    query = (
        select(Release)
        .join(Audience, col(Audience.id) == col(Release.audience_id))
        .where(col(Release.state).in_(WENT_OUT), col(Audience.purged_at).is_(None))
    )
    releases = session.exec(query).all()
    for member in members_with_address(session, keys, key, {release.audience_id for release in releases}):
        for release in releases:
            if release.audience_id == member.audience_id:
                yield release, member
