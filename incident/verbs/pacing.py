"""What the clock does to a large release: hours open and close, steps begin or are held, deadlines are looked at."""

from uuid import UUID

from incident.errors import Fault, Invalid
from incident.law.counting import stamp
from incident.models.law import Obligation
from incident.outreach import Pacing, pacing_message
from incident.queries.case import CANARY, RAMP
from incident.queries.counting import counts_of
from incident.queries.progress import Progress, progress_of
from incident.queries.seats import Bound, find_bound
from incident.roles import Role, system
from incident.sending_rules import Sending
from incident.verbs.act import Act
from incident.verbs.messages import people_with, put_out
from incident.verbs.release_steps import Said, named, news_of, require_reason, write_down
from incident.verbs.tasks import Added, add_task
from notifications import pacing
from notifications.addresses import domain_of
from notifications.models import Audience, Channel, Outgoing, Release, ReleaseState
from notifications.pacing import Moved
from notifications.ramp import Course, Stage
from notifications.sending_hours import BadHours, Hours, read_hours
from notifications.wording import worded

CONFIRM_TASK = CANARY + "{}"  # keys of tasks, by the release's id
HELD_TASK = RAMP + "{}"


def set_out(act: Act, bound: Bound, audience: Audience, sending: Sending) -> str:
    """Keep how a release that is asked for will be sent; returns it in words. A step of asking for one.

    Raises Invalid for hours that are none, and for an overlong reason.
    """
    hours = _hours(sending, bound.notice.kind)
    if sending.all_at_once.strip():
        bound.release.all_at_once = require_reason(sending.all_at_once, "all_at_once")
    if audience.channel is not Channel.EMAIL:
        return ""
    plan = sending.plan(bound.release.recipients)
    pacing.set_out(act.session, bound.release, plan, hours)
    said = [f"Sent {hours} only."] if hours else []
    if plan.steps:
        *some, _ = plan.steps
        said.append(f"First to {', '.join(f'{step:,}' for step in some)} people, then to everybody.")
    elif bound.release.all_at_once and sending.rules.pace.plan(bound.release.recipients).steps:
        said.append(f"To everybody at once: {bound.release.all_at_once.rstrip('.')}.")
    return " ".join(said)


def pace_release(act: Act, release_id: UUID) -> bool:
    """Do to an approved release what its time has come for; repeating it changes nothing. True when a step was taken.

    A deadline that its pace would miss is said once, on the timeline and to those in charge. A step of the sweep.
    """
    row = act.session.get(Release, release_id, with_for_update=True)  # the sweeps of two nodes take turns
    if row is None or row.state is not ReleaseState.APPROVED:
        return False
    act = act.by(system("releases"))
    bound = find_bound(act.session, release_id)
    keep_hours(act, bound)
    moved = pacing.advance(act.session, row, act.now)
    if moved is not None and (moved.before.stage, moved.before.step) != (moved.after.stage, moved.after.step):
        _say(act, bound, moved)
    found = progress_of(act.session, bound, act.now)
    pacing.sample(act.session, row, found.answered, act.now)
    _warn(act, bound, found)
    return moved is not None


def keep_hours(act: Act, bound: Bound) -> None:
    """Open or close a release as its sending hours say, with a line. A step of whatever lets it be sent."""
    opened = pacing.keep_hours(act.session, bound.release, act.now)
    if opened is None:
        return
    row = bound.release
    until = f" until {stamp(row.opens_at)}" if row.opens_at else ""
    text = "may be sent again" if opened else f"waits{until}"
    write_down(act, bound, Said("release.hours", f"{named(bound).capitalize()} {text}: sending hours {row.hours}."))


def opened_to(course: Course) -> str:
    """How far a release is opened, in words."""
    people = course.plan.steps[-1]
    if course.admitted is None:
        return f"all {people:,} people"
    return f"{course.admitted:,} of {people:,} people"


def came_of(act: Act, bound: Bound) -> str:
    """What came of those who have a row, in words."""
    found = counts_of(act.session, bound.release.id)
    return ", ".join(f"{number:,} {state}" for state, number in found.items()) or "nobody has a row"


def _hours(sending: Sending, kind: str) -> Hours | None:
    if sending.hours is None:
        return sending.rules.hours_of(kind)
    try:
        return read_hours(sending.hours)
    except BadHours as error:
        raise Invalid(
            Fault("hours", str(error), worded("write such as 08:00-20:00 Europe/Berlin, or leave it out"))
        ) from error


def _say(act: Act, bound: Bound, moved: Moved) -> None:
    row, so_far = bound.release, came_of(act, bound)
    if moved.after.stage is Stage.CONFIRM:
        said = Said("release.canary", f"The canary of {named(bound)} has its answers: {so_far}. A person confirms it.")
        title = "Look at what came of the canary, and confirm it or stop the release"
        add_task(act, bound.incident_id, Added(CONFIRM_TASK.format(row.id), title, so_far, Role.APPROVER))
        _page(act, bound, Pacing.CONFIRM, so_far, "1")
    elif moved.after.stage is Stage.HELD:
        share = f"{moved.tally.troubled - moved.before.troubled:,} of the last {moved.before.people:,} people"
        said = Said(
            "release.held",
            f"The ramp of {named(bound)} holds at {opened_to(moved.after)}: {share} were rejected, bounced or are "
            f"uncertain. A person lets it go on, or stops it.",
        )
        title = "Find out why so many mails failed, then let the release go on or stop it"
        add_task(act, bound.incident_id, Added(HELD_TASK.format(row.id), title, f"{share}. In all: {so_far}."))
        _page(act, bound, Pacing.HELD, f"{share}.", str(moved.after.step))
    else:
        said = Said("release.opened", f"{named(bound).capitalize()} is opened to {opened_to(moved.after)}: {so_far}.")
    write_down(act, bound, said)


def _warn(act: Act, bound: Bound, found: Progress) -> None:
    """Say once of each duty that it falls due before everybody will have been reached."""
    for duty in found.threatens:
        assert found.ends_at is not None
        said = f"{_duty(duty)} falls due {stamp(duty.due_at or duty.target_at or act.now)}"
        detail = f"{said}; at this pace sending ends about {stamp(found.ends_at)}"
        if _page(act, bound, Pacing.LATE, f"{detail}.", str(duty.id)):
            text = f"{named(bound).capitalize()} is at risk of coming late. {detail}. Send it all at once?"
            write_down(act, bound, Said("release.threatens", text, {"obligation": str(duty.id)}))


def _duty(row: Obligation) -> str:
    return f"{row.rule['title']} ({row.rule['article']})"


def _page(act: Act, bound: Bound, what: Pacing, detail: str, key: str) -> bool:
    """Tell those in charge, and who may confirm, once; False when they were told before."""
    message = pacing_message(what, news_of(act, bound, detail=detail), key)
    if act.session.get(Outgoing, message.occasion) is not None:
        return False
    people = people_with(act, bound.incident_id, message.roles)
    put_out(act, bound.incident_id, message, people, domain_of(bound.release.sender))
    return True
