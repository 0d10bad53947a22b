"""Commands from Slack and Teams: proven on the raw bytes, done as the person they are mapped to, answered in time."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from incident.adapters.authenticity import Reason
from incident.auth.edge import Edge
from incident.chats import slack, teams
from incident.chats.commands import Asked
from incident.errors import Forbidden, IncidentError
from incident.hooks.raw_requests import NOT_PROVEN, UNKNOWN, Answered, body_of, headers_of
from incident.queries.chat import talker
from incident.queries.refusals import NO_SOURCE
from incident.verbs.chat import obey
from notifications.store import StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
IN_TIME = 2.5  # seconds: Slack waits three
STRANGER = "Nobody here is known by your id in this chat, {user}. An administrator records it: seventytwo chat --help"
SLOW = "It takes longer than usual. Look at the timeline before you send it again."
TROUBLE = "It could not be written down now. Send it again, or use the console."
NO_COMMAND = "This is no command."


@dataclass(frozen=True, slots=True)
class Chat:
    """How a chat proves itself, what it says, and how it wants to be answered."""

    is_proven: Callable[..., bool]
    read: Callable[[Mapping[str, str], bytes], Asked | None]
    answer: Callable[[str], dict[str, str]]


CHATS = {
    slack.CHAT: Chat(slack.is_proven, slack.read, slack.answer),
    teams.CHAT: Chat(teams.is_proven, teams.read, teams.answer),
}


@router.post("/hooks/chat/{name}")
async def hear(request: Request, name: str, background: BackgroundTasks) -> Response:
    """Do one command and answer with one line of text, within three seconds."""
    edge = Edge.of(request)
    try:
        chat, secrets = CHATS.get(name), edge.settings.chat_secrets(name)
        if chat is None or not secrets:
            raise UNKNOWN
        headers = headers_of(request)
        body = await body_of(request, headers)
        if not chat.is_proven(secrets, headers, body, edge.clock.now()):
            raise Answered(NOT_PROVEN.status, NOT_PROVEN.detail, Reason.WRONG.value)
    except Answered as refused:
        place = f"chat/{name}" if name in CHATS else NO_SOURCE
        background.add_task(request.app.state.refused.count, edge, None, refused.reason, place)
        return JSONResponse({"detail": refused.detail}, refused.status, background=background)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it
    asked = chat.read(headers, body)
    if asked is None:
        return JSONResponse(chat.answer(NO_COMMAND))
    doing = asyncio.ensure_future(run_in_threadpool(_do, edge, asked))
    try:
        text = await asyncio.wait_for(asyncio.shield(doing), IN_TIME)
    except TimeoutError:
        text = SLOW
    return JSONResponse(chat.answer(text))


def _do(edge: Edge, asked: Asked) -> str:
    """What came of it, in words for a room."""
    try:
        with edge.read() as session:
            found = talker(session, asked.chat, asked.user)
        if found is None:
            return STRANGER.format(user=asked.user[:200])
        zone = found.zone or edge.settings.zone
        return edge.write(found.actor, lambda act: obey(act, asked, zone))
    except Forbidden:
        return "Your roles do not carry this."
    except IncidentError as error:
        return f"Nothing was done. {error}"
    except StoreUnavailable as error:
        log.warning("chat: a command could not be done: %s", error)
        return TROUBLE
    except Exception:
        log.exception("chat: a command of %s could not be done", asked.chat)
        return TROUBLE
