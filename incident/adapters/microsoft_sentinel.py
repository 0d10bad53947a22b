"""Microsoft Sentinel: incidents as a playbook gets them or as the API returns them, and single alerts.

https://learn.microsoft.com/rest/api/securityinsights/incidents/get
https://learn.microsoft.com/azure/sentinel/automation/playbook-triggers-actions
https://learn.microsoft.com/azure/sentinel/security-alert-schema
"""

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    first_text,
    joined,
    limited,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.microsoft_assets import SEVERITIES, first_asset
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "microsoft_sentinel"

ENDED = frozenset({"closed", "resolved", "dismissed"})
"""Closed of incidents; Resolved and Dismissed of alerts. New and Active (InProgress) are held open."""


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """One signal for each incident or alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_json(body)
    listed = part(document, "value") if isinstance(part(document, "value"), list) else document
    found = listed if isinstance(listed, list) else [listed]
    if not found:
        raise Unreadable("The list holds no incident.")
    return tuple(_signal(one) for one in found)


def _signal(document: Json) -> Signal:
    inner = part(document, "object") if isinstance(part(document, "object"), dict) else document
    if not isinstance(inner, dict):
        raise Unreadable("An incident must be an object.")
    if "SystemAlertId" in inner:
        return _of_alert(inner)
    return _of_incident(document, inner)


def _of_incident(document: Json, incident: dict[str, Json]) -> Signal:
    properties = incident.get("properties")
    key = scalar_text(incident.get("name"))
    title = scalar_text(part(properties, "title"))
    if key is None:
        raise Unreadable("name is missing: it tells one incident from another.")
    if title is None:
        raise Unreadable("properties.title is missing.")
    tactics = part(properties, "additionalData", "tactics")
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(scalar_text(part(properties, "severity")), SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=_state(part(properties, "status")),
        started_at=moment(part(properties, "firstActivityTimeUtc")) or moment(part(properties, "createdTimeUtc")),
        asset=first_asset(part(properties, "relatedEntities")),
        hints=_hints(tactics if isinstance(tactics, list) else []),
        labels=limited(
            [
                ("severity", scalar_text(part(properties, "severity"))),
                ("status", scalar_text(part(properties, "status"))),
                ("number", scalar_text(part(properties, "incidentNumber"))),
                ("classification", scalar_text(part(properties, "classification"))),
                ("classification_reason", scalar_text(part(properties, "classificationReason"))),
                ("workspace", scalar_text(part(document, "workspaceInfo", "WorkspaceName"))),
                ("provider", scalar_text(part(properties, "providerName"))),
                ("product", scalar_text(part(properties, "additionalData", "alertProductNames", 0))),
                ("tactics", joined(tactics)),
                ("labels", joined([one.get("labelName") for one in objects(part(properties, "labels"))])),
                ("description", scalar_text(part(properties, "description"))),
            ]
        ),
        link=web_link(part(properties, "incidentUrl")) or web_link(part(properties, "providerIncidentUrl")),
    )


def _of_alert(alert: dict[str, Json]) -> Signal:
    key = scalar_text(alert.get("SystemAlertId"))
    title = first_text(alert.get("AlertDisplayName"), alert.get("DisplayName"), alert.get("AlertName"))
    if key is None or title is None:
        raise Unreadable("An alert must have SystemAlertId and AlertDisplayName.")
    severity = first_text(alert.get("Severity"), alert.get("AlertSeverity"))
    said = first_text(alert.get("Tactics"), alert.get("Intent")) or ""
    tactics: list[Json] = [word.strip() for word in said.split(",")]
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(severity, SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=_state(alert.get("Status")),
        started_at=next(
            filter(None, (moment(alert.get(name)) for name in ("StartTimeUtc", "StartTime", "TimeGenerated"))), None
        ),
        asset=_of_entities(alert),
        hints=_hints(tactics),
        labels=limited(
            [
                ("severity", severity),
                ("status", scalar_text(alert.get("Status"))),
                ("type", scalar_text(alert.get("AlertType"))),
                ("product", scalar_text(alert.get("ProductName"))),
                ("provider", scalar_text(alert.get("ProviderName"))),
                ("tactics", joined(tactics)),
                ("description", scalar_text(alert.get("Description"))),
            ]
        ),
        link=web_link(alert.get("AlertLink")),
    )


def _state(status: Json) -> SignalState:
    return SignalState.RESOLVED if (scalar_text(status) or "").lower() in ENDED else SignalState.FIRING


def _of_entities(alert: dict[str, Json]) -> Asset | None:
    """Entities are a list, or the text of one; else the entity that Defender calls compromised."""
    entities = alert.get("Entities")
    if isinstance(entities, str):
        try:
            entities = part(read_object(f'{{"list": {entities}}}'.encode()), "list")
        except Unreadable:
            entities = None
    compromised = scalar_text(alert.get("CompromisedEntity"))
    return first_asset(entities) or (Asset(AssetKind.RESOURCE, one_line(compromised, 200)) if compromised else None)


def _hints(tactics: list[Json]) -> tuple[Hint, ...]:
    """Tactics of MITRE ATT&CK, by which the rule's author marks what the alerts show."""
    if "Exfiltration" in tactics:
        return (Hint("exposure.exfiltration", "possible", "The tactic Exfiltration."),)
    return ()


DECIDES = frozenset({"object", "value"})
"""They hold what decides."""

SNIPPET = """\
Logic app, trigger "Microsoft Sentinel incident", action "HTTP":
  Method: POST
  URI: {url}
  Headers: Authorization: Bearer SECRET
  Body: @triggerBody()
An automation rule runs it when an incident is created and when one is updated.
"""

ADAPTER = Adapter(name=NAME, label="Microsoft Sentinel", schemes=(Scheme.BEARER,), read=read, snippet=SNIPPET)
