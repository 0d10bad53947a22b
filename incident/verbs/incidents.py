"""Open an incident, give it a commander and a severity, move it through its phases, pass a guard, write the review."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, LostRace, NotFound, Refused
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership, Pass, PhaseMove, Severity
from incident.models.people import UserAccount
from incident.phases import FINAL, UNPASSABLE, Guard, IllegalMove, Move, Phase, after, missing
from incident.queries.case import case_of
from incident.roles import Action, Role, Visibility
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from notifications.ids import new_id

LONGEST_TITLE = 300
COLOURS = "amber azure cobalt copper coral crimson ember fern flint hazel indigo ivory jade maple ochre olive onyx opal"
BIRDS = (
    "crane curlew dipper dove egret falcon finch grebe heron ibis kestrel lark martin merlin osprey plover raven tern"
)


def open_incident(
    act: Act,
    title: str,
    kind: str,
    severity: Severity,
    *,
    visibility: Visibility = Visibility.OPEN,
    at: datetime | None = None,
) -> Incident:
    """Open an incident in detection with a codename, and put the first line on its timeline.

    `at` is when the report was made, where it differs from now. Raises Invalid for an empty or overlong title.
    """
    act.require(Action.REPORT)
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid(Fault("title", f"must have 1 to {LONGEST_TITLE} characters", "say in one line what was seen"))
    incident_id = new_id()
    incident = Incident(
        id=incident_id,
        codename=_codename(act),
        kind=kind,
        title_sealed=act.seal(title.strip(), place_in(incident_id, "incident", "title_sealed", incident_id)),
        severity=severity,
        phase=Phase.DETECTION,
        visibility=visibility,
        opened_at=act.now,
        opened_by=act.actor.label,
    )
    act.session.add(incident)
    act.session.flush()
    if not act.actor.is_system:
        _join(act, incident_id, act.actor.id)
    text = f"Opened as {incident.codename}: {title.strip()}"
    record(act, incident_subject(incident_id), "opened", {"text": text, "kind": kind, "severity": severity}, at=at)
    return incident


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
        raise Conflict(str(error)) from error
    faults = [
        Fault("passing", f"{guard} cannot be passed", "give a reason") for guard in passing if guard in UNPASSABLE
    ]
    if passing and not reason.strip():
        faults.append(Fault("reason", "is empty", "say why the guard is passed; it stays pinned"))
    if faults:
        raise Invalid(*faults)
    case = case_of(act.session, incident, reason_given=bool(reason.strip()))
    needed = {item.guard for item in missing(incident.phase, name, case)}
    lacking = missing(incident.phase, name, case, passing)
    if lacking:
        raise Refused(f"{incident.codename} cannot {name} yet.", lacking)
    passed = [guard for guard in passing if guard in needed]
    before = incident.phase
    _advance(act, incident, version, target)
    _pin(act, incident_id, passed, reason)
    act.session.add(
        PhaseMove(
            incident_id=incident_id,
            version=version + 1,
            move=name,
            before=before,
            after=target,
            at=act.now,
            actor=act.actor.label,
            passed=[str(guard) for guard in passed],
        )
    )
    body = {"text": _moved(before, target, passed, reason), "before": before, "after": target, "move": name}
    record(act, incident_subject(incident_id), "moved", body | {"reason": reason, "passed": list(passed)})
    return incident


def take_command(act: Act, incident_id: UUID, commander_id: UUID) -> Incident:
    """Name the incident commander. Raises Invalid when that account does not hold the role."""
    act.require(Action.COMMAND, incident_id)
    account = act.session.get(UserAccount, commander_id)
    if account is None or account.disabled_at or Role.COMMANDER not in account.roles:
        raise Invalid(Fault("commander", "does not hold the role incident commander", "choose another person"))
    incident = _incident(act, incident_id)
    incident.commander_id = commander_id
    _join(act, incident_id, commander_id)
    record(act, incident_subject(incident_id), "commanded", {"text": f"{account.name} commands this incident."})
    return incident


def set_severity(act: Act, incident_id: UUID, severity: Severity, reason: str) -> Incident:
    """Change the severity, with the reason on the timeline."""
    act.require(Action.COMMAND, incident_id)
    if not reason.strip():
        raise Invalid(Fault("reason", "is empty", "say why the severity changes"))
    incident = _incident(act, incident_id)
    text = f"Severity {incident.severity} → {severity}: {reason.strip()}"
    incident.severity = severity
    record(act, incident_subject(incident_id), "severity.set", {"text": text})
    return incident


def add_member(act: Act, incident_id: UUID, user_id: UUID) -> None:
    """Let a person into the incident; also into a restricted or sealed one."""
    act.require(Action.COMMAND, incident_id)
    account = act.session.get(UserAccount, user_id)
    if account is None:
        raise NotFound("There is no such person.")
    _join(act, incident_id, user_id)
    record(act, incident_subject(incident_id), "member.added", {"text": f"{account.name} joined this incident."})


def settle_pass(act: Act, incident_id: UUID, pass_id: UUID, how: str) -> None:
    """Make good a guard that was passed: the pin comes off, the line stays."""
    act.require(Action.OVERRIDE, incident_id)
    if not how.strip():
        raise Invalid(Fault("how", "is empty", "say how it was made good"))
    wanted = (col(Pass.id) == pass_id, col(Pass.incident_id) == incident_id, col(Pass.settled_at).is_(None))
    pinned = act.session.exec(select(Pass).where(*wanted)).first()
    if pinned is None:
        raise NotFound("There is no open pass of that name on this incident.")
    pinned.settled_at, pinned.settled_by = act.now, act.actor.label
    text = f"Guard {pinned.guard} made good: {how.strip()}"
    record(act, incident_subject(incident_id), "pass.settled", {"text": text, "guard": pinned.guard})


def write_review(act: Act, incident_id: UUID, text: str) -> Incident:
    """Save the post-incident review. Raises Invalid when it is empty, Conflict once the incident is closed."""
    act.require(Action.WRITE_REVIEW, incident_id)
    if not text.strip():
        raise Invalid(Fault("review", "is empty", "what happened, what helped, what changes"))
    incident = _incident(act, incident_id)
    if incident.phase in FINAL:
        raise Conflict(f"{incident.codename} is {incident.phase}: reopen it to change its review.")
    incident.review_sealed = act.seal(text.strip(), place_in(incident_id, "incident", "review_sealed", incident_id))
    record(act, incident_subject(incident_id), "reviewed", {"text": "Post-incident review saved."})
    return incident


def _at_version(act: Act, incident_id: UUID, version: int) -> Incident:
    incident = _incident(act, incident_id)
    if incident.version != version:
        raise LostRace(version, incident.version)
    return incident


def _incident(act: Act, incident_id: UUID) -> Incident:
    incident = act.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound("There is no such incident.")
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


def _join(act: Act, incident_id: UUID, user_id: UUID) -> None:
    if act.session.get(Membership, (incident_id, user_id)) is None:
        act.session.add(Membership(incident_id=incident_id, user_id=user_id, since=act.now))


def _codename(act: Act) -> str:
    """A free codename that tells nothing about the incident; a number is added when the pairs run out."""
    for attempt in range(100):
        name = f"{secrets.choice(COLOURS.split())}-{secrets.choice(BIRDS.split())}"
        if attempt >= 5:
            name += f"-{secrets.randbelow(9000) + 1000}"
        if act.session.exec(select(Incident.id).where(col(Incident.codename) == name)).first() is None:
            return name
    raise Conflict("No codename is free; try again.")
