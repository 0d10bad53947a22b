"""A release while it is sent: its live panel; confirmed, to all at once, at any hour, given up by people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from pydantic import Field
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.queries.progress import Progress, progress_of, read_progress
from incident.queries.releases import read_count
from incident.queries.seats import Bound, find_bound
from incident.roles import Action, Actor
from incident.verbs.confirming import confirm_release, lift_hours
from incident.verbs.releases import cancel_release
from incident.web import words
from incident.web.forms import STORABLE, Line, Reason, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.typed import require_number
from incident.web.views import LedgerLine
from incident.web.views.sending import ProgressView, StepLine
from notifications.models import ReleaseState
from notifications.ramp import Course, Stage
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
NOT_ADMITTED = worded("Not yet admitted")


@router.get("/releases/{release_id}/progress")
def show_progress(desk: Seated, release_id: UUID) -> Response:
    """The live panel of a release by itself: what a page that is open reads again."""
    with desk.edge.read() as session:
        now = desk.edge.clock.now()
        found = read_progress(session, desk.actor, release_id, now)
        view = _view(session, find_bound(session, release_id), found, now)
        return desk.page("release_progress.html", session, {"progress": view})


class GoAheadForm(Sent):
    """`everybody`: to all at once, with the number of recipients typed."""

    reason: Annotated[str, Field(max_length=500, pattern=STORABLE)] = ""
    everybody: bool = False
    confirmation: Line = ""


@router.post("/releases/{release_id}/go-ahead")
def confirm(desk: Seated, by: Approver, release_id: UUID, form: Annotated[GoAheadForm, Form()]) -> Response:
    """Let it go beyond its canary, or beyond what holds its ramp, in steps or to all at once."""
    if form.everybody:
        with desk.edge.read() as session:
            expected = read_progress(session, by, release_id, desk.edge.clock.now()).recipients
        require_number(form.confirmation, expected)
    desk.edge.write(by, lambda act: confirm_release(act, release_id, form.reason, all_at_once=form.everybody))
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/any-hour")
def send_at_any_hour(desk: Seated, by: Approver, release_id: UUID, reason: Reason) -> Response:
    """Send it at any hour from now on."""
    desk.edge.write(by, lambda act: lift_hours(act, release_id, reason))
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/cancellation")
def cancel(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.REQUEST_RELEASE, programs=False))],
    release_id: UUID,
    reason: Reason,
) -> Response:
    """Give up a stopped release for good."""
    desk.edge.write(by, lambda act: cancel_release(act, release_id, reason))
    return see(f"/releases/{release_id}")


def progress_view(desk: Desk, session: Session, bound: Bound) -> ProgressView:
    """How far a release is, for its page."""
    now = desk.edge.clock.now()
    return _view(session, bound, progress_of(session, bound, now), now)


def _view(session: Session, bound: Bound, found: Progress, now: datetime) -> ProgressView:
    lines = ledger({state.value: number for state, number in found.states.items()}, bound.notice.kind)
    if found.not_admitted:
        lines = (*lines, LedgerLine("not_admitted", NOT_ADMITTED, found.not_admitted, ""))
    going = found.state is ReleaseState.APPROVED
    return ProgressView(
        href=f"/releases/{bound.release.id}",
        state=found.state.value,
        stage=found.course.stage.value,
        recipients=found.recipients,
        settled=sum(number for state, number in found.states.items() if state in words.SETTLED),
        ledger=lines,
        rate=_rate(found.rate) if going else "",
        slow_rate=_rate(found.rate_of_ten) if going else "",
        ends_at=found.ends_at,
        left=_about(found.ends_at - now) if found.ends_at else "",
        steps=_steps(found.course),
        next_step_at=found.course.next_at if found.course.stage is Stage.RAMP else None,
        minutes=found.course.plan.minutes,
        window_closed=found.window_closed,
        opens_at=found.opens_at,
        hours=found.hours,
        all_at_once=bound.release.all_at_once,
        threatens=tuple(f"{row.rule['title']} ({row.rule['article']})" for row in found.threatens),
        read=read_count(session, bound.release.id) if found.state is not ReleaseState.REQUESTED else 0,
    )


def ledger(counts: Mapping[str, int], kind: str) -> tuple[LedgerLine, ...]:
    """Deliveries by state, as they are called for this kind of notice; states of one name are one line."""
    lines: dict[str, LedgerLine] = {}
    for state, (usual, tone) in words.DELIVERIES.items():
        label = worded("Shown in the product") if (kind, state) == ("in_app", "accepted") else usual
        if counts.get(state):
            before = lines.get(label)
            lines[label] = LedgerLine(state, label, counts[state] + (before.count if before else 0), tone)
    return tuple(lines.values())


def _steps(course: Course) -> tuple[StepLine, ...]:
    at = len(course.plan.steps) - 1 if course.stage is Stage.WHOLE else course.step
    return tuple(
        StepLine(people, "done" if number < at else "now" if number == at else "next")
        for number, people in enumerate(course.plan.steps)
    )


def _rate(rate: float) -> str:
    """Answers a second, or a minute where there are few."""
    if rate >= 1:
        return worded("{number} a second", number=f"{rate:,.0f}")
    return worded("{number} a minute", number=f"{rate * 60:,.0f}") if rate else ""


def _about(span: timedelta) -> str:
    """A length of time as one says it."""
    minutes = max(1, round(span / timedelta(minutes=1)))
    if minutes < 90:
        return worded("about {number} min", number=minutes)
    hours = round(minutes / 60)
    if hours < 48:
        return worded("about {number} h", number=hours)
    return worded("about {number} days", number=round(hours / 24))
