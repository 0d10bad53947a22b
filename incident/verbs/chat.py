"""Commands from chats, done once each as the person they are mapped to; who is who there is recorded."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.chats.commands import HELP, MEMBER, Asked, Command, Verb, read_command
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.incidents import Incident
from incident.models.paging import ChatCommand, ChatIdentity
from incident.note_times import split_time
from incident.queries.access import find_incident
from incident.queries.chat import MOST, open_incidents, status_of
from incident.roles import Action, Visibility
from incident.verbs.act import Act
from incident.verbs.entries import note, record
from incident.verbs.page_answers import acknowledge_incident
from incident.verbs.people import find_by_email, find_user
from notifications.ids import new_id
from notifications.wording import worded

CHATS = ("slack", "teams")
KEPT = timedelta(minutes=15)  # longer than any proof is good
AGAIN = "This came once before and was done then."


def obey(act: Act, asked: Asked, zone: str) -> str:
    """Do what is asked for and say what came of it, in one line of text; the same request does nothing twice.

    `zone`: of a time of day in a note. Raises what the verbs behind it raise.
    """
    act.require(Action.ON_CALL)
    command = read_command(asked.called, asked.words)
    if command.verb is Verb.HELP:
        return HELP
    if command.verb is Verb.STATUS:
        return _status(act, command)
    if not _first(act, asked):
        return AGAIN
    incident = _incident(act, command)
    if command.verb is Verb.ACK:
        acknowledge_incident(act, incident.id, asked.chat)
        return f"{incident.codename}: acknowledged. It goes on to nobody else."
    at, said = split_time(command.text, act.now, zone)
    entry = note(act, incident.id, said, at=at)
    return f"{incident.codename}: line {entry.seq}, {_clock(at or act.now)} UTC."


def record_identity(act: Act, chat: str, chat_id: str, email: str) -> ChatIdentity:
    """Say who somebody is in a chat, by the address they sign in with here. Raises Invalid, NotFound and Conflict."""
    act.require(Action.ADMINISTER)
    faults = [] if chat in CHATS else [Fault("chat", worded("is none whose commands are taken"), ", ".join(CHATS))]
    if not MEMBER.fullmatch(chat_id):
        faults.append(Fault("chat_id", worded("is no id of a member"), worded("as the answer to a command names it")))
    if faults:
        raise Invalid(*faults)
    account = find_by_email(act, email)
    row = ChatIdentity(
        id=new_id(),
        chat=chat,
        chat_id=chat_id,
        user_id=account.id,
        recorded_at=act.now,
        recorded_by=act.actor.label,
    )
    try:
        with act.session.begin_nested():
            act.session.add(row)
    except IntegrityError:
        raise Conflict(worded("This member of the chat is somebody here already: remove that first.")) from None
    _write_down(act, "chat.recorded", f"{account.name} may give commands from {chat}.", account.id)
    return row


def forget_identity(act: Act, identity_id: UUID) -> None:
    """Take no commands from a member of a chat any more. Raises NotFound."""
    act.require(Action.ADMINISTER)
    row = act.session.get(ChatIdentity, identity_id)
    if row is None:
        raise NotFound(worded("There is no such member of a chat."))
    name, chat, user_id = find_user(act, row.user_id).name, row.chat, row.user_id
    act.session.delete(row)
    act.session.flush()
    _write_down(act, "chat.forgotten", f"{name} gives no commands from {chat} any more.", user_id)


def _first(act: Act, asked: Asked) -> bool:
    """Keep the proof while it is good; False where it was kept before."""
    act.session.execute(delete(ChatCommand).where(col(ChatCommand.at) < act.now - KEPT))
    digest = hashlib.sha256(asked.chat.encode() + b"\n" + asked.proof).hexdigest()
    try:
        with act.session.begin_nested():
            act.session.add(ChatCommand(digest=digest, at=act.now))
    except IntegrityError:
        return False
    return True


def _incident(act: Act, command: Command) -> Incident:
    """The one that is named, else the only open one. Of a sealed one no room hears. Raises NotFound and Invalid."""
    if command.reference:
        found = find_incident(act.session, act.actor, command.reference)
        if found.visibility is Visibility.SEALED:
            raise NotFound(worded("There is no such incident."))
        return found
    open_ones = open_incidents(act.session, act.actor)
    if len(open_ones) == 1:
        return open_ones[0]
    named = ", ".join(one.codename for one in open_ones[:MOST]) or "none is open"
    raise Invalid(Fault("incident", worded("is not named"), worded("say its codename first: {named}", named=named)))


def _status(act: Act, command: Command) -> str:
    act.require(Action.READ)
    if command.reference:
        incident = _incident(act, command)
        return status_of(act.session, incident, act.now)
    found = open_incidents(act.session, act.actor)
    lines = [status_of(act.session, one, act.now) for one in found[:MOST]]
    more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
    return "\n".join([*lines, *more]) or "No incident is open."


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _write_down(act: Act, action: str, text: str, about: UUID) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(about)})
