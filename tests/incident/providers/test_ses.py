"""Events of Amazon SES in the forms its guide shows, by SNS messages signed with a key of the test's own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from incident.adapters.authenticity import Reason, Refused
from incident.providers import ses
from incident.providers.reading import PROVEN
from incident.providers.sns import Envelope, open_envelope, verify
from notifications.heard import Heard, News

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail-events"
URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
IDENTITY = "0102019d4f7a8c3e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000"
KEY = rsa.generate_private_key(65537, 2048)


def certificate(until: datetime = NOW + timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    made = made.serial_number(1).not_valid_before(NOW - timedelta(days=9)).not_valid_after(until)
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def message(said: object, version: str = "2", at: datetime = NOW, **changes: Any) -> bytes:
    """A signed notification, as SNS posts it."""
    fields = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": said if isinstance(said, str) else json.dumps(said),
        "Timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": version,
        "SigningCertURL": URL,
    } | changes
    names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    signed = "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields).encode("utf-8", "surrogatepass")
    hashed = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = KEY.sign(signed, padding.PKCS1v15(), hashed)
    return json.dumps(fields | {"Signature": base64.b64encode(signature).decode()}).encode()


def opened(body: bytes) -> Envelope:
    envelope = open_envelope(body, {TOPIC}, NOW)
    assert isinstance(envelope, Envelope), envelope
    return envelope


def mail() -> dict[str, Any]:
    return {
        "timestamp": "2026-11-24T08:59:58.000Z",
        "source": "security@notices.example",
        "messageId": IDENTITY,
        "destination": ["ann@mail.example"],
        "headers": [
            {"name": "From", "value": "security@notices.example"},
            {"name": "Message-ID", "value": "<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>"},
        ],
        "commonHeaders": {"messageId": f"<{IDENTITY}@eu-central-1.amazonses.example>"},
    }


def bounce(kind: str, sort: str, **one: str) -> dict[str, Any]:
    said = {"bounceType": kind, "bounceSubType": sort, "timestamp": "2026-11-24T09:00:00.000Z"}
    return {
        "notificationType": "Bounce",
        "bounce": {**said, "bouncedRecipients": [{"emailAddress": "Ann@mail.example", **one}]},
        "mail": mail(),
    }


def event(kind: str, place: str, **said: object) -> dict[str, Any]:
    return {"eventType": kind, place: {"timestamp": "2026-11-24T09:00:00.000Z", **said}, "mail": mail()}


HARD = bounce("Permanent", "General", action="failed", status="5.1.1", diagnosticCode="smtp; 550 5.1.1 no such user")
EVENTS = [
    (HARD, News.BOUNCED),
    (bounce("Transient", "MailboxFull", status="4.2.2", diagnosticCode="smtp; 452 full"), News.BOUNCED),
    (bounce("Transient", "General"), News.DEFERRED),
    (bounce("Permanent", "Suppressed", status="5.1.1"), News.SUPPRESSED),
    (bounce("Permanent", "OnAccountSuppressionList"), News.SUPPRESSED),
    (event("Delivery", "delivery", recipients=["ann@mail.example"], smtpResponse="250 2.6.0 queued"), News.DELIVERED),
    (event("Complaint", "complaint", complainedRecipients=[{"emailAddress": "ann@mail.example"}]), News.COMPLAINT),
    (
        event("Complaint", "complaint", complainedRecipients=[], complaintSubType="OnAccountSuppressionList"),
        News.SUPPRESSED,
    ),
    (event("Reject", "reject", reason="Bad content"), News.SUPPRESSED),
    (event("DeliveryDelay", "deliveryDelay", delayedRecipients=[{"status": "4.4.1"}]), News.DEFERRED),
]


@pytest.mark.parametrize(("said", "news"), EVENTS)
def test_each_event_is_news(said: dict[str, Any], news: News) -> None:
    (heard,) = ses.read(opened(message(said)))
    assert (heard.news, heard.provider_ids, heard.proven) == (news, (IDENTITY,), True)
    assert heard.message_ids == ("<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>",)


def test_a_bounce_is_read_whole() -> None:
    assert ses.read(opened(message(HARD))) == (
        Heard(
            News.BOUNCED,
            "ses:22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            ("<0192f3b4c5d67e8f90123456789abcde.17.1@notices.example>",),
            (IDENTITY,),
            "5.1.1",
            "smtp; 550 5.1.1 no such user",
            NOW,
            frozenset({"ann@mail.example"}),
            proven=True,
        ),
    )


@pytest.mark.parametrize("said", ["Successfully validated SNS topic.", {"eventType": "Open", "mail": {}}, {}, "[1]"])
def test_what_is_no_news_of_a_mail_is_none(said: object) -> None:
    assert ses.read(opened(message(said))) == ()


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_signature_versions_prove_a_message(version: str) -> None:
    assert verify(opened(message(HARD, version)), certificate(), NOW) is PROVEN
    subject = opened(message(HARD, version, Subject="Amazon SES Email Event Notification"))
    assert verify(subject, certificate(), NOW) is PROVEN


def test_a_changed_message_is_not_proven() -> None:
    forged = message(HARD).replace(b"no such user", b"no such loser")
    assert verify(opened(forged), certificate(), NOW) == Refused(Reason.WRONG)


def test_a_certificate_that_is_over_proves_nothing() -> None:
    over = certificate(until=NOW - timedelta(days=1))
    assert verify(opened(message(HARD)), over, NOW) == Refused(Reason.WRONG)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (message(HARD, TopicArn="arn:aws:sns:eu-central-1:999999999999:strange"), Reason.WRONG),
        (message(HARD, SigningCertURL="https://sns.eu-central-1.amazonaws.com.evil.example/a.pem"), Reason.WRONG),
        (message(HARD, SigningCertURL=URL.replace("https", "http")), Reason.WRONG),
        (message(HARD, SigningCertURL=f"{URL}?at=evil.example"), Reason.WRONG),
        (message(HARD, SigningCertURL=URL.replace("sns.eu", "s3.eu")), Reason.WRONG),
        (message(HARD, at=NOW - timedelta(hours=2)), Reason.STALE),
        (message(HARD, at=NOW + timedelta(hours=1)), Reason.STALE),
        (message(HARD, Type="Other"), Reason.MALFORMED),
        (b"{}", Reason.MALFORMED),
        (b"[", Reason.MALFORMED),
    ],
)
def test_what_cannot_be_ours_is_refused_before_anything_is_fetched(body: bytes, reason: Reason) -> None:
    assert open_envelope(body, {TOPIC}, NOW) == Refused(reason)


@pytest.mark.parametrize(("certificate_", "version"), [(b"no certificate", "2"), (certificate(), "3")])
def test_what_cannot_be_checked_is_refused(certificate_: bytes, version: str) -> None:
    assert verify(opened(message(HARD, version)), certificate_, NOW) == Refused(Reason.MALFORMED)


def test_a_subscription_is_confirmed_at_an_address_of_sns_only() -> None:
    good = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37f"
    said: dict[str, Any] = {"Type": "SubscriptionConfirmation", "Token": "2336412f37f"}
    envelope = opened(message("You have chosen to subscribe", SubscribeURL=good, **said))
    assert (envelope.subscribe_url, verify(envelope, certificate(), NOW)) == (good, PROVEN)
    bad = opened(message("You have chosen", SubscribeURL="https://evil.example/?Action=ConfirmSubscription&a", **said))
    assert bad.subscribe_url == ""
