"""Reading single fields of a monitor's document: one-line text, moments, links, severities."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from incident.adapters.documents import Json
from incident.adapters.signals import Severity, Unreadable

TITLE_LENGTH = 300
TEXT_LENGTH = 2_000
MAX_HINTS = 100

# Line breaks would forge mail headers, bidirectional controls would make a title read as another.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RFC_3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def one_line(text: str, limit: int = TEXT_LENGTH) -> str:
    """The text without line breaks, control and bidirectional characters, cut to `limit` characters."""
    # Cut first: a long text repeated in every alert of a delivery must not be cleaned a thousand times over.
    text = text[: limit * 8]
    line = " ".join(_BIDI.sub("", _BREAKS.sub(" ", text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def scalar_text(value: Json) -> str | None:
    """A text or number as one line; None for nothing, blank text, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return one_line(str(value)) or None
    return None


def first_text(*candidates: Json) -> str | None:
    """The first candidate that has a text."""
    return next((text for text in map(scalar_text, candidates) if text), None)


def text_map(value: Json, name: str) -> dict[str, str]:
    """An object of scalars as texts; nested members are left out. Raises Unreadable if it is no object."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(f"{name} must be an object.")
    texts = {one_line(key, 200): scalar_text(member) for key, member in value.items()}
    return {key: text for key, text in texts.items() if key and text is not None}


def moment(value: Json) -> datetime | None:
    """An RFC 3339 time in UTC, cut to microseconds; None if it is absent, has no offset, or is absurd.

    Go's zero time (year 1) counts as absent; so does everything outside 1990 to 2100.
    """
    match = _RFC_3339.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    date, clock, fraction, offset = match.groups()
    micro = (fraction or "0").ljust(6, "0")[:6]
    try:
        at = datetime.fromisoformat(f"{date}T{clock}.{micro}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def web_link(value: Json) -> str | None:
    """An http or https address as given, else None. It is shown to people and never fetched."""
    if not isinstance(value, str) or len(value) > TEXT_LENGTH or _BREAKS.search(value) or _BIDI.search(value):
        return None
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return None
    return value.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def severity_of(text: str | None, scale: Mapping[str, Severity], otherwise: Severity) -> Severity:
    """The monitor's own word on our scale; letter case does not matter."""
    return scale.get((text or "").strip().lower(), otherwise)


def limited(hints: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Hints that have a text; the first of a name counts, and no more than a hundred are kept."""
    kept: dict[str, str] = {}
    for name, text in hints:
        if text and len(kept) < MAX_HINTS:
            kept.setdefault(name, text)
    return kept
