"""Who may give commands from Slack and Teams, by their id there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident.api.shapes import ONE_LINE, AtEdge, In, Out
from incident.auth.dependencies import acting
from incident.queries.chat import read_identities
from incident.roles import Action, Actor
from incident.verbs.chat import forget_identity, record_identity

router = APIRouter(prefix="/api/chat-members", tags=["on call"])
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER))]


class MemberIn(In):
    """A member of a chat (`slack` or `teams`) and the address they sign in with here."""

    chat: Annotated[str, Field(max_length=16, pattern=ONE_LINE)]
    chat_id: Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
    email: Annotated[str, Field(max_length=320, pattern=ONE_LINE)]


class MemberOut(Out):
    """A member of a chat who may give commands."""

    id: UUID
    chat: str
    chat_id: str
    name: str
    email: str


class MembersOut(Out):
    """All of them, by name."""

    members: list[MemberOut]


class MadeOut(Out):
    """The id of what was recorded."""

    id: UUID


@router.get("", response_model=MembersOut)
def list_members(by: Keeper, edge: AtEdge) -> MembersOut:
    """Everybody who may give commands."""
    with edge.read() as session:
        found = read_identities(session, by)
    return MembersOut(
        members=[
            MemberOut(id=one.id, chat=one.chat, chat_id=one.chat_id, name=one.name, email=one.email) for one in found
        ]
    )


@router.post("", status_code=201, response_model=MadeOut)
def make_member(by: Keeper, edge: AtEdge, body: MemberIn) -> MadeOut:
    """Take commands of a member as this person's."""
    return MadeOut(id=edge.write(by, lambda act: record_identity(act, body.chat, body.chat_id, body.email).id))


@router.delete("/{member_id}", status_code=204, response_model=None)
def delete_member(by: Keeper, edge: AtEdge, member_id: UUID) -> None:
    """Take none of them any more."""
    edge.write(by, lambda act: forget_identity(act, member_id))
