"""What the readers of provider events share: proof or refusal, members of JSON that may be of any kind, texts."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from incident.adapters.documents import Json
from incident.adapters.fields import moment, one_line
from notifications.heard import LONGEST_DETAIL

Headers = Mapping[str, str]
"""Header names in lower case."""
AHEAD = timedelta(minutes=5)
"""How far a provider's clock may be ahead of ours."""


class Proven:
    """The request is from the provider, lately."""


PROVEN = Proven()


def member(value: Json, *path: str) -> Json:
    """The member at a path of objects; None where one is missing or no object."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Json, *path: str) -> str:
    """The text at a path, in one line and cut; "" where there is none."""
    found = member(value, *path)
    return one_line(str(found), LONGEST_DETAIL) if isinstance(found, str | int | float) else ""


def items_at(value: Json, *path: str) -> list[Json]:
    """The list at a path; empty where there is none."""
    found = member(value, *path)
    return found if isinstance(found, list) else []


def addresses_of(*texts: str) -> frozenset[str]:
    """Addresses in lower case, without those that are none."""
    return frozenset(text.strip().strip("<>").lower() for text in texts if "@" in text)


def bracketed(message_id: str) -> tuple[str, ...]:
    """A Message-ID as it stands in a header, with its brackets; empty for none."""
    bare = message_id.strip().strip("<>")
    return (f"<{bare}>",) if "@" in bare else ()


def at_of(value: Json) -> datetime | None:
    """A time in RFC 3339, or seconds since 1970; None for what is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    return moment(value)


def fresh(at: datetime | None, now: datetime, window: timedelta) -> bool:
    """Whether a signed moment is within the time a provider tries again, and not ahead of our clock."""
    return at is not None and now - window <= at <= now + AHEAD


def digest_key(provider: str, body: bytes) -> str:
    """The key of an event that has no id: the same bytes are the same event."""
    return f"{provider}:sha256:{hashlib.sha256(body).hexdigest()}"
