"""The people of an incident for programs: let in, taken out; its title, how grave it is, by whom it may be seen."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident.api.shapes import PROSE, AtEdge, Codename, In, Out, Reason, word_of
from incident.auth.dependencies import acting
from incident.models.incidents import Severity
from incident.queries.access import find_incident
from incident.queries.members import Member, read_crew
from incident.roles import Action, Actor, Visibility
from incident.verbs.incidents import add_member, remove_member, rename, set_severity, set_visibility

router = APIRouter(prefix="/api/incidents/{codename}", tags=["incidents"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Commander = Annotated[Actor, Depends(acting(Action.COMMAND))]


class MemberOut(Out):
    """A member. `reads` false: their roles read no incident; `disabled`: they may not sign in any more."""

    id: UUID
    name: str
    roles: list[str]
    since: datetime
    commands: bool
    reads: bool
    disabled: bool


class OtherOut(Out):
    """Somebody who may be let in."""

    id: UUID
    name: str
    roles: list[str]


class CrewOut(Out):
    """Who works on the incident, the commander first; `others` only for those who may let somebody in."""

    members: list[MemberOut]
    others: list[OtherOut]


class TitleIn(In):
    """What it is called from now on: one line."""

    title: str = Field(max_length=2000, pattern=PROSE)


class SeverityIn(In):
    """How grave it is now, and why it is no longer what it was."""

    severity: Annotated[Severity, word_of(Severity)]
    reason: Reason


class VisibilityIn(In):
    """By whom it may be seen from now on, and why."""

    visibility: Annotated[Visibility, word_of(Visibility)]
    reason: Reason


@router.get("/members", response_model=CrewOut)
def list_members(by: Reader, edge: AtEdge, codename: Codename) -> CrewOut:
    """Who works on the incident, and who may be let in."""
    with edge.read() as session:
        crew = read_crew(session, by, find_incident(session, by, codename).id)
    others = [OtherOut(id=one.id, name=one.name, roles=sorted(one.roles)) for one in crew.others]
    return CrewOut(members=[_out(one) for one in crew.members], others=others)


@router.put("/members/{user_id}", status_code=204, response_model=None)
def put_member(by: Commander, edge: AtEdge, codename: Codename, user_id: UUID) -> None:
    """Let somebody in; one who is in stays."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    edge.write(by, lambda act: add_member(act, incident_id, user_id))


@router.delete("/members/{user_id}", status_code=204, response_model=None)
def delete_member(by: Commander, edge: AtEdge, codename: Codename, user_id: UUID) -> None:
    """Take somebody out; of a restricted or sealed incident they know nothing any more."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    edge.write(by, lambda act: remove_member(act, incident_id, user_id))


@router.put("/title", status_code=204, response_model=None)
def put_title(by: Commander, edge: AtEdge, codename: Codename, body: TitleIn) -> None:
    """Call it otherwise."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    edge.write(by, lambda act: rename(act, incident_id, body.title))


@router.put("/severity", status_code=204, response_model=None)
def put_severity(by: Commander, edge: AtEdge, codename: Codename, body: SeverityIn) -> None:
    """Say how grave it is, with the reason."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    edge.write(by, lambda act: set_severity(act, incident_id, body.severity, body.reason))


@router.put("/visibility", status_code=204, response_model=None)
def put_visibility(by: Commander, edge: AtEdge, codename: Codename, body: VisibilityIn) -> None:
    """Say by whom it may be seen, with the reason."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    edge.write(by, lambda act: set_visibility(act, incident_id, body.visibility, body.reason))


def _out(one: Member) -> MemberOut:
    return MemberOut(
        id=one.user_id,
        name=one.name,
        roles=list(one.roles),
        since=one.since,
        commands=one.commands,
        reads=one.reads,
        disabled=one.disabled,
    )
