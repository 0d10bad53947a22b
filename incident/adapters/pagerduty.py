"""PagerDuty: webhooks V3 about its incidents, and events as its Events API v2 takes them (we in its place).

https://developer.pagerduty.com/docs/webhooks-overview
https://developer.pagerduty.com/docs/send-alert-event
"""

from datetime import datetime

from incident.adapters.answers import Answer, Asked, Headers, Noted
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    PRIORITIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    limited,
    made_key,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    text_map,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "pagerduty"

_URGENCIES = {"high": Severity.HIGH, "low": Severity.LOW}
_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "info": Severity.LOW,
}
_STATUSES = {
    "triggered": SignalState.FIRING,
    "acknowledged": SignalState.FIRING,
    "resolved": SignalState.RESOLVED,
}
_ACTIONS = {
    "trigger": SignalState.FIRING,
    "acknowledge": SignalState.FIRING,
    "resolve": SignalState.RESOLVED,
}
PING = "pagey.ping"


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of an incident or of what is about one. Raises Unreadable, naming the field that is wrong."""
    document = read_object(body)
    if "event_action" in document or "routing_key" in document:
        return (_sent_event(document),)
    event = document.get("event")
    data = part(event, "data")
    if not isinstance(event, dict) or not isinstance(data, dict):
        raise Unreadable("event.data must be an object; an event of the Events API v2 must have an event_action.")
    if isinstance(part(data, "incident"), dict):
        return (_about_incident(event, data),)
    kind = first_text(event.get("event_type")) or ""
    other = data.get("type") not in (None, "incident")
    return () if other or kind == PING or kind.startswith("service.") else (_incident(event, data),)


def answer(asked: Asked) -> Answer | None:
    """The test that is sent from the page of a subscription is noted."""
    try:
        kind = part(read_object(asked.body), "event", "event_type")
    except Unreadable:
        return None
    return Noted("PagerDuty tested its webhook (pagey.ping).") if kind == PING else None


def _incident(event: dict[str, Json], data: dict[str, Json]) -> Signal:
    """An incident as it stands after the event."""
    key = _id(data, "event.data.id")
    return Signal(
        title=_title(key, data.get("title"), data.get("summary")),
        severity=_severity(data),
        source=NAME,
        key=key,
        state=_state(event, data),
        started_at=_created_at(event, data),
        asset=asset_of(AssetKind.SERVICE, part(data, "service", "summary")),
        labels=_labels(event, data),
        link=web_link(data.get("html_url")),
    )


def _about_incident(event: dict[str, Json], data: dict[str, Json]) -> Signal:
    """A note, a responder, a status update, a workflow: the incident's id and name, and no state of it."""
    key = _id(data["incident"], "event.data.incident.id")
    return Signal(
        title=_title(key, part(data, "incident", "summary"), part(data, "incident", "title")),
        severity=None,
        source=NAME,
        key=key,
        state=SignalState.INFORMATIONAL,
        asset=asset_of(AssetKind.SERVICE, part(data, "service", "summary")),
        labels=_labels(event, data),
        link=web_link(part(data, "incident", "html_url")),
    )


def _id(node: Json, place: str) -> str:
    given = part(node, "id")
    key = scalar_text(given)
    if key is None or isinstance(given, bool):
        raise Unreadable(f"{place} must be a text.")
    return own_key(key)


def _title(key: str, *candidates: Json) -> str:
    return one_line(first_text(*candidates) or key, TITLE_LENGTH)


def _severity(data: dict[str, Json]) -> Severity | None:
    """By the priority; its names are the account's own, so one that is not P1 to P5 leaves the urgency to say it."""
    priority = severity_of(scalar_text(part(data, "priority", "summary")), PRIORITIES)
    return priority or severity_of(scalar_text(data.get("urgency")), _URGENCIES)


def _state(event: dict[str, Json], data: dict[str, Json]) -> SignalState:
    """By the status; an event that leaves it out says it by its type."""
    status = scalar_text(data.get("status"))
    if status is None:
        said = (scalar_text(event.get("event_type")) or "").removeprefix("incident.")
        status = said if said in _STATUSES else None
    state = _STATUSES.get((status or "").lower())
    if state is None:
        raise Unreadable(f"event.data.status must be one of {', '.join(_STATUSES)}.")
    return state


def _created_at(event: dict[str, Json], data: dict[str, Json]) -> datetime | None:
    created = moment(data.get("created_at"))
    if created is None and event.get("event_type") == "incident.triggered":
        return moment(event.get("occurred_at"))
    return created


