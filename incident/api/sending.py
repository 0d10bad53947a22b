"""How a release is sent, for programs: its progress, and what people say to it. Only people confirm and lift hours."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from incident.api.shapes import AtEdge, In, Out, Reason
from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.queries.progress import read_progress
from incident.roles import Action, Actor
from incident.verbs.confirming import confirm_release, lift_hours
from incident.verbs.releases import cancel_release

router = APIRouter(prefix="/api/releases/{release_id}", tags=["releases"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Asker = Annotated[Actor, Depends(acting(Action.REQUEST_RELEASE))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]


class ProgressOut(Out):
    """How far a release is. Rates are answers a second, over the last minute and the last ten.

    `stage`: canary, confirm (a person is waited for), ramp, held (so is one) or whole; `admitted` how many people may
    be written to so far, of the `steps`. `ends_at` is an estimate. `threatens` names duties due before it.
    """

    state: str
    stage: str
    recipients: int
    deliveries: dict[str, int]
    answered: int
    uncertain: int
    not_admitted: int
    cancelled: int
    admitted: int
    steps: list[int]
    next_step_at: datetime | None
    waits_for_a_person: bool
    rate: float
    rate_of_ten_minutes: float
    ends_at: datetime | None
    hours: str
    window_closed: bool
    opens_at: datetime | None
    threatens: list[str]


class ConfirmationIn(In):
    """`all_at_once`: to everybody without a ramp. A reason is wanted for that, and where the ramp is held."""

    reason: Reason = ""
    all_at_once: bool = False


class WhyIn(In):
    """Why."""

    reason: Reason


@router.get("/progress", response_model=ProgressOut)
def show_progress(by: Reader, edge: AtEdge, release_id: UUID) -> ProgressOut:
    """How far a release is, how fast it goes, and when it will be over."""
    return _out(edge, by, release_id)


@router.post("/go-ahead", response_model=ProgressOut)
def confirm(by: Approver, edge: AtEdge, release_id: UUID, body: ConfirmationIn) -> ProgressOut:
    """Let it go beyond its canary, or beyond what holds its ramp."""
    edge.write(by, lambda act: confirm_release(act, release_id, body.reason, all_at_once=body.all_at_once))
    return _out(edge, by, release_id)


@router.post("/cancellation", response_model=ProgressOut)
def cancel(by: Asker, edge: AtEdge, release_id: UUID, body: WhyIn) -> ProgressOut:
    """Give up a stopped release for good."""
    edge.write(by, lambda act: cancel_release(act, release_id, body.reason))
    return _out(edge, by, release_id)


@router.post("/any-hour", response_model=ProgressOut)
def send_at_any_hour(by: Approver, edge: AtEdge, release_id: UUID, body: WhyIn) -> ProgressOut:
    """Send it at any hour from now on."""
    edge.write(by, lambda act: lift_hours(act, release_id, body.reason))
    return _out(edge, by, release_id)


def _out(edge: Edge, by: Actor, release_id: UUID) -> ProgressOut:
    with edge.read() as session:
        found = read_progress(session, by, release_id, edge.clock.now())
        course = found.course
        same = ("recipients", "answered", "uncertain", "not_admitted", "cancelled", "waits_for_a_person", "ends_at")
        return ProgressOut(
            **{name: getattr(found, name) for name in (*same, "hours", "window_closed", "opens_at")},
            state=found.state,
            stage=course.stage,
            deliveries={str(state): number for state, number in found.states.items()},
            admitted=found.recipients if course.admitted is None else course.admitted,
            steps=list(course.plan.steps),
            next_step_at=course.next_at,
            rate=round(found.rate, 2),
            rate_of_ten_minutes=round(found.rate_of_ten, 2),
            threatens=[f"{row.rule['title']} ({row.rule['article']})" for row in found.threatens],
        )
