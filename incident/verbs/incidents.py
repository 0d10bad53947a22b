"""Open an incident with its runbook, call it otherwise, give it a commander, members, a severity; write its review."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership, Severity, Task
from incident.models.people import UserAccount
from incident.phases import FINAL, Phase
from incident.queries.board import title_place
from incident.queries.case import OPEN_TASK, REVIEWED
from incident.queries.members import reads_incidents
from incident.roles import ALLOWED, Action, Role, Visibility
from incident.runbooks import Runbook
from incident.verbs.act import Act, place_in
from incident.verbs.entries import reason_given, record
from incident.verbs.tasks import copy_runbook
from incident.verbs.versions import lock_incident
from notifications.ids import new_id
from notifications.wording import worded

LONGEST_TITLE = 300
COLOURS = "amber azure cobalt copper coral crimson ember fern flint hazel indigo ivory jade maple ochre olive onyx opal"
BIRDS = (
    "crane curlew dipper dove egret falcon finch grebe heron ibis kestrel lark martin merlin osprey plover raven tern"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What opens an incident: one line of what was seen, the kind (a runbook's name), how grave it looks.

    `at` is when the report was made, where it differs from now.
    """

    title: str
    kind: str
    severity: Severity
    visibility: Visibility = Visibility.OPEN
    at: datetime | None = None


def open_incident(act: Act, report: Report, runbook: Runbook | None = None) -> Incident:
    """Open an incident in detection with a codename and the tasks of its runbook, and put the first line down.

    Raises Invalid for an empty or overlong title.
    """
    act.require(Action.REPORT)
    title, incident_id = _title(report.title), new_id()
    incident = Incident(
        id=incident_id,
        codename=_codename(act),
        kind=report.kind,
        title_sealed=act.seal(title, title_place(incident_id)),
        severity=report.severity,
        phase=Phase.DETECTION,
        visibility=report.visibility,
        opened_at=act.now,
        opened_by=act.actor.label,
    )
    act.session.add(incident)
    act.session.flush()
    if act.session.get(UserAccount, act.actor.id) is not None:  # a program belongs to no incident
        _join(act, incident_id, act.actor.id)
    tasks = copy_runbook(act, incident_id, runbook) if runbook else 0
    body = {"text": f"Opened as {incident.codename}: {title}", "kind": report.kind, "severity": report.severity}
    record(act, incident_subject(incident_id), "opened", {**body, "tasks": tasks}, at=report.at)
    return incident


def take_command(act: Act, incident_id: UUID, commander_id: UUID) -> Incident:
    """Name the incident commander. Raises Invalid when that account does not hold the role."""
    act.require(Action.COMMAND, incident_id)
    account = act.session.get(UserAccount, commander_id)
    if account is None or account.disabled_at or Role.COMMANDER not in account.roles:
        raise Invalid(
            Fault("commander", worded("does not hold the role incident commander"), worded("choose another person"))
        )
    incident = _incident(act, incident_id)
    incident.commander_id = commander_id
    _join(act, incident_id, commander_id)
    record(act, incident_subject(incident_id), "commanded", {"text": f"{account.name} commands this incident."})
    return incident


def rename(act: Act, incident_id: UUID, title: str) -> Incident:
    """Call the incident otherwise; what it was called before is on the timeline. Raises Invalid as for a new one, or
    where it is called so already."""
    act.require(Action.COMMAND, incident_id)
    said, place = _title(title), title_place(incident_id)
    lock_incident(act, incident_id)
    incident = _incident(act, incident_id)
    before = act.open(incident.title_sealed, place)
    if said == before:
        raise Invalid(Fault("title", worded("is what it was"), worded("say it otherwise")))
    incident.title_sealed = act.seal(said, place)
    record(act, incident_subject(incident_id), "renamed", {"text": f"Renamed from “{before}” to “{said}”."})
    return incident


def _title(given: str) -> str:
    title = given.strip()
    if title and len(title) <= LONGEST_TITLE:
        return title
    mend = worded("say in one line what was seen")
    raise Invalid(Fault("title", worded("must have 1 to {number} characters", number=LONGEST_TITLE), mend))


def set_severity(act: Act, incident_id: UUID, severity: Severity, reason: str) -> Incident:
    """Change the severity, with the reason on the timeline. Raises Invalid without a reason, or where it is that."""
    act.require(Action.COMMAND, incident_id)
    why = reason_given(reason, worded("say why the severity changes"))
    incident = _incident(act, incident_id)
    if incident.severity is severity:
        raise Invalid(Fault("severity", worded("is what it was"), worded("choose another one")))
    text = f"Severity {incident.severity} → {severity}: {why}"
    incident.severity = severity
    record(act, incident_subject(incident_id), "severity.set", {"text": text})
    return incident


