"""Amazon CloudWatch alarms: over SNS, as events of EventBridge, or as the alarm's own action sends them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.aws_messages import MESSAGE_ID, answer, arn_region, unwrapped
from incident.adapters.documents import Json
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    limited,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Signal, SignalState, Unreadable

NAME = "aws_cloudwatch"

STATES = {
    "ALARM": SignalState.FIRING,
    "OK": SignalState.RESOLVED,
    "INSUFFICIENT_DATA": SignalState.INFORMATIONAL,
}
_ASSETS = {
    "BucketName": AssetKind.BUCKET,
    "InstanceId": AssetKind.HOST,
    "FunctionName": AssetKind.FUNCTION,
    "DBInstanceIdentifier": AssetKind.DATABASE,
    "DBClusterIdentifier": AssetKind.DATABASE,
    "TableName": AssetKind.DATABASE,
    "ClusterIdentifier": AssetKind.DATABASE,
    "CacheClusterId": AssetKind.DATABASE,
    "DomainName": AssetKind.DATABASE,
    "ServiceName": AssetKind.SERVICE,
    "ContainerName": AssetKind.CONTAINER,
    "PodName": AssetKind.CONTAINER,
    "SecretName": AssetKind.SECRET,
}
"""Dimensions that name a thing, by what it is; others describe the metric."""


@dataclass(frozen=True, slots=True)
class _Alarm:
    """What the shapes have in common."""

    name: Json
    account: Json
    region: str | None
    state: Json
    at: Json
    before: Json = None
    before_at: Json = None
    contributor: Json = None
    operation: Json = None  # of a change of the alarm itself
    dimensions: tuple[tuple[str, Json], ...] = ()
    labels: tuple[tuple[str, str | None], ...] = ()


def recognises(document: Json) -> bool:
    """Whether a document is about an alarm."""
    return isinstance(document, dict) and (
        "AlarmName" in document or document.get("source") == "aws.cloudwatch" or "alarmData" in document
    )


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the alarm. Raises Unreadable, naming the field that decides and is wrong."""
    document, topic = unwrapped(headers, body)
    return signals_of(document, topic)


