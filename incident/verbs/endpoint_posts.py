"""Tell endpoints what people inside are told, through the same ledger, in the same transaction, in fewer words."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from incident.endpoint_events import EndpointEvent
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.outreach import InternalMessage
from incident.queries.board import title_place
from incident.roles import Visibility
from incident.verbs.act import Act
from notifications.endpoints import CHATS, Endpoint, person_of, subscribed
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Outgoing
from notifications.webhook_bodies import Event, content_place

GIVE_UP = timedelta(hours=24)


def post_event(act: Act, incident_id: UUID, message: InternalMessage) -> int:
    """Tell every endpoint that wants to hear of it, once; returns how many.

    A step of other verbs. Of a sealed incident nothing is said anywhere; a restricted one goes by its codename alone.
    """
    if message.event is None or not (endpoints := subscribed(act.session, message.event.type)):
        return 0
    incident = act.session.get_one(Incident, incident_id)
    occasion = f"event:{message.event.type}:{message.occasion}"
    if incident.visibility is Visibility.SEALED or act.session.get(Outgoing, occasion) is not None:
        return 0
    path = message.event.path or f"/incidents/{incident.codename}"
    event = _event(act, message.event, {**facts_of(act, incident), **message.event.facts}, path)
    return put_event(act, incident_subject(incident_id), occasion, event, endpoints)


def put_event(act: Act, scope: str, occasion: str, event: Event, endpoints: Sequence[Endpoint]) -> int:
    """Put an event into the ledger for exactly these endpoints; its occasion must be new."""
    content = json.dumps(event.document(), ensure_ascii=False)
    act.session.add(
        Outgoing(
            occasion=occasion,
            scope=scope,
            content_sealed=act.seal(content, content_place(occasion, scope)),
            addresses_sealed=b"",  # an endpoint keeps its own
            created_at=act.now,
        )
    )
    act.session.add_all(_delivery(act, occasion, endpoint) for endpoint in endpoints)
    act.session.flush()
    return len(endpoints)


def _delivery(act: Act, occasion: str, endpoint: Endpoint) -> Delivery:
    return Delivery(
        occasion=occasion,
        person=person_of(endpoint.id),
        channel=Channel.CHAT if endpoint.kind in CHATS else Channel.WEBHOOK,
        message_id=f"msg_{new_id().hex}",
        state=DeliveryState.PENDING,
        next_at=act.now,
        give_up_at=act.now + GIVE_UP,
        created_at=act.now,
    )


def _event(act: Act, event: EndpointEvent, facts: Mapping[str, str], path: str) -> Event:
    return Event(event.type, act.now.isoformat(), event.said, facts, path)


def facts_of(act: Act, incident: Incident) -> dict[str, str]:
    """What an endpoint may hear of an incident: of one that is not open codename and severity alone."""
    facts = {"incident": incident.codename, "severity": incident.severity.value}
    if incident.visibility is Visibility.OPEN:
        facts["title"] = act.open(incident.title_sealed, title_place(incident.id))
        facts["kind"] = incident.kind.replace("_", " ")
    return facts
