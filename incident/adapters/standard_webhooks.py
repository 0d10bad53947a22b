"""The generic source: any system that can sign a small JSON document in the Standard Webhooks way.

`title` is required. `key` tells one alert from another (else the title and asset do). `state` is firing (the default),
resolved, informational or test; `severity` is critical, high, medium (the default), low or info. `started_at` is RFC
3339 with an offset; `asset`, `link` (http or https) and `hints` (an object of texts) are optional. All of it may stand
at the top, or under `data` of the envelope that Standard Webhooks recommends ({"type", "timestamp", "data"}).
"""

import hashlib

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    limited,
    moment,
    one_line,
    scalar_text,
    text_map,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "standard_webhooks"


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the document. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    inner = document.get("data")
    fields = inner if isinstance(inner, dict) and "title" not in document else document
    title = _title(fields)
    asset = scalar_text(fields.get("asset"))
    said = text_map(fields.get("hints"), "hints")
    started_at = moment(fields.get("started_at")) or moment(document.get("timestamp"))
    signal = Signal(
        title=title,
        severity=_severity(fields.get("severity")),
        source=NAME,
        key=_key(fields.get("key"), title, asset),
        state=_state(fields.get("state")),
        started_at=started_at,
        asset=asset_of(AssetKind.RESOURCE, asset),
        hints=category_hints(said.get(DATA_CATEGORIES), "hint"),
        labels=_labels(fields, document, said),
        link=web_link(fields.get("link")),
        group=first_text(fields.get("group")),
    )
    return (signal,)


def _title(fields: dict[str, Json]) -> str:
    given = fields.get("title")
    title = one_line(given, TITLE_LENGTH) if isinstance(given, str) else ""
    if not title:
        raise Unreadable("title is missing: it must be a text that says in one line what happened.")
    return title


def _severity(given: Json) -> Severity:
    if given is None:
        return Severity.MEDIUM
    try:
        return Severity(given.strip().lower() if isinstance(given, str) else "")
    except ValueError:
        raise Unreadable(f"severity must be one of {', '.join(Severity)}.") from None


def _state(given: Json) -> SignalState:
    if given is None:
        return SignalState.FIRING
    try:
        return SignalState(given.strip().lower() if isinstance(given, str) else "")
    except ValueError:
        raise Unreadable(f"state must be one of {', '.join(SignalState)}.") from None


def _key(given: Json, title: str, asset: str | None) -> str:
    if given is None:
        return "title:" + hashlib.sha256(f"{title}\n{asset or ''}".encode()).hexdigest()[:32]
    key = first_text(given)
    if key is None or isinstance(given, bool) or len(key) > 200:
        raise Unreadable("key must be a text of at most 200 characters.")
    return key


def _labels(fields: dict[str, Json], document: dict[str, Json], said: dict[str, str]) -> dict[str, str]:
    unread_start = None if moment(fields.get("started_at")) else scalar_text(fields.get("started_at"))
    kind = scalar_text(document.get("type")) if fields is not document else None
    return limited([("started_at_as_sent", unread_start), ("type", kind), *said.items()])


DECIDES = frozenset({"asset"})
"""Without a key the alert is told by title and asset."""

ADAPTER = Adapter(
    name=NAME,
    label="Signed JSON (Standard Webhooks)",
    schemes=(Scheme.STANDARD_WEBHOOKS,),
    read=read,
    delivery_header="webhook-id",
)
