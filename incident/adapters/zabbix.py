"""Zabbix: one signal from a webhook media type whose script posts its parameters as an object of texts.

The media type is the user's own (ours is the snippet); a macro that Zabbix cannot resolve arrives as `*UNKNOWN*` or as
its own name.
https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook
https://www.zabbix.com/documentation/current/en/manual/appendix/macros/supported_by_location
"""

import re
from urllib.parse import parse_qs, urlsplit

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    limited,
    objects,
    one_line,
    own_key,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "zabbix"

_SEVERITIES = {
    "disaster": Severity.CRITICAL,
    "high": Severity.HIGH,
    "average": Severity.MEDIUM,
    "warning": Severity.LOW,
    "information": Severity.INFO,
}
_NUMBERS = {"5": Severity.CRITICAL, "4": Severity.HIGH, "3": Severity.MEDIUM, "2": Severity.LOW, "1": Severity.INFO}
"""{EVENT.NSEVERITY}: an installation may give the severities other names, and these stay."""
_STATES = {
    "problem": SignalState.FIRING,
    "1": SignalState.FIRING,
    "ok": SignalState.RESOLVED,
    "resolved": SignalState.RESOLVED,
    "0": SignalState.RESOLVED,
}
"""{TRIGGER.STATUS} or {EVENT.STATUS}; the numbers are {TRIGGER.VALUE} and {EVENT.VALUE}."""
_UNRESOLVED = re.compile(r"\*UNKNOWN\*|\{[A-Z][A-Z0-9._$]*\}")
_READ_ELSEWHERE = ("trigger", "link", "tags")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the event. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    title = _said(document, "trigger")
    if title is None:
        raise Unreadable("trigger is missing: it must be {TRIGGER.NAME} or {EVENT.NAME}.")
    state = _STATES.get((_said(document, "status") or "").lower())
    if state is None:
        raise Unreadable("status must be {TRIGGER.STATUS} or {EVENT.STATUS}: PROBLEM, OK or RESOLVED.")
    tags = _tags(document.get("tags"))
    by_number = severity_of(_said(document, "nseverity"), _NUMBERS)
    signal = Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(_said(document, "severity"), _SEVERITIES | _NUMBERS) or by_number,
        source=NAME,
        key=_key(document),
        state=state,
        asset=asset_of(AssetKind.HOST, _said(document, "hostname")),
        hints=category_hints(tags.get(DATA_CATEGORIES), "tag"),
        labels=_labels(document, tags),
        link=web_link(document.get("link")),
    )
    return (signal,)


def _said(document: dict[str, Json], name: str) -> str | None:
    """A member as text; None for a macro that was not resolved."""
    text = scalar_text(document.get(name))
    return None if text is None or _UNRESOLVED.fullmatch(text) else text


def _key(document: dict[str, Json]) -> str:
    """The trigger; the event's id is another one when it ends."""
    trigger = _said(document, "trigger_id") or _linked(document.get("link"))
    if trigger is None:
        raise Unreadable("trigger_id is missing: it must be {TRIGGER.ID}; the link names no triggerid either.")
    return own_key(trigger)


def _linked(link: Json) -> str | None:
    """The triggerid in the query of a link to the event."""
    try:
        query = parse_qs(urlsplit(link.strip()).query) if isinstance(link, str) else {}
    except ValueError:
        return None
    return next((text for text in query.get("triggerid", []) if re.fullmatch("[0-9]{1,20}", text)), None)


def _tags(given: Json) -> dict[str, str]:
    """{EVENT.TAGS} (`scope:security, host:web`) or {EVENT.TAGSJSON}, a list or as a text; the first of a name."""
    if isinstance(given, list):
        return limited((scalar_text(one.get("tag")) or "", scalar_text(one.get("value"))) for one in objects(given))
    text = scalar_text(given) or ""
    pairs = (tag.partition(":") for tag in text.split(","))
    return limited((name.strip(), value.strip()) for name, _, value in pairs if name.strip())


def _labels(document: dict[str, Json], tags: dict[str, str]) -> dict[str, str]:
    """All that the script sends besides, under the names its author chose."""
    said = ((one_line(name, 200), _said(document, name)) for name in document if name not in _READ_ELSEWHERE)
    return limited([*((name, text) for name, text in said if name), *tags.items()])


DECIDES = frozenset({"status"})

SNIPPET = """\
zabbix_export:
  version: '6.0'
  media_types:
    - name: seventytwo
      type: WEBHOOK
      parameters:
        - {name: endpoint, value: '{url}'}
        - {name: secret, value: 'SECRET'}
        - {name: trigger, value: '{EVENT.NAME}'}
        - {name: trigger_id, value: '{TRIGGER.ID}'}
        - {name: event_id, value: '{EVENT.ID}'}
        - {name: status, value: '{EVENT.STATUS}'}
        - {name: severity, value: '{EVENT.SEVERITY}'}
        - {name: nseverity, value: '{EVENT.NSEVERITY}'}
        - {name: hostname, value: '{HOST.NAME}'}
        - {name: host_group, value: '{TRIGGER.HOSTGROUP.NAME}'}
        - {name: item, value: '{ITEM.NAME1} is {ITEM.VALUE1}'}
        - {name: tags, value: '{EVENT.TAGS}'}
        - {name: link, value: '{$ZABBIX.URL}/tr_events.php?triggerid={TRIGGER.ID}&eventid={EVENT.ID}'}
      script: |
        var said = JSON.parse(value), request = new HttpRequest(), endpoint = said.endpoint;
        request.addHeader('Content-Type: application/json');
        request.addHeader('Authorization: Bearer ' + said.secret);
        delete said.endpoint;
        delete said.secret;
        request.post(endpoint, JSON.stringify(said));
        if (request.getStatus() !== 202) {
          throw 'seventytwo answered ' + request.getStatus();
        }
        return 'OK';
      message_templates:
        - {event_source: TRIGGERS, operation_mode: PROBLEM, subject: '{EVENT.NAME}', message: '{EVENT.NAME}'}
        - {event_source: TRIGGERS, operation_mode: RECOVERY, subject: '{EVENT.NAME}', message: '{EVENT.NAME}'}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Zabbix",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
