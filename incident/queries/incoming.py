"""What came back, counted: mails by what became of them, news by what they did, and what waits for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.releasing import OpenedChannel
from incident.roles import Action, Actor, require
from notifications.incoming import DeliveryNews, MailState, NewsState, ReceivedMail

SHOWN = 50
LEFT_OVER = (NewsState.UNMATCHED, NewsState.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Counts by state, the mails that are set aside, and the latest news that moved no row.

    `repeats` are mails that came again byte for byte.
    """

    mails: Mapping[str, int]
    repeats: int
    news: Mapping[str, int]
    aside: tuple[ReceivedMail, ...]
    left_over: tuple[DeliveryNews, ...]


def read_incoming(session: Session, actor: Actor) -> Incoming:
    """What came back, over all incidents; no words of a mail and no address. Raises Forbidden."""
    require(actor, Action.READ_QUARANTINE, None)
    by_state = select(ReceivedMail.state, func.count(), func.sum(ReceivedMail.repeats)).group_by(
        col(ReceivedMail.state)
    )
    counted = session.exec(by_state).all()
    told = select(DeliveryNews.state, func.count()).group_by(col(DeliveryNews.state))
    aside = select(ReceivedMail).where(col(ReceivedMail.state) == MailState.QUARANTINED)
    left = select(DeliveryNews).where(col(DeliveryNews.state).in_(LEFT_OVER))
    return Incoming(
        mails={str(state): int(number) for state, number, _ in counted},
        repeats=sum(int(again or 0) for _, _, again in counted),
        news={str(state): int(number) for state, number in session.exec(told).all()},
        aside=tuple(session.exec(aside.order_by(col(ReceivedMail.received_at).desc()).limit(SHOWN)).all()),
        left_over=tuple(session.exec(left.order_by(col(DeliveryNews.heard_at).desc()).limit(SHOWN)).all()),
    )


def opened_channels(session: Session, release_id: UUID) -> dict[str, int]:
    """For how many people of a release which channel was opened. For callers that have asked for permission."""
    mine = select(OpenedChannel.channel, func.count()).where(col(OpenedChannel.release_id) == release_id)
    return {name: int(number) for name, number in session.exec(mine.group_by(col(OpenedChannel.channel))).all()}
