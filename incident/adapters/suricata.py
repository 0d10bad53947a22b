"""Suricata's EVE alerts, one event, a list of them or JSON lines, as a log shipper posts them.

https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
https://docs.suricata.io/en/latest/rules/meta.html#target
https://github.com/OISF/suricata/blob/master/etc/classification.config

Suricata has no webhook of its own and its alerts do not end. Events of other types are no alerts.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, each_object, read_lines
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    joined,
    limited,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    whole_number,
)
from incident.adapters.fluent_bit import OUTPUT
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "suricata"

SEVERITIES = {1: Severity.HIGH, 2: Severity.MEDIUM, 3: Severity.LOW}
LOWEST = 255
"""The priority of a signature goes from 1, the gravest, to 255; from 4 on it is information."""
GENERATOR = "1"
"""Signatures have this gid unless they say another."""
_SAID = ("src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto", "direction", "in_iface", "host")
_INNER = (("http", "hostname"), ("tls", "sni"), ("dns", "rrname"), ("ssh", "client"), ("smb", "command"))
_PRIVATE = tuple(ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
"""RFC 1918, RFC 4193."""
_MALWARE = frozenset(
    {
        "a network trojan was detected",
        "malware command and control activity detected",
        "domain observed used for c2 detected",
    }
)
"""Classifications trojan-activity, command-and-control and domain-c2."""

Event = dict[str, Json]


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each alert. Raises Unreadable, naming the field that decides and is wrong."""
    signals = []
    for event, place in each_object(read_lines(body)):
        kind = scalar_text(event.get("event_type"))
        if kind is None and "alert" not in event:
            raise Unreadable(f"{place}event_type is missing: it is no event of Suricata.")
        if kind in (None, "alert"):
            signals.append(_signal(event, place))
    return tuple(signals)


def _signal(event: Event, place: str) -> Signal:
    alert = event.get("alert")
    title, signature = scalar_text(part(alert, "signature")), first_text(part(alert, "signature_id"))
    if signature is None:
        raise Unreadable(f"{place}alert.signature_id is missing.")
    rule = f"{first_text(part(alert, 'gid')) or GENERATOR}:{signature}"
    touched = _touched(event, alert)
    return Signal(
        title=one_line(title or rule, TITLE_LENGTH),
        severity=_severity(part(alert, "severity")),
        source=NAME,
        key=own_key(f"{rule}:{_flow(event, place)}"),
        state=SignalState.FIRING,
        started_at=moment(event.get("timestamp")),
        asset=asset_of(AssetKind.HOST, touched),
        hints=_hints(alert) + category_hints(joined(part(alert, "metadata", DATA_CATEGORIES)), "metadata"),
        labels=limited(_labels(event, alert)),
        group=f"{rule}@{touched or ''}",
    )


def _flow(event: Event, place: str) -> str:
    flow = first_text(event.get("flow_id"))
    if flow is not None:
        return flow
    source, destination = scalar_text(event.get("src_ip")), scalar_text(event.get("dest_ip"))
    if source is None and destination is None:
        raise Unreadable(f"{place}flow_id, or src_ip and dest_ip, must tell one alert from another.")
    return f"{source or ''}>{destination or ''}"


def _touched(event: Event, alert: Json) -> str | None:
    """The target where the signature says which side that is, else the private one of both, else the destination."""
    target = scalar_text(part(alert, "target", "ip"))
    source, destination = scalar_text(event.get("src_ip")), scalar_text(event.get("dest_ip"))
    return target or next((one for one in (destination, source) if _is_private(one)), None) or destination


def _is_private(text: str | None) -> bool:
    try:
        address = ip_address(text or "")
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE)


def _hints(alert: Json) -> tuple[Hint, ...]:
    category = scalar_text(part(alert, "category")) or ""
    malware = category.lower() in _MALWARE
    return (Hint("breach.cause", "malware", f"Classification {category}."),) if malware else ()


def _severity(given: Json) -> Severity | None:
    priority = whole_number(given, 1, LOWEST)
    return None if priority is None else SEVERITIES.get(priority, Severity.INFO)


def _labels(event: Event, alert: Json) -> Iterator[tuple[str, str | None]]:
    yield "severity", scalar_text(part(alert, "severity"))
    yield "signature_id", scalar_text(part(alert, "signature_id"))
    yield "category", scalar_text(part(alert, "category"))
    yield "action", scalar_text(part(alert, "action"))
    for name in _SAID:
        yield name, scalar_text(event.get(name))
    for protocol, name in _INNER:
        yield f"{protocol}.{name}", scalar_text(part(event, protocol, name))
    yield "source_ip", scalar_text(part(alert, "source", "ip"))
    yield "target_ip", scalar_text(part(alert, "target", "ip"))
    metadata = part(alert, "metadata")
    for name, value in metadata.items() if isinstance(metadata, dict) else ():
        yield f"metadata.{name}", joined(value)


DECIDES = frozenset({"event_type", "gid", "flow_id"})
"""Without a flow an alert is told by who spoke to whom."""

SNIPPET = """\
# Suricata writes eve.json; Fluent Bit posts its alerts (fluent-bit.conf).
[INPUT]
    Name        tail
    Path        /var/log/suricata/eve.json
    Parser      json
    DB          /var/lib/fluent-bit/eve.db

[FILTER]
    Name        grep
    Match       *
    Regex       event_type ^alert$
"""

ADAPTER = Adapter(
    name=NAME,
    label="Suricata (EVE alerts)",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET + OUTPUT,
)
