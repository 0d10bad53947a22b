"""Events of mail providers: proven on the raw bytes, on disk before the 200, carried to their rows by the worker."""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from incident.adapters.authenticity import Refused
from incident.adapters.documents import read_object
from incident.adapters.proofs.aws_sns import CONFIRMATION, NOTIFICATION
from incident.adapters.signals import Unreadable
from incident.auth.edge import Edge
from incident.hooks.guarded_fetch import Certificates
from incident.hooks.raw_requests import NOT_PROVEN, RETRY_AFTER, UNKNOWN, Answered, body_of, headers_of
from incident.mail_settings import listed
from incident.providers import mailgun, postmark, sendgrid, ses
from incident.providers.reading import Proven
from incident.providers.sns import Envelope, open_envelope, verify
from incident.queries.refusals import NO_SOURCE
from incident.roles import system
from incident.settings import Settings
from incident.verbs.provider_news import receive_news, set_aside
from notifications.heard import Heard

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
PROVIDERS = "providers"
PIECE = 50  # events kept in one transaction


@router.post("/hooks/events/{provider}")
async def hear(request: Request, provider: str, background: BackgroundTasks) -> Response:
    """Keep what a provider says of our mails and answer 200; with 503 it sends it again."""
    edge = Edge.of(request)
    try:
        headers = headers_of(request)
        body = await body_of(request, headers)
        kept = await run_in_threadpool(_take, edge, request.app.state.certificates, provider, (headers, body))
    except Answered as answer:
        place = f"events/{provider}" if provider in READERS else NO_SOURCE
        background.add_task(request.app.state.refused.count, edge, None, answer.reason, place)
        return JSONResponse({"detail": answer.detail}, answer.status, background=background)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody is there to read it
    except Exception:
        log.exception("hooks: events of %s could not be kept", provider if provider in READERS else "a provider")
        return JSONResponse({"detail": "It could not be stored; send it again."}, 503, RETRY_AFTER)
    return JSONResponse({"kept": kept})


def _take(edge: Edge, certificates: Certificates, provider: str, sent: tuple[Mapping[str, str], bytes]) -> int:
    """Prove it, read it, commit it; returns how many events were new. Raises Answered."""
    reader = READERS.get(provider)
    if reader is None:
        raise UNKNOWN
    try:
        heard = reader(edge.settings, certificates, sent, edge.clock.now())
    except Unreadable as error:  # genuine, and yet nothing we know: a person looks
        edge.write(system(PROVIDERS), partial(set_aside, provider=provider, body=sent[1], trouble=str(error)))
        return 0
    pieces = [heard[start : start + PIECE] for start in range(0, len(heard), PIECE)]
    return sum(edge.write(system(PROVIDERS), partial(receive_news, provider=provider, heard=one)) for one in pieces)


def _ses(
    settings: Settings, certificates: Certificates, sent: tuple[Mapping[str, str], bytes], now: datetime
) -> tuple[Heard, ...]:
    topics = listed(settings.ses_topics)
    envelope = open_envelope(sent[1], topics, now) if topics else None
    if envelope is None:
        raise UNKNOWN
    if not isinstance(envelope, Envelope):
        raise _not_proven(envelope)
    _check(verify(envelope, certificates.at(envelope.certificate_url, now), now))
    read_object(sent[1])  # what SNS signed may hold texts that no database keeps
    if envelope.type == CONFIRMATION and envelope.subscribe_url:
        certificates.fetch(envelope.subscribe_url)
        log.warning("hooks: the subscription of a topic of SNS was confirmed")
    return ses.read(envelope) if envelope.type == NOTIFICATION else ()


def _sendgrid(
    settings: Settings, _certificates: Certificates, sent: tuple[Mapping[str, str], bytes], now: datetime
) -> tuple[Heard, ...]:
    if not settings.sendgrid_key:
        raise UNKNOWN
    _check(sendgrid.verify(sendgrid.public_key(settings.sendgrid_key), *sent, now))
    return sendgrid.read(sent[1])


def _postmark(
    settings: Settings, _certificates: Certificates, sent: tuple[Mapping[str, str], bytes], _now: datetime
) -> tuple[Heard, ...]:
    if settings.postmark_secret is None:
        raise UNKNOWN
    _check(postmark.verify(settings.postmark_secret.get_secret_value(), sent[0]))
    return postmark.read(sent[1])


def _mailgun(
    settings: Settings, _certificates: Certificates, sent: tuple[Mapping[str, str], bytes], now: datetime
) -> tuple[Heard, ...]:
    if settings.mailgun_key is None:
        raise UNKNOWN
    _check(mailgun.verify(settings.mailgun_key.get_secret_value(), sent[1], now))
    return mailgun.read(sent[1])


def _check(found: Proven | Refused) -> None:
    if isinstance(found, Refused):
        raise _not_proven(found)


def _not_proven(found: Refused) -> Answered:
    log.warning("hooks: events of a provider were refused: %s", found.reason)
    return Answered(NOT_PROVEN.status, NOT_PROVEN.detail, found.reason.value)


READERS = {ses.NAME: _ses, sendgrid.NAME: _sendgrid, postmark.NAME: _postmark, mailgun.NAME: _mailgun}
