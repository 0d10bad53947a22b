"""The pace of a release in the database: its plan when it is asked for, steps that two workers never both take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update
from sqlmodel import Session, col

from notifications import ledger, ramp
from notifications.models import DeliveryState, Member, Release, ReleaseState
from notifications.paced import Sample
from notifications.quorum import NotReleasable
from notifications.ramp import Course, Plan, Stage, Tally, read_plan
from notifications.sending_hours import Hours, read_hours
from notifications.wording import worded

UNTRIED = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
TROUBLED = (DeliveryState.REJECTED, DeliveryState.BOUNCED, DeliveryState.UNCERTAIN)
ANSWERED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.REJECTED)
KEPT = timedelta(hours=1)
APART = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Moved:
    """A step of a release's course that was taken just now, and what had come of those admitted until then."""

    before: Course
    after: Course
    tally: Tally


def set_out(session: Session, release: Release, plan: Plan, hours: Hours | None) -> None:
    """Keep with a release that is asked for by which steps it is opened, and within which hours it is sent.

    The first people are taken from every language and variant of the text in turn, so that each is looked at.
    """
    course = ramp.begin(plan)
    release.pace, release.stage, release.admitted = plan.document, course.stage, course.admitted
    release.canary = _first_of_each(session, release, course.admitted) if course.admitted else []
    release.hours = str(hours) if hours else ""
    session.add(release)
    session.flush()


def course_of(release: Release) -> Course:
    """Where a release is on its plan."""
    return Course(read_plan(release.pace), release.stage, release.step, release.troubled, release.next_step_at)


def tally_of(session: Session, release: Release) -> Tally:
    """What came of the people of a release that have a row."""
    found = ledger.counts(session, release.id)
    return Tally(
        made=release.admitted is None or release.fanned >= release.admitted,
        untried=sum(found.get(state, 0) for state in UNTRIED),
        deferred=found.get(DeliveryState.DEFERRED, 0),
        troubled=sum(found.get(state, 0) for state in TROUBLED),
    )


def advance(session: Session, release: Release, now: datetime) -> Moved | None:
    """Take the step whose time has come; None where there is none, or where another worker took it."""
    if release.state is not ReleaseState.APPROVED or release.window_closed or release.stage is Stage.WHOLE:
        return None
    before, tally = course_of(release), tally_of(session, release)
    return _take(session, release, Moved(before, ramp.advance(before, tally, now), tally))


def go_on(session: Session, release: Release, now: datetime, *, all_at_once: bool) -> Moved:
    """A person confirms the canary, or lets a held ramp go on. Raises NotReleasable where nothing waits for that."""
    before, tally = course_of(release), tally_of(session, release)
    if release.state is not ReleaseState.APPROVED or before.stage is Stage.WHOLE:
        raise NotReleasable(worded("Nothing of this release waits to be confirmed."))
    moved = _take(session, release, Moved(before, ramp.go_on(before, tally, now, all_at_once=all_at_once), tally))
    if moved is None:
        raise NotReleasable(worded("The next step comes by itself, or somebody else was faster: look again."))
    return moved


def keep_hours(session: Session, release: Release, now: datetime) -> bool | None:
    """Open or close the release as its sending hours say; True: opened, False: closed, None: nothing changed."""
    hours = read_hours(release.hours)
    opens_at = hours.opens_at(now) if hours else now
    closed = opens_at > now
    if closed is release.window_closed:
        return None
    same = (col(Release.id) == release.id, col(Release.window_closed).is_(not closed))
    values = {"window_closed": closed, "opens_at": opens_at if closed else None}
    if not _changed(session, release, *same, **values):
        return None
    return not closed


def sample(session: Session, release: Release, answered: int, now: datetime) -> None:
    """Keep how many people have an answer, so that rates can be read; what is older than an hour goes."""
    last = session.execute(select(func.max(Sample.at)).where(col(Sample.release_id) == release.id)).scalar_one()
    if last is not None and last + APART > now:
        return
    session.execute(delete(Sample).where(col(Sample.at) < now - KEPT))
    session.add(Sample(release_id=release.id, at=now, answered=answered))
    session.flush()


def _take(session: Session, release: Release, moved: Moved) -> Moved | None:
    """Change the course only from where it was read: of two workers at once, one takes the step."""
    before, after = moved.before, moved.after
    if after == before:
        return None
    same = (
        col(Release.id) == release.id,
        col(Release.state) == ReleaseState.APPROVED,
        col(Release.stage) == before.stage,
        col(Release.step) == before.step,
    )
    values = {
        "stage": after.stage,
        "step": after.step,
        "troubled": after.troubled,
        "next_step_at": after.next_at,
        "admitted": after.admitted,
    }
    return moved if _changed(session, release, *same, **values) else None


def _changed(session: Session, release: Release, *where: Any, **values: object) -> bool:
    result = session.execute(update(Release).where(*where).values(**values))
    assert isinstance(result, CursorResult)
    session.refresh(release)
    return bool(result.rowcount)


def _first_of_each(session: Session, release: Release, number: int) -> list[int]:
    """Members by language and variant in turn, each group in the order of the audience."""
    group = (col(Member.locale), col(Member.segment))
    turn = func.row_number().over(partition_by=group, order_by=col(Member.id)).label("turn")
    ranked = select(col(Member.id), turn).where(col(Member.audience_id) == release.audience_id).subquery()
    chosen = select(ranked.c.id).where(ranked.c.turn <= number).order_by(ranked.c.turn, ranked.c.id).limit(number)
    return sorted(int(identity) for identity in session.execute(chosen).scalars())
