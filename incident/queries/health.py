"""Whether the parts that deadlines and notices depend on have lately proved that they live."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.intake import Intake, IntakeState
from notifications.models import Delivery, DeliveryState, Heartbeat
from notifications.upkeep import HEARTBEAT as SENDER

SWEEP = "sweep"
RETENTION = "retention"
STALE_AFTER_TICKS = 6
SENDER_SILENT = timedelta(seconds=60)
OPEN_INTAKE_TOO_OLD = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """Counts and ages only: this is shown to anybody."""

    sweep_age: timedelta | None
    open_intakes: int
    quarantined: int
    in_flight: int
    problems: tuple[str, ...]


def read_health(session: Session, now: datetime, tick: timedelta) -> Health:
    """Read the state of the installation; each entry of `problems` is a sentence for the person on duty."""
    beat = session.get(Heartbeat, SWEEP)
    age = now - beat.at if beat else None
    problems = []
    if age is None or beat is None:
        problems.append("The sweep has never run: start `seventytwo worker` (or `serve`).")
    elif age > tick * STALE_AFTER_TICKS:
        problems.append(f"The sweep last ran {int(age.total_seconds())} s ago: deadlines are not being watched.")
    elif beat.document.get("troubles"):
        problems.append("The last sweep could not look at everything that is due: the log says at what, and why.")
    problems += _sender_problems(session, now)
    problems += _retention_problems(session)
    stale = col(Intake.received_at) < now - OPEN_INTAKE_TOO_OLD
    waiting = _intakes(session, IntakeState.OPEN)
    if _intakes(session, IntakeState.OPEN, stale):
        problems.append("Stored requests wait longer than a minute to be read.")
    in_flight = col(Delivery.state).in_((DeliveryState.CLAIMED, DeliveryState.TRANSMITTING))
    return Health(
        sweep_age=age,
        open_intakes=waiting,
        quarantined=_intakes(session, IntakeState.QUARANTINED),
        in_flight=session.exec(select(func.count()).select_from(Delivery).where(in_flight)).one(),
        problems=tuple(problems),
    )


def _sender_problems(session: Session, now: datetime) -> list[str]:
    """What ails sending. A sender that never ran is the sweep's trouble as well: one worker does both."""
    beat = session.get(Heartbeat, SENDER)
    if beat is None:
        return []
    if now - beat.at > SENDER_SILENT:
        return [f"The sender last lived {int((now - beat.at).total_seconds())} s ago: nothing is being sent."]
    trouble = str(beat.document.get("trouble") or "")
    return [f"Mail does not go out: {trouble}."] if trouble else []


def _retention_problems(session: Session) -> list[str]:
    """What could not be closed out or purged. A look that never was is the sweep's trouble: one worker does both."""
    beat = session.get(Heartbeat, RETENTION)
    if beat is None or not beat.document.get("troubles"):
        return []
    return ["Something could not be closed out or purged when it was due: the log says what, and why."]


def _intakes(session: Session, state: IntakeState, *conditions: object) -> int:
    query = select(func.count()).select_from(Intake).where(col(Intake.state) == state, *conditions)  # type: ignore[arg-type]
    return int(session.exec(query).one())
