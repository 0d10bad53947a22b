"""GitLab vulnerability events: one signal each; GitLab sends one when a vulnerability is found or changes its state.

https://docs.gitlab.com/user/project/integrations/webhook_events/#vulnerability-events. The token is the header
X-Gitlab-Token; Idempotency-Key stays the same when GitLab sends again
(https://docs.gitlab.com/user/project/integrations/webhooks/#delivery-headers).
"""

import re

from incident.adapters.answers import Headers
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
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "gitlab"
Object = dict[str, Json]

SEVERITIES = {word.value: word for word in Severity}
"""GitLab's words are ours; `unknown` is none of them."""

STATES = {
    "detected": SignalState.FIRING,
    "confirmed": SignalState.FIRING,
    "resolved": SignalState.RESOLVED,
    "dismissed": SignalState.RESOLVED,
}
_PROJECT = re.compile(r"https?://[^/]+/(.+?)/-/")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one vulnerability. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    kind = scalar_text(document.get("object_kind"))
    if kind not in (None, "vulnerability"):
        raise Unreadable(f"object_kind is {ascii(kind)[:60]}; only vulnerability is read.")
    found = document.get("object_attributes")
    if not isinstance(found, dict):
        raise Unreadable("object_attributes must be an object.")
    url = scalar_text(found.get("url"))
    if url is None:
        raise Unreadable("object_attributes.url is needed: it tells one vulnerability from another.")
    name = first_text(found.get("title"), part(found, "identifiers", 0, "name")) or url
    return (
        Signal(
            title=one_line(name, TITLE_LENGTH),
            severity=severity_of(scalar_text(found.get("severity")), SEVERITIES),
            source=NAME,
            key=own_key(url),
            state=_state(found),
            started_at=moment(_zoned(found.get("created_at"))),
            asset=asset_of(AssetKind.REPOSITORY, _project(url)),
            labels=_labels(found, url),
            link=web_link(url),
        ),
    )


def _zoned(text: Json) -> Json:
    """Some of GitLab's events write `2025-01-08 00:46:14 UTC`."""
    return text.removesuffix(" UTC") + "Z" if isinstance(text, str) and text.endswith(" UTC") else text


def _state(found: Object) -> SignalState:
    word = scalar_text(found.get("state"))
    if word is None:
        ended = first_text(found.get("resolved_at"), found.get("dismissed_at"))
        return SignalState.RESOLVED if ended else SignalState.FIRING
    state = STATES.get(word.lower())
    if state is None:
        raise Unreadable(f"object_attributes.state must be one of {', '.join(STATES)}.")
    return state


def _project(url: str) -> str | None:
    """GitLab's addresses have the project's path before `/-/`."""
    match = _PROJECT.match(url)
    return match.group(1) if match else None


def _labels(found: Object, url: str) -> dict[str, str]:
    identifiers = found.get("identifiers")
    by_type = [
        (scalar_text(part(one, "external_type")) or "identifier", scalar_text(part(one, "external_id")))
        for one in (identifiers if isinstance(identifiers, list) else ())
    ]
    names = "state severity report_type confidence project_id resolved_on_default_branch"
    return limited(
        [
            *((name, scalar_text(found.get(name))) for name in names.split()),
            ("project", _project(url)),
            ("file", scalar_text(part(found, "location", "file"))),
            ("package", scalar_text(part(found, "location", "dependency", "package", "name"))),
            ("image", scalar_text(part(found, "location", "image"))),
            *by_type,
        ]
    )


SNIPPET = """\
Project or group > Settings > Webhooks > Add new webhook
  URL:           {url}
  Secret token:  <the secret of {slug}>
  Trigger:       Vulnerability events (nothing else)
  SSL verification: enabled
"""

ADAPTER = Adapter(
    name=NAME,
    label="GitLab vulnerability events",
    schemes=(Scheme.HEADER_TOKEN,),
    read=read,
    delivery_header="idempotency-key",
    token_header="x-gitlab-token",  # noqa: S106  a header's name
    snippet=SNIPPET,
)
