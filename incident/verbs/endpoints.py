"""Endpoints that internal messages go to beside mail: added, changed, tested, switched off. All on the record."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from incident.endpoint_events import WORDS, EventType
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount
from incident.outreach import InternalMessage
from incident.roles import Action, Role, system
from incident.verbs.act import Act
from incident.verbs.endpoint_kinds import USUAL_URLS, event_faults, kind_of, secret_faults, secret_for, template_faults
from incident.verbs.endpoint_posts import put_event
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from notifications.address_guard import Allowed, Refused, check_url
from notifications.alarms import AlarmAct
from notifications.endpoints import (
    CALLERS,
    CHATS,
    Endpoint,
    EndpointKind,
    EndpointSecret,
    live_secrets,
    secret_place,
    template_place,
    url_place,
)
from notifications.ids import new_id
from notifications.posting import cancel_waiting
from notifications.sealing import Keys
from notifications.webhook_bodies import Event
from notifications.wording import worded

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LIVE_SECRETS = 2  # so that a rotation loses nothing
GONE = "The receiver answered 410 Gone: it wants nothing any more."
BY_HAND = worded("Switched off by an administrator.")


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to add. `secret` "" makes one for a program; what calls people brings its own.

    `url` "" takes the service's usual address; `template`: how a provider wants to be asked.
    """

    name: str
    kind: str
    url: str
    events: tuple[str, ...] = ()
    secret: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class AddedEndpoint:
    """An endpoint with its first secret, which is shown once and never again; "" for a chat, which has none."""

    endpoint: Endpoint
    secret: str


def add_endpoint(act: Act, new: NewEndpoint, allowed: Allowed) -> AddedEndpoint:
    """Let an address be told of events. `allowed` is what of our own network may be posted to.

    Raises Invalid, naming each field, and Conflict for a name already used.
    """
    act.require(Action.ADMINISTER)
    kind = kind_of(new.kind)
    url = new.url or USUAL_URLS.get(kind, "")
    faults = (
        []
        if NAME.fullmatch(new.name)
        else [Fault("name", worded("is no name"), worded("1 to 64 of a-z, 0-9 and -: ops-room"))]
    )
    faults += _url_faults(url, allowed) + event_faults(kind, new.events)
    faults += secret_faults(kind, new.secret) + template_faults(kind, new.template)
    if faults:
        raise Invalid(*faults)
    identity, host = new_id(), check_url(url, allowed).host[:255]
    endpoint = Endpoint(
        id=identity,
        name=new.name,
        kind=kind,
        url_sealed=act.seal(url, url_place(identity)),
        host=host,
        events=list(dict.fromkeys(new.events)),
        template_sealed=act.seal(new.template, template_place(identity)) if new.template else None,
        created_at=act.now,
    )
    try:
        with act.session.begin_nested():
            act.session.add(endpoint)
    except IntegrityError:
        raise Conflict(worded("There is an endpoint {new} already.", new=new.name)) from None
    secret = "" if kind in CHATS else _add_secret(act, endpoint, new.secret)
    said = f"Endpoint {new.name} ({kind}, {endpoint.host}) is told of {_listed(endpoint.events)}."
    _write_down(act, endpoint, "endpoint.added", said)
    return AddedEndpoint(endpoint, secret if kind is EndpointKind.WEBHOOK else "")


def change_endpoint(act: Act, name: str, events: Collection[str], allowed: Allowed, url: str = "") -> Endpoint:
    """Tell an endpoint of these events and no others, at another address where one is given."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    if faults := event_faults(endpoint.kind, events) + (_url_faults(url, allowed) if url else []):
        raise Invalid(*faults)
    endpoint.events = list(dict.fromkeys(events))
    moved = ""
    if url:
        endpoint.url_sealed, endpoint.host = act.seal(url, url_place(endpoint.id)), check_url(url, allowed).host[:255]
        moved = f", at another address ({endpoint.host})"
    act.session.add(endpoint)
    said = f"Endpoint {name} is told of {_listed(endpoint.events)}{moved}."
    _write_down(act, endpoint, "endpoint.changed", said)
    return endpoint


def rotate_endpoint_secret(act: Act, name: str, secret: str = "") -> str:
    """Add a second live secret and return it, once: from now on both sign. Raises Conflict while two live."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    if endpoint.kind in CHATS:
        raise Conflict(worded("{name} is a chat: its address is its secret. Give it another address.", name=name))
    if len(live_secrets(act.session, endpoint.id)) >= LIVE_SECRETS:
        raise Conflict(worded("Endpoint {name} has two live secrets: retire the older one first.", name=name))
    known = _add_secret(act, endpoint, secret)
    _write_down(act, endpoint, "endpoint.secret_added", f"Endpoint {name} has a second live secret.")
    return known


