"""Live events: who watches a page is told that something was written, never what; the page reads it again.

One task per process asks the store twice a second which chains grew, which releases moved and who came or went, and
tells every viewer; it tells the store of its own viewers. An event carries subject and number only.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from incident.auth.edge import Edge
from incident.auth.sessions import find_session, token_of
from incident.errors import NotFound
from incident.installation import Installation
from incident.models.entries import incident_subject
from incident.queries.access import find_incident
from incident.queries.progress import incident_of_release
from incident.queries.timeline import last_seq
from incident.verbs.presence import OpenPage
from incident.web.attendance import Attendance
from incident.web.frame import Desk, Seated
from incident.web.news import BOARD, News, look, release_key
from notifications.ids import new_id
from notifications.store import OutcomeUnknown, Store, StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
EVERY_SECONDS = 0.5
PING_SECONDS = 15.0
STILL_SIGNED_IN_SECONDS = 30.0
REMEMBERED_SECONDS = 600.0  # what moved longer ago is forgotten: a page connects soon after it was read
ENTRY, PROGRESS, PRESENCE = "entry", "progress", "presence"
Tab = Annotated[str, Query(max_length=16, pattern=r"^[a-z-]*$")]


@dataclass(eq=False)
class Viewer:
    """One open page: what it watches, and what happened since it was last told.

    With a `release` it is told apart whether the incident's timeline grew or that release's deliveries moved. `shown`:
    the heads of the chains as the page has them already, because it answers a form that made them grow.
    """

    subject: str
    release: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    happened: set[str] = field(default_factory=set)
    seq: int = 0
    shown: Mapping[str, int] = field(default_factory=dict)

    def concerned(self, grown: set[str], moved: set[str]) -> set[str]:
        """Which events follow for this page from chains that grew and releases that moved."""
        if self.release:
            pairs = ((ENTRY, self.subject in grown), (PROGRESS, self.release in moved))
            return {name for name, holds in pairs if holds}
        mine = bool(grown | moved) if self.subject == BOARD else self.subject in grown | moved
        return {ENTRY} if mine else set()


class Hub:
    """Everybody who watches in this process."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._heads: dict[str, int] = {}
        self._sending: dict[str, int] = {}
        self._present: dict[str, int] = {}
        self._moved: dict[str, float] = {}  # when it was learned that something grew or moved
        self._began = math.inf
        self.attendance = Attendance()
        self.closing = asyncio.Event()

    @contextlib.contextmanager
    def watching(self, viewer: Viewer) -> Iterator[Viewer]:
        self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)

    def learn(self, news: News, at: float = 0.0) -> None:
        """Tell the viewers of every chain that grew, every release that moved and everybody who came or went.

        `at`: seconds of a clock that only goes on.
        """
        heads, sending, present = news.heads, news.sending, news.present
        grown = {subject for subject, seq in heads.items() if self._heads.get(subject, seq) != seq}
        grown |= heads.keys() - self._heads.keys() if self._heads else set()
        moved = {key for key, state in sending.items() if self._sending.get(key) != state}
        came = {key for key in present.keys() | self._present.keys() if present.get(key) != self._present.get(key)}
        self._heads, self._sending, self._present = heads, sending, present
        self._began = min(self._began, at)
        kept = {key: then for key, then in self._moved.items() if then > at - REMEMBERED_SECONDS}
        self._moved = kept | dict.fromkeys(grown | moved, at)
        for viewer in self._viewers:
            new = {subject for subject in grown if heads[subject] > viewer.shown.get(subject, -1)}
            happened = viewer.concerned(new, moved) | ({PRESENCE} if viewer.subject in came else set())
            if happened:
                viewer.happened |= happened
                viewer.seq = heads.get(viewer.subject, 0)
                viewer.news.set()

    def last_moved(self, viewer: Viewer) -> float:
        """When something this page shows last grew or moved; what was before this hub looked, nobody knows.

        Infinite while it has not looked.
        """
        return max((then for key, then in self._moved.items() if viewer.concerned({key}, {key})), default=self._began)

    def subjects(self) -> frozenset[str]:
        """What is watched by anybody; BOARD is everything."""
        return frozenset(viewer.subject for viewer in self._viewers)

    def close(self) -> None:
        """Let every stream end, so that the process can."""
        self.closing.set()
        for viewer in self._viewers:
            viewer.news.set()


_hubs: WeakKeyDictionary[Store, Hub] = WeakKeyDictionary()


def hub_of(store: Store) -> Hub:
    """The hub of everybody in this process who watches this store."""
    return _hubs.setdefault(store, Hub())


@asynccontextmanager
async def watching(installation: Installation) -> AsyncIterator[None]:
    """Run the hub for the life of the app. When this ends, nothing of it reads the store any more."""
    hub = _hubs[installation.store] = Hub()
    task = asyncio.create_task(_watch(hub, installation))
    try:
        yield
    finally:
        hub.close()
        await task


@router.get("/events")
async def board_events(desk: Seated) -> StreamingResponse:
    """News of any incident, for the board; the page that reads again asks who may see what."""
    return _stream(desk.request, Viewer(BOARD), 0)


