"""CloudEvents 1.0 over HTTP: structured, binary and batch mode, and the handshake of its webhooks.

https://github.com/cloudevents/spec/blob/main/cloudevents/spec.md (attributes)
https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md (modes, percent-encoding)
https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md (abuse protection)
https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/severity.md

An event says neither that something goes on nor that it ended: it is informational, and opens an incident only by a
rule. Then events of one source and type belong together.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import unquote

from incident.adapters.answers import Answer, Asked, Headers, Reply
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_json
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    limited,
    made_key,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
    whole_number,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "cloudevents"

NUMBERS = ((21, Severity.CRITICAL), (17, Severity.HIGH), (13, Severity.MEDIUM), (1, Severity.INFO))
HIGHEST_NUMBER = 24
WORDS = {
    "fatal": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warn": Severity.MEDIUM,
    "info": Severity.INFO,
    "debug": Severity.INFO,
    "trace": Severity.INFO,
}
"""Severity of OpenTelemetry's logs, which the extension takes over; a word may have a digit behind it, as in WARN2."""
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
ANY_FORMAT = "application/cloudevents"
VERSION = "1.0"
ORIGIN, RATE = "webhook-request-origin", "webhook-request-rate"
_DOMAIN = re.compile(r"[A-Za-z0-9*](?:[A-Za-z0-9.:_*/-]{0,251}[A-Za-z0-9*])?", re.ASCII)
_RATE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CORE = ("specversion", "data", "data_base64")

Event = Mapping[str, Json]


def answer(asked: Asked) -> Answer | None:
    """A sender asks before its first event whether it may send here; it says who it is, and nothing proves it yet."""
    origin = asked.headers.get(ORIGIN, "").strip()
    if asked.method != "OPTIONS" or not _DOMAIN.fullmatch(origin):
        return None
    rate = asked.headers.get(RATE, "").strip()
    allowed = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": rate if _RATE.fullmatch(rate) else "*"}
    return Reply(200, headers={"Allow": "POST", **allowed}, unproven=True)


def delivery_id(headers: Headers, _body: bytes) -> str | None:
    """Of binary mode, whose body need not tell two events apart."""
    if "ce-id" not in headers or _media_type(headers).startswith(ANY_FORMAT):
        return None
    return f"{_decoded(headers.get('ce-source', ''))}#{_decoded(headers['ce-id'])}"


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each event. Raises Unreadable, naming the attribute that decides and is wrong."""
    media_type = _media_type(headers)
    if media_type.startswith(ANY_FORMAT) and media_type not in (STRUCTURED, BATCH):
        raise Unreadable(f"Content-Type is {ascii(media_type)[:60]}; of the formats JSON is read.")
    if ("ce-id" in headers or "ce-type" in headers) and not media_type.startswith(ANY_FORMAT):
        return (_signal(_binary(headers, media_type, body), "ce-"),)
    document = read_json(body)
    listed = document if isinstance(document, list) else [document]
    return tuple(_signal(event, f"[{index}]." if listed is document else "") for index, event in enumerate(listed))


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _binary(headers: Headers, media_type: str, body: bytes) -> Event:
    """Attributes out of headers; data is what the body holds, if that is JSON."""
    event: dict[str, Json] = {
        name.removeprefix("ce-"): _decoded(text) for name, text in headers.items() if name.startswith("ce-")
    }
    event["datacontenttype"] = media_type
    if body and (media_type == "application/json" or media_type.endswith("+json")):
        with suppress(Unreadable):  # the event is told by its attributes, whatever it carries
            event["data"] = read_json(body)
    return event


def _decoded(text: str) -> str:
    """A header's value: quoted ones unquoted, then percent-decoded (HTTP binding, 3.1.3.2)."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = _ESCAPED.sub(r"\1", text[1:-1])
    return unquote(text, errors="replace")


def _signal(event: object, place: str) -> Signal:
    if not isinstance(event, Mapping):
        raise Unreadable(f"{place[:-1] or 'The body'} must be an event.")
    if event.get("specversion", VERSION) != VERSION:
        raise Unreadable(f"{place}specversion must be {VERSION}.")
    kind, source, event_id = (scalar_text(event.get(name)) for name in ("type", "source", "id"))
    for name, text in (("type", kind), ("source", source), ("id", event_id)):
        if text is None:
            raise Unreadable(f"{place}{name} is missing.")
    return Signal(
        title=one_line(kind or "", TITLE_LENGTH),
        severity=_severity(event),
        source=NAME,
        key=own_key(f"{source}#{event_id}"),
        state=SignalState.INFORMATIONAL,
        started_at=moment(event.get("time")),
        asset=asset_of(AssetKind.RESOURCE, event.get("subject")),
        hints=category_hints(scalar_text(part(event.get("data"), DATA_CATEGORIES)), "member"),
        labels=limited(_labels(event)),
        link=web_link(event.get("source")),
        group=made_key(source, kind),
    )


def _severity(event: Event) -> Severity | None:
    number = whole_number(event.get("severitynumber"), 1, HIGHEST_NUMBER)
    if number is not None:
        return next(severity for least, severity in NUMBERS if number >= least)
    return severity_of((scalar_text(event.get("severitytext")) or "").rstrip("234"), WORDS)


def _labels(event: Event) -> Iterator[tuple[str, str | None]]:
    """Attributes, extensions among them, and what the data says at its top."""
    for name, value in event.items():
        if name not in _CORE:
            yield name, scalar_text(value)
    data = event.get("data")
    for name, value in data.items() if isinstance(data, dict) else ():
        yield f"data.{name}", scalar_text(value)


DECIDES = frozenset({"id", "source", "type"})
"""They may be shorter than what is told apart by its text."""

SNIPPET = """\
# Any sender of CloudEvents 1.0, as JSON (structured or batch) or in binary mode:
POST {url}
Content-Type: application/cloudevents+json; charset=utf-8
Authorization: Bearer SECRET

# Azure Event Grid: its handshake is answered
az eventgrid event-subscription create --name seventytwo --source-resource-id SCOPE --endpoint {url} \\
  --event-delivery-schema cloudeventschemav1_0 \\
  --delivery-attribute-mapping Authorization static "Bearer SECRET" true
"""

ADAPTER = Adapter(
    name=NAME,
    label="CloudEvents 1.0",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    delivery_id=delivery_id,
    answer=answer,
    methods=("POST", "OPTIONS"),
    snippet=SNIPPET,
)
