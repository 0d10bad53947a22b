"""Uptime Kuma's webhook: a signal for a heartbeat that matters, for its test, for a certificate that runs out.

Its source is its documentation:
https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
https://github.com/louislam/uptime-kuma/blob/master/server/model/heartbeat.js (0 down, 1 up, 2 pending, 3 maintenance)
"""

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
    made_key,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    utc_moment,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "uptime_kuma"

_STATES = {
    "0": SignalState.FIRING,
    "1": SignalState.RESOLVED,
    "2": SignalState.INFORMATIONAL,
    "3": SignalState.INFORMATIONAL,
}
_TEST = " Testing"
"""What the button "Test" sends: the notification's name and this word, no monitor and no heartbeat."""
_DOWN = (Hint("breach.kinds", ("availability",), "A monitor of availability is down."),)


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the message. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    heartbeat, monitor = document.get("heartbeat"), document.get("monitor")
    if heartbeat is None and monitor is None:
        return (_without_monitor(document),)
    state = _STATES.get(scalar_text(part(heartbeat, "status")) or "")
    if state is None:
        raise Unreadable("heartbeat.status must be 0 (down), 1 (up), 2 (pending) or 3 (maintenance).")
    key = first_text(part(monitor, "id"), part(heartbeat, "monitorID"))
    if key is None:
        raise Unreadable("monitor.id is missing, and heartbeat.monitorID too.")
    title = first_text(document.get("msg"), part(heartbeat, "msg"), part(monitor, "name"), key) or key
    tags = _tags(part(monitor, "tags"))
    # A repeat (resend interval) has the time of its own beat and is not important.
    begins = state is SignalState.FIRING and part(heartbeat, "important") is not False
    signal = Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=own_key(key),
        state=state,
        started_at=utc_moment(part(heartbeat, "time")) if begins else None,
        asset=asset_of(AssetKind.SERVICE, part(monitor, "name")),
        hints=(_DOWN if state is SignalState.FIRING else ()) + category_hints(tags.get(DATA_CATEGORIES), "tag"),
        labels=_labels(heartbeat, monitor, tags),
    )
    return (signal,)


def _without_monitor(document: dict[str, Json]) -> Signal:
    """The test, or a certificate of which only the message tells."""
    title = scalar_text(document.get("msg"))
    if title is None:
        raise Unreadable("msg is missing: there is neither a heartbeat nor a monitor to tell of.")
    is_test = title.endswith(_TEST)
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key="test" if is_test else made_key(title),
        state=SignalState.TEST if is_test else SignalState.INFORMATIONAL,
    )


def _tags(given: Json) -> dict[str, str]:
    return limited((scalar_text(tag.get("name")) or "", scalar_text(tag.get("value"))) for tag in objects(given))


def _labels(heartbeat: Json, monitor: Json, tags: dict[str, str]) -> dict[str, str]:
    """No more than these: a monitor holds what it logs in with, too."""
    return limited(
        [
            ("monitor", scalar_text(part(monitor, "name"))),
            ("path", scalar_text(part(monitor, "pathName"))),
            ("type", scalar_text(part(monitor, "type"))),
            ("url", web_link(part(monitor, "url"))),
            ("hostname", scalar_text(part(monitor, "hostname"))),
            ("description", scalar_text(part(monitor, "description"))),
            ("status", scalar_text(part(heartbeat, "status"))),
            ("message", scalar_text(part(heartbeat, "msg"))),
            ("heard_at", scalar_text(part(heartbeat, "time"))),
            *tags.items(),
        ]
    )


DECIDES = frozenset({"heartbeat", "status"})

SNIPPET = """\
Notification type: Webhook
Post URL: {url}
Request method: POST
Request body: Preset - application/json
Additional headers:
{"Authorization": "Bearer SECRET"}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Uptime Kuma",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
