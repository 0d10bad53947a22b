"""How far a release is: people by state, how fast it goes, when it will be over, and which deadline that would miss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.law import Obligation
from incident.models.people import Notice
from incident.notice_kinds import KINDS, NoticeKind, meets
from incident.queries.access import access_to
from incident.queries.case import open_obligation
from incident.queries.counting import counts_of
from incident.queries.seats import Bound, find_bound
from incident.roles import Action, Actor, require
from notifications.models import DeliveryState, Release, ReleaseState
from notifications.paced import Sample
from notifications.pacing import ANSWERED, course_of
from notifications.ramp import Course, Stage, everybody_by
from notifications.release_states import UNDER_WAY
from notifications.sending_hours import read_hours

MINUTE = timedelta(seconds=60)
TEN_MINUTES = timedelta(minutes=10)
TELLING = 100  # answers between two samples that say how fast the relay can be


@dataclass(frozen=True, slots=True)
class Progress:
    """A release at one moment. Rates are people who got an answer, a second; 0: none, or not known yet.

    `answered` were accepted, delivered, bounced or rejected. `not_admitted` have no row yet; `cancelled` never get a
    mail. `ends_at` is when it will be over if nothing holds it, None where nobody can say. `threatens` are open duties
    that fall due before that.
    """

    state: ReleaseState
    recipients: int
    states: Mapping[DeliveryState, int]
    answered: int
    not_admitted: int
    cancelled: int
    course: Course
    rate: float
    rate_of_ten: float
    ends_at: datetime | None
    window_closed: bool
    opens_at: datetime | None
    hours: str
    threatens: tuple[Obligation, ...]

    @property
    def uncertain(self) -> int:
        return self.states.get(DeliveryState.UNCERTAIN, 0)

    @property
    def waits_for_a_person(self) -> bool:
        """Whether somebody has to confirm the canary, or to look at what holds the ramp."""
        return self.state is ReleaseState.APPROVED and self.course.stage in (Stage.CONFIRM, Stage.HELD)


def read_progress(session: Session, actor: Actor, release_id: UUID, now: datetime) -> Progress:
    """How far one release is. Raises NotFound and Forbidden."""
    bound = find_bound(session, release_id)
    require(actor, Action.READ, access_to(session, bound.incident_id))
    return progress_of(session, bound, now)


def incident_of_release(session: Session, actor: Actor, release_id: UUID) -> UUID:
    """The incident of a release that the actor may read. Raises NotFound and Forbidden."""
    bound = find_bound(session, release_id)
    require(actor, Action.READ, access_to(session, bound.incident_id))
    return bound.incident_id


def progress_of(session: Session, bound: Bound, now: datetime) -> Progress:
    """How far it is, for callers that have asked for permission."""
    row, found = bound.release, counts_of(session, bound.release.id)
    answered = sum(found.get(state, 0) for state in ANSWERED)
    samples = _samples(session, row.id)
    rate, slow = (rate_within(samples, answered, now, span) for span in (MINUTE, TEN_MINUTES))
    course = course_of(row)
    ends_at = _end(row, _left(row, course, answered, rate or slow, _capacity(samples), now), now)
    over = row.state not in UNDER_WAY
    return Progress(
        state=row.state,
        recipients=row.recipients,
        states=found,
        answered=answered,
        not_admitted=0 if row.admitted is None or over else row.recipients - row.fanned,
        cancelled=found.get(DeliveryState.CANCELLED, 0) + (row.recipients - row.fanned if over and row.pace else 0),
        course=course,
        rate=rate,
        rate_of_ten=slow,
        ends_at=ends_at,
        window_closed=row.window_closed,
        opens_at=row.opens_at,
        hours=row.hours,
        threatens=tuple(threatened(session, bound.notice, ends_at, now)) if ends_at else (),
    )


def rate_within(samples: Sequence[tuple[datetime, int]], answered: int, now: datetime, span: timedelta) -> float:
    """Answers a second over the last span of time, or since the first sample where that is later; newest sample first.

    `samples` are moments with how many had an answer then.
    """
    then = next((one for one in samples if one[0] <= now - span), samples[-1] if samples else None)
    if then is None or now - then[0] < timedelta(seconds=1):
        return 0.0
    return max(0.0, (answered - then[1]) / (now - then[0]).total_seconds())


def threatened(session: Session, notice: Notice, ends_at: datetime, now: datetime) -> list[Obligation]:
    """Open duties this notice would meet that fall due before it will have reached everybody, the soonest first."""
    if notice.controller:
        return []
    mine = (col(Obligation.incident_id) == notice.incident_id, *open_obligation())
    rows = session.exec(select(Obligation).where(*mine)).all()  # type: ignore[arg-type]
    due = [(moment, row) for row in rows if (moment := row.due_at or row.target_at) and _would_meet(notice, row)]
    return [row for moment, row in sorted(due, key=lambda item: item[0]) if now <= moment < ends_at]


def _would_meet(notice: Notice, row: Obligation) -> bool:
    kind = NoticeKind(notice.kind)
    if kind is NoticeKind.CUSTOMER:
        return row.addressee_kind in ("controller", "customers")
    concerned = not row.datasets or not notice.dataset or notice.dataset in row.datasets
    towards = row.addressee_kind == "data_subjects" and KINDS[kind].to_people
    return towards and concerned and meets(kind, str(row.rule.get("contents", "")))


def _left(row: Release, course: Course, answered: int, rate: float, capacity: float, now: datetime) -> timedelta | None:
    """How long it still takes: the ramp and its last step, or what is left at this rate; None where nobody knows."""
    if course.stage is not Stage.WHOLE:
        *_, before, everybody = (0, *course.plan.steps)
        last = timedelta(seconds=(everybody - before) / capacity) if capacity else timedelta(0)
        return everybody_by(course, now) - now + last
    if rate:
        return timedelta(seconds=max(0, row.recipients - answered) / rate)
    return timedelta(0) if row.hours else None


def _end(row: Release, left: timedelta | None, now: datetime) -> datetime | None:
    if row.state not in UNDER_WAY or left is None:
        return None
    hours = read_hours(row.hours)
    return hours.after(now, left) if hours else now + left


def _capacity(samples: Sequence[tuple[datetime, int]]) -> float:
    """The fastest it has been from one sample to the next, where that were enough people to tell."""
    pairs = pairwise(samples)
    return max(
        (
            (later[1] - sooner[1]) / (later[0] - sooner[0]).total_seconds()
            for later, sooner in pairs
            if later[1] - sooner[1] >= TELLING
        ),
        default=0.0,
    )


def _samples(session: Session, release_id: UUID) -> list[tuple[datetime, int]]:
    mine = select(Sample.at, Sample.answered).where(col(Sample.release_id) == release_id)
    return [(at, answered) for at, answered in session.exec(mine.order_by(col(Sample.at).desc())).all()]
