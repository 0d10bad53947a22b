"""Outgoing webhooks of Microsoft Teams: proven by the HMAC of the raw bytes, within five minutes by the signed time.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook
"""

import base64
import binascii
import hashlib
import hmac
import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from incident.chats.commands import MEMBER, Asked

CHAT = "teams"
WINDOW = timedelta(minutes=5)
SCHEME = "hmac "
MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]{0,500}>")
BLANKS = re.compile(r"[\s\u00a0]+")


def is_proven(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one of the live secrets, which are base64, signed these bytes, and they are of now."""
    given = headers.get("authorization", "")
    if not given.lower().startswith(SCHEME):
        return False
    mac = given[len(SCHEME) :].strip().encode("utf-8", "replace")
    made = [base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()) for key in map(_key, secrets) if key]
    if not any(hmac.compare_digest(one, mac) for one in made):
        return False
    sent = _moment(_document(body).get("timestamp"))
    return sent is not None and abs(now - sent) <= WINDOW


def read(_headers: Mapping[str, str], body: bytes) -> Asked | None:
    """The command; None for a message that is none."""
    document = _document(body)
    sender, text = document.get("from"), document.get("text")
    if not isinstance(sender, dict) or not isinstance(text, str):
        return None
    user = sender.get("aadObjectId") or sender.get("id")
    if not isinstance(user, str) or not MEMBER.fullmatch(user):
        return None
    words = BLANKS.sub(" ", html.unescape(TAG.sub(" ", MENTION.sub(" ", text)))).strip()
    return Asked(CHAT, user, "", words, hashlib.sha256(body).digest())


def answer(text: str) -> dict[str, str]:
    """Shown in the thread, to everybody in the channel."""
    return {"type": "message", "text": html.escape(text, quote=False)}


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _document(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
