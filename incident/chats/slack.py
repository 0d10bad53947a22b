"""Slash commands of Slack: proven by the signing secret (v0) on the raw bytes within five minutes, read as a form.

https://docs.slack.dev/authentication/verifying-requests-from-slack
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from incident.chats.commands import MEMBER, Asked

CHAT = "slack"
WINDOW = timedelta(minutes=5)
MOST_FIELDS = 50
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}  # Slack escapes these three and no others; the last one last


def is_proven(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one of the live secrets signed these bytes lately. Header names in lower case."""
    stamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > WINDOW.total_seconds():
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    made = ["v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(one.encode(), given.encode("utf-8", "replace")) for one in made)


def read(headers: Mapping[str, str], body: bytes) -> Asked | None:
    """The command; None for a body that is none, and for Slack's look whether the address is there."""
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    if "ssl_check" in fields or not MEMBER.fullmatch(fields.get("user_id", "")) or not fields.get("command"):
        return None
    words = fields.get("text", "")
    for entity, sign in ENTITIES.items():
        words = words.replace(entity, sign)
    proof = headers.get("x-slack-signature", "").encode("utf-8", "replace")
    return Asked(CHAT, fields["user_id"], fields["command"], words, proof)


def answer(text: str) -> dict[str, str]:
    """Shown to whoever asked alone; its three signs are escaped."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"response_type": "ephemeral", "text": plain}
