"""Amazon SES: its notifications and published events, which differ in one name, as they come by SNS."""

from incident.adapters.documents import Json, read_object
from incident.adapters.signals import Unreadable
from incident.providers.reading import addresses_of, at_of, bracketed, items_at, member, text_at
from incident.providers.sns import Envelope
from notifications.heard import Heard, News

NAME = "ses"
SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient"})
PLACES = {"Bounce": "bounce", "Complaint": "complaint", "Delivery": "delivery", "Reject": "reject"}
PLACES |= {"DeliveryDelay": "deliveryDelay"}
WHO = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients", "DeliveryDelay": "delayedRecipients"}


def read(envelope: Envelope) -> tuple[Heard, ...]:
    """What a genuine notification says; empty for what is no news of a mail (sent, opened, clicked, a test).

    A mail of ours goes to one person, so that what is said of its recipients is said of the mail.
    """
    try:
        event = read_object(envelope.message)
    except Unreadable:
        return ()  # "Successfully validated SNS topic …" is plain text
    kind = text_at(event, "eventType") or text_at(event, "notificationType")
    if kind not in PLACES:
        return ()
    said = member(event, PLACES[kind])
    about = items_at(said, WHO.get(kind, ""))
    first = about[0] if about else None
    names = [text_at(one, "emailAddress") for one in about] or [str(one) for one in items_at(said, "recipients")]
    identity = text_at(event, "mail", "messageId")
    detail = text_at(first, "diagnosticCode") or text_at(said, "smtpResponse") or text_at(said, "reason")
    sort = f"{text_at(said, 'bounceType')} {text_at(said, 'bounceSubType')}".strip()
    return (
        Heard(
            news=_news(kind, said, about),
            key=f"{NAME}:{envelope.id}",
            message_ids=_ours(event),
            provider_ids=(identity,) if identity else (),
            status=text_at(first, "status"),
            detail=detail or sort or text_at(said, "complaintFeedbackType"),
            at=at_of(member(said, "timestamp")),
            addresses=addresses_of(*names),
            proven=True,
        ),
    )


def _news(kind: str, said: Json, about: list[Json]) -> News:
    """A "transient" bounce is one that SES has given up, except that of an automatic answer, which brings no status."""
    if kind == "Delivery":
        return News.DELIVERED
    if kind == "DeliveryDelay":
        return News.DEFERRED
    if kind == "Reject" or not SUPPRESSED.isdisjoint(
        {text_at(said, "bounceSubType"), text_at(said, "complaintSubType")}
    ):
        return News.SUPPRESSED
    if kind == "Complaint":
        return News.COMPLAINT
    told = any(text_at(one, "status") or text_at(one, "diagnosticCode") for one in about)
    permanent = text_at(said, "bounceType") == "Permanent"
    return News.BOUNCED if permanent or told else News.DEFERRED


def _ours(event: dict[str, Json]) -> tuple[str, ...]:
    """Our Message-ID, where the notification holds the original header; SES writes its own into the mail."""
    headers = items_at(event, "mail", "headers")
    given = [text_at(one, "value") for one in headers if text_at(one, "name").lower() == "message-id"]
    return tuple(dict.fromkeys(found for value in given for found in bracketed(value)))
