"""Rules of Elastic's Kibana, by the webhook connector with the body of the snippet: Kibana has none of its own.

https://www.elastic.co/docs/explore-analyze/alerting/alerts/rule-action-variables
https://www.elastic.co/docs/reference/kibana/connectors-kibana/webhook-action-type

An alert ends where its rule has a second action, for recovered alerts; those of detection rules (siem.*) never recover.
"""

import re
from collections.abc import Iterator

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    category_hints,
    joined,
    limited,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    tagged_categories,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "elastic_kibana"

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
RECOVERED = "recovered"
_ASSETS = (
    ("host.name", AssetKind.HOST),
    ("host.hostname", AssetKind.HOST),
    ("container.name", AssetKind.CONTAINER),
    ("service.name", AssetKind.SERVICE),
    ("user.name", AssetKind.USER),
)
_SAID = (
    "kibana.alert.severity",
    "kibana.alert.risk_score",
    "kibana.alert.workflow_status",
    "kibana.alert.reason",
    "kibana.alert.original_time",
    "kibana.alert.start",
    "kibana.alert.url",
    *(name for name, _ in _ASSETS),
    "cloud.account.id",
    "cloud.region",
    "event.dataset",
)
"""What the snippet sends of an alert; all but times and the address are labels."""

Object = dict[str, Json]


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    rule, alert = part(document, "rule"), part(document, "alert")
    rule_id, name = scalar_text(part(rule, "id")), scalar_text(part(rule, "name"))
    key, title = _key(rule_id, alert), name or rule_id
    if title is None:
        raise Unreadable("rule.name must be a text.")
    told = objects(part(document, "context", "alerts"))
    first = told[0] if told else {}
    asset = _asset(first)
    signal = Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=min(_severities(told), key=lambda severity: severity.rank, default=None),
        source=NAME,
        key=own_key(key),
        state=_state(document, alert),
        started_at=moment(said(first, "kibana.alert.original_time")) or moment(said(first, "kibana.alert.start")),
        asset=asset,
        hints=_hints(rule),
        labels=limited(_labels(document, rule, alert, first)),
        link=web_link(said(first, "kibana.alert.url"))
        or web_link(part(document, "context", "results_link"))
        or web_link(part(rule, "url")),
        group=f"{rule_id or title}@{asset.name if asset else ''}",
    )
    return (signal,)


def said(node: Object, name: str) -> Json:
    """A field by its dotted name, whether that is one name or leads through objects; of several values the first."""
    found = node.get(name)
    if found is None:
        found = part(node, *name.split("."))
    return found[0] if isinstance(found, list) and found else found


def _key(rule_id: str | None, alert: Json) -> str:
    uuid, alert_id = scalar_text(part(alert, "uuid")), scalar_text(part(alert, "id"))
    if uuid is None and (rule_id is None or alert_id is None):
        raise Unreadable("alert.uuid, or rule.id and alert.id, must tell one alert from another.")
    return uuid or f"{rule_id}/{alert_id}"


def _state(document: Object, alert: Json) -> SignalState:
    words = (document.get("event"), part(alert, "actionGroup"))
    ended = any(word.strip().lower() == RECOVERED for word in words if isinstance(word, str))
    return SignalState.RESOLVED if ended else SignalState.FIRING


def _severities(alerts: list[Object]) -> Iterator[Severity]:
    for alert in alerts:
        severity = severity_of(scalar_text(said(alert, "kibana.alert.severity")), SEVERITIES)
        if severity is not None:
            yield severity


def _asset(alert: Object) -> Asset | None:
    region = said(alert, "cloud.region")
    return next((asset for name, kind in _ASSETS if (asset := asset_of(kind, said(alert, name), region))), None)


def _hints(rule: Json) -> tuple[Hint, ...]:
    """By a tag of the rule; the snippet sends the tags as one text, parted by commas."""
    tags = part(rule, "tags")
    texts = tags if isinstance(tags, list) else re.split(r",\s*", scalar_text(tags) or "")
    return category_hints(tagged_categories(texts), "tag")


def _labels(document: Object, rule: Json, alert: Json, first: Object) -> Iterator[tuple[str, str | None]]:
    yield "event", scalar_text(document.get("event"))
    yield "rule_type", scalar_text(part(rule, "type"))
    yield "rule_id", scalar_text(part(rule, "id"))
    yield "space", scalar_text(part(rule, "spaceId"))
    yield "tags", joined(part(rule, "tags"))
    yield "alert_id", scalar_text(part(alert, "id"))
    yield "action_group", scalar_text(part(alert, "actionGroup"))
    yield "flapping", scalar_text(part(alert, "flapping"))
    for name in _SAID:
        if not name.endswith(("_time", ".start", ".url")):
            yield name.removeprefix("kibana.alert."), scalar_text(said(first, name))


DECIDES = frozenset({"uuid"})
"""Without it the alert is told by its rule and id."""

_ALERT = ",\n".join(f'    "{name}": "{{{{context.alerts.0.{name}}}}}"' for name in _SAID)
SNIPPET = (
    """\
# Stack Management > Connectors > Webhook: POST {url}
#   Authentication: basic (user and password are the two parts of the secret, before and after the first colon)
# Each rule has two actions with it: run when active or query matched, and run when recovered ("event": "recovered").
{
  "event": "active",
  "date": "{{date}}",
  "rule": {"id": "{{rule.id}}", "name": "{{rule.name}}", "spaceId": "{{rule.spaceId}}", "type": "{{rule.type}}",
           "tags": "{{rule.tags}}", "url": "{{{rule.url}}}"},
  "alert": {"id": "{{alert.id}}", "uuid": "{{alert.uuid}}", "actionGroup": "{{alert.actionGroup}}",
            "flapping": "{{alert.flapping}}"},
  "context": {"results_link": "{{{context.results_link}}}", "alerts": [{
"""
    + _ALERT
    + "\n  }]}\n}\n"
)

ADAPTER = Adapter(
    name=NAME,
    label="Elastic Kibana rules",
    schemes=(Scheme.BASIC, Scheme.BEARER, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
