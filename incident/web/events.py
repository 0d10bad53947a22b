"""Live events: who watches a page is told that something was written, never what; the page reads it again.

One task per process asks the store twice a second which chains grew, which releases moved and who came or went, and
tells every viewer; it tells the store of its own viewers. An event carries subject and number only.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool

from incident.auth.edge import Edge
from incident.auth.sessions import find_session, token_of
from incident.errors import NotFound
from incident.installation import Installation
from incident.models.entries import ChainHead, incident_subject
from incident.queries.access import find_incident
from incident.queries.counting import counts_of
from incident.queries.presence import attended
from incident.queries.progress import incident_of_release
from incident.queries.timeline import last_seq
from incident.verbs.presence import OpenPage
from incident.web.attendance import Attendance, Saying
from incident.web.frame import Seated
from notifications.ids import new_id
from notifications.models import Release, ReleaseState
from notifications.store import OutcomeUnknown, Store, StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
EVERY_SECONDS = 0.5
PING_SECONDS = 15.0
STILL_SIGNED_IN_SECONDS = 30.0
BOARD = ""
ENTRY, PROGRESS, PRESENCE = "entry", "progress", "presence"
Tab = Annotated[str, Query(max_length=16, pattern=r"^[a-z-]*$")]


@dataclass(eq=False)
class Viewer:
    """One open page: what it watches, and what happened since it was last told.

    With a `release` it is told apart whether the incident's timeline grew or that release's deliveries moved.
    """

    subject: str
    release: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    happened: set[str] = field(default_factory=set)
    seq: int = 0

    def concerned(self, grown: set[str], moved: set[str]) -> set[str]:
        """Which events follow for this page from chains that grew and releases that moved."""
        if self.release:
            pairs = ((ENTRY, self.subject in grown), (PROGRESS, self.release in moved))
            return {name for name, holds in pairs if holds}
        mine = bool(grown | moved) if self.subject == BOARD else self.subject in grown | moved
        return {ENTRY} if mine else set()


@dataclass(frozen=True, slots=True)
class News:
    """How the store stands: numbers that change when a chain grows, a release moves, somebody comes or goes.

    `stale`: rows of presence say nothing any more and are to be deleted.
    """

    heads: dict[str, int]
    sending: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    stale: bool = False


class Hub:
    """Everybody who watches in this process."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._heads: dict[str, int] = {}
        self._sending: dict[str, int] = {}
        self._present: dict[str, int] = {}
        self.attendance = Attendance()
        self.closing = asyncio.Event()

    @contextlib.contextmanager
    def watching(self, viewer: Viewer) -> Iterator[Viewer]:
        self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)

    def learn(self, news: News) -> None:
        """Tell the viewers of every chain that grew, every release that moved and everybody who came or went."""
        heads, sending, present = news.heads, news.sending, news.present
        grown = {subject for subject, seq in heads.items() if self._heads.get(subject, seq) != seq}
        grown |= heads.keys() - self._heads.keys() if self._heads else set()
        moved = {key for key, state in sending.items() if self._sending.get(key) != state}
        came = {key for key in present.keys() | self._present.keys() if present.get(key) != self._present.get(key)}
        self._heads, self._sending, self._present = heads, sending, present
        for viewer in self._viewers:
            happened = viewer.concerned(grown, moved) | ({PRESENCE} if viewer.subject in came else set())
            if happened:
                viewer.happened |= happened
                viewer.seq = heads.get(viewer.subject, 0)
                viewer.news.set()

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
    return _stream(desk.request, BOARD, 0)


@router.get("/incidents/{reference}/events")
async def incident_events(desk: Seated, reference: str, tab: Tab = "") -> StreamingResponse:
    """News of one incident; who holds this open has that tab of it open. Raises NotFound."""

    def look() -> tuple[UUID, int]:
        with desk.edge.read() as session:
            incident_id = find_incident(session, desk.actor, reference).id
            return incident_id, last_seq(session, incident_subject(incident_id))

    incident_id, seq = await run_in_threadpool(look)
    page = OpenPage(new_id(), incident_id, desk.actor.id, tab, desk.edge.clock.now())
    return _stream(desk.request, incident_subject(incident_id), seq, page=page)


@router.get("/releases/{release_id}/events")
async def release_events(desk: Seated, release_id: UUID) -> StreamingResponse:
    """News of one release: an entry when the incident's timeline grew, progress when deliveries moved.

    Raises NotFound and Forbidden.
    """

    def look() -> tuple[UUID, int]:
        with desk.edge.read() as session:
            incident_id = incident_of_release(session, desk.actor, release_id)
            return incident_id, last_seq(session, incident_subject(incident_id))

    incident_id, seq = await run_in_threadpool(look)
    page = OpenPage(new_id(), incident_id, desk.actor.id, "release", desk.edge.clock.now())
    return _stream(desk.request, incident_subject(incident_id), seq, release_key(release_id), page)


def release_key(release_id: UUID) -> str:
    """What a release is watched under."""
    return f"release:{release_id}"


def _stream(
    request: Request, subject: str, seq: int, release: str = "", page: OpenPage | None = None
) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(request, Viewer(subject, release), seq, page)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(request: Request, viewer: Viewer, seq: int, page: OpenPage | None) -> AsyncIterator[str]:
    hub = hub_of(request.app.state.store)
    edge = Edge.of(request)
    with hub.watching(viewer), hub.attendance.of(page):
        yield f"event: clock\nid: {seq}\ndata: {int(edge.clock.now().timestamp() * 1000)}\n\n"
        if _missed(request, seq):
            yield f"event: entry\nid: {seq}\ndata: {seq}\n\n"
        clock = asyncio.get_running_loop().time
        checked = clock()
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
    news = await run_in_threadpool(_look, parts.store, now, hub.subjects(), saying)
    hub.attendance.said(saying, now)
    hub.learn(news)
    return news.stale


def _look(store: Store, now: datetime, watched: frozenset[str], saying: Saying | None = None) -> News:
    if saying is not None:
        store.write(saying)
    with store.read() as session:
        heads = dict(session.exec(select(ChainHead.subject, ChainHead.seq)).all())
        there = attended(session, now)
        present = {incident_subject(incident_id): state for incident_id, state in there.states.items()}
        return News(heads, _sending(session, watched) if watched else {}, present, there.stale)


def _sending(session: Session, watched: frozenset[str]) -> dict[str, int]:
    """For each case that is watched and each release of it on its way, a number that changes when a delivery does.

    Counted by index, and at most once a second where there are very many. Who has just come is told once.
    """
    running = select(Release.id, Release.subject).where(col(Release.state) == ReleaseState.APPROVED)
    if BOARD not in watched:
        running = running.where(col(Release.subject).in_(watched))
    found: dict[str, int] = {}
    for release_id, subject in session.exec(running.order_by(col(Release.id))).all():
        moved = hash(tuple(sorted(counts_of(session, release_id).items())))
        found[release_key(release_id)] = moved
        found[subject] = hash((found.get(subject, 0), moved))
    return found
