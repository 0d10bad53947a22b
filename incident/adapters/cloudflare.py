"""Cloudflare Notifications by generic webhook: one signal to a delivery.

https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/ and
https://developers.cloudflare.com/notifications/get-started/configure-webhooks/. Some alerts have a start and an end
of one `alert_correlation_id`, others neither. `data` is of the alert's type. No alert has a severity.
"""

from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    epoch_moment,
    first_text,
    limited,
    made_key,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "cloudflare"
Object = dict[str, Json]

START, END = "ALERT_STATE_EVENT_START", "ALERT_STATE_EVENT_END"
TEST = "test message sent from https://cloudflare.com"
_ATTACKS = ("advanced_ddos_attack_", "dos_attack_", "fbm_dosd_attack", "fbm_volumetric_attack")
_SITES = ("target_hostname", "zone_name", "hostname")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one alert. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    name, text = scalar_text(document.get("name")), scalar_text(document.get("text"))
    given = scalar_text(document.get("alert_correlation_id"))
    title = first_text(name, document.get("policy_name"), text)
    if title is None:
        raise Unreadable("name is missing: it must be a text, the name of the notification.")
    event = scalar_text(document.get("alert_event"))
    data = document.get("data")
    return (
        Signal(
            title=one_line(title, TITLE_LENGTH),
            severity=None,
            source=NAME,
            key=own_key(given) if given else made_key(name, text),
            state=_state(name, text, event),
            started_at=_started_at(document, event),
            asset=_asset(data),
            hints=_hints(scalar_text(document.get("alert_type"))),
            labels=_labels(document, data),
            link=web_link(part(data, "dashboard_link")) or web_link(part(data, "rule_link")),
        ),
    )


def _state(name: str | None, text: str | None, event: str | None) -> SignalState:
    """Save and Test sends a text and no name. An alert without a start and an end is news, thus firing."""
    if name is None and text and TEST in text:
        return SignalState.TEST
    return SignalState.RESOLVED if event == END else SignalState.FIRING


def _hints(alert_type: str | None) -> tuple[Hint, ...]:
    if not (alert_type or "").startswith(_ATTACKS):
        return ()
    return (
        Hint("breach.kinds", ("availability",), f"Alert type {alert_type}: an attack on availability."),
        Hint("breach.malicious", True, f"Alert type {alert_type}."),
    )


def _started_at(document: Object, event: str | None) -> datetime | None:
    """When the attack began; else when the notification was made, which of an end is not the beginning."""
    began = moment(part(document, "data", "start_time"))
    return began or (None if event == END else epoch_moment(document.get("ts")))


def _asset(data: Json) -> Asset | None:
    site = asset_of(AssetKind.WEBSITE, first_text(*(part(data, name) for name in _SITES)))
    return site or asset_of(AssetKind.HOST, first_text(part(data, "target_ip"), part(data, "origin_ip")))


def _labels(document: Object, data: Json) -> dict[str, str]:
    members = data.items() if isinstance(data, dict) else ()
    names = "alert_type alert_event policy_name policy_id account_id text"
    return limited(
        [
            *((name, scalar_text(document.get(name))) for name in names.split()),
            *((one_line(name, 200), scalar_text(value)) for name, value in members),
        ]
    )


DECIDES = frozenset({"text"})
"""Without a correlation id the alert is told by name and text."""

SNIPPET = """\
Dashboard > Notifications > Destinations > Webhooks > Create
  Name:    seventytwo
  URL:     {url}
  Secret:  <the secret of {slug}>
Save and Test. Then choose this webhook in each notification that may be a breach. Port 80 or 443 only.
"""

ADAPTER = Adapter(
    name=NAME,
    label="Cloudflare Notifications",
    schemes=(Scheme.HEADER_TOKEN,),
    read=read,
    token_header="cf-webhook-auth",  # noqa: S106  a header's name
    snippet=SNIPPET,
)
