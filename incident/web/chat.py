"""The page on which administrators say who is who in Slack and Teams, so that commands from there are taken."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.queries.chat import read_identities
from incident.queries.people import read_accounts
from incident.roles import Action, Actor
from incident.verbs.chat import CHATS, forget_identity, record_identity
from incident.web.forms import Line, Sent
from incident.web.frame import Seated, see
from incident.web.views import Choice

router = APIRouter(include_in_schema=False)
PAGE = "/chat"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
NAMES = {"slack": "Slack", "teams": "Microsoft Teams"}


class MemberForm(Sent):
    """A member of a chat and who that is here."""

    chat: Line
    chat_id: Line
    email: Line


@router.get(PAGE)
def show_members(desk: Seated, by: Keeper) -> Response:
    """Who may give commands from where."""
    settings = desk.edge.settings
    with desk.edge.read() as session:
        people = [one for one in read_accounts(session, by) if one.disabled_at is None]
        values = {
            "members": [(NAMES[one.chat], one) for one in read_identities(session, by)],
            "people": tuple(Choice(one.email, one.name) for one in people),
            "chats": tuple(Choice(chat, NAMES[chat], chosen=bool(settings.chat_secrets(chat))) for chat in CHATS),
            "base_url": settings.base_url,
        }
        return desk.page("chat.html", session, values)


@router.post(PAGE)
def add(desk: Seated, by: Keeper, form: Annotated[MemberForm, Form()]) -> Response:
    """Take commands of a member."""
    desk.edge.write(by, lambda act: record_identity(act, form.chat, form.chat_id.strip(), form.email))
    return see(PAGE)


@router.post(f"{PAGE}/{{identity_id}}/removal")
def remove(desk: Seated, by: Keeper, identity_id: UUID) -> Response:
    """Take none any more."""
    desk.edge.write(by, lambda act: forget_identity(act, identity_id))
    return see(PAGE)
