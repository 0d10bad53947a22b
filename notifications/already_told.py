"""Whether a release would reach anybody: who of an audience has had an edition already."""

from uuid import UUID

from sqlalchemy import and_, exists
from sqlmodel import Session, col, select

from notifications.fan_out import ANSWERED
from notifications.models import Audience, Channel, Delivery, Member, Release, ReleaseState
from notifications.occasions import edition_occasion


def all_told(session: Session, edition_id: UUID, audience: Audience) -> bool:
    """Whether everybody of an audience has a row of this edition, so that a release would send nothing to anybody.

    A row that a void release left unanswered would be taken up by the next one: it does not count. False for an
    audience without members.
    """
    occasion = col(Delivery.occasion) == edition_occasion(edition_id)
    if session.exec(select(Delivery.id).where(occasion).limit(1)).first() is None:
        return False
    void = select(Release.id).where(col(Release.edition_id) == edition_id, col(Release.state) == ReleaseState.VOID)
    answered = ANSWERED if audience.channel is Channel.EMAIL else ()
    had = exists().where(
        occasion,
        col(Delivery.person) == col(Member.person),
        col(Delivery.channel) == audience.channel,
        col(Delivery.address_version) == col(Member.address_version),
        ~and_(col(Delivery.release_id).in_(void), col(Delivery.state).not_in(answered)),
    )
    left = select(Member.id).where(col(Member.audience_id) == audience.id, ~had.correlate(Member))
    return audience.members > 0 and session.exec(left.limit(1)).first() is None