def _labels(event: dict[str, Json], data: dict[str, Json]) -> dict[str, str]:
    teams = [scalar_text(team.get("summary")) for team in objects(data.get("teams"))]
    return limited(
        [
            ("event_type", scalar_text(event.get("event_type"))),
            ("occurred_at", scalar_text(event.get("occurred_at"))),
            ("status", scalar_text(data.get("status"))),
            ("priority", scalar_text(part(data, "priority", "summary"))),
            ("urgency", scalar_text(data.get("urgency"))),
            ("service", scalar_text(part(data, "service", "summary"))),
            ("teams", ", ".join(filter(None, teams))),
            ("escalation_policy", scalar_text(part(data, "escalation_policy", "summary"))),
            ("incident_type", scalar_text(part(data, "incident_type", "name"))),
            ("number", scalar_text(data.get("number"))),
            ("incident_key", scalar_text(data.get("incident_key"))),
            ("resolve_reason", scalar_text(part(data, "resolve_reason", "type"))),
            ("client", scalar_text(part(event, "client", "name"))),
            ("note", first_text(data.get("content"), data.get("message"))),
        ]
    )


def _sent_event(document: dict[str, Json]) -> Signal:
    """An event as monitors send it to PagerDuty; without a dedup_key each source and summary is an alert."""
    payload = document.get("payload")
    said = payload if isinstance(payload, dict) else {}
    action = (scalar_text(document.get("event_action")) or "").lower()
    if action not in _ACTIONS:
        raise Unreadable(f"event_action must be one of {', '.join(_ACTIONS)}; change events tell of no alert.")
    key = _event_key(document, said)
    ends = action == "resolve"
    return Signal(
        title=_title(key, said.get("summary")),
        severity=None if ends else severity_of(scalar_text(said.get("severity")), _SEVERITIES),
        source=NAME,
        key=key,
        state=_ACTIONS[action],
        started_at=None if ends else moment(said.get("timestamp")),
        asset=asset_of(AssetKind.HOST, said.get("source")),
        hints=category_hints(scalar_text(part(said, "custom_details", DATA_CATEGORIES)), "detail"),
        labels=_event_labels(document, said),
        link=_event_link(document),
    )


def _event_key(document: dict[str, Json], said: dict[str, Json]) -> str:
    given = first_text(document.get("dedup_key"))
    if given is not None:
        return own_key(given)
    source, summary = scalar_text(said.get("source")), scalar_text(said.get("summary"))
    if source is None and summary is None:
        raise Unreadable("dedup_key is missing, and payload.summary and payload.source too.")
    return made_key(source, summary)


def _event_labels(document: dict[str, Json], said: dict[str, Json]) -> dict[str, str]:
    names = ("severity", "source", "component", "group", "class")
    details = part(said, "custom_details")
    own = text_map(details, "custom_details") if isinstance(details, dict) else {}
    return limited(
        [
            ("event_action", scalar_text(document.get("event_action"))),
            *((name, scalar_text(said.get(name))) for name in names),
            ("client", scalar_text(document.get("client"))),
            ("details", scalar_text(details)),
            *own.items(),
        ]
    )


def _event_link(document: dict[str, Json]) -> str | None:
    links = [web_link(link.get("href")) for link in objects(document.get("links"))]
    return next(filter(None, [web_link(document.get("client_url")), *links]), None)


DECIDES = frozenset({"status", "event_type", "event_action", "incident", "source"})
"""They say the state, what tells of an incident without being one, and half of a key that has to be made."""

SNIPPET = """\
curl --fail-with-body https://api.pagerduty.com/webhook_subscriptions \\
  -H 'Authorization: Token token=API_KEY' -H 'Accept: application/vnd.pagerduty+json;version=2' \\
  -H 'Content-Type: application/json' -d '{
  "webhook_subscription": {
    "type": "webhook_subscription",
    "description": "seventytwo",
    "delivery_method": {"type": "http_delivery_method", "url": "{url}"},
    "filter": {"type": "account_reference"},
    "events": ["incident.triggered", "incident.acknowledged", "incident.unacknowledged", "incident.reopened",
      "incident.escalated", "incident.delegated", "incident.reassigned", "incident.priority_updated",
      "incident.annotated", "incident.status_update_published", "incident.resolved"]
  }
}'
# The answer has the secret, once: webhook_subscription.delivery_method.secret.

# A monitor that sends events to PagerDuty's Events API v2 (another source, scheme routing_key):
# address {url}, integration or routing key SECRET.
"""

ADAPTER = Adapter(
    name=NAME,
    label="PagerDuty webhooks V3, Events API v2",
    schemes=(Scheme.PAGERDUTY, Scheme.ROUTING_KEY),
    read=read,
    answer=answer,
    snippet=SNIPPET,
)
