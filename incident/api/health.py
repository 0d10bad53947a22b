"""Is the process up (`/healthz`), and does the whole of it work (`/readyz`): database, sweep, sender, backlog."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from incident.queries.health import Health, read_health

router = APIRouter(tags=["health"])


class Liveness(BaseModel):
    """The process answers."""

    status: str


class Readiness(BaseModel):
    """What works and what does not; `problems` says each in words."""

    status: str
    sweep_age_seconds: float | None
    open_intakes: int
    quarantined: int
    deliveries_in_flight: int
    workers_alive: int
    workers_silent: int
    problems: list[str]


def seen_now(request: Request) -> Health:
    """Health as read in this moment. Only counts and times; no incident is named."""
    state = request.app.state
    with state.store.read() as session:
        return read_health(session, state.clock.now(), timedelta(seconds=state.settings.sweep_seconds))


@router.get("/healthz")
def alive() -> Liveness:
    """The process answers; nothing else is looked at."""
    return Liveness(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Something does not work."}})
def ready(response: Response, health: Annotated[Health, Depends(seen_now, scope="function")]) -> Readiness:
    """503 while something that a deadline or a notice depends on does not work."""
    if health.problems:
        response.status_code = 503
    return Readiness(
        status="ready" if not health.problems else "not ready",
        sweep_age_seconds=health.sweep_age.total_seconds() if health.sweep_age is not None else None,
        open_intakes=health.open_intakes,
        quarantined=health.quarantined,
        deliveries_in_flight=health.in_flight,
        workers_alive=health.workers_alive,
        workers_silent=health.workers_silent,
        problems=list(health.problems),
    )
