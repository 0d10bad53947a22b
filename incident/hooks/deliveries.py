"""One delivery of a monitor. What is authentic is on disk before the 202; what goes wrong on our side is a 503.

Never 429 and never a 4xx for our own trouble: Alertmanager and others drop a notification at any 4xx.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from incident.adapters.answers import Asked, Reply
from incident.adapters.authenticity import WANTED, Presented, Refused, Scheme, prove, wanted, without_token
from incident.adapters.registry import adapter_named
from incident.auth.edge import Edge
from incident.hooks.guarded_fetch import Certificates
from incident.hooks.postings import Postings
from incident.hooks.raw_requests import NOT_PROVEN, OTHER_METHOD, RETRY_AFTER, UNKNOWN, Answered, body_of, headers_of
from incident.hooks.turns import Turns
from incident.queries.sources import Posting
from incident.verbs.deliveries import Deliveries
from incident.verbs.intake import Delivery, Received
from incident.verbs.reading import Reception
from notifications.store import StoreUnavailable

log = logging.getLogger(__name__)
METHODS = ("POST", "GET", "HEAD", "OPTIONS")
SAID_AS = ("text/plain", "application/json")
HEADER_TEXT = re.compile("[!-~]([ -~]{0,998}[!-~])?")
SHORT = 64 * 1024  # a longer body is proven and told apart beside the event loop
CHALLENGE = 'Bearer realm="hooks", Basic realm="hooks"'


class _Kept(Response):
    """202: where it is kept, and whether it had come before. A storm is mostly these: its headers are ready."""

    def __init__(self, heard: Received, background: BackgroundTask | None) -> None:
        repeat = b"true" if heard.repeat else b"false"
        self.status_code, self.background = 202, background
        self.body = b'{"intake":"%s","repeat":%s}' % (str(heard.intake_id).encode(), repeat)
        self.raw_headers = [(b"content-length", b"%d" % len(self.body)), (b"content-type", b"application/json")]


async def take(request: Request) -> Response:
    """POST: keep what an authentic monitor sent and answer 202; it is read after the answer has left.

    GET, HEAD and OPTIONS: answer the question of a monitor that asks by another method; whoever else asks learns
    nothing.
    """
    slug = str(request.path_params["slug"])
    edge, state = Edge.of(request), request.app.state
    source: Posting | None = None
    try:
        source = await _source(edge, state.postings, slug, request.method)
        headers = headers_of(request)
        _admit(edge, source, request, headers)
        query = dict(request.query_params) if request.scope["query_string"] else {}
        asked = Asked(headers, await body_of(request, headers), request.method, query)
        work = partial(_prove, source, asked, state.certificates, edge.clock.now())
        proven = work() if _is_quick(source, asked) else await run_in_threadpool(work)
        heard = proven if isinstance(proven, Reply) else await state.keeping.keep(edge, proven)
    except Answered as refused:
        count = BackgroundTask(state.refused.count, edge, source.id if source else None, refused.reason)
        return _refusal(refused, count)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it
    except Exception:
        log.exception("hooks: a delivery could not be kept")
        return JSONResponse({"detail": "It could not be stored; send it again."}, 503, RETRY_AFTER)
    if isinstance(heard, Reply):
        return said(heard)
    return _Kept(heard, _after(edge, state, source.id, heard))


async def _source(edge: Edge, postings: Postings, slug: str, method: str) -> Posting:
    """The source of this address that takes this method. Raises Answered."""
    source, asks = await postings.of(edge, slug), method != "POST"
    if source is None or source.scheme == Scheme.NONE or (asks and method not in adapter_named(source.adapter).methods):
        raise OTHER_METHOD if asks else UNKNOWN
    return source


def _admit(edge: Edge, source: Posting, request: Request, headers: Mapping[str, str]) -> None:
    """Raises Answered, as for an address that is none, where the source takes nothing from this sender."""
    named = edge.settings.client_certificate_header.lower()
    address = request.client.host if request.client else ""
    barred = source.admission.bars(address, headers.get(named, "") if named else "")
    if barred is not None:
        answer = UNKNOWN if request.method == "POST" else OTHER_METHOD
        raise Answered(answer.status, answer.detail, barred.value)


def _is_quick(source: Posting, asked: Asked) -> bool:
    """Whether proving it holds nobody up: it is short, and nothing has to be fetched for it."""
    return len(asked.body) <= SHORT and Scheme(source.scheme) not in WANTED


def _prove(source: Posting, asked: Asked, certificates: Certificates, now: datetime) -> Delivery | Reply:
    """Answer a handshake; prove who sent anything else: then it may be kept. Raises Answered with 401 and 405."""
    adapter = adapter_named(source.adapter)
    reply = adapter.answer_to(asked)
    if isinstance(reply, Reply) and reply.unproven:
        return reply
    _check(source, Presented(asked.headers, asked.body, adapter.token_header), certificates, now)
    if isinstance(reply, Reply):
        return reply
    if asked.method != "POST":
        raise OTHER_METHOD
    headers = without_token(Scheme(source.scheme), source.secrets, asked.headers)
    return Delivery(source.id, adapter.intake_key(asked.headers, asked.body), headers, asked.body)


def _check(source: Posting, presented: Presented, certificates: Certificates, now: datetime) -> None:
    """Raises Answered with 401; and whatever fetching raises, where a certificate cannot be had now."""
    scheme = Scheme(source.scheme)
    address = wanted(scheme, source.secrets, presented, now)
    if isinstance(address, str):
        presented = replace(presented, fetched=certificates.at(address, now))
    found = address if isinstance(address, Refused) else prove(scheme, source.secrets, presented, now)
    if isinstance(found, Refused):
        raise Answered(NOT_PROVEN.status, NOT_PROVEN.detail, found.reason.value)


def said(reply: Reply) -> Response:
    """A reply as it goes out: what the sender chose is never a page, and never more than one line of a header."""
    headers = {name: text for name, text in reply.headers.items() if HEADER_TEXT.fullmatch(text)}
    kind = reply.content_type if reply.content_type in SAID_AS else SAID_AS[0]
    return Response(reply.body, reply.status, headers, media_type=kind if reply.body else None)


def _refusal(refused: Answered, background: BackgroundTask) -> Response:
    more = {NOT_PROVEN.status: {"WWW-Authenticate": CHALLENGE}, OTHER_METHOD.status: {"Allow": "POST"}}
    headers = more.get(refused.status, {})
    return JSONResponse({"detail": refused.detail}, refused.status, headers, background=background)


def _after(edge: Edge, state: State, source_id: UUID, heard: Received) -> BackgroundTask | None:
    """What is to be done once the answer has left: read it, unless whoever reads for this source does it in turn.

    Of the request nothing waits in the line.
    """
    if heard.repeat and not heard.read:
        return None
    turns: Turns = state.turns
    work = partial(_read, edge, state.reception, heard)
    return None if turns.joined(source_id, work) else BackgroundTask(turns.take, source_id, work)


def _read(edge: Edge, reception: Reception, received: Received) -> None:
    """Read what was kept, or count its alerts once more; what cannot be read now, the sweep reads."""
    deliveries = Deliveries(edge.store, edge.keys, reception, edge.clock.now())
    try:
        if received.repeat:
            deliveries.hear_again(received.intake_id)
        else:
            deliveries.read(received.intake_id)
    except StoreUnavailable as error:
        log.warning("hooks: delivery %s waits for the sweep: %s", received.intake_id, error)
    except Exception:
        log.exception("hooks: delivery %s could not be applied; the sweep tries again", received.intake_id)
