"""Opsgenie's (and Jira Service Management's) outgoing webhook: one signal for what was done to an alert.

https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
"""

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
    first_text,
    limited,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    tagged_categories,
    text_map,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "opsgenie"

_ENDS = frozenset({"close", "delete"})
_HOLDS_OPEN = frozenset(
    {
        "create",
        "acknowledge",
        "unacknowledge",
        "assignownership",
        "takeownership",
        "addteam",
        "addrecipient",
        "addresponder",
        "escalate",
        "escalatenext",
        "escalatetonext",
        "snooze",
        "snoozeended",
        "updatepriority",
    }
)
"""Other actions (notes, tags, details, an account's own) can be done to a closed alert, too: they say no state."""


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the action. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    alert = document.get("alert")
    if not isinstance(alert, dict):
        raise Unreadable("alert must be an object.")
    given = alert.get("alertId")
    key = scalar_text(given)
    if key is None or isinstance(given, bool):
        raise Unreadable("alert.alertId must be a text.")
    tags = _tags(alert)
    signal = Signal(
        title=one_line(first_text(alert.get("message"), alert.get("alias"), key) or key, TITLE_LENGTH),
        severity=_severity(alert.get("priority")),
        source=NAME,
        key=own_key(key),
        state=_state(document.get("action")),
        started_at=epoch_moment(alert.get("createdAt"), 1000),
        asset=asset_of(AssetKind.RESOURCE, alert.get("entity")),
        hints=_hints(alert, tags),
        labels=_labels(document, alert, tags),
        group=scalar_text(alert.get("alias")),
    )
    return (signal,)


def _severity(given: Json) -> Severity | None:
    """`P1` to `P5`, or the bare number."""
    text = scalar_text(given) or ""
    return severity_of(f"p{text}" if text.isdigit() else text, PRIORITIES)


def _state(given: Json) -> SignalState:
    action = (given if isinstance(given, str) else "").replace(" ", "").lower()
    if not action:
        raise Unreadable("action must be a text, such as Create or Close.")
    if action in _ENDS:
        return SignalState.RESOLVED
    return SignalState.FIRING if action in _HOLDS_OPEN else SignalState.INFORMATIONAL


def _tags(alert: dict[str, Json]) -> list[str]:
    given = alert.get("tags")
    return [text for text in map(scalar_text, given[:100]) if text] if isinstance(given, list) else []


def _hints(alert: dict[str, Json], tags: list[str]) -> tuple[Hint, ...]:
    """By a detail of the alert, else by a tag `data_categories:name+contact`."""
    said = category_hints(scalar_text(part(alert, "details", DATA_CATEGORIES)), "detail")
    return said or category_hints(tagged_categories(tags), "tag")


def _labels(document: dict[str, Json], alert: dict[str, Json], tags: list[str]) -> dict[str, str]:
    details = alert.get("details")
    own = text_map(details, "details") if isinstance(details, dict) else {}
    return limited(
        [
            ("action", scalar_text(document.get("action"))),
            ("priority", scalar_text(alert.get("priority"))),
            ("tags", one_line(", ".join(tags))),
            ("alias", scalar_text(alert.get("alias"))),
            ("entity", scalar_text(alert.get("entity"))),
            ("alert_source", scalar_text(alert.get("source"))),
            ("tiny_id", scalar_text(alert.get("tinyId"))),
            ("source_name", scalar_text(part(document, "source", "name"))),
            ("source_type", scalar_text(part(document, "source", "type"))),
            ("integration", scalar_text(document.get("integrationName"))),
            ("escalation", scalar_text(document.get("escalationName"))),
            ("note", scalar_text(alert.get("note"))),
            ("description", scalar_text(alert.get("description"))),
            *own.items(),
        ]
    )


DECIDES = frozenset({"action"})

SNIPPET = """\
Integration: Webhook
Webhook URL: {url}
Custom header: Authorization, value: SECRET
Add alert description to payload: yes
Add alert details to payload: yes
Alert actions: Create, Acknowledge, UnAcknowledge, Close, Delete, Escalate, Update Priority, Add Note
"""

ADAPTER = Adapter(
    name=NAME,
    label="Opsgenie, Jira Service Management",
    schemes=(Scheme.HEADER_TOKEN, Scheme.BEARER, Scheme.BASIC),
    read=read,
    snippet=SNIPPET,
)
