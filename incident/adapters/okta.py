"""Okta event hooks: one signal for each System Log event of a delivery, and the one-time verification.

https://developer.okta.com/docs/concepts/event-hooks/ and https://developer.okta.com/docs/reference/api/event-types/.
Okta sends each event at least once, in any order, and none has an end. The whole Authorization header is the secret.
"""

import json

from incident.adapters.answers import Answer, Asked, Headers, Reply
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    first_text,
    limited,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "okta"
CHALLENGE = "x-okta-verification-challenge"

SEVERITIES = {
    "error": Severity.HIGH,
    "warn": Severity.MEDIUM,
    "info": Severity.INFO,
    "debug": Severity.INFO,
}
_KINDS = {"User": AssetKind.USER, "AppUser": AssetKind.USER, "AppInstance": AssetKind.APPLICATION}


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each event. Raises Unreadable, naming the field that decides and is wrong."""
    events = part(read_object(body), "data", "events")
    if not isinstance(events, list) or not events:
        raise Unreadable("data.events must be a list with at least one event.")
    return tuple(_signal(event, f"data.events[{index}]") for index, event in enumerate(events))


def answer(asked: Asked) -> Answer | None:
    """The one-time verification: the challenge comes by GET and goes back as `verification`."""
    challenge = asked.headers.get(CHALLENGE, "")
    if asked.method != "GET" or not challenge:
        return None
    return Reply(200, "application/json", json.dumps({"verification": challenge}, separators=(",", ":")))


def _signal(event: Json, place: str) -> Signal:
    uuid = scalar_text(part(event, "uuid"))
    if uuid is None:
        raise Unreadable(f"{place}.uuid is needed: it tells one event from another.")
    kind = scalar_text(part(event, "eventType"))
    asset = _asset(event)
    return Signal(
        title=one_line(first_text(part(event, "displayMessage"), kind) or uuid, TITLE_LENGTH),
        severity=severity_of(scalar_text(part(event, "severity")), SEVERITIES),
        source=NAME,
        key=own_key(uuid),
        state=SignalState.FIRING,
        started_at=moment(part(event, "published")),
        asset=asset,
        hints=_hints(kind),
        labels=_labels(event),
        group=one_line(f"{kind or uuid} {asset.name if asset else ''}"),
    )


def _asset(event: Json) -> Asset | None:
    """The first target: what the actor did it to. The actor may be the attacker and is none."""
    target = part(event, "target", 0)
    kind = _KINDS.get(scalar_text(part(target, "type")) or "", AssetKind.RESOURCE)
    login, shown = part(target, "alternateId"), part(target, "displayName")
    names = (login, shown) if kind is AssetKind.USER else (shown, login)
    return asset_of(kind, first_text(*names, part(target, "id")))


def _hints(kind: str | None) -> tuple[Hint, ...]:
    if kind == "security.breached_credential.detected":
        why = f"Event type {kind}: the credentials are in a list of breached ones."
        return (Hint("data.categories", ("credentials_plain",), why),)
    return ()


def _labels(event: Json) -> dict[str, str]:
    return limited(
        [
            ("event_type", scalar_text(part(event, "eventType"))),
            ("severity", scalar_text(part(event, "severity"))),
            ("outcome", scalar_text(part(event, "outcome", "result"))),
            ("reason", scalar_text(part(event, "outcome", "reason"))),
            ("actor", first_text(part(event, "actor", "alternateId"), part(event, "actor", "displayName"))),
            ("actor_type", scalar_text(part(event, "actor", "type"))),
            ("target", first_text(part(event, "target", 0, "displayName"), part(event, "target", 0, "alternateId"))),
            ("target_type", scalar_text(part(event, "target", 0, "type"))),
            ("ip", scalar_text(part(event, "client", "ipAddress"))),
            ("country", scalar_text(part(event, "client", "geographicalContext", "country"))),
            ("threat_suspected", scalar_text(part(event, "debugContext", "debugData", "threatSuspected"))),
            ("risk", scalar_text(part(event, "debugContext", "debugData", "risk"))),
        ]
    )


SNIPPET = """\
Admin Console > Workflow > Event Hooks > Create Event Hook
  URL:                   {url}
  Authentication field:  Authorization
  Authentication secret: <the secret of {slug}>
  Subscribe to events:   those that may be a breach, such as
    security.threat.detected, security.breached_credential.detected,
    user.account.report_suspicious_activity_by_enduser, user.risk.detect
Save, then Verify.
"""

ADAPTER = Adapter(
    name=NAME,
    label="Okta event hooks",
    schemes=(Scheme.HEADER_TOKEN,),
    read=read,
    answer=answer,
    methods=("POST", "GET"),
    token_header="authorization",  # noqa: S106  a header's name
    snippet=SNIPPET,
)
