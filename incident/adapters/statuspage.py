"""Atlassian Statuspage, as a subscriber of somebody's page hears it: an incident, or a component of theirs.

https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
"""

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    first_text,
    limited,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "statuspage"

_IMPACTS = {
    "critical": Severity.CRITICAL,
    "major": Severity.HIGH,
    "minor": Severity.MEDIUM,
    "none": Severity.LOW,
    "maintenance": Severity.INFO,
}
_INCIDENT = {
    "investigating": SignalState.FIRING,
    "identified": SignalState.FIRING,
    "monitoring": SignalState.FIRING,
    "resolved": SignalState.RESOLVED,
    "postmortem": SignalState.RESOLVED,
    "scheduled": SignalState.INFORMATIONAL,
    "in_progress": SignalState.INFORMATIONAL,
    "verifying": SignalState.INFORMATIONAL,
    "completed": SignalState.RESOLVED,
}
"""The last four are those of a scheduled maintenance: announced work, also while it is done."""
_COMPONENT = {
    "operational": SignalState.RESOLVED,
    "degraded_performance": SignalState.FIRING,
    "partial_outage": SignalState.FIRING,
    "major_outage": SignalState.FIRING,
    "under_maintenance": SignalState.INFORMATIONAL,
}


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the message. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    incident, component = document.get("incident"), document.get("component")
    if isinstance(incident, dict):
        return (_of_incident(document, incident),)
    if isinstance(component, dict):
        return (_of_component(document, component),)
    raise Unreadable("incident or component must be an object.")


def _of_incident(document: dict[str, Json], incident: dict[str, Json]) -> Signal:
    key = _id(incident.get("id"), "incident.id")
    components = objects(incident.get("components"))
    name = next((component.get("name") for component in components), None)
    return Signal(
        title=_title(incident.get("name"), key),
        severity=severity_of(scalar_text(incident.get("impact")), _IMPACTS),
        source=NAME,
        key=key,
        state=_state(incident.get("status"), _INCIDENT, "incident.status"),
        started_at=moment(incident.get("created_at")),
        asset=asset_of(AssetKind.SERVICE, name),
        labels=_incident_labels(document, incident, components),
        link=web_link(incident.get("shortlink")),
    )


def _of_component(document: dict[str, Json], component: dict[str, Json]) -> Signal:
    """A component has no severity, and began to be so when its status was changed."""
    update = document.get("component_update")
    key = _id(first_text(component.get("id"), part(update, "component_id")), "component.id")
    status = first_text(component.get("status"), part(update, "new_status"))
    state = _state(status, _COMPONENT, "component.status")
    begins = state is not SignalState.RESOLVED
    return Signal(
        title=_title(component.get("name"), key),
        severity=None,
        source=NAME,
        key=key,
        state=state,
        started_at=moment(part(update, "created_at")) if begins else None,
        asset=asset_of(AssetKind.SERVICE, component.get("name")),
        labels=limited(
            [
                ("status", status),
                ("old_status", scalar_text(part(update, "old_status"))),
                ("description", scalar_text(component.get("description"))),
                ("group_id", scalar_text(component.get("group_id"))),
                *_page(document),
            ]
        ),
        link=web_link(part(document, "page", "url")),
    )


def _id(given: Json, place: str) -> str:
    key = scalar_text(given)
    if key is None or isinstance(given, bool):
        raise Unreadable(f"{place} must be a text.")
    return own_key(key)


def _title(name: Json, key: str) -> str:
    return one_line(scalar_text(name) or key, TITLE_LENGTH)


def _state(given: Json, states: dict[str, SignalState], place: str) -> SignalState:
    state = states.get((scalar_text(given) or "").lower())
    if state is None:
        raise Unreadable(f"{place} must be one of {', '.join(states)}.")
    return state


def _incident_labels(
    document: dict[str, Json], incident: dict[str, Json], components: list[dict[str, Json]]
) -> dict[str, str]:
    latest = next(iter(objects(incident.get("incident_updates"))), {})
    names = [name for name in (scalar_text(component.get("name")) for component in components[:50]) if name]
    return limited(
        [
            ("status", scalar_text(incident.get("status"))),
            ("impact", scalar_text(incident.get("impact"))),
            ("components", one_line(", ".join(names))),
            ("update", scalar_text(latest.get("body"))),
            ("scheduled_for", scalar_text(incident.get("scheduled_for"))),
            ("scheduled_until", scalar_text(incident.get("scheduled_until"))),
            ("resolved_at", scalar_text(incident.get("resolved_at"))),
            *_page(document),
        ]
    )


def _page(document: dict[str, Json]) -> list[tuple[str, str | None]]:
    """Whose page it is; the link that would end the subscription is never kept."""
    page = document.get("page")
    return [
        ("page", scalar_text(part(page, "id"))),
        ("page_status", scalar_text(part(page, "status_description"))),
    ]


DECIDES = frozenset({"status", "new_status"})

SNIPPET = """\
On the status page of your supplier: Subscribe to updates, Webhook.
Statuspage sends no header that proves it: subscribe a proxy of yours that adds
  Authorization: Bearer SECRET
and passes what it gets to {url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Statuspage (as a subscriber)",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
