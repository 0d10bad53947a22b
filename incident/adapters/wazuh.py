"""Wazuh alerts: as the integrator hands them to a script, as they are indexed, or as lines of alerts.json.

https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html
https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html (levels 0 to 16)

No alert of Wazuh ends.
"""

from collections.abc import Iterator

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_lines
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
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "wazuh"

LEVELS = ((15, Severity.CRITICAL), (12, Severity.HIGH), (7, Severity.MEDIUM), (4, Severity.LOW), (0, Severity.INFO))
HIGHEST_LEVEL = 16
WRAPPERS = ("_source", "all_fields")
"""Of the index, and of Wazuh's own integration for Shuffle."""
_LISTS = ("groups", "gdpr", "pci_dss", "hipaa", "nist_800_53", "tsc", "gpg13")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The signal of the alert, or of each of several. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_lines(body)
    hits = part(document, "hits", "hits")
    alerts = document if isinstance(document, list) else hits if isinstance(hits, list) else [document]
    if not alerts:
        raise Unreadable("There is no alert in it.")
    return tuple(_signal(alert, "" if alert is document else f"[{index}].") for index, alert in enumerate(alerts))


def _signal(document: Json, place: str) -> Signal:
    inner = (part(document, wrapper) for wrapper in WRAPPERS)
    alert = next((one for one in inner if isinstance(one, dict)), document)
    key = first_text(part(alert, "id"))
    rule = part(alert, "rule")
    title = first_text(part(rule, "description"), part(rule, "id"))
    if key is None:
        raise Unreadable(f"{place}id must be the alert's id.")
    if title is None:
        raise Unreadable(f"{place}rule must have a description.")
    agent = first_text(part(alert, "agent", "name"), part(alert, "agent", "ip"))
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=_severity(part(rule, "level")),
        source=NAME,
        key=own_key(key),
        state=SignalState.FIRING,
        started_at=moment(part(alert, "timestamp")),
        asset=asset_of(AssetKind.HOST, agent),
        hints=category_hints(scalar_text(part(alert, "agent", "labels", DATA_CATEGORIES)), "label"),
        labels=limited(_labels(alert)),
        group=f"{first_text(part(rule, 'id')) or title}@{agent or ''}",
    )


def _severity(given: Json) -> Severity | None:
    level = whole_number(given, 0, HIGHEST_LEVEL)
    return None if level is None else next(severity for least, severity in LEVELS if level >= least)


def _labels(alert: Json) -> Iterator[tuple[str, str | None]]:
    yield "level", scalar_text(part(alert, "rule", "level"))
    yield "rule_id", scalar_text(part(alert, "rule", "id"))
    for name in _LISTS:
        yield name, joined(part(alert, "rule", name))
    for name in ("id", "tactic", "technique"):
        yield f"mitre_{name}", joined(part(alert, "rule", "mitre", name))
    yield "agent_id", scalar_text(part(alert, "agent", "id"))
    yield "agent_ip", scalar_text(part(alert, "agent", "ip"))
    yield "manager", scalar_text(part(alert, "manager", "name"))
    yield "cluster", scalar_text(part(alert, "cluster", "name"))
    yield "location", scalar_text(part(alert, "location"))
    yield "decoder", scalar_text(part(alert, "decoder", "name"))
    yield "file", scalar_text(part(alert, "syscheck", "path"))
    yield "event", scalar_text(part(alert, "syscheck", "event"))
    labels = part(alert, "agent", "labels")
    for name, value in labels.items() if isinstance(labels, dict) else ():
        yield f"agent.{name}", scalar_text(value)


SNIPPET = """\
<!-- /var/ossec/etc/ossec.conf, within <ossec_config> -->
<integration>
  <name>custom-seventytwo</name>
  <hook_url>{url}</hook_url>
  <api_key>SECRET</api_key>
  <level>7</level>
  <alert_format>json</alert_format>
</integration>

#!/usr/bin/env python3
# /var/ossec/integrations/custom-seventytwo: chmod 750, chown root:wazuh; then restart the manager
import sys, urllib.request
alert, secret, address = open(sys.argv[1], "rb").read(), sys.argv[2], sys.argv[3]
headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
urllib.request.urlopen(urllib.request.Request(address, alert, headers), timeout=10)
"""

ADAPTER = Adapter(
    name=NAME,
    label="Wazuh",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
