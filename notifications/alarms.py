"""Alarms to services that call people: PagerDuty (Events API v2), Opsgenie (Alert API v2), any provider by a template.

An alarm is triggered, acknowledged and resolved under one key, so that their alarm and our page are one. A provider of
text messages or calls takes only triggers: its template says where the number and the text stand in its request.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

CLIENT = "seventytwo"
LONGEST_SUMMARY = 1024  # PagerDuty
LONGEST_MESSAGE = 130  # Opsgenie
LONGEST_DESCRIPTION = 15_000
LONGEST_TEMPLATE = 8192
DEEPEST = 6
SEVERITIES = {"critical": "critical", "high": "error", "medium": "warning"}  # else info
PRIORITIES = {"critical": "P1", "high": "P2", "medium": "P3", "low": "P4"}  # else P5
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
IN_FIELDS = frozenset({"to", "text", "text_xml", "spoken", "spoken_xml", "secret"})
IN_HEADERS = frozenset({"secret", "basic"})
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,500}")
OURS = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding", "accept-encoding"})
TEMPLATE_PARTS = frozenset({"encoding", "headers", "fields"})


class AlarmAct(StrEnum):
    """What becomes of an alarm."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class BadTemplate(ValueError):
    """This is no template of a request; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm and what becomes of it. `link`: where to look, or to acknowledge it. `to`: a telephone number."""

    act: AlarmAct
    key: str
    summary: str
    severity: str = "critical"
    at: str = ""  # ISO 8601
    link: str = ""
    facts: Mapping[str, str] | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """Where an alarm goes: an address, the newest secret, and the template of a provider."""

    url: str
    secret: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """How a provider wants to be asked: fields as a form or as JSON, and headers beside them."""

    fields: Mapping[str, object]
    headers: Mapping[str, str]
    as_form: bool = True


@dataclass(frozen=True, slots=True)
class AlarmRequest:
    """The request of an alarm."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def pagerduty(alarm: Alarm, door: Door) -> AlarmRequest:
    """An event for `/v2/enqueue`; only a trigger needs a payload."""
    document: dict[str, object] = {
        "routing_key": door.secret,
        "event_action": alarm.act.value,
        "dedup_key": alarm.key[:255],
    }
    if alarm.act is AlarmAct.TRIGGER:
        document["payload"] = {
            "summary": alarm.summary[:LONGEST_SUMMARY],
            "source": CLIENT,
            "severity": SEVERITIES.get(alarm.severity, "info"),
            **({"timestamp": alarm.at} if alarm.at else {}),
            "custom_details": dict(alarm.facts or {}),
        }
        document |= {"client": CLIENT}
        if alarm.link:
            document |= {"client_url": alarm.link, "links": [{"href": alarm.link, "text": "Open in the console"}]}
    return AlarmRequest(door.url, _json(document), {"Content-Type": "application/json"})


def opsgenie(alarm: Alarm, door: Door) -> AlarmRequest:
    """An alert under `/v2/alerts`, found again by its alias. The address is the service's, without a path."""
    alerts = f"{door.url.rstrip('/')}/v2/alerts"
    headers = {"Content-Type": "application/json", "Authorization": f"GenieKey {door.secret}"}
    if alarm.act is AlarmAct.TRIGGER:
        said = f"{alarm.summary}\n{alarm.link}".strip()
        document: dict[str, object] = {
            "message": alarm.summary[:LONGEST_MESSAGE],
            "alias": alarm.key[:512],
            "description": said[:LONGEST_DESCRIPTION],
            "details": dict(alarm.facts or {}),
            "priority": PRIORITIES.get(alarm.severity, "P5"),
            "source": CLIENT,
        }
        return AlarmRequest(alerts, _json(document), headers)
    verb = "acknowledge" if alarm.act is AlarmAct.ACKNOWLEDGE else "close"
    url = f"{alerts}/{quote(alarm.key[:512], safe='')}/{verb}?identifierType=alias"
    return AlarmRequest(url, _json({"source": CLIENT, "note": alarm.summary[:LONGEST_MESSAGE]}), headers)


def provider(alarm: Alarm, door: Door) -> AlarmRequest:
    """The request that a provider's template makes. Raises BadTemplate."""
    template = read_template(door.template)
    text = f"{alarm.summary} {alarm.link}".strip()
    values = {
        "to": alarm.to,
        "text": text,
        "text_xml": escape(text),
        "spoken": alarm.summary,
        "spoken_xml": escape(alarm.summary),
        "secret": door.secret,
        "basic": base64.b64encode(door.secret.encode()).decode(),
    }
    fields = {name: _filled(value, values) for name, value in template.fields.items()}
    headers = {name: str(_filled(value, values)) for name, value in template.headers.items()}
    if template.as_form:
        body = urlencode({name: str(value) for name, value in fields.items()}).encode()
        return AlarmRequest(door.url, body, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
    return AlarmRequest(door.url, _json(fields), {**headers, "Content-Type": "application/json"})


ALARMS: Mapping[str, Callable[[Alarm, Door], AlarmRequest]] = {
    "pagerduty": pagerduty,
    "opsgenie": opsgenie,
    "provider": provider,
}


def read_template(text: str) -> Template:
    """A provider's template: JSON with `encoding` (form or json), `headers` and `fields`. Raises BadTemplate."""
    if len(text) > LONGEST_TEMPLATE:
        raise BadTemplate(f"is longer than {LONGEST_TEMPLATE} characters")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadTemplate("is no JSON") from None
    if not isinstance(found, dict) or not set(found) <= TEMPLATE_PARTS or not isinstance(found.get("fields"), dict):
        raise BadTemplate("is an object with fields, and if need be encoding and headers")
    encoding, headers, fields = found.get("encoding", "form"), found.get("headers", {}), found["fields"]
    if encoding not in ("form", "json"):
        raise BadTemplate("has the encoding form or json")
    _check_headers(headers)
    _check_fields(fields, flat=encoding == "form")
    if "to" not in PLACEHOLDER.findall(json.dumps(fields)):
        raise BadTemplate("has no {to} in its fields: whom would it call")
    return Template(fields, headers, encoding == "form")


def _check_headers(headers: object) -> None:
    if not isinstance(headers, dict):
        raise BadTemplate("has headers that are no object")
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS:
            raise BadTemplate(f"sets no header “{name[:64]}”")
        if not isinstance(value, str) or not HEADER_VALUE.fullmatch(value):
            raise BadTemplate(f"has no usable value of the header {name}")
        _check_words(value, IN_HEADERS)


def _check_fields(value: object, *, flat: bool, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise BadTemplate("is nested too deep")
    if isinstance(value, str):
        _check_words(value, IN_FIELDS)
    elif isinstance(value, dict | list) and not (flat and depth):
        for one in value.values() if isinstance(value, dict) else value:
            _check_fields(one, flat=flat, depth=depth + 1)
    elif isinstance(value, dict | list):
        raise BadTemplate("has fields within fields, which a form has not: set encoding to json")


def _check_words(text: str, known: frozenset[str]) -> None:
    for word in PLACEHOLDER.findall(text):
        if word not in known:
            raise BadTemplate(f"knows no {{{word}}} there, only {', '.join(sorted(known))}")


def _filled(value: object, values: Mapping[str, str]) -> object:
    """Each placeholder replaced once: what stands in a value is never one."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), value)
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    return value


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