def set_visibility(act: Act, incident_id: UUID, visibility: Visibility, reason: str) -> Incident:
    """Change by whom the incident may be seen, with the reason on the timeline.

    Raises Invalid without a reason or where it is so already. Raises Conflict where it would be hidden and none of its
    members could let others in, or where who hides it would lose sight of it.
    """
    act.require(Action.COMMAND, incident_id)
    why = reason_given(reason, worded("say why others may see it from now on, or no more"))
    lock_incident(act, incident_id)
    incident = _incident(act, incident_id)
    if incident.visibility is visibility:
        raise Invalid(Fault("visibility", worded("is what it was"), worded("choose another one")))
    if visibility is not Visibility.OPEN:
        _require_kept_in_sight(act, incident_id)
    text = f"Visibility {incident.visibility} → {visibility}: {why}"
    incident.visibility = visibility
    record(act, incident_subject(incident_id), "visibility.set", {"text": text})
    return incident


def _require_kept_in_sight(act: Act, incident_id: UUID) -> None:
    members = [one for one in _members(act, incident_id) if not one.disabled_at]
    if not any(_lets_in(one) for one in members):
        raise Conflict(worded("Nobody of it could let anybody in: let a commander or privacy officer in first."))
    person = act.session.get(UserAccount, act.actor.id) is not None
    if person and all(one.id != act.actor.id for one in members):
        raise Conflict(worded("You do not belong to it and would not see it again: let yourself in first."))


def add_member(act: Act, incident_id: UUID, user_id: UUID) -> bool:
    """Let a person into the incident, also into a restricted or sealed one; whether they were none of it before.

    Raises NotFound for nobody, Invalid for somebody who may not sign in or whose roles read no incident.
    """
    act.require(Action.COMMAND, incident_id)
    account = act.session.get(UserAccount, user_id)
    if account is None:
        raise NotFound(worded("There is no such person."))
    if account.disabled_at or not reads_incidents(account):
        raise Invalid(
            Fault("person", worded("may not read an incident"), worded("an administrator gives them a role that does"))
        )
    if act.session.get(Membership, (incident_id, user_id)) is not None:
        return False
    _join(act, incident_id, user_id)
    body = {"text": f"{account.name} joined this incident.", "person": str(user_id)}
    record(act, incident_subject(incident_id), "member.added", body)
    return True


def remove_member(act: Act, incident_id: UUID, user_id: UUID) -> None:
    """Take a person out of the incident: of a restricted or sealed one they know nothing any more.

    What they had taken of the runbook and not done is anybody's again. Raises NotFound for who is no member, and
    Conflict for the commander and for the last member of a restricted or sealed incident who can let others in.
    """
    act.require(Action.COMMAND, incident_id)
    lock_incident(act, incident_id)
    incident, members = _incident(act, incident_id), _members(act, incident_id)
    account = next((one for one in members if one.id == user_id), None)
    if account is None:
        raise NotFound(worded("There is no such member of this incident."))
    if incident.commander_id == user_id:
        raise Conflict(worded("{name} commands this incident: name another commander first.", name=account.name))
    others = [one for one in members if one.id != user_id and not one.disabled_at]
    if incident.visibility is not Visibility.OPEN and not any(_lets_in(one) for one in others):
        raise Conflict(worded("Nobody else could let anybody in: let another commander or privacy officer in first."))
    act.session.delete(act.session.get_one(Membership, (incident_id, user_id)))
    given_back = _give_back(act, incident_id, user_id)
    tasks = f" Open tasks of theirs that anybody may take now: {given_back}." if given_back else ""
    body = {"text": f"{account.name} left this incident.{tasks}", "person": str(user_id)}
    record(act, incident_subject(incident_id), "member.removed", body)


def _lets_in(account: UserAccount) -> bool:
    return not ALLOWED[Action.COMMAND].isdisjoint(account.roles)


def _give_back(act: Act, incident_id: UUID, user_id: UUID) -> int:
    """Open steps of the runbook that were theirs are nobody's; how many."""
    theirs = (col(Task.incident_id) == incident_id, col(Task.assignee_id) == user_id, col(Task.state).in_(OPEN_TASK))
    rows = act.session.exec(select(Task).where(*theirs)).all()
    for row in rows:
        row.assignee_id = None
    act.session.add_all(rows)
    act.session.flush()
    return len(rows)


def _members(act: Act, incident_id: UUID) -> Sequence[UserAccount]:
    joined = select(UserAccount).join(Membership, col(Membership.user_id) == col(UserAccount.id))
    return act.session.exec(joined.where(col(Membership.incident_id) == incident_id)).all()


def write_review(act: Act, incident_id: UUID, text: str) -> Incident:
    """Save the post-incident review. Raises Invalid when it is empty, Conflict once the incident is closed."""
    act.require(Action.WRITE_REVIEW, incident_id)
    if not text.strip():
        raise Invalid(Fault("review", worded("is empty"), worded("what happened, what helped, what changes")))
    incident = _incident(act, incident_id)
    if incident.phase in FINAL:
        raise Conflict(worded("{codename} is over: reopen it to change its review.", codename=incident.codename))
    incident.review_sealed = act.seal(text.strip(), place_in(incident_id, "incident", "review_sealed", incident_id))
    record(act, incident_subject(incident_id), REVIEWED, {"text": "Post-incident review saved."})
    return incident


def _incident(act: Act, incident_id: UUID) -> Incident:
    incident = act.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(worded("There is no such incident."))
    return incident


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
    raise Conflict(worded("No codename is free; try again."))
