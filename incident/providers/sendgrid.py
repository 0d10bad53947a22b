"""SendGrid: the signed event webhook, a list of events under an ECDSA signature (P-256, SHA-256)."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from incident.adapters.authenticity import Reason, Refused
from incident.adapters.documents import Json, read_json
from incident.adapters.signals import Unreadable
from incident.providers.reading import (
    PROVEN,
    Headers,
    Proven,
    addresses_of,
    at_of,
    bracketed,
    digest_key,
    fresh,
    member,
    text_at,
)
from notifications.heard import Heard, News

NAME = "sendgrid"
SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
WINDOW = timedelta(hours=25)
"""SendGrid tries again for 24 hours. An event that comes twice is recognised by its id."""
NEWS = {
    "delivered": News.DELIVERED,
    "bounce": News.BOUNCED,
    "blocked": News.BOUNCED,
    "dropped": News.SUPPRESSED,
    "deferred": News.DEFERRED,
    "spamreport": News.COMPLAINT,
}


class UnusableKey(ValueError):
    """The text is no public key as SendGrid shows it: base64 of a P-256 key, without head or foot."""


def public_key(typed: str) -> EllipticCurvePublicKey:
    """The verification key of the settings page. Raises UnusableKey."""
    try:
        key = load_der_public_key(base64.b64decode("".join(typed.split()), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("is no public key in base64, as SendGrid shows it under signature verification") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise UnusableKey("is a public key, but none of an elliptic curve")
    return key


def verify(key: EllipticCurvePublicKey, headers: Headers, body: bytes, now: datetime) -> Proven | Refused:
    """Whether SendGrid signed timestamp and body."""
    at, signed = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not at or not signed:
        return Refused(Reason.MISSING)
    try:
        signature = base64.b64decode(signed, validate=True)
    except (binascii.Error, ValueError):
        return Refused(Reason.MALFORMED)
    if not (at.isascii() and at.isdigit() and len(at) <= 11):
        return Refused(Reason.MALFORMED)
    try:
        key.verify(signature, at.encode() + body, ECDSA(SHA256()))
    except InvalidSignature:
        return Refused(Reason.WRONG)
    return PROVEN if fresh(datetime.fromtimestamp(int(at), UTC), now, WINDOW) else Refused(Reason.STALE)


def read(body: bytes) -> tuple[Heard, ...]:
    """The news in a batch, of which what is no news of a mail (processed, opened) is left out. Raises Unreadable."""
    events = read_json(body)
    if not isinstance(events, list):
        raise Unreadable("The body is JSON but no list of events.")
    return tuple(_heard(event, NEWS[kind]) for event in events if (kind := text_at(event, "event")) in NEWS)


def _heard(event: Json, news: News) -> Heard:
    identity = text_at(event, "sg_event_id")
    plain = json.dumps(event, sort_keys=True).encode()
    return Heard(
        news=news,
        key=f"{NAME}:{identity}" if identity else digest_key(NAME, plain),
        message_ids=bracketed(text_at(event, "smtp-id")),
        provider_ids=_ids(text_at(event, "sg_message_id")),
        status=text_at(event, "status"),
        detail=text_at(event, "reason") or text_at(event, "response"),
        at=at_of(member(event, "timestamp")),
        addresses=addresses_of(text_at(event, "email")),
        proven=True,
    )


def _ids(typed: str) -> tuple[str, ...]:
    """What the relay said is the id up to one of its first dots: which one depends on the age of the account."""
    parts = typed.split(".")
    return tuple(".".join(parts[:number]) for number in range(1, min(len(parts), 4) + 1)) if typed else ()
