"""Mailgun: one event a request, under an HMAC of a token and a time that does not cover the event itself."""

import hmac
from datetime import UTC, datetime, timedelta

from incident.adapters.authenticity import Reason, Refused
from incident.adapters.documents import Json, read_object
from incident.adapters.signals import Unreadable
from incident.providers.reading import PROVEN, Proven, addresses_of, at_of, bracketed, fresh, member, text_at
from notifications.heard import Heard, News

NAME = "mailgun"
WINDOW = timedelta(hours=9)
"""Mailgun tries again for 8 hours. A token counts once, with whatever event came first under it."""
NEWS = {"delivered": News.DELIVERED, "complained": News.COMPLAINT, "rejected": News.SUPPRESSED}


def verify(key: str, body: bytes, now: datetime) -> Proven | Refused:
    """Whether Mailgun made the token and the time (HMAC-SHA256 over one after the other)."""
    try:
        signature = member(read_object(body, to_keep=False), "signature")
    except Unreadable:
        return Refused(Reason.MALFORMED)
    at, token, given = (text_at(signature, name) for name in ("timestamp", "token", "signature"))
    if not (at and token and given):
        return Refused(Reason.MISSING)
    if not (at.isascii() and at.isdigit() and len(at) <= 11):
        return Refused(Reason.MALFORMED)
    expected = hmac.new(key.encode(), f"{at}{token}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
        return Refused(Reason.WRONG)
    return PROVEN if fresh(datetime.fromtimestamp(int(at), UTC), now, WINDOW) else Refused(Reason.STALE)


def read(body: bytes) -> tuple[Heard, ...]:
    """The news of one event; empty for what is no news of a mail (accepted, opened). Raises Unreadable."""
    document = read_object(body)
    event = member(document, "event-data")
    news = _news(event)
    if news is None:
        return ()
    status = member(event, "delivery-status")
    code = text_at(status, "enhanced-code")
    identity = text_at(event, "message", "headers", "message-id")
    heard = Heard(
        news=news,
        key=f"{NAME}:{text_at(document, 'signature', 'token')}",
        message_ids=bracketed(identity),
        provider_ids=(identity,) if identity else (),
        status=code if code.count(".") == 2 else "",
        detail=text_at(status, "message") or text_at(status, "description") or text_at(event, "reason"),
        at=at_of(member(event, "timestamp")),
        addresses=addresses_of(text_at(event, "recipient")),
        proven=True,
    )
    return (heard,)


def _news(event: Json) -> News | None:
    """What did not go because the address is on Mailgun's list "failed" too, with a reason that says so."""
    kind = text_at(event, "event")
    if kind != "failed":
        return NEWS.get(kind)
    if text_at(event, "severity") == "temporary":
        return News.DEFERRED
    return News.SUPPRESSED if text_at(event, "reason").startswith("suppress-") else News.BOUNCED