@router.get("/incidents/{reference}/events")
async def incident_events(desk: Seated, reference: str, tab: Tab = "", sent: bool = False) -> StreamingResponse:
    """News of one incident; who holds this open has that tab of it open. `sent`: on a page that answers a form.

    Raises NotFound.
    """

    def look() -> tuple[UUID, int]:
        with desk.edge.read() as session:
            incident_id = find_incident(session, desk.actor, reference).id
            return incident_id, last_seq(session, incident_subject(incident_id))

    incident_id, seq = await run_in_threadpool(look)
    page = OpenPage(new_id(), incident_id, desk.actor.id, tab, desk.edge.clock.now())
    return _stream(desk.request, _viewer(incident_id, seq, sent=sent), seq, page)


@router.get("/releases/{release_id}/events")
async def release_events(desk: Seated, release_id: UUID, sent: bool = False) -> StreamingResponse:
    """News of one release: an entry when the incident's timeline grew, progress when deliveries moved; `sent` as above.

    Raises NotFound and Forbidden.
    """

    def look() -> tuple[UUID, int]:
        with desk.edge.read() as session:
            incident_id = incident_of_release(session, desk.actor, release_id)
            return incident_id, last_seq(session, incident_subject(incident_id))

    incident_id, seq = await run_in_threadpool(look)
    page = OpenPage(new_id(), incident_id, desk.actor.id, "release", desk.edge.clock.now())
    return _stream(desk.request, _viewer(incident_id, seq, release_key(release_id), sent=sent), seq, page)


def stream_of(desk: Desk, subject: str) -> StreamingResponse:
    """News of something that belongs to no incident, for a page whose route has asked who may know of it."""
    return _stream(desk.request, Viewer(subject), 0)


def _viewer(incident_id: UUID, seq: int, release: str = "", *, sent: bool) -> Viewer:
    """Who watches an incident. What a form wrote is in its answer, but this process may learn of it after that."""
    subject = incident_subject(incident_id)
    return Viewer(subject, release, shown={subject: seq} if sent else {})


def _stream(request: Request, viewer: Viewer, seq: int, page: OpenPage | None = None) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(request, viewer, seq, page)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(request: Request, viewer: Viewer, seq: int, page: OpenPage | None) -> AsyncIterator[str]:
    hub = hub_of(request.app.state.store)
    edge = Edge.of(request)
    with hub.watching(viewer), hub.attendance.of(page):
        yield f"event: clock\nid: {seq}\ndata: {int(edge.clock.now().timestamp() * 1000)}\n\n"
        clock = asyncio.get_running_loop().time
        checked = clock()
        if _missed(request, seq):
            yield f"event: entry\nid: {seq}\ndata: {seq}\n\n"
        else:
            yield f"event: moved\ndata: {int(1000 * max(0.0, checked - hub.last_moved(viewer)))}\n\n"
        while not hub.closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(viewer.news.wait(), PING_SECONDS)
            if clock() - checked >= STILL_SIGNED_IN_SECONDS:
                checked = clock()
                if not await run_in_threadpool(_still_lets_in, edge, token_of(request), page):
                    return
            if not viewer.news.is_set():
                yield ": still here\n\n"
            elif not hub.closing.is_set():
                viewer.news.clear()
                happened, viewer.happened = sorted(viewer.happened), set()
                for name in happened:
                    yield f"event: {name}\nid: {viewer.seq}\ndata: {viewer.seq}\n\n"


def _still_lets_in(edge: Edge, token: str | None, page: OpenPage | None) -> bool:
    """Whether the session lives and its person may still know the incident."""
    person = find_session(edge, token, seen=False)
    if person is None or page is None:
        return person is not None
    with edge.read() as session, contextlib.suppress(NotFound):
        return bool(find_incident(session, person.actor, page.incident_id))
    return False


def _missed(request: Request, seq: int) -> bool:
    """Whether a browser that comes back saw an earlier state; the board cannot tell and reads again."""
    seen = request.headers.get("last-event-id", "")
    return seen.isdigit() and (int(seen) != seq or seq == 0)


async def _watch(hub: Hub, parts: Installation) -> None:
    said, stale = "", False
    while not hub.closing.is_set():
        try:
            stale = await _turn(hub, parts, stale=stale)
            said = ""
        except Exception as error:
            if said != str(error):  # twice a second for as long as it lasts would bury everything else
                log.exception("The live view could not read the store; it tries again.")
            said = str(error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hub.closing.wait(), EVERY_SECONDS)
    if farewell := hub.attendance.farewell(parts.clock.now()):
        with contextlib.suppress(StoreUnavailable, OutcomeUnknown):
            await run_in_threadpool(parts.store.write, farewell)


async def _turn(hub: Hub, parts: Installation, *, stale: bool) -> bool:
    """Say who is here, look what is new, and tell it; whether rows of presence are to be deleted next time."""
    now = parts.clock.now()
    saying = hub.attendance.saying(now, stale=stale)
    news = await run_in_threadpool(look, parts.store, now, hub.subjects(), saying)
    hub.attendance.said(saying, now)
    hub.learn(news, asyncio.get_running_loop().time())
    return news.stale