def retire_endpoint_secret(act: Act, name: str) -> None:
    """End the older of two live secrets. Raises Conflict when only one lives: nothing could be signed."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    live = live_secrets(act.session, endpoint.id)
    if len(live) < LIVE_SECRETS:
        raise Conflict(worded("Endpoint {name} has no second live secret: add the next one first.", name=name))
    live[0].retired_at = act.now
    act.session.add(live[0])
    _write_down(act, endpoint, "endpoint.secret_retired", f"The older secret of endpoint {name} ended.")


def set_endpoint_active(act: Act, name: str, *, active: bool) -> Endpoint:
    """Switch an endpoint on, or off: then what waits for it is cancelled, and nothing is put in its place later."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    endpoint.active, endpoint.disabled_reason = active, "" if active else BY_HAND
    act.session.add(endpoint)
    left = 0 if active else cancel_waiting(act.session, endpoint.id)
    said = "is told of events again" if active else f"is told of nothing any more; {left} messages cancelled"
    _write_down(act, endpoint, "endpoint.active", f"Endpoint {name} {said}.")
    return endpoint


def post_test(act: Act, name: str) -> str:
    """Send a test, whatever the endpoint wants to hear of; returns its occasion. Raises Conflict where it is off."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    if not endpoint.active:
        raise Conflict(worded("Endpoint {name} is switched off: switch it on first.", name=name))
    if endpoint.kind is EndpointKind.PROVIDER:
        raise Conflict(
            worded("{name} calls people: try it with a test page of a team whose steps go via it.", name=name)
        )
    occasion = f"event:{EventType.TEST}:{new_id()}"
    headline = "This is a test: messages from seventytwo arrive here."
    event = Event(EventType.TEST, act.now.isoformat(), headline, {"endpoint": name}, f"/endpoints/{name}")
    alarm = {"act": AlarmAct.TRIGGER, "key": occasion, "severity": "info"} if endpoint.kind in CALLERS else {}
    put_event(act, ADMINISTRATION, occasion, replace(event, alarm=alarm), [endpoint])
    if alarm:  # and over again
        over = replace(event, alarm={**alarm, "act": AlarmAct.RESOLVE})
        put_event(act, ADMINISTRATION, f"{occasion}:over", over, [endpoint])
    _write_down(act, endpoint, "endpoint.tested", f"A test was sent to endpoint {name}.")
    return occasion


def endpoint_gone(session: Session, keys: Keys, endpoint_id: UUID, now: datetime, domain: str) -> bool:
    """A receiver answered 410: switch its endpoint off, say so on the record, and tell the administrators by mail.

    A step of recording a delivery. False where it was off already.
    """
    act = Act(session, keys, system("poster"), now)
    endpoint = session.exec(select(Endpoint).where(col(Endpoint.id) == endpoint_id).with_for_update()).first()
    if endpoint is None or not endpoint.active:
        return False
    endpoint.active, endpoint.disabled_reason = False, GONE
    session.add(endpoint)
    left = cancel_waiting(session, endpoint.id)
    text = f"Endpoint {endpoint.name} is switched off. {GONE} {left} messages cancelled."
    advice = "Give it another address and switch it on, or leave it off: seventytwo endpoint --help, or /endpoints."
    message = InternalMessage(
        f"page:endpoint:{new_id()}", frozenset(), f"Endpoint {endpoint.name} is switched off", f"{text}\n\n{advice}\n"
    )
    people = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    put_under(act, ADMINISTRATION, message, [one for one in people if Role.ADMINISTRATOR in one.roles], domain)
    _write_down(act, endpoint, "endpoint.gone", text)
    return True


def _endpoint(act: Act, name: str) -> Endpoint:
    endpoint = act.session.exec(select(Endpoint).where(col(Endpoint.name) == name).with_for_update()).first()
    if endpoint is None:
        raise NotFound(worded("There is no such endpoint."))
    return endpoint


def _add_secret(act: Act, endpoint: Endpoint, given: str) -> str:
    secret = secret_for(endpoint.kind, given)
    row = new_id()
    sealed = act.seal(secret, secret_place(row))
    act.session.add(EndpointSecret(id=row, endpoint_id=endpoint.id, sealed=sealed, created_at=act.now))
    act.session.flush()
    return secret


def _url_faults(url: str, allowed: Allowed) -> list[Fault]:
    try:
        check_url(url, allowed)
    except Refused as error:
        return [Fault("url", str(error), worded("https:// and the host as the receiver prints it"))]
    return []


def _listed(events: Collection[str]) -> str:
    return "; ".join(WORDS[EventType(event)].lower() for event in events) or "the pages whose steps name it"


def _write_down(act: Act, endpoint: Endpoint, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(endpoint.id)})
