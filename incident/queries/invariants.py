"""What must hold of ledger, deadlines and intake whatever crashed: each a question to the database (I1 to I4, I6).

`at_a_glance` is cheap enough for every look at health; `left_out` and `unlike_approved` read whole audiences. That the
timeline holds (I5) is `audit.verify`; that duplicates are declared (I2) can only be held against what a relay took.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Executable, ScalarSelect, bindparam, exists, func
from sqlmodel import Session, col, select

from incident.models.intake import Intake, IntakeState
from incident.models.law import Obligation, Reminder
from incident.queries.case import open_obligation
from incident.queries.numbers import number_of, together
from incident.queries.pages import steps_overdue
from notifications.audience import audience_digest
from notifications.ledger import WINDOW
from notifications.message import texts_digest
from notifications.models import (
    IN_FLIGHT,
    Audience,
    Channel,
    Delivery,
    DeliveryState,
    Edition,
    Member,
    Release,
    ReleaseState,
)
from notifications.occasions import edition_occasion
from notifications.release import UNSETTLED, open_texts
from notifications.release_states import WENT_OUT
from notifications.sealing import Keys
from notifications.wording import worded

UNREAD = timedelta(seconds=60)  # a stored request is read by then
ABANDONED = timedelta(minutes=5)  # after its lease a row is taken over by then
OVERDUE = timedelta(minutes=5)  # a reminder has gone by then


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that does not hold: its number, and a sentence without names of people or incidents."""

    promise: str
    what: str


def at_a_glance(session: Session, now: datetime) -> tuple[Violation, ...]:
    """What a few index look-ups can tell, asked in one question."""
    since = {"unread": now - UNREAD, "abandoned": now - ABANDONED, "overdue": now - OVERDUE}
    found = session.execute(_numbers(), since).one()
    return tuple(
        Violation(promise, worded("{what}: {number}.", what=what, number=number))
        for promise, what, number in (
            ("I1", worded("Releases are closed as finished and have deliveries without an answer"), found.finished),
            ("I1", worded("Deliveries are in the hands of workers that are gone"), found.abandoned),
            ("I2", worded("Workers have more mails on their way than a crash may leave in doubt"), found.beyond),
            ("I3", worded("Reminders came minutes ago and have not gone"), found.overdue),
            ("I3", worded("Pages wait for an answer and do not go on to the next step"), steps_overdue(session, now)),
            ("I4", worded("Stored requests wait longer than a minute to be read"), found.unread),
        )
        if number
    )


def left_out(session: Session) -> tuple[Violation, ...]:
    """People of a released audience for whom there is no row (I1): nobody would ever notice that they were not told."""
    number = sum(_without_row(session, release) for release in _bound(session) if release.fanned_out_at is not None)
    return (
        (Violation("I1", worded("{number} people of released audiences have no delivery.", number=number)),)
        if number
        else ()
    )


def unlike_approved(session: Session, keys: Keys) -> tuple[Violation, ...]:
    """Releases whose text or audience is no longer what was approved (I6)."""
    return tuple(Violation("I6", f"release {release}: {what}.") for release, what in _changed(session, keys))


@cache
def _numbers() -> Executable:
    numbers = {
        "finished": _finished_too_early(),
        "abandoned": number_of(Delivery, IN_FLIGHT, col(Delivery.lease_until) < bindparam("abandoned")),
        "beyond": _beyond_window(),
        "overdue": _overdue(),
        "unread": number_of(
            Intake, col(Intake.state) == IntakeState.OPEN, col(Intake.received_at) < bindparam("unread")
        ),
    }
    return together(numbers)


def _finished_too_early() -> ScalarSelect[int]:
    open_row = exists().where(col(Delivery.release_id) == col(Release.id), col(Delivery.state).in_(UNSETTLED))
    return number_of(Release, col(Release.state) == ReleaseState.FINISHED, open_row)


def _beyond_window() -> ScalarSelect[int]:
    sending = (
        IN_FLIGHT,
        col(Delivery.state) == DeliveryState.TRANSMITTING,
        col(Delivery.channel) == Channel.EMAIL,
    )
    many = select(col(Delivery.worker)).where(*sending).group_by(col(Delivery.worker)).having(func.count() > WINDOW)
    return select(func.count()).select_from(many.subquery()).scalar_subquery()


def _overdue() -> ScalarSelect[int]:
    waiting = (
        col(Reminder.sent_at).is_(None),
        col(Reminder.superseded_at).is_(None),
        col(Reminder.fires_at) < bindparam("overdue"),
    )
    query = (
        select(func.count()).select_from(Reminder).join(Obligation, col(Obligation.id) == col(Reminder.obligation_id))
    )
    return query.where(*waiting, *open_obligation()).scalar_subquery()  # type: ignore[arg-type]


def _bound(session: Session) -> Sequence[Release]:
    return session.exec(select(Release).where(col(Release.state).in_(WENT_OUT))).all()


def _without_row(session: Session, release: Release) -> int:
    """How many of its audience have no row of its edition on its channel; 0 once the audience was purged."""
    row = exists().where(
        col(Delivery.occasion) == edition_occasion(release.edition_id),
        col(Delivery.person) == col(Member.person),
        col(Delivery.channel) == col(Audience.channel),
        col(Delivery.address_version) == col(Member.address_version),
    )
    mine = (col(Audience.id) == release.audience_id, col(Audience.purged_at).is_(None))
    query = select(func.count()).select_from(Member).join(Audience, col(Audience.id) == col(Member.audience_id))
    return session.exec(query.where(*mine, ~row)).one()


def _changed(session: Session, keys: Keys) -> Iterator[tuple[UUID, str]]:
    for release in _bound(session):
        edition, audience = session.get(Edition, release.edition_id), session.get(Audience, release.audience_id)
        if edition is None or audience is None:
            yield release.id, "its edition or audience is gone"
        elif texts_digest(edition.kind, open_texts(session, keys, edition)) != release.edition_digest:
            yield release.id, "the text is not the one that was approved"
        elif audience.purged_at is None and audience_digest(session, audience.id)[0] != release.audience_digest:
            yield release.id, "the audience is not the one that was approved"
