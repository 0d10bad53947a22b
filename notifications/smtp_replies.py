"""What a relay's answer means for one mail: by phase, reply code (RFC 5321 §4.2) and enhanced code (RFC 3463)."""

import re
from enum import StrEnum

from notifications.transitions import Fate, Reply

ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
LONGEST_TEXT = 500
SERVICE_CLOSING = 421
SPEAKS_OF_US = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})  # the session or our configuration


class Phase(StrEnum):
    """Which command was answered. From BODY on the relay may have the mail."""

    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    EMPTY = "empty"  # the lone dot after a go-ahead nobody wanted any more
    RESET = "reset"


def read_reply(code: int, text: str) -> Reply:
    """The answer as it is kept: the enhanced code apart, control characters and broken bytes as spaces, cut to 500."""
    words = (text if text.isprintable() else UNSTORABLE.sub(" ", text)).strip()
    found = ENHANCED.match(words)
    return Reply(code, found[1] if found else "", words[:LONGEST_TEXT])


def fate_of(phase: Phase, reply: Reply, *, first_try: bool) -> Fate:
    """What an answer that is no go-ahead, or the answer to the final dot, means.

    Temporary when either code says so. A permanent refusal that speaks of policy (x.7.x), of the sender or of the
    session rather than of this recipient gets a second look: it is deferred on the first try.
    """
    code = reply.code or 0
    if phase is Phase.BODY and 200 <= code < 300:
        return Fate.ACCEPTED
    if not 500 <= code < 600 or reply.enhanced.startswith("4."):
        return Fate.DEFERRED
    second_look = phase is Phase.MAIL or code in SPEAKS_OF_US or reply.enhanced.startswith("5.7.")
    return Fate.DEFERRED if second_look and first_try else Fate.REJECTED


def goes_ahead(phase: Phase, code: int) -> bool:
    """Whether the answer lets the next command follow."""
    return code == 354 if phase is Phase.DATA else 200 <= code < 300
