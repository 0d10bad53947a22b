"""What endpoints are told of a page: that it began, that somebody answered, that it is over; under one key."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from incident.endpoint_events import EventType
from incident.models.entries import ADMINISTRATION, incident_subject
from incident.models.incidents import Incident
from incident.models.paging import PageCall, PagedOne
from incident.page_words import Called
from incident.verbs.act import Act
from incident.verbs.endpoint_posts import facts_of, put_event
from incident.verbs.page_recipients import Way
from notifications.alarms import AlarmAct
from notifications.endpoints import CALLERS, Endpoint
from notifications.webhook_bodies import Event


@dataclass(frozen=True, slots=True)
class Roads:
    """Where pages lead: the domain of Message-IDs, and the console's address."""

    domain: str = "localhost"
    console: str = ""


def scope_of(page: PageCall) -> str:
    """Under whose key a page's messages are sealed, and on whose chain its lines stand."""
    return incident_subject(page.incident_id) if page.incident_id else ADMINISTRATION


def call_endpoint(act: Act, page: PageCall, called: Called, mark: str, endpoint: Endpoint) -> str:
    """Tell an endpoint of a step; returns the occasion. `mark` tells one step from the next."""
    facts = {**_facts(act, page), "team": called.team, "step": f"{called.number} of {called.steps}"}
    event = _event(act, page, EventType.PAGE_SENT, called.headline, facts)
    return _put(act, page, endpoint, event, mark, AlarmAct.TRIGGER)


def call_number(act: Act, page: PageCall, called: Called, mark: str, way: Way, link: str) -> str:
    """Have a provider call or write to a number; returns the occasion."""
    assert way.provider is not None
    alarm = {"act": AlarmAct.TRIGGER.value, "key": str(page.id), "to": way.number, "link": link}
    event = Event(EventType.PAGE_SENT, act.now.isoformat(), called.headline, {}, "", alarm)
    occasion = f"event:{EventType.PAGE_SENT}:{page.id}:{mark}:{way.provider.id}:{way.account.id}"
    put_event(act, scope_of(page), occasion, event, [way.provider])
    return occasion


def tell_answer(act: Act, page: PageCall, what: AlarmAct) -> int:
    """Tell every endpoint that heard of the page that somebody answered, or that it is over; returns how many."""
    kind = EventType.PAGE_ACKNOWLEDGED if what is AlarmAct.ACKNOWLEDGE else EventType.PAGE_ENDED
    mine = (col(PagedOne.page_id) == page.id, col(PagedOne.user_id).is_(None))
    query = select(Endpoint).where(
        col(Endpoint.id).in_(select(PagedOne.endpoint_id).where(*mine)), col(Endpoint.active).is_(True)
    )
    endpoints = act.session.exec(query.order_by(col(Endpoint.name))).all()
    said = "acknowledged" if what is AlarmAct.ACKNOWLEDGE else "over"
    for endpoint in endpoints:
        event = _event(act, page, kind, f"The page of {_about(page)} is {said}", _facts(act, page))
        _put(act, page, endpoint, event, said, what)
    return len(endpoints)


def _put(act: Act, page: PageCall, endpoint: Endpoint, event: Event, mark: str, what: AlarmAct) -> str:
    occasion = f"event:{event.type}:{page.id}:{mark}:{endpoint.id}"
    alarm = {"act": what.value, "key": str(page.id), "severity": page.severity}
    put_event(act, scope_of(page), occasion, _with(event, alarm) if endpoint.kind in CALLERS else event, [endpoint])
    return occasion


def _with(event: Event, alarm: Mapping[str, str]) -> Event:
    return Event(event.type, event.at, event.headline, event.facts, event.path, alarm)


def _event(act: Act, page: PageCall, kind: EventType, headline: str, facts: Mapping[str, str]) -> Event:
    path = f"/pages/{page.id}" if page.incident_id is None else f"/incidents/{page.subject}"
    return Event(kind, act.now.isoformat(), headline, {**facts, "page": str(page.id)}, path)


def _facts(act: Act, page: PageCall) -> dict[str, str]:
    if page.incident_id is None:
        return {"kind": page.kind.value, "severity": page.severity}
    return facts_of(act, act.session.get_one(Incident, page.incident_id))


def _about(page: PageCall) -> str:
    return f"monitor {page.subject}" if page.source_id else page.subject
