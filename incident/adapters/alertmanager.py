"""Prometheus Alertmanager, webhook version 4: one signal for each alert of the notification's group."""

from collections.abc import Mapping

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
    severity_of,
    text_map,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "alertmanager"

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "page": Severity.CRITICAL,
    "error": Severity.HIGH,
    "high": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "warn": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "info": Severity.LOW,
    "low": Severity.LOW,
    "none": Severity.INFO,
}
"""`severity` is a free label; these are the words in common use."""

ASSETS = {
    "instance": AssetKind.HOST,
    "service": AssetKind.SERVICE,
    "host": AssetKind.HOST,
    "pod": AssetKind.CONTAINER,
}
_FNV_OFFSET, _FNV_PRIME, _SEPARATOR = 0xCBF29CE484222325, 0x100000001B3, b"\xff"


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """One signal for each alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    if document.get("version", "4") != "4":
        raise Unreadable(f"version is {ascii(document['version'])[:40]}; only version 4 is read.")
    alerts = document.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise Unreadable("alerts must be a list with at least one alert.")
    return tuple(alert_signal(alert, f"alerts[{index}]", document) for index, alert in enumerate(alerts))


def fingerprint(labels: dict[str, str]) -> str:
    """The label set's FNV-1a hash as Alertmanager computes it, for relays that leave `fingerprint` out."""
    value = _FNV_OFFSET
    for name in sorted(labels):
        for byte in name.encode() + _SEPARATOR + labels[name].encode() + _SEPARATOR:
            value = ((value ^ byte) * _FNV_PRIME) % 2**64
    return f"{value:016x}"


def alert_signal(alert: Json, place: str, document: dict[str, Json]) -> Signal:
    """What one alert of a notification says. `place` is where it stands, for the text of Unreadable."""
    if not isinstance(alert, dict):
        raise Unreadable(f"{place} must be an object.")
    labels = text_map(alert.get("labels"), f"{place}.labels")
    annotations = text_map(alert.get("annotations"), f"{place}.annotations")
    return Signal(
        title=_title(labels, annotations, document),
        severity=severity_of(labels.get("severity"), SEVERITIES),
        source=NAME,
        key=_key(alert, labels, place),
        state=_state(alert, place, document),
        started_at=moment(alert.get("startsAt")),
        asset=_asset(labels),
        hints=category_hints(labels.get(DATA_CATEGORIES), "label")
        or category_hints(annotations.get(DATA_CATEGORIES), "annotation"),
        labels=_labels(alert, labels, annotations, document),
        link=web_link(alert.get("generatorURL")) or web_link(document.get("externalURL")),
        group=scalar_text(document.get("groupKey")),
    )


def _title(labels: dict[str, str], annotations: dict[str, str], document: dict[str, Json]) -> str:
    common = document.get("commonAnnotations")
    shared = common.get("summary") if isinstance(common, dict) else None
    text = first_text(annotations.get("summary"), shared, labels.get("alertname"))
    return one_line(text or " ".join(f"{name}={labels[name]}" for name in sorted(labels)) or "Alert", TITLE_LENGTH)


def _key(alert: dict[str, Json], labels: dict[str, str], place: str) -> str:
    given = alert.get("fingerprint")
    if given is None or (isinstance(given, str) and not one_line(given)):
        if not labels:
            raise Unreadable(f"{place} has neither a fingerprint nor labels to tell it from another.")
        return fingerprint(_exact_labels(alert))
    if not isinstance(given, str) or len(given) > 200:
        raise Unreadable(f"{place}.fingerprint must be a short text.")
    return one_line(given)


def _exact_labels(alert: dict[str, Json]) -> dict[str, str]:
    labels = alert["labels"]
    return {name: str(text) for name, text in labels.items()} if isinstance(labels, dict) else {}


def _state(alert: dict[str, Json], place: str, document: dict[str, Json]) -> SignalState:
    status = alert.get("status")
    if status is None and moment(alert.get("endsAt")):
        return SignalState.RESOLVED
    if status is None:
        status = document.get("status", SignalState.FIRING.value)
    if status not in (SignalState.FIRING, SignalState.RESOLVED):
        raise Unreadable(f"{place}.status must be firing or resolved.")
    return SignalState(status)


def _asset(labels: Mapping[str, str]) -> Asset | None:
    return next((asset_of(kind, labels[name]) for name, kind in ASSETS.items() if labels.get(name)), None)


def _labels(
    alert: dict[str, Json], labels: dict[str, str], annotations: dict[str, str], document: dict[str, Json]
) -> dict[str, str]:
    truncated = document.get("truncatedAlerts")
    ended_at = moment(alert.get("endsAt"))
    unread_start = None if moment(alert.get("startsAt")) else scalar_text(alert.get("startsAt"))
    return limited(
        [
            ("truncated_alerts", str(truncated) if isinstance(truncated, int) and truncated > 0 else None),
            ("ended_at", ended_at.isoformat() if ended_at else None),
            ("started_at_as_sent", unread_start),
            *labels.items(),
            ("description", annotations.get("description")),
            ("runbook_url", web_link(annotations.get("runbook_url"))),
        ]
    )


DECIDES = frozenset({"labels"})
"""Without a fingerprint the labels are the alert's identity."""

SNIPPET = """\
receivers:
  - name: seventytwo
    webhook_configs:
      - url: {url}
        send_resolved: true
        max_alerts: 500
        http_config:
          authorization:
            type: Bearer
            credentials_file: /etc/alertmanager/seventytwo.secret
"""

ADAPTER = Adapter(
    name=NAME,
    label="Prometheus Alertmanager",
    schemes=(Scheme.BEARER, Scheme.BASIC),
    read=read,
    snippet=SNIPPET,
)
