"""Datadog's webhooks integration: one signal, from the payload that is pasted into it; its variables become texts.

A variable that says nothing arrives as its own name, `$HOSTNAME`; it counts as absent.
https://docs.datadoghq.com/integrations/webhooks/
"""

import re
from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    PRIORITIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
    limited,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "datadog"

_TYPES = {"error": Severity.HIGH, "warning": Severity.MEDIUM}
_TRANSITIONS = {
    "triggered": SignalState.FIRING,
    "re-triggered": SignalState.FIRING,
    "no data": SignalState.FIRING,
    "re-no data": SignalState.FIRING,
    "warn": SignalState.FIRING,
    "re-warn": SignalState.FIRING,
    "renotify": SignalState.FIRING,
    "recovered": SignalState.RESOLVED,
    "null": SignalState.INFORMATIONAL,
}
_BEGINNINGS = ("triggered", "no data", "warn")
"""$DATE is when the event happened: of a repeat or a recovery it is no beginning."""
_SCOPED = {"host": AssetKind.HOST, "service": AssetKind.SERVICE}
_UNRENDERED = re.compile(r"\$[A-Z][A-Z0-9_]*")
_SAID = (
    "alert_transition",
    "alert_priority",
    "alert_type",
    "event_type",
    "alert_id",
    "alert_scope",
    "alert_metric",
    "alert_query",
    "alert_status",
    "aggreg_key",
    "id",
    "hostname",
    "last_updated",
    "tags",
    "text_only_msg",
)


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the event. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    title = _said(document, "alert_title") or _said(document, "title")
    if title is None:
        raise Unreadable("alert_title is missing: the webhook's payload must have $ALERT_TITLE.")
    transition = (_said(document, "alert_transition") or "").lower()
    if transition not in _TRANSITIONS:
        raise Unreadable("alert_transition must be $ALERT_TRANSITION: Triggered, Warn, No Data, Renotify or Recovered.")
    tags = _tags(document)
    signal = Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=_severity(document),
        source=NAME,
        key=_key(document),
        state=_TRANSITIONS[transition],
        started_at=_started_at(document) if transition in _BEGINNINGS else None,
        asset=_asset(document, tags),
        hints=category_hints(tags.get(DATA_CATEGORIES), "tag"),
        labels=_labels(document, tags),
        link=web_link(_said(document, "link")),
        group=_said(document, "aggreg_key"),
    )
    return (signal,)


def _said(document: dict[str, Json], *place: str) -> str | None:
    """A member as text; None where Datadog left the variable's name."""
    text = scalar_text(part(document, *place))
    return None if text is None or _UNRENDERED.fullmatch(text) else text


def _key(document: dict[str, Json]) -> str:
    """The cycle's key is the same from trigger to recovery; without it monitor and scope are the alert."""
    cycle, monitor = _said(document, "alert_cycle_key"), _said(document, "alert_id")
    if cycle:
        return own_key(cycle)
    if monitor is None:
        raise Unreadable("alert_cycle_key is missing, and alert_id too: the payload must have $ALERT_CYCLE_KEY.")
    return own_key(f"{monitor}/{_said(document, 'alert_scope') or ''}")


def _severity(document: dict[str, Json]) -> Severity | None:
    priority = _said(document, "alert_priority")
    return severity_of(priority, PRIORITIES) if priority else severity_of(_said(document, "alert_type"), _TYPES)


def _started_at(document: dict[str, Json]) -> datetime | None:
    return epoch_moment(_said(document, "date"), 1000)


def _tags(document: dict[str, Json]) -> dict[str, str]:
    """Tags with a value, the first of a name; the scope is one of tags, too."""
    given = f"{_said(document, 'tags') or ''},{_said(document, 'alert_scope') or ''}"
    pairs = (tag.partition(":") for tag in given.split(","))
    return limited((name.strip(), value.strip()) for name, _, value in pairs if name.strip())


def _asset(document: dict[str, Json], tags: dict[str, str]) -> Asset | None:
    region = tags.get("region")
    host = asset_of(AssetKind.HOST, _said(document, "hostname"), region)
    return host or next((asset_of(kind, tags[name], region) for name, kind in _SCOPED.items() if tags.get(name)), None)


def _labels(document: dict[str, Json], tags: dict[str, str]) -> dict[str, str]:
    unread = _said(document, "date") if _started_at(document) is None else None
    said = [(name, _said(document, name)) for name in _SAID]
    organisation = [("org_id", _said(document, "org", "id")), ("org_name", _said(document, "org", "name"))]
    return limited([*said, *organisation, ("started_at_as_sent", unread), *tags.items()])


DECIDES = frozenset({"alert_transition"})

SNIPPET = """\
URL: {url}

Payload (not encoded as form):
{
  "alert_title": "$ALERT_TITLE",
  "alert_transition": "$ALERT_TRANSITION",
  "alert_cycle_key": "$ALERT_CYCLE_KEY",
  "alert_id": "$ALERT_ID",
  "alert_scope": "$ALERT_SCOPE",
  "alert_priority": "$ALERT_PRIORITY",
  "alert_type": "$ALERT_TYPE",
  "alert_metric": "$ALERT_METRIC",
  "alert_query": "$ALERT_QUERY",
  "event_type": "$EVENT_TYPE",
  "aggreg_key": "$AGGREG_KEY",
  "id": "$ID",
  "org": {"id": "$ORG_ID", "name": "$ORG_NAME"},
  "date": "$DATE",
  "hostname": "$HOSTNAME",
  "link": "$LINK",
  "tags": "$TAGS",
  "text_only_msg": "$TEXT_ONLY_MSG"
}

Custom headers:
{"Authorization": "Bearer SECRET"}

In the message of each monitor: @webhook-{slug}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Datadog monitors",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