def signals_of(document: Json, topic: str | None = None) -> tuple[Signal, ...]:
    """As `read`, of what SNS or EventBridge carried; alarms and their topic are of one region."""
    if not isinstance(document, dict) or not recognises(document):
        raise Unreadable("It is no alarm of CloudWatch: AlarmName, alarmData and detail are missing.")
    alarm = _of_sns(document, topic) if "AlarmName" in document else _of_event(document)
    name = scalar_text(alarm.name)
    if name is None:
        raise Unreadable("The alarm's name (AlarmName, alarmName) is missing.")
    labels = limited([("account", scalar_text(alarm.account)), ("region", alarm.region), *alarm.labels])
    signal = Signal(
        title=one_line(name, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=_key(alarm, name),
        state=_state(alarm),
        started_at=_start(alarm),
        asset=_asset(alarm),
        hints=category_hints(labels.get(f"tag.{DATA_CATEGORIES}"), "tag"),
        labels=labels,
    )
    return (signal,)


def _of_sns(document: dict[str, Json], topic: str | None) -> _Alarm:
    trigger = document.get("Trigger")
    return _Alarm(
        name=document["AlarmName"],
        account=document.get("AWSAccountId"),
        region=arn_region(topic) or arn_region(document.get("AlarmArn")) or scalar_text(document.get("Region")),
        state=document.get("NewStateValue"),
        at=document.get("StateChangeTime"),
        contributor=part(document, "AlarmContributor", "Id"),
        dimensions=tuple(_of_trigger(trigger)),
        labels=(
            ("reason", scalar_text(document.get("NewStateReason"))),
            ("old_state", scalar_text(document.get("OldStateValue"))),
            ("description", scalar_text(document.get("AlarmDescription"))),
            ("namespace", scalar_text(part(trigger, "Namespace"))),
            ("metric", scalar_text(part(trigger, "MetricName"))),
            ("alarm_rule", scalar_text(document.get("AlarmRule"))),
        ),
    )


def _of_event(document: dict[str, Json]) -> _Alarm:
    data = document["alarmData"] if "alarmData" in document else document.get("detail")
    arn = first_text(document.get("alarmArn"), part(document, "resources", 0))
    metrics = objects(part(data, "configuration", "metrics"))
    metric = next((part(one, "metricStat", "metric") for one in metrics if "metricStat" in one), None)
    tags = part(data, "alarmTags")
    return _Alarm(
        name=part(data, "alarmName"),
        account=first_text(document.get("accountId"), document.get("account")),
        region=first_text(document.get("region")) or arn_region(arn),
        state=part(data, "state", "value"),
        at=part(data, "state", "timestamp"),
        before=part(data, "previousState", "value"),
        before_at=part(data, "previousState", "timestamp"),
        contributor=part(data, "alarmContributor", "id"),
        operation=part(data, "operation"),
        dimensions=tuple(_of_metrics(metrics)),
        labels=(
            ("reason", scalar_text(part(data, "state", "reason"))),
            ("old_state", scalar_text(part(data, "previousState", "value"))),
            ("description", scalar_text(part(data, "configuration", "description"))),
            ("namespace", scalar_text(part(metric, "namespace"))),
            ("metric", scalar_text(part(metric, "name"))),
            ("alarm_rule", scalar_text(part(data, "configuration", "alarmRule"))),
            *((f"tag.{name}", scalar_text(text)) for name, text in (tags.items() if isinstance(tags, dict) else ())),
        ),
    )


def _of_trigger(trigger: Json) -> Iterator[tuple[str, Json]]:
    """The dimensions of one metric, or of the metrics that an expression is made of."""
    listed = [part(trigger, "Dimensions")]
    listed += [part(one, "MetricStat", "Metric", "Dimensions") for one in objects(part(trigger, "Metrics"))]
    for dimensions in listed:
        for one in objects(dimensions):
            yield str(one.get("name")), one.get("value")


def _of_metrics(metrics: list[dict[str, Json]]) -> Iterator[tuple[str, Json]]:
    for one in metrics:
        dimensions = part(one, "metricStat", "metric", "dimensions")
        yield from dimensions.items() if isinstance(dimensions, dict) else ()


def _key(alarm: _Alarm, name: str) -> str:
    account = scalar_text(alarm.account)
    if account is None or alarm.region is None:
        raise Unreadable("The alarm's account or region is missing: a name is unique only within them.")
    contributor = scalar_text(alarm.contributor)
    return own_key("/".join([account, alarm.region, name, *([contributor] if contributor else [])]))


def _state(alarm: _Alarm) -> SignalState:
    if alarm.operation is not None:
        return SignalState.RESOLVED if alarm.operation == "delete" else SignalState.INFORMATIONAL
    state = STATES.get(alarm.state) if isinstance(alarm.state, str) else None
    if state is None:
        raise Unreadable(f"The state (NewStateValue, state.value) must be one of {', '.join(STATES)}.")
    return state


def _start(alarm: _Alarm) -> datetime | None:
    """When it went into alarm; of one that ended only where the message says that too."""
    if alarm.operation is not None:
        return None
    if alarm.state == "ALARM":
        return moment(alarm.at)
    return moment(alarm.before_at) if alarm.state == "OK" and alarm.before == "ALARM" else None


def _asset(alarm: _Alarm) -> Asset | None:
    named = ((_ASSETS[name], value) for name, value in alarm.dimensions if name in _ASSETS)
    return next((asset_of(kind, value, alarm.region) for kind, value in named), None)


DECIDES = frozenset({"value", "NewStateValue"})
"""A state that is not said cannot be guessed: OK ends what ALARM began."""

SNIPPET = """\
aws sns subscribe --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\
  --protocol https --notification-endpoint {url}
aws sns set-topic-attributes --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\
  --attribute-name SignatureVersion --attribute-value 2
aws cloudwatch put-metric-alarm --alarm-name NAME ... \\
  --alarm-actions arn:aws:sns:REGION:ACCOUNT:TOPIC --ok-actions arn:aws:sns:REGION:ACCOUNT:TOPIC
"""

ADAPTER = Adapter(
    name=NAME,
    label="Amazon CloudWatch",
    schemes=(Scheme.AWS_SNS, Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    delivery_header=MESSAGE_ID,
    answer=answer,
    snippet=SNIPPET,
)
