"""Bodies from hell in the words of Slack and Teams, signed: answered in one line, nothing logged, nothing run."""

import json
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from incident.models.intake import StrayRefusal
from tests.hooks.hostile import RAW, TEXTS
from tests.hooks.shown import unlogged
from tests.hooks.test_chat_commands import ADA, SLACK, TEAMS, Room, room, stage
from tests.incident.chats.test_proofs import slack_headers, teams_headers
from tests.web.stage import session_of

pytestmark = [pytest.mark.untraced, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
__all__ = ["room", "stage"]
WORDS = [
    *TEXTS.values(),
    "half a pair: \ud800",
    "it ends here:\0",
    "\u202e" * 500,
    "18:99 x",
    "99999999:00 y",
    "<at>" * 5_000,
]
IDS = ["U1", "U\0", "\ud800", "U" * 5_000, "'; --"]


def said_to(room: Room, chat: str, body: bytes) -> str:
    """What a chat is answered by our door, in the one line it shows."""
    at = room.stage.installation.clock.now()
    headers = slack_headers(body, at=at) if chat == SLACK else teams_headers(body)
    answer = room.client.post(chat, content=body, headers=headers)
    if chat == TEAMS and answer.status_code == 401:
        return ""  # the signed time is one of its members
    assert answer.status_code == 200, (body[:200], answer.text)
    return str(answer.json()["text"])


def test_whatever_a_member_says_is_answered(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    room.known()
    room.known("teams", ADA, "lea")
    at = room.stage.installation.clock.now().isoformat()
    for words in WORDS:
        for called in ("/note", words):
            fields = {"user_id": "U1", "command": called, "text": words}
            said_to(room, SLACK, urlencode(fields, errors="surrogatepass").encode())
            sender = {"id": "29:1abc", "aadObjectId": ADA}
            message = {"type": "message", "timestamp": at, "text": f"{called} {words}", "from": sender}
            said = said_to(room, TEAMS, json.dumps(message).encode())
            assert "<script" not in said
    for user in IDS:
        said_to(
            room, SLACK, urlencode({"user_id": user, "command": "/note", "text": "x"}, errors="surrogatepass").encode()
        )
        said_to(room, TEAMS, json.dumps({"timestamp": at, "text": "note x", "from": {"id": user}}).encode())
    unlogged(caplog)
    assert room.lines()


def test_what_breaks_a_parser_is_no_command(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    for body in RAW.values():
        assert said_to(room, SLACK, body) == "This is no command."
        assert said_to(room, TEAMS, body) in ("", "This is no command.")
    unlogged(caplog)


def test_what_is_refused_is_counted(room: Room) -> None:
    assert room.client.post(SLACK, content=b"x").status_code == 401
    assert room.client.post(SLACK, content=b"x", headers={"content-encoding": "gzip"}).status_code == 415
    assert room.client.post("/hooks/chat/irc", content=b"x").status_code == 404
    with session_of(room.stage) as session:
        rows = session.exec(select(StrayRefusal)).all()
    found = {(row.place, row.reason): row.count for row in rows}
    assert found == {("chat/slack", "wrong"): 1, ("chat/slack", "encoding"): 1, ("address", "unknown"): 1}
