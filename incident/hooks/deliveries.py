"""One delivery of a monitor. What is authentic is on disk before the 202; what goes wrong on our side is a 503.

Never 429 and never a 4xx for our own trouble: Alertmanager and others drop a notification at any 4xx.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from incident.adapters.authenticity import Authentic, Scheme, verify
from incident.adapters.registry import adapter_named
from incident.auth.edge import Edge
from incident.queries.sources import Posting, posting_source
from incident.roles import system
from incident.verbs.deliveries import INTAKE, Deliveries
from incident.verbs.intake import Delivery, Received, count_refusal, receive
from notifications.store import StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
LARGEST = 1024 * 1024
PATIENCE_SECONDS = 10
RETRY_AFTER_SECONDS = 5
CHALLENGE = 'Bearer realm="hooks", Basic realm="hooks"'


@dataclass(frozen=True, slots=True)
class Answered(Exception):
    """The delivery is not taken: the status and one sentence for whoever looks into the monitor's log."""

    status: int
    detail: str
    reason: str  # counted under this name


UNKNOWN = Answered(404, "There is no such address.", "unknown")
ENCODED = Answered(415, "Send the body as it is, without Content-Encoding.", "encoding")
TOO_LARGE = Answered(413, f"The body is larger than {LARGEST // 1024:,} KiB.", "size")
TOO_SLOW = Answered(408, f"The body did not arrive within {PATIENCE_SECONDS} seconds.", "slow")
NOT_PROVEN = Answered(401, "The delivery could not be authenticated.", "")


@router.post("/hooks/{slug}")
async def take(request: Request, slug: str, background: BackgroundTasks) -> Response:
    """Keep what an authentic monitor sent and answer 202; it is read after the answer has left."""
    edge = Edge.of(request)
    source: Posting | None = None
    try:
        source = await run_in_threadpool(_source, edge, slug)
        headers = _headers(request)
        body = await _body(request, headers)
        received = await run_in_threadpool(_keep, edge, source, headers, body)
    except Answered as answer:
        if source is not None:
            background.add_task(_count, edge, source.id, answer.reason)
        return _refusal(answer, background)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it
    except Exception:
        log.exception("hooks: a delivery could not be kept")
        headers_out = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return JSONResponse({"detail": "It could not be stored; send it again."}, 503, headers_out)
    if received.read or not received.repeat:
        background.add_task(_read, edge, request, received)
    kept = {"intake": str(received.intake_id), "repeat": received.repeat}
    return JSONResponse(kept, 202, background=background)


def _source(edge: Edge, slug: str) -> Posting:
    with edge.read() as session:
        source = posting_source(session, edge.keys, slug)
    if source is None:
        raise UNKNOWN
    return source


def _headers(request: Request) -> dict[str, str]:
    """Names in lower case; a header sent twice is joined by a comma (RFC 9110 §5.3)."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


async def _body(request: Request, headers: Mapping[str, str]) -> bytes:
    """The raw bytes, counted while they arrive. Raises Answered."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ENCODED
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > LARGEST):
        raise TOO_LARGE
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise TOO_LARGE
    except TimeoutError:
        raise TOO_SLOW from None
    return bytes(body)


def _keep(edge: Edge, source: Posting, headers: Mapping[str, str], body: bytes) -> Received:
    """Prove who sent it, then commit it, sealed. Raises Answered with 401."""
    adapter, now = adapter_named(source.adapter), edge.clock.now()
    proven = verify(Scheme(source.scheme), source.secrets, headers, body, now, adapter.delivery_header)
    if not isinstance(proven, Authentic):
        raise Answered(NOT_PROVEN.status, NOT_PROVEN.detail, proven.reason.value)
    delivery = Delivery(source.id, proven.intake_key, headers, body)
    return edge.write(system(INTAKE), lambda act: receive(act, delivery))


def _refusal(answer: Answered, background: BackgroundTasks) -> Response:
    challenge = {"WWW-Authenticate": CHALLENGE} if answer.status == NOT_PROVEN.status else {}
    return JSONResponse({"detail": answer.detail}, answer.status, challenge, background=background)


def _count(edge: Edge, source_id: UUID, reason: str) -> None:
    """Refusals are counted and shown; a count that cannot be kept stops nothing."""
    try:
        edge.write(system(INTAKE), lambda act: count_refusal(act, source_id, reason))
    except StoreUnavailable as error:
        log.warning("hooks: a refusal could not be counted: %s", error)


def _read(edge: Edge, request: Request, received: Received) -> None:
    """Read what was kept, or count its alerts once more; what cannot be read now, the sweep reads."""
    deliveries = Deliveries(edge.store, edge.keys, request.app.state.reception, edge.clock.now())
    try:
        if received.repeat:
            deliveries.hear_again(received.intake_id)
        else:
            deliveries.read(received.intake_id)
    except StoreUnavailable as error:
        log.warning("hooks: delivery %s waits for the sweep: %s", received.intake_id, error)
    except Exception:
        log.exception("hooks: delivery %s could not be applied; the sweep tries again", received.intake_id)
