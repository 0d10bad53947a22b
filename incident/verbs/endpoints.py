"""Endpoints that internal messages go to beside mail: added, changed, tested, switched off. All on the record."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from incident.endpoint_events import FOR_ROOMS, WANTED, WORDS, EventType
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import UserAccount
from incident.outreach import InternalMessage
from incident.roles import Action, Role, system
from incident.verbs.act import Act
from incident.verbs.endpoint_posts import put_event
from incident.verbs.entries import record
from incident.verbs.messages import put_under
from notifications.address_guard import Allowed, Refused, check_url
from notifications.endpoints import Endpoint, EndpointKind, EndpointSecret, live_secrets, secret_place, url_place
from notifications.ids import new_id
from notifications.posting import cancel_waiting
from notifications.sealing import Keys
from notifications.signatures import UnusableSecret, key_of, new_secret
from notifications.webhook_bodies import Event

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LIVE_SECRETS = 2  # so that a rotation loses nothing
GONE = "The receiver answered 410 Gone: it wants nothing any more."
BY_HAND = "Switched off by an administrator."


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to add. `secret` "" makes one, where its kind has one."""

    name: str
    kind: str
    url: str
    events: tuple[str, ...]
    secret: str = ""


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
    kind = _kind(new.kind)
    faults = [] if NAME.fullmatch(new.name) else [Fault("name", "is no name", "1 to 64 of a-z, 0-9 and -: ops-room")]
    faults += _url_faults(new.url, allowed) + _event_faults(kind, new.events)
    if new.secret and kind is not EndpointKind.WEBHOOK:
        faults.append(Fault("secret", "is nothing a chat checks", "leave it out: its address is its secret"))
    if faults:
        raise Invalid(*faults)
    identity, url = new_id(), check_url(new.url, allowed)
    endpoint = Endpoint(
        id=identity,
        name=new.name,
        kind=kind,
        url_sealed=act.seal(new.url, url_place(identity)),
        host=url.host[:255],
        events=list(dict.fromkeys(new.events)),
        created_at=act.now,
    )
    try:
        with act.session.begin_nested():
            act.session.add(endpoint)
    except IntegrityError:
        raise Conflict(f"There is an endpoint {new.name} already.") from None
    secret = _add_secret(act, endpoint, new.secret) if kind is EndpointKind.WEBHOOK else ""
    said = f"Endpoint {new.name} ({kind}, {endpoint.host}) is told of {_listed(endpoint.events)}."
    _write_down(act, endpoint, "endpoint.added", said)
    return AddedEndpoint(endpoint, secret)


def change_endpoint(act: Act, name: str, events: Collection[str], allowed: Allowed, url: str = "") -> Endpoint:
    """Tell an endpoint of these events and no others, at another address where one is given."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    if faults := _event_faults(endpoint.kind, events) + (_url_faults(url, allowed) if url else []):
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
    if endpoint.kind is not EndpointKind.WEBHOOK:
        raise Conflict(f"{name} is a chat: its address is its secret. Give it another address.")
    if len(live_secrets(act.session, endpoint.id)) >= LIVE_SECRETS:
        raise Conflict(f"Endpoint {name} has two live secrets: retire the older one first.")
    known = _add_secret(act, endpoint, secret)
    _write_down(act, endpoint, "endpoint.secret_added", f"Endpoint {name} has a second live secret.")
    return known


def retire_endpoint_secret(act: Act, name: str) -> None:
    """End the older of two live secrets. Raises Conflict when only one lives: nothing could be signed."""
    act.require(Action.ADMINISTER)
    endpoint = _endpoint(act, name)
    live = live_secrets(act.session, endpoint.id)
    if len(live) < LIVE_SECRETS:
        raise Conflict(f"Endpoint {name} has no second live secret: add the next one first.")
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
        raise Conflict(f"Endpoint {name} is switched off: switch it on first.")
    occasion = f"event:{EventType.TEST}:{new_id()}"
    headline = "This is a test: messages from seventytwo arrive here."
    event = Event(EventType.TEST, act.now.isoformat(), headline, {"endpoint": name}, f"/endpoints/{name}")
    put_event(act, ADMINISTRATION, occasion, event, [endpoint])
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
        raise NotFound("There is no such endpoint.")
    return endpoint


def _add_secret(act: Act, endpoint: Endpoint, given: str) -> str:
    secret = given or new_secret()
    try:
        key_of(secret)
    except UnusableSecret as error:
        raise Invalid(Fault("secret", str(error).rstrip("."), "leave it out to have one made")) from None
    row = new_id()
    sealed = act.seal(secret, secret_place(row))
    act.session.add(EndpointSecret(id=row, endpoint_id=endpoint.id, sealed=sealed, created_at=act.now))
    act.session.flush()
    return secret


def _kind(text: str) -> EndpointKind:
    try:
        return EndpointKind(text)
    except ValueError:
        raise Invalid(Fault("kind", "is no kind of endpoint", ", ".join(EndpointKind))) from None


def _url_faults(url: str, allowed: Allowed) -> list[Fault]:
    try:
        check_url(url, allowed)
    except Refused as error:
        return [Fault("url", str(error), "https:// and the host as the receiver prints it")]
    return []


def _event_faults(kind: EndpointKind, events: Collection[str]) -> list[Fault]:
    known = WANTED if kind is EndpointKind.WEBHOOK else FOR_ROOMS
    if events and all(event in known for event in events):
        return []
    return [Fault("events", "names none, or one that this kind is not told of", ", ".join(known))]


def _listed(events: Collection[str]) -> str:
    return "; ".join(WORDS[EventType(event)].lower() for event in events)


def _write_down(act: Act, endpoint: Endpoint, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(endpoint.id)})
