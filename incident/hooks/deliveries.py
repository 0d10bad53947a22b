"""One delivery of a monitor. What is authentic is on disk before the 202; what goes wrong on our side is a 503.

Never 429 and never a 4xx for our own trouble: Alertmanager and others drop a notification at any 4xx.
"""

import logging
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from incident.adapters.authenticity import Authentic, Scheme, verify
from incident.adapters.registry import adapter_named
from incident.auth.edge import Edge
from incident.hooks.raw_requests import NOT_PROVEN, RETRY_AFTER, UNKNOWN, Answered, body_of, headers_of
from incident.queries.sources import Posting, posting_source
from incident.roles import system
from incident.verbs.deliveries import INTAKE, Deliveries
from incident.verbs.intake import Delivery, Received, count_refusal, receive
from notifications.store import StoreUnavailable

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
CHALLENGE = 'Bearer realm="hooks", Basic realm="hooks"'


@router.post("/hooks/{slug}")
async def take(request: Request, slug: str, background: BackgroundTasks) -> Response:
    """Keep what an authentic monitor sent and answer 202; it is read after the answer has left."""
    edge = Edge.of(request)
    source: Posting | None = None
    try:
        source = await run_in_threadpool(_source, edge, slug)
        headers = headers_of(request)
        body = await body_of(request, headers)
        received = await run_in_threadpool(_keep, edge, source, headers, body)
    except Answered as answer:
        if source is not None:
            background.add_task(_count, edge, source.id, answer.reason)
        return _refusal(answer, background)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it
    except Exception:
        log.exception("hooks: a delivery could not be kept")
        return JSONResponse({"detail": "It could not be stored; send it again."}, 503, RETRY_AFTER)
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
