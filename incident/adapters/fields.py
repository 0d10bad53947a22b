"""Reading single fields of a monitor's document: one-line text, moments, links, severities, assets, hints."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from incident.adapters.documents import Json
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Unreadable
from incident.facts.vocabulary import CATEGORIES

TITLE_LENGTH = 300
TEXT_LENGTH = 2_000
DATA_CATEGORIES = "data_categories"
NAME_LENGTH = 200
KEY_LENGTH = 300
MAX_LABELS = 100
PRIORITIES: Mapping[str, Severity] = {f"p{number}": level for number, level in enumerate(Severity, 1)}
"""P1 is the gravest, P5 the least: Datadog, Opsgenie and PagerDuty count so."""

# Line breaks would forge mail headers, bidirectional controls would make a title read as another.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RFC_3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
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


def joined(value: Json) -> str | None:
    """The texts of a list in one line, parted by a comma and a blank; one text as it is."""
    if not isinstance(value, list):
        return scalar_text(value)
    return one_line(", ".join(text for text in map(scalar_text, value[:MAX_LABELS]) if text)) or None


def part(node: Json, *path: str | int) -> Json:
    """What stands at a path of names and places in lists; None where there is no such thing."""
    for step in path:
        if isinstance(node, dict) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def objects(node: Json) -> list[dict[str, Json]]:
    """The objects of a list; what else stands in it is left out."""
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


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

    The offset may lack its colon (`+0000`, ISO 8601), as CloudWatch and Wazuh write it. Go's zero time
    (year 1) counts as absent; so does everything outside 1990 to 2100.
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


def utc_moment(value: Json) -> datetime | None:
    """As `moment`, where the monitor documents that a time without an offset is UTC."""
    return moment(value) or (moment(f"{value.strip()}Z") if isinstance(value, str) else None)


def epoch_moment(value: Json, per_second: int = 1) -> datetime | None:
    """A Unix time, a number or its digits, in seconds or (1000) milliseconds; None if it is absurd, as for `moment`."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(2**53)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(value * (1_000_000 // per_second)))
    except OverflowError:
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


def severity_of(text: str | None, scale: Mapping[str, Severity]) -> Severity | None:
    """The monitor's own word on our scale; letter case does not matter. None for a word that is not on it."""
    return scale.get((text or "").strip().lower())


def whole_number(value: Json, least: int, most: int) -> int | None:
    """A whole number within these bounds, also by its digits; None for what is none."""
    text = scalar_text(value) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None


def limited(labels: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Labels that have a text, their names as one line; the first of a name counts, no more than a hundred are kept."""
    kept: dict[str, str] = {}
    for name, text in labels:
        if text and len(kept) < MAX_LABELS:
            kept.setdefault(one_line(name, NAME_LENGTH), text)
    return kept


def asset_of(kind: AssetKind, name: Json, region: Json = None) -> Asset | None:
    """The asset of this name; None where there is no name."""
    text = scalar_text(name)
    where = scalar_text(region)
    return Asset(kind, one_line(text, NAME_LENGTH), where and one_line(where, NAME_LENGTH)) if text else None


def made_key(*parts: Json) -> str:
    """The key of an alert without an identity: `made:` and 32 hexadecimal digits of the SHA-256 of these texts."""
    return whole_key("\n".join(scalar_text(part) or "" for part in parts))


def whole_key(text: str) -> str:
    """As `made_key`, of one text as it stands, however long it is."""
    return "made:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def own_key(text: str) -> str:
    """The monitor's identity of the alert; one that is longer than a key may be is cut and ends with its hash."""
    if len(text) <= KEY_LENGTH:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{text[: KEY_LENGTH - 33].rstrip()}#{digest}"


def category_hints(text: str | None, place: str) -> tuple[Hint, ...]:
    """Our convention: words of the fact sheet under `data_categories`, parted by `,` or `+`; unknown ones are left out.

    `place` says what named them: "label", "tag", "annotation".
    """
    words = [word.strip().lower() for word in re.split(r"[,+]", text or "")]
    known = tuple(dict.fromkeys(word for word in words if word in CATEGORIES))
    why = f"The {place} {DATA_CATEGORIES} names them (our convention for labels)."
    return (Hint("data.categories", known, why),) if known else ()


def tagged_categories(tags: Iterable[Json]) -> str:
    """What tags such as `data_categories:name+contact` say, for `category_hints`."""
    prefix = f"{DATA_CATEGORIES}:"
    return ",".join(tag[len(prefix) :] for tag in tags if isinstance(tag, str) and tag.startswith(prefix))
