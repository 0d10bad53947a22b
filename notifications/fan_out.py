"""From an approval to one row per person: made in pieces, none twice, and none forgotten by a release that ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, case, cast, exists, func, insert, literal, null, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifications.addresses import domain_of
from notifications.columns import UtcDateTime, Word
from notifications.models import Audience, Channel, Delivery, DeliveryState, Member, Release, ReleaseState
from notifications.occasions import edition_occasion

PIECE = 5000  # rows fanned out in one transaction
GIVE_UP = timedelta(hours=72)
UNSENT = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED, DeliveryState.CANCELLED)
ANSWERED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.REJECTED)


def continue_fan_out(session: Session, release: Release, now: datetime) -> bool:
    """Make the delivery rows of the next piece of an approved release; True when everybody who may has one.

    The people of the canary come first, then everybody in the order of the audience, as far as the release is opened
    to them. A person whom the same edition has reached on this channel by another release gets no second row; what a
    void release left of it goes on with this one. In-app notices need no sending: their rows are accepted at once.
    """
    room = PIECE if release.admitted is None else min(PIECE, release.admitted - release.fanned)
    if release.fanned_out_at is not None or room <= 0:
        return True
    audience = session.get_one(Audience, release.audience_id)
    mine = col(Member.audience_id) == audience.id
    if release.canary and not release.fanned:
        _make_rows(session, release, audience.channel, (mine, col(Member.id).in_(release.canary)), now)
        release.fanned = len(release.canary)
        return _keep(session, release)
    ahead = [mine, col(Member.id) > release.fanned_to, col(Member.id).not_in(release.canary)]
    piece = select_columns(col(Member.id)).where(*ahead).order_by(col(Member.id)).limit(room).subquery()
    last, number = session.execute(select_columns(func.max(piece.c.id), func.count())).one()
    if last is not None:
        within = (mine, col(Member.id).between(release.fanned_to + 1, last))
        _make_rows(session, release, audience.channel, within, now)
        release.fanned_to, release.fanned = int(last), release.fanned + int(number)
    if number < room:
        release.fanned_out_at = now
    return _keep(session, release)


def _make_rows(session: Session, release: Release, channel: Channel, within: tuple[Any, ...], now: datetime) -> None:
    _take_up(session, release, channel, within, now)
    _insert_rows(session, release, channel, within, now)


def _keep(session: Session, release: Release) -> bool:
    session.add(release)
    session.flush()
    return release.fanned_out_at is not None or release.fanned == release.admitted


def _take_up(session: Session, release: Release, channel: Channel, within: tuple[Any, ...], now: datetime) -> None:
    """Rows of the same edition whose release became void before they had an answer belong to this one from now on.

    What nobody knows the end of stays so: it is sent again as this release says, flagged.
    """
    ended = (col(Release.edition_id) == release.edition_id, col(Release.state) == ReleaseState.VOID)
    void = list(session.exec(select(Release.id).where(*ended)).all())
    if not void:
        return
    mine = (*within, *_same(release, channel))
    pending = literal(DeliveryState.PENDING, Word(DeliveryState))
    values = {
        **{name: _of_member(getattr(Member, name), mine) for name in ("account", "role")},
        "member_id": _of_member(Member.id, mine),
        "release_id": release.id,
        "state": case((col(Delivery.state).in_(UNSENT), pending), else_=col(Delivery.state)),
        "next_at": now,
        "give_up_at": now + GIVE_UP,
    }
    answered = ANSWERED if channel is Channel.EMAIL else ()  # an in-app notice was shown to nobody while it was void
    left = (col(Delivery.release_id).in_(void), col(Delivery.state).not_in(answered))
    taken = update(Delivery).where(*left, exists().where(*mine).correlate(Delivery)).values(values)
    session.execute(taken, execution_options={"synchronize_session": False})


def _of_member(column: Any, mine: tuple[Any, ...]) -> Any:
    """SQL: what this audience says of the row's person."""
    return select_columns(column).where(*mine).correlate(Delivery).scalar_subquery()


def _insert_rows(session: Session, release: Release, channel: Channel, within: tuple[Any, ...], now: datetime) -> None:
    columns = _columns(release, channel, now)
    new = ~exists().where(*_same(release, channel)).correlate(Member)
    rows = select_columns(*columns.values()).where(*within, new).order_by(col(Member.id))
    session.execute(insert(Delivery).from_select(list(columns), rows))


def _same(release: Release, channel: Channel) -> tuple[Any, ...]:
    """SQL: the row is this edition's for this member."""
    return (
        col(Delivery.occasion) == edition_occasion(release.edition_id),
        col(Delivery.person) == col(Member.person),
        col(Delivery.channel) == channel,
        col(Delivery.address_version) == col(Member.address_version),
    )


def _columns(release: Release, channel: Channel, now: datetime) -> dict[str, Any]:
    """The columns of a delivery row as SQL over the member. The Message-ID is that of `message.message_id`."""
    at_once = channel is Channel.IN_APP
    state = DeliveryState.ACCEPTED if at_once else DeliveryState.PENDING
    member, version = cast(col(Member.id), String), cast(col(Member.address_version), String)
    head = literal(f"<{release.edition_id.hex}.", String) + member + literal(".", String) + version
    settled = literal(now, UtcDateTime) if at_once else null()
    return {
        "occasion": literal(edition_occasion(release.edition_id), String),
        "release_id": literal(release.id, Release.__table__.c.id.type),  # type: ignore[attr-defined]
        "member_id": col(Member.id),
        "person": col(Member.person),
        "account": col(Member.account),
        "role": col(Member.role),
        "channel": literal(channel, Word(Channel)),
        "address_version": col(Member.address_version),
        "message_id": head + literal(f"@{domain_of(release.sender)}>", String),
        "state": literal(state, Word(DeliveryState)),
        "attempt": literal(0),
        "deferrals": literal(0),
        "next_at": literal(now, UtcDateTime),
        "give_up_at": literal(now + GIVE_UP, UtcDateTime),
        "possible_duplicate": literal(False),
        "settled_at": settled,
        "reply_enhanced": literal("", String),
        "reply_text": literal("", String),
        "created_at": literal(now, UtcDateTime),
    }
