"""Whether the parts that deadlines and notices depend on have lately proved that they live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, func
from sqlmodel import Session, col, select

from incident.chain import CHECKPOINTS
from incident.models.intake import Intake, IntakeState
from incident.queries.invariants import at_a_glance
from incident.queries.numbers import number_of, together
from notifications import workers
from notifications.models import IN_FLIGHT, Delivery, Heartbeat
from notifications.wording import worded
from notifications.workers import Beat

SWEEP = "sweep"
RETENTION = "retention"
STALE_AFTER_TICKS = 6
SIGNER_AWAY = timedelta(minutes=10)
MISSED_FOR = timedelta(hours=1)  # a worker that ended without taking its leave, while others send


@dataclass(frozen=True, slots=True)
class Health:
    """Counts and ages only: this is shown to anybody."""

    sweep_age: timedelta | None
    open_intakes: int
    quarantined: int
    in_flight: int
    workers_alive: int
    workers_silent: int
    problems: tuple[str, ...]


def read_health(session: Session, now: datetime, tick: timedelta, began: datetime | None = None) -> Health:
    """Read the state of the installation; each entry of `problems` is a sentence for the person on duty.

    `began`: when the process that asks began; the first sweep has as long to come as a late one.
    """
    beat = session.get(Heartbeat, SWEEP)
    age = now - beat.at if beat else None
    problems: list[str] = []
    if age is None or beat is None:
        if began is None or now - began > tick * STALE_AFTER_TICKS:
            problems.append(worded("The sweep has never run: start `seventytwo worker` (or `serve`)."))
    elif age > tick * STALE_AFTER_TICKS:
        problems.append(worded("The sweep last ran {span} ago: deadlines are not being watched.", span=_span(age)))
    elif beat.document.get("troubles"):
        problems.append(
            worded("The last sweep could not look at everything that is due: the log says at what, and why.")
        )
    senders = workers.beats(session)
    problems += _sender_problems(senders, now)
    problems += _retention_problems(session)
    problems += _checkpoint_problems(session, senders, now)
    problems += [violation.what for violation in at_a_glance(session, now)]
    waiting = session.execute(_waiting()).one()
    return Health(
        sweep_age=age,
        open_intakes=waiting.open,
        quarantined=waiting.quarantined,
        in_flight=waiting.in_flight,
        workers_alive=sum(one.lives(now) for one in senders),
        workers_silent=len(_silent(senders, now)),
        problems=tuple(problems),
    )


def _span(age: timedelta) -> str:
    """How long something is silent, in the unit a person would take: 61 s, 44 min, 30 h."""
    seconds = int(age.total_seconds())
    units = ((2 * 3600, 3600, "h"), (120, 60, "min"), (0, 1, "s"))
    return next(f"{seconds // unit} {name}" for least, unit, name in units if seconds >= least)


def _sender_problems(senders: Sequence[Beat], now: datetime) -> list[str]:
    """What ails sending. A sender that never ran is the sweep's trouble as well: one worker does both."""
    if not senders:
        return []
    alive = [one for one in senders if one.lives(now)]
    last = now - max(one.at for one in senders)
    if not alive:
        said = worded("The sender last lived {span} ago: nothing is being sent.", span=_span(last))
        return [said] if last > workers.SILENT else []
    problems = []
    troubled = [one for one in alive if one.trouble]
    if troubled:
        problems.append(_unsent(troubled[0].trouble, len(troubled), len(alive)))
    if silent := _silent(senders, now):
        numbers = {"number": len(silent), "all": len(alive) + len(silent)}
        problems.append(worded("{number} of {all} workers stopped without a word; the others send.", **numbers))
    return problems


def _unsent(trouble: str, number: int, alive: int) -> str:
    if alive == 1:
        return worded("Mail does not go out: {trouble}.", trouble=trouble)
    numbers = {"number": number, "all": alive}
    return worded("Mail does not go out from {number} of {all} workers: {trouble}.", trouble=trouble, **numbers)


def _silent(senders: Sequence[Beat], now: datetime) -> list[Beat]:
    """Workers that ended without taking their leave, within the last hour."""
    return [one for one in senders if not one.ended and workers.SILENT < now - one.at <= MISSED_FOR]


def _retention_problems(session: Session) -> list[str]:
    """What could not be closed out or purged. A look that never was is the sweep's trouble: one worker does both."""
    beat = session.get(Heartbeat, RETENTION)
    if beat is None or not beat.document.get("troubles"):
        return []
    return [worded("Something could not be closed out or purged when it was due: the log says what, and why.")]


def _checkpoint_problems(session: Session, senders: Sequence[Beat], now: datetime) -> list[str]:
    """One of several workers signs where the timelines end; what goes on without it has no signature."""
    beat = session.get(Heartbeat, CHECKPOINTS)
    by = beat.document.get("by") if beat else None
    others = [one for one in senders if one.lives(now) and one.node != by]
    last = max((one.at for one in senders if one.node == by), default=None)
    if not by or not others or (last is not None and now - last <= SIGNER_AWAY):
        return []
    return [
        worded("The worker that signs where the timelines end is gone: give its folder of checkpoints to another one.")
    ]


@cache
def _waiting() -> Executable:
    """Requests not read yet, requests set aside, and deliveries under way, in one question."""
    leases = select(func.count(col(Delivery.lease_until))).where(IN_FLIGHT).scalar_subquery()
    numbers = {
        "open": number_of(Intake, col(Intake.state) == IntakeState.OPEN),
        "quarantined": number_of(Intake, col(Intake.state) == IntakeState.QUARANTINED),
        "in_flight": leases,
    }
    return together(numbers)
