"""Grafana: a signal for each alert of a unified notification (8 and later), or the one of a legacy rule (before 9).

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
https://grafana.com/docs/grafana/v7.5/alerting/notifications/#webhook
"""

from dataclasses import replace

from incident.adapters.alertmanager import ASSETS, SEVERITIES, alert_signal
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
    objects,
    one_line,
    part,
    scalar_text,
    severity_of,
    text_map,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, Signal, SignalState, Unreadable

NAME = "grafana"

_TEST = {"alertname": "TestAlert", "instance": "Grafana"}
"""The labels of what the button "Test" of a contact point sends, unless its user writes others."""
_LEGACY_TEST = "someone is testing the alert notification within grafana"
_LEGACY_STATES = {
    "alerting": SignalState.FIRING,
    "no_data": SignalState.FIRING,
    "ok": SignalState.RESOLVED,
    "pending": SignalState.INFORMATIONAL,  # over the threshold, not yet for as long as the rule wants
    "paused": SignalState.INFORMATIONAL,  # not evaluated
    "unknown": SignalState.INFORMATIONAL,
}
_LINKS = ("panelURL", "dashboardURL")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """One signal for each alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    if "alerts" not in document and "ruleId" in document:
        return (_legacy(document),)
    alerts = document.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise Unreadable("alerts must be a list with at least one alert; a legacy notification must have a ruleId.")
    return tuple(_unified(alert, f"alerts[{index}]", document) for index, alert in enumerate(alerts))


def _unified(alert: Json, place: str, document: dict[str, Json]) -> Signal:
    signal = alert_signal(alert, place, document)
    labels = text_map(part(alert, "labels"), f"{place}.labels")
    links = (web_link(part(alert, name)) for name in _LINKS)
    said = [
        ("value", _values(alert)),
        ("receiver", scalar_text(document.get("receiver"))),
        ("org_id", scalar_text(document.get("orgId"))),
        ("silence_url", web_link(part(alert, "silenceURL"))),
    ]
    return replace(
        signal,
        source=NAME,
        title=signal.title if labels or signal.title != "Alert" else _nameless(document, signal.key),
        state=SignalState.TEST if labels == _TEST else signal.state,
        labels=limited([*signal.labels.items(), *said]),
        link=web_link(part(alert, "generatorURL")) or next(filter(None, links), None) or signal.link,
    )


def _nameless(document: dict[str, Json], key: str) -> str:
    """An alert without labels and a summary has the notification's title, else its key."""
    return one_line(first_text(document.get("title")) or key, TITLE_LENGTH)


def _values(alert: Json) -> str | None:
    """What was measured: `values` by the name of the query, before 9.4 `valueString`."""
    values = part(alert, "values")
    if isinstance(values, dict) and values:
        return one_line(", ".join(f"{name}={scalar_text(value)}" for name, value in sorted(values.items())))
    return scalar_text(part(alert, "valueString"))


def _legacy(document: dict[str, Json]) -> Signal:
    """A rule of the alerting before unified alerting; it says no beginning."""
    rule = first_text(document.get("ruleId"))
    if rule is None or isinstance(document["ruleId"], bool):
        raise Unreadable("ruleId must be a number.")
    title = first_text(document.get("title"), document.get("ruleName"), rule) or rule
    tags = document.get("tags")
    named = text_map(tags, "tags") if isinstance(tags, dict) else {}
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(named.get("severity"), SEVERITIES),
        source=NAME,
        key=f"rule:{rule[:200]}",
        state=_legacy_state(document),
        asset=_legacy_asset(document, named),
        hints=category_hints(named.get(DATA_CATEGORIES), "tag"),
        labels=_legacy_labels(document, named),
        link=web_link(document.get("ruleUrl")),
    )


def _legacy_state(document: dict[str, Json]) -> SignalState:
    said = scalar_text(document.get("state")) or ""
    state = _LEGACY_STATES.get(said.lower())
    if state is None:
        raise Unreadable(f"state must be one of {', '.join(_LEGACY_STATES)}.")
    is_test = (scalar_text(document.get("message")) or "").lower().startswith(_LEGACY_TEST)
    return SignalState.TEST if is_test else state


def _legacy_asset(document: dict[str, Json], named: dict[str, str]) -> Asset | None:
    """Of the series that match the first that names a thing, else the rule's own tags."""
    places: list[Json] = [match.get("tags") for match in objects(document.get("evalMatches"))]
    places.append(dict(named.items()))
    found = (asset_of(kind, part(tags, name)) for tags in places for name, kind in ASSETS.items())
    return next(filter(None, found), None)


def _legacy_labels(document: dict[str, Json], named: dict[str, str]) -> dict[str, str]:
    matches = objects(document.get("evalMatches"))
    value = ", ".join(f"{scalar_text(one.get('metric'))}={scalar_text(one.get('value'))}" for one in matches[:20])
    return limited(
        [
            ("alertname", scalar_text(document.get("ruleName"))),
            ("state", scalar_text(document.get("state"))),
            *named.items(),
            ("description", scalar_text(document.get("message"))),
            ("value", one_line(value)),
            ("org_id", scalar_text(document.get("orgId"))),
        ]
    )


DECIDES = frozenset({"labels", "ruleId", "state"})
"""Without a fingerprint the labels are the alert's identity; a legacy rule has its id and its state."""

SNIPPET = """\
apiVersion: 1
contactPoints:
  - orgId: 1
    name: seventytwo
    receivers:
      - uid: seventytwo
        type: webhook
        settings:
          url: {url}
          httpMethod: POST
          hmacConfig:
            secret: SECRET
            header: X-Grafana-Alerting-Signature
            timestampHeader: X-Grafana-Alerting-Timestamp
"""

ADAPTER = Adapter(
    name=NAME,
    label="Grafana alerting",
    schemes=(Scheme.GRAFANA, Scheme.BEARER, Scheme.BASIC),
    read=read,
    snippet=SNIPPET,
)
