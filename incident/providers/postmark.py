"""Postmark: one JSON object an event, known by a name and password in its address or by a header of one's own."""

import base64
import binascii
import hashlib
import hmac

from incident.adapters.authenticity import Reason, Refused
from incident.adapters.documents import Json, read_object
from incident.providers.reading import PROVEN, Headers, Proven, addresses_of, at_of, digest_key, member, text_at
from notifications.heard import Heard, News

NAME = "postmark"
HEADER = "x-seventytwo-secret"
TIMES = ("BouncedAt", "DeliveredAt", "ChangedAt", "ReceivedAt")
OF_RECORD = {"Delivery": News.DELIVERED, "SpamComplaint": News.COMPLAINT}
OF_TYPE = {
    "HardBounce": News.BOUNCED,
    "SoftBounce": News.BOUNCED,
    "BadEmailAddress": News.BOUNCED,
    "Blocked": News.BOUNCED,
    "SpamNotification": News.BOUNCED,
    "VirusNotification": News.BOUNCED,
    "DMARCPolicy": News.BOUNCED,
    "ManuallyDeactivated": News.SUPPRESSED,
    "ManualSuppression": News.SUPPRESSED,
    "Unconfirmed": News.SUPPRESSED,
    "SMTPApiError": News.SUPPRESSED,
    "SpamComplaint": News.COMPLAINT,
    "Transient": News.DEFERRED,
    "DnsError": News.DEFERRED,
}


def verify(secret: str, headers: Headers) -> Proven | Refused:
    """Whether the request carries the secret, `user:password`, by basic authentication or whole in our header.

    Postmark signs nothing and gives no time: only TLS and the secret keep others out, and an event that comes twice is
    recognised by its bytes.
    """
    authorization = headers.get("authorization", "")
    word, _, credentials = authorization.partition(" ")
    given = headers.get(HEADER, "").encode()
    if authorization:
        try:
            given = base64.b64decode(credentials.strip(), validate=True) if word.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            return Refused(Reason.MALFORMED)
    if not given:
        return Refused(Reason.MISSING)
    equal = hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(secret.encode()).digest())
    return PROVEN if equal else Refused(Reason.WRONG)


def read(body: bytes) -> tuple[Heard, ...]:
    """The news of one event; empty for what is no news of a mail (opened, an automatic answer). Raises Unreadable."""
    event = read_object(body)
    news = _news(event)
    if news is None:
        return ()
    identity = text_at(event, "MessageID")
    at = next((found for name in TIMES if (found := at_of(member(event, name)))), None)
    heard = Heard(
        news=news,
        key=digest_key(NAME, body),
        provider_ids=(identity,) if identity else (),
        detail=text_at(event, "Details") or text_at(event, "Description") or text_at(event, "SuppressionReason"),
        at=at,
        addresses=addresses_of(text_at(event, "Email"), text_at(event, "Recipient")),
        proven=True,
    )
    return (heard,)


def _news(event: dict[str, Json]) -> News | None:
    """A broadcast stream tells its bounces as a change of subscription, with the reason."""
    record = text_at(event, "RecordType")
    if record == "Bounce":
        return OF_TYPE.get(text_at(event, "Type"))
    if record == "SubscriptionChange" and member(event, "SuppressSending") is True:
        return OF_TYPE.get(text_at(event, "SuppressionReason"))
    return OF_RECORD.get(record)
