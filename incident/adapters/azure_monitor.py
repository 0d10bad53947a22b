"""Azure Monitor: action groups' webhooks, in the common alert schema and in the older ones beside it.

https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-non-common-schema-definitions
"""

from collections.abc import Mapping

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    category_hints,
    first_text,
    limited,
    made_key,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.microsoft_assets import named_asset, resource_asset
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, Severity, Signal, SignalState, Unreadable

NAME = "azure_monitor"

SEVERITIES = {
    "sev0": Severity.CRITICAL,
    "sev1": Severity.HIGH,
    "sev2": Severity.MEDIUM,
    "sev3": Severity.LOW,
    "sev4": Severity.INFO,
}
STATES = {
    "fired": SignalState.FIRING,
    "activated": SignalState.FIRING,
    "active": SignalState.FIRING,
    "resolved": SignalState.RESOLVED,
    "deactivated": SignalState.RESOLVED,
}
TESTED = "/subscriptions/11111111-1111-1111-1111-111111111111/"
"""No subscription: the alerts that an action group sends as a test are of it."""

Object = dict[str, Json]


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    data = document.get("data")
    inner = data if isinstance(data, dict) else document
    essentials, context = inner.get("essentials"), inner.get("context")
    if isinstance(essentials, dict):
        return (_of_common(inner, essentials),)
    if isinstance(context, dict) and isinstance(context.get("activityLog"), dict):
        return (_of_activity(inner, context["activityLog"]),)
    if isinstance(context, dict):
        return (_of_classic(inner, context),)
    if "AlertRuleName" in inner:
        return (_of_log(inner),)
    raise Unreadable("It is no alert of Azure Monitor: data.essentials, context and AlertRuleName are missing.")


def _needed(value: Json, name: str) -> str:
    text = scalar_text(value)
    if text is None:
        raise Unreadable(f"{name} is missing.")
    return text


def _state(word: Json, name: str, key: str) -> SignalState:
    """By the vendor's word; one that is absent (budgets have none) is no end."""
    state = STATES.get(str(word).lower()) if word is not None else SignalState.FIRING
    if state is None:
        raise Unreadable(f"{name} must be Fired (Activated) or Resolved.")
    return SignalState.TEST if TESTED in key else state


