"""Open an incident with its runbook, give it a commander, members and a severity, write its review."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership, Severity
from incident.models.people import UserAccount
from incident.phases import FINAL, Phase
from incident.roles import Action, Role, Visibility
from incident.runbooks import Runbook
from incident.verbs.act import Act, place_in
from incident.verbs.entries import reason_given, record
from incident.verbs.tasks import copy_runbook
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
    title = report.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(
            Fault(
                "title",
                worded("must have 1 to {number} characters", number=LONGEST_TITLE),
                worded("say in one line what was seen"),
            )
        )
    incident_id = new_id()
    incident = Incident(
        id=incident_id,
        codename=_codename(act),
        kind=report.kind,
        title_sealed=act.seal(title, place_in(incident_id, "incident", "title_sealed", incident_id)),
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


def set_severity(act: Act, incident_id: UUID, severity: Severity, reason: str) -> Incident:
    """Change the severity, with the reason on the timeline."""
    act.require(Action.COMMAND, incident_id)
    why = reason_given(reason, worded("say why the severity changes"))
    incident = _incident(act, incident_id)
    text = f"Severity {incident.severity} → {severity}: {why}"
    incident.severity = severity
    record(act, incident_subject(incident_id), "severity.set", {"text": text})
    return incident


def add_member(act: Act, incident_id: UUID, user_id: UUID) -> None:
    """Let a person into the incident; also into a restricted or sealed one."""
    act.require(Action.COMMAND, incident_id)
    account = act.session.get(UserAccount, user_id)
    if account is None:
        raise NotFound(worded("There is no such person."))
    _join(act, incident_id, user_id)
    record(act, incident_subject(incident_id), "member.added", {"text": f"{account.name} joined this incident."})


def write_review(act: Act, incident_id: UUID, text: str) -> Incident:
    """Save the post-incident review. Raises Invalid when it is empty, Conflict once the incident is closed."""
    act.require(Action.WRITE_REVIEW, incident_id)
    if not text.strip():
        raise Invalid(Fault("review", worded("is empty"), worded("what happened, what helped, what changes")))
    incident = _incident(act, incident_id)
    if incident.phase in FINAL:
        raise Conflict(worded("{codename} is over: reopen it to change its review.", codename=incident.codename))
    incident.review_sealed = act.seal(text.strip(), place_in(incident_id, "incident", "review_sealed", incident_id))
    record(act, incident_subject(incident_id), "reviewed", {"text": "Post-incident review saved."})
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
