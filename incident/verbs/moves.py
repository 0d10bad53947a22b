"""Move an incident through its phases, pass a guard with a reason that stays pinned, make the pass good."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, LostRace, NotFound, Refused
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Pass, PhaseMove
from incident.phases import FINAL, UNPASSABLE, Guard, IllegalMove, Move, Phase, after, missing, named
from incident.queries.barring import barring
from incident.queries.case import case_of
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded


def move(
    act: Act,
    incident_id: UUID,
    version: int,
    name: Move,
    *,
    reason: str = "",
    passing: Sequence[Guard] = (),
) -> Incident:
    """Make one move of the table.

    `version` is the one the caller saw: a changed one raises LostRace. A guard that does not hold raises Refused with
    what is missing, unless the incident commander passes it (`passing`) with a reason, which stays pinned until it is
    settled. Raises Conflict for a move the table does not have here.
    """
    act.require(Action.MOVE, incident_id)
    if passing:
        act.require(Action.OVERRIDE, incident_id)
    incident = _at_version(act, incident_id, version)
    try:
        target = after(incident.phase, name)
    except IllegalMove as error:
        raise Conflict(error.args[0]) from error
    passed = _passed(act, incident, name, passing, reason)
    before = incident.phase
    _advance(act, incident, version, target)
    _pin(act, incident_id, passed, reason)
    _keep(act, incident, name, before, passed)
    body = {"text": _moved(before, target, passed, reason), "before": before, "after": target, "move": name}
    record(act, incident_subject(incident_id), "moved", body | {"reason": reason, "passed": list(passed)})
    return incident


def settle_pass(act: Act, incident_id: UUID, pass_id: UUID, how: str) -> None:
    """Make good a guard that was passed: the pin comes off, the line stays."""
    act.require(Action.OVERRIDE, incident_id)
    if not how.strip():
        raise Invalid(Fault("how", worded("is empty"), worded("say how it was made good")))
    wanted = (col(Pass.id) == pass_id, col(Pass.incident_id) == incident_id, col(Pass.settled_at).is_(None))
    pinned = act.session.exec(select(Pass).where(*wanted)).first()
    if pinned is None:
        raise NotFound(worded("There is no open pass of that name on this incident."))
    pinned.settled_at, pinned.settled_by = act.now, act.actor.label
    text = f"Guard {pinned.guard} made good: {how.strip()}"
    record(act, incident_subject(incident_id), "pass.settled", {"text": text, "guard": pinned.guard})


def _keep(act: Act, incident: Incident, name: Move, before: Phase, passed: Sequence[Guard]) -> None:
    """The row of a move that was made."""
    act.session.add(
        PhaseMove(
            incident_id=incident.id,
            version=incident.version,
            move=name,
            before=before,
            after=incident.phase,
            at=act.now,
            actor=act.actor.label,
            passed=[str(guard) for guard in passed],
        )
    )


def _passed(act: Act, incident: Incident, name: Move, passing: Sequence[Guard], reason: str) -> list[Guard]:
    """The guards that are passed because they do not hold. Raises Invalid without a reason, Refused for the others."""
    _check_passing(passing, reason)
    case = case_of(act.session, incident, reason_given=bool(reason.strip()))
    lacking = missing(incident.phase, name, case, passing)
    if lacking:
        lacking = named(lacking, barring(act.session, incident, case))
        raise Refused(worded("{codename} cannot {move} yet.", codename=incident.codename, move=name), lacking)
    needed = {item.guard for item in missing(incident.phase, name, case)}
    return [guard for guard in passing if guard in needed]


def _check_passing(passing: Sequence[Guard], reason: str) -> None:
    faults = [
        Fault("passing", worded("{guard} cannot be passed", guard=str(guard)), worded("give a reason"))
        for guard in passing
        if guard in UNPASSABLE
    ]
    if passing and not reason.strip():
        faults.append(Fault("reason", worded("is empty"), worded("say why the guard is passed; it stays pinned")))
    if faults:
        raise Invalid(*faults)


def _at_version(act: Act, incident_id: UUID, version: int) -> Incident:
    incident = act.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(worded("There is no such incident."))
    if incident.version != version:
        raise LostRace(version, incident.version)
    return incident


def _advance(act: Act, incident: Incident, version: int, target: Phase) -> None:
    """The conditional update that decides a race; `version` is the one the page showed."""
    closed_at = act.now if target in FINAL else None
    mine = (col(Incident.id) == incident.id, col(Incident.version) == version)
    values = {"phase": target, "version": version + 1, "closed_at": closed_at}
    moved = act.session.execute(update(Incident).where(*mine).values(**values).returning(col(Incident.id))).all()
    if not moved:
        act.session.refresh(incident)
        raise LostRace(version, incident.version)
    act.session.refresh(incident)


def _pin(act: Act, incident_id: UUID, passed: Sequence[Guard], reason: str) -> None:
    for guard in passed:
        pass_id = new_id()
        sealed = act.seal(reason.strip(), place_in(incident_id, "guard_pass", "reason_sealed", pass_id))
        act.session.add(
            Pass(
                id=pass_id,
                incident_id=incident_id,
                guard=guard,
                reason_sealed=sealed,
                at=act.now,
                actor=act.actor.label,
            )
        )


def _moved(before: Phase, target: Phase, passed: Sequence[Guard], reason: str) -> str:
    text = f"{before} → {target}"
    if passed:
        text += f"; passed without {', '.join(passed)}"
    return f"{text}: {reason.strip()}" if reason.strip() else f"{text}."
