"""From a claimed row to the request that goes: the endpoint opened, the message in its shape, signed at this moment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from notifications.alarms import ALARMS, Alarm, AlarmAct, Door
from notifications.chat import SHAPES, Said
from notifications.clock import Clock
from notifications.endpoints import CALLERS, EndpointKind, OpenedEndpoint, endpoint_of, open_endpoint
from notifications.models import Outgoing
from notifications.notice_pushes import EVENT, NotPushable, Piece, document_of, is_push, read_piece
from notifications.placeholders import Unfillable
from notifications.posting import Turn
from notifications.sealing import Keys, Place, Unsealable
from notifications.signatures import UnusableSecret, signed_headers
from notifications.store import Store
from notifications.webhooks_out import Post

AGENT = "seventytwo-webhooks/1"


@dataclass(frozen=True, slots=True)
class Composed:
    """The request of a row, or the fault that there is none. `piece`: what its next row follows from."""

    post: Post | None = None
    fault: str = ""
    piece: Piece | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What is said to endpoints. `facts` by short names; `at` is an ISO 8601 instant, the same at each attempt.

    `path` is that of the console's page about it, "" for none. `alarm`: what services that call people need, by the
    names of `notifications.alarms.Alarm`.
    """

    type: str
    at: str
    headline: str
    facts: Mapping[str, str]
    path: str = ""
    alarm: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        return {
            "type": self.type,
            "at": self.at,
            "headline": self.headline,
            "facts": dict(self.facts),
            "path": self.path,
            **({"alarm": dict(self.alarm)} if self.alarm else {}),
        }


def content_place(occasion: str, scope: str) -> Place:
    """Where the text of a message inside is sealed for."""
    return Place("outgoing", "content_sealed", occasion, scope)


class BodyComposer:
    """Makes requests of rows. `console` is the address under which people reach the console."""

    def __init__(self, store: Store, keys: Keys, clock: Clock, console: str) -> None:
        self._store, self._keys, self._clock, self._console = store, keys, clock, console

    def compose(self, turn: Turn) -> Composed:
        """The request, or why there is none; called in a thread. Raises StoreUnavailable."""
        with self._store.read() as session:
            try:
                return self._composed(session, turn)
            except (Unsealable, UnusableSecret, ValueError, KeyError, IndexError):
                return Composed(fault="no request can be made of this message: it does not open, or lacks a part")

    def _composed(self, session: Session, turn: Turn) -> Composed:
        endpoint = open_endpoint(session, self._keys, endpoint_of(turn.row.person))
        if endpoint is None:
            return Composed(fault="the endpoint is switched off")
        if is_push(turn.row.occasion):
            return self._pushed(session, turn, endpoint)
        outgoing = session.get(Outgoing, turn.row.occasion)
        if outgoing is None:
            return Composed(fault="the text of this message is gone")
        place = content_place(outgoing.occasion, outgoing.scope)
        event = Event(**json.loads(self._keys.open(session, outgoing.content_sealed, place)))
        link = f"{self._console}{event.path}" if event.path else ""
        if endpoint.kind is EndpointKind.WEBHOOK:
            data = {"headline": event.headline, **event.facts, **({"link": link} if link else {})}
            return Composed(self._signed(turn, endpoint, {"type": event.type, "timestamp": event.at, "data": data}))
        if endpoint.kind in CALLERS:
            return Composed(_alarm(endpoint, event, link))
        shape = SHAPES[endpoint.kind](Said(event.headline, event.facts, link))
        return Composed(Post(endpoint.url, _json(shape), _head()))

    def _pushed(self, session: Session, turn: Turn, endpoint: OpenedEndpoint) -> Composed:
        try:
            piece = read_piece(session, self._keys, turn.row, turn.part)
        except NotPushable as error:
            return Composed(fault=f"{error}")
        try:
            data = document_of(session, self._keys, piece)
        except Unfillable:
            return Composed(fault="its text lacks a value for one of its people", piece=piece)
        body = {"type": EVENT, "timestamp": data["released_at"], "data": data}
        return Composed(self._signed(turn, endpoint, body), piece=piece)

    def _signed(self, turn: Turn, endpoint: OpenedEndpoint, document: Mapping[str, object]) -> Post:
        body = _json(document)
        signature = signed_headers(endpoint.secrets, turn.row.message_id, self._clock.now(), body)
        return Post(endpoint.url, body, {**_head(), **signature})


def _alarm(endpoint: OpenedEndpoint, event: Event, link: str) -> Post:
    """With the newest secret: of two that live the older one may be over. Raises ValueError and KeyError."""
    said = event.alarm
    alarm = Alarm(
        AlarmAct(said["act"]),
        said["key"],
        event.headline,
        said.get("severity", ""),
        event.at,
        said.get("link") or link,
        event.facts,
        said.get("to", ""),
    )
    made = ALARMS[endpoint.kind](alarm, Door(endpoint.url, endpoint.secrets[-1], endpoint.template))
    return Post(made.url, made.body, {"User-Agent": AGENT, **made.headers})


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _head() -> dict[str, str]:
    return {"Content-Type": "application/json", "User-Agent": AGENT}