def _of_common(data: Object, essentials: Object) -> Signal:
    key = _needed(essentials.get("alertId"), "data.essentials.alertId")
    title = first_text(essentials.get("alertRule"), essentials.get("description"), essentials.get("monitoringService"))
    target = part(essentials, "alertTargetIDs", 0)
    properties = _custom(data.get("customProperties"), part(data, "alertContext", "properties"))
    return Signal(
        title=one_line(title or key, TITLE_LENGTH),
        severity=severity_of(scalar_text(essentials.get("severity")), SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=_state(essentials.get("monitorCondition"), "data.essentials.monitorCondition", key),
        started_at=moment(essentials.get("firedDateTime")),
        asset=_target(target, essentials),
        hints=category_hints(properties.get(f"property.{DATA_CATEGORIES}"), "custom property"),
        labels=limited(
            [
                ("severity", scalar_text(essentials.get("severity"))),
                ("signal_type", scalar_text(essentials.get("signalType"))),
                ("monitoring_service", scalar_text(essentials.get("monitoringService"))),
                ("resource_type", scalar_text(essentials.get("targetResourceType"))),
                ("resource_group", scalar_text(essentials.get("targetResourceGroup"))),
                ("subscription", _subscription(first_text(target, key))),
                ("metric", scalar_text(part(data, "alertContext", "condition", "allOf", 0, "metricName"))),
                ("operation", scalar_text(part(data, "alertContext", "operationName"))),
                ("description", scalar_text(essentials.get("description"))),
                *properties.items(),
            ]
        ),
        link=web_link(essentials.get("investigationLink")),
        group=first_text(essentials.get("originAlertId"), essentials.get("alertRuleId")),
    )


def _target(target: Json, essentials: Object) -> Asset | None:
    kind = essentials.get("targetResourceType")
    return resource_asset(target, kind) or named_asset(part(essentials, "configurationItems", 0), kind)


def _of_classic(data: Object, context: Object) -> Signal:
    """Metric alerts, classic (`context.id` of the rule) and `AzureMonitorMetricAlert`."""
    key = _needed(context.get("id"), "context.id")
    title = _needed(context.get("name"), "context.name")
    state = _state(data.get("status"), "status", key)
    level = scalar_text(context.get("severity"))
    kind, region = context.get("resourceType"), context.get("resourceRegion")
    properties = _custom(data.get("properties"))
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(f"sev{level}", SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=state,
        started_at=None if state is SignalState.RESOLVED else moment(context.get("timestamp")),
        asset=named_asset(context.get("resourceName"), kind, region)
        or resource_asset(context.get("resourceId"), kind, region),
        hints=category_hints(properties.get(f"property.{DATA_CATEGORIES}"), "custom property"),
        labels=limited(
            [
                ("severity", level),
                ("condition_type", scalar_text(context.get("conditionType"))),
                ("resource_type", scalar_text(kind)),
                ("resource_group", scalar_text(context.get("resourceGroupName"))),
                ("subscription", scalar_text(context.get("subscriptionId"))),
                ("region", scalar_text(region)),
                (
                    "metric",
                    first_text(
                        part(context, "condition", "metricName"),
                        part(context, "condition", "allOf", 0, "metricName"),
                    ),
                ),
                ("description", scalar_text(context.get("description"))),
                *properties.items(),
            ]
        ),
        link=web_link(context.get("portalLink")),
    )


def _of_activity(data: Object, log: Json) -> Signal:
    """An event of the activity log; the rule is not named. What Azure tracks has an id of its own."""
    key = _needed(
        first_text(part(log, "properties", "trackingId"), part(log, "correlationId"), part(log, "eventDataId")),
        "context.activityLog.correlationId",
    )
    title = _needed(
        first_text(part(log, "properties", "title"), part(log, "operationName"), part(log, "description")),
        "context.activityLog.operationName",
    )
    resource = scalar_text(part(log, "resourceId"))
    over = "Resolved" in (part(log, "status"), part(log, "properties", "stage"))
    state = _state("Resolved" if over else data.get("status"), "status", f"{resource}/")
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=own_key(key),
        state=state,
        started_at=None if over else moment(part(log, "eventTimestamp")),
        asset=resource_asset(resource, part(log, "resourceType")),
        labels=limited(
            [
                ("level", scalar_text(part(log, "level"))),
                ("event_source", scalar_text(part(log, "eventSource"))),
                ("operation", scalar_text(part(log, "operationName"))),
                ("status", scalar_text(part(log, "status"))),
                ("subscription", scalar_text(part(log, "subscriptionId"))),
                ("resource_group", scalar_text(part(log, "resourceGroupName"))),
                *_custom(data.get("properties")).items(),
            ]
        ),
    )


def _of_log(data: Object) -> Signal:
    """A log search alert: it has no id and no end; the rule's name is one within its subscription."""
    title = _needed(data.get("AlertRuleName"), "AlertRuleName")
    resource = data.get("ResourceId")
    subscription = scalar_text(data.get("SubscriptionId"))
    level = scalar_text(data.get("Severity"))
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(f"sev{level}", SEVERITIES),
        source=NAME,
        key=made_key(subscription, title),
        state=SignalState.TEST if f"/subscriptions/{subscription}/" == TESTED else SignalState.FIRING,
        started_at=moment(data.get("SearchIntervalEndtimeUtc")),
        asset=resource_asset(resource),
        labels=limited(
            [
                ("severity", level),
                ("subscription", subscription),
                ("alert_type", scalar_text(data.get("AlertType"))),
                ("result_count", scalar_text(data.get("ResultCount"))),
                ("workspace", first_text(data.get("WorkspaceId"), data.get("ApplicationId"))),
                ("description", scalar_text(data.get("Description"))),
            ]
        ),
        link=web_link(data.get("LinkToSearchResults")),
    )


def _custom(*given: Json) -> Mapping[str, str]:
    """What a rule's owner added, as labels; what is nested is left out."""
    pairs = [pair for one in given if isinstance(one, dict) for pair in one.items()]
    return limited((f"property.{one_line(name, 100)}", scalar_text(value)) for name, value in pairs)


def _subscription(identity: str | None) -> str | None:
    parts = (identity or "").split("/")
    return parts[2] if len(parts) > 2 and parts[1].lower() == "subscriptions" else None


DECIDES = frozenset({"SubscriptionId"})
"""A log search alert is told by its subscription and its rule."""

SNIPPET = """\
az monitor action-group create --name {slug} --resource-group GROUP \\
  --action webhook {slug} {url} usecommonalertschema useaadauth OBJECT_ID api://APPLICATION_ID
"""

ADAPTER = Adapter(
    name=NAME, label="Azure Monitor", schemes=(Scheme.ENTRA_OIDC, Scheme.BEARER), read=read, snippet=SNIPPET
)
